import type { BrowserWindow } from 'electron/main';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { JobEffects } from '../../../main/app/job-effects.ts';
import type { Job } from '../../../preload/contract.ts';

const system = vi.hoisted(() => ({
  blocked: new Set<number>(),
  blockers: 0,
  notices: [] as { title: string; body: string }[],
}));

vi.mock('electron/main', () => ({
  powerSaveBlocker: {
    start: () => {
      system.blocked.add(++system.blockers);
      return system.blockers;
    },
    stop: (id: number) => system.blocked.delete(id),
  },
  Notification: class {
    static isSupported = (): boolean => true;
    readonly #words: { title: string; body: string };
    constructor(words: { title: string; body: string }) {
      this.#words = words;
    }
    show(): void {
      system.notices.push(this.#words);
    }
  },
}));

const TRAINING: Job = {
  id: '1',
  kind: 'train',
  title: 'First run',
  state: 'running',
  progress: { done: 1, total: 4, unit: 'batches' } as Job['progress'],
  error: null,
  subject: null,
};
const SCAN: Job = { ...TRAINING, id: '2', kind: 'scan', title: 'A folder' };

let focused: boolean;
let bar: number | undefined;
let effects: JobEffects;

beforeEach(() => {
  system.blocked.clear();
  system.notices = [];
  focused = false;
  bar = undefined;
  const window = {
    isFocused: () => focused,
    setProgressBar: (share: number) => {
      bar = share;
    },
  } as unknown as BrowserWindow;
  effects = new JobEffects(() => window);
});

describe('a job', () => {
  it('keeps the machine awake while it trains, once, and not longer', () => {
    effects.show(TRAINING, [TRAINING]);
    effects.show(TRAINING, [TRAINING]);
    expect(system.blocked.size).toBe(1);
    effects.show({ ...TRAINING, state: 'done' }, []);
    expect(system.blocked.size).toBe(0);
  });

  it('lets it sleep while a folder is scanned', () => {
    effects.show(SCAN, [SCAN]);
    expect(system.blocked.size).toBe(0);
  });

  it('shows how far it is in the task bar, and no bar when it has ended', () => {
    effects.show(TRAINING, [TRAINING]);
    expect(bar).toBe(0.25);
    effects.show({ ...TRAINING, state: 'done' }, []);
    expect(bar).toBe(-1);
  });

  it('shows no bar before anything is counted', () => {
    effects.show({ ...TRAINING, progress: null }, [{ ...TRAINING, progress: null }]);
    expect(bar).toBe(-1);
  });

  it('tells of its end when nobody is looking', () => {
    effects.show({ ...TRAINING, state: 'done' }, []);
    expect(system.notices).toEqual([{ title: 'Training finished', body: 'First run' }]);
  });

  it('tells why it failed', () => {
    const error = { code: 'failed', message: 'The disk is full.', details: null } as const;
    effects.show({ ...TRAINING, state: 'failed', error }, []);
    expect(system.notices).toEqual([{ title: 'InstruNet could not go on', body: 'The disk is full.' }]);
  });

  it.each<[string, Partial<Job>, boolean]>([
    ['while the window is in front', { state: 'done' }, true],
    ['of what the user cancelled', { state: 'cancelled' }, false],
    ['of what goes on', {}, false],
  ])('tells nothing %s', (_when, change, inFront) => {
    focused = inFront;
    effects.show({ ...TRAINING, ...change }, []);
    expect(system.notices).toEqual([]);
  });

  it('lets the machine sleep again when the window is gone', () => {
    const without = new JobEffects(() => null);
    without.show(TRAINING, [TRAINING]);
    without.show({ ...TRAINING, state: 'done' }, []);
    expect(system.blocked.size).toBe(0);
    expect(system.notices).toEqual([]);
  });
});
