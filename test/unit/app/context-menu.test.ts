import { afterEach, describe, expect, it, vi } from 'vitest';
import { popUpMenu } from '../../../main/app/context-menu.ts';
import { MENU_COMMANDS, type Input } from '../../../preload/contract.ts';

interface Entry {
  readonly label?: string;
  readonly type?: string;
  readonly enabled?: boolean;
  readonly click?: () => void;
}

const opened = vi.hoisted(() => ({ entries: [] as Entry[], closed: (): void => undefined, at: {} }));

vi.mock('electron/main', () => ({
  Menu: {
    buildFromTemplate: (entries: Entry[]) => ({
      popup: ({ callback, ...at }: { callback: () => void }) => {
        Object.assign(opened, { entries, closed: callback, at });
      },
    }),
  },
}));

function item(command: (typeof MENU_COMMANDS)[number], enabled = true): Input<'menu.popup'>['items'][number] {
  return { command, enabled };
}

describe('a context menu', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('has words for every command, lines between, and what does not fit greyed', () => {
    void popUpMenu(
      { items: [...MENU_COMMANDS.map((command) => item(command)), null, item('play', false)], at: null },
      null,
    );
    const words = opened.entries.slice(0, MENU_COMMANDS.length).map(({ label }) => label ?? '');
    expect(new Set(words).size).toBe(MENU_COMMANDS.length);
    expect(words.every((word) => word.length > 0)).toBe(true);
    expect(opened.entries.slice(-2)).toMatchObject([{ type: 'separator' }, { label: 'Play', enabled: false }]);
  });

  it('answers with what is chosen, also where the system first says that it was closed', async () => {
    const chosen = popUpMenu({ items: [item('play'), item('reveal')], at: { x: 5, y: 7 } }, null);
    opened.closed();
    opened.entries[1]?.click?.();
    await expect(chosen).resolves.toBe('reveal');
    expect(opened.at).toEqual({ x: 5, y: 7 });
  });

  it('answers with nothing when it is closed', async () => {
    vi.useFakeTimers();
    const chosen = popUpMenu({ items: [item('play')], at: null }, null);
    opened.closed();
    await vi.runAllTimersAsync();
    await expect(chosen).resolves.toBeNull();
  });
});
