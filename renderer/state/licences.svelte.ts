import { call } from './bridge.ts';
import { notices } from './notices.svelte.ts';

/** The licences of what others have made, while they are read. */
class Licences {
  /** Null while they are not read. */
  text = $state<string | null>(null);

  async open(): Promise<void> {
    try {
      this.text = await call('app.licences', null);
    } catch (error) {
      notices.fail(error);
    }
  }

  close(): void {
    this.text = null;
  }
}

export const licences = new Licences();
