import type { MenuItemConstructorOptions } from 'electron/main';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { menuTemplate } from '../../../main/app/menu.ts';
import type { Command } from '../../../preload/contract.ts';

vi.mock('electron/main', () => ({ app: { name: 'InstruNet' }, Menu: {} }));

const PLATFORMS = [
  ['macOS', true],
  ['Windows and Linux', false],
] as const;

let commands: Command[];
const revealLog = vi.fn();
const showAbout = vi.fn();

function itemsOf(isMac: boolean, packaged = true): MenuItemConstructorOptions[] {
  const command = (what: Command): void => {
    commands.push(what);
  };
  const flat = (items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
    items.flatMap((item) => [item, ...flat(Array.isArray(item.submenu) ? item.submenu : [])]);
  return flat(menuTemplate({ command, revealLog, showAbout }, isMac, packaged));
}

function choose(items: readonly MenuItemConstructorOptions[], label: string): void {
  const item = items.find((other) => other.label === label);
  if (item?.click === undefined) throw new Error(`there is no ${label}`);
  (item.click as () => void)();
}

beforeEach(() => {
  commands = [];
  revealLog.mockReset();
});

describe.each(PLATFORMS)('the menu of %s', (_name, isMac) => {
  it('opens every view by its number', () => {
    const byNumber = itemsOf(isMac).filter(({ accelerator }) => /^CmdOrCtrl\+\d$/u.test(String(accelerator)));
    expect(byNumber.map(({ accelerator }) => accelerator)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `CmdOrCtrl+${n}`));
    for (const { label } of byNumber) choose(byNumber, label ?? '');
    expect(commands).toEqual(
      ['datasets', 'train', 'runs', 'inspect', 'classify', 'settings'].map((view) => ({ do: 'show', view })),
    );
  });

  it.each([
    ['Open Dataset Folder…', 'open-folder'],
    ['Name Files…', 'name-files'],
    ['Make Sample Dataset', 'make-sample'],
    ['Licences', 'show-licences'],
  ])('asks the page for “%s”', (label, what) => {
    choose(itemsOf(isMac), label);
    expect(commands).toEqual([{ do: what }]);
  });

  it('shows the log without the page', () => {
    choose(itemsOf(isMac), 'Show Log File');
    expect(revealLog).toHaveBeenCalledOnce();
    expect(commands).toEqual([]);
  });

  it('has one way to quit and one to read about the app, and no shortcut twice', () => {
    const items = itemsOf(isMac);
    expect(items.filter(({ role }) => role === 'quit')).toHaveLength(1);
    expect(items.filter(({ role, label }) => role === 'about' || label === 'About InstruNet')).toHaveLength(1);
    const accelerators = items.flatMap(({ accelerator }) => accelerator ?? []);
    expect(new Set(accelerators).size).toBe(accelerators.length);
  });

  it("keeps the page's tools from users", () => {
    const hasTools = (packaged: boolean): boolean =>
      itemsOf(isMac, packaged).some(({ role }) => role === 'toggleDevTools');
    expect([hasTools(true), hasTools(false)]).toEqual([false, true]);
  });
});
