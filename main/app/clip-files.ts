import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import { shell } from 'electron/common';
import { clipboard, type BrowserWindow } from 'electron/main';
import { dragIcon } from './drag-icon.ts';
import { BridgeError } from './failure.ts';

/** What can be done with the user's own file behind a clip; its path stays here. */
export class ClipFiles {
  readonly #locate: (clip: string) => Promise<string>;

  /** @param locate the file behind an id */
  constructor(locate: (clip: string) => Promise<string>) {
    this.#locate = locate;
  }

  /** @throws BridgeError `not-found` where the file is gone */
  async reveal(clip: string): Promise<void> {
    shell.showItemInFolder(await this.#existing(clip));
  }

  async copy(clip: string, what: 'name' | 'path'): Promise<void> {
    const path = await this.#locate(clip);
    await clipboard.writeText(what === 'name' ? basename(path) : path);
  }

  /** @throws BridgeError `not-found` where the file is gone */
  async drag(clip: string, window: BrowserWindow | null): Promise<void> {
    const file = await this.#existing(clip);
    window?.webContents.startDrag({ file, icon: dragIcon() });
  }

  async #existing(clip: string): Promise<string> {
    const path = await this.#locate(clip);
    try {
      await access(path);
    } catch (error) {
      throw new BridgeError('not-found', `${basename(path)} is no longer where it was.`, String(error));
    }
    return path;
  }
}
