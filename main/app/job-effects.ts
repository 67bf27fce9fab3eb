import { Notification, powerSaveBlocker, type BrowserWindow } from 'electron/main';
import type { Job } from '../../preload/contract.ts';
import { isRunning } from './job-board.ts';

const WORDS: Readonly<Record<Job['kind'], string>> = {
  scan: 'Folder scanned',
  sample: 'Sample dataset made',
  train: 'Training finished',
  evaluate: 'Evaluation finished',
  classify: 'Recordings named',
  export: 'Exported',
};

/** What jobs do outside the page: progress in the task bar, no sleep while training, a notice when nobody is looking. */
export class JobEffects {
  readonly #window: () => BrowserWindow | null;
  #blocker: number | null = null;

  constructor(window: () => BrowserWindow | null) {
    this.#window = window;
  }

  /** @param running all jobs that go on, the changed one among them if it does */
  show(changed: Job, running: readonly Job[]): void {
    this.#blockSleep(running.some(({ kind }) => kind === 'train'));
    const window = this.#window();
    if (window === null) return;
    const shown = running.find(({ progress }) => progress !== null)?.progress ?? null;
    // Below zero there is no bar.
    window.setProgressBar(shown === null || shown.total === 0 ? -1 : shown.done / shown.total);
    if (!isRunning(changed) && changed.state !== 'cancelled' && !window.isFocused() && Notification.isSupported()) {
      const title = changed.state === 'done' ? WORDS[changed.kind] : 'InstruNet could not go on';
      new Notification({ title, body: changed.error?.message ?? changed.title }).show();
    }
  }

  #blockSleep(wanted: boolean): void {
    if (wanted === (this.#blocker !== null)) return;
    if (this.#blocker === null) {
      this.#blocker = powerSaveBlocker.start('prevent-app-suspension');
    } else {
      powerSaveBlocker.stop(this.#blocker);
      this.#blocker = null;
    }
  }
}
