import { call } from './bridge.ts';
import { notices } from './notices.svelte.ts';

/** A text in Markdown with what it is called. */
interface Text {
  readonly title: string;
  readonly text: string;
}

/** What is read in a dialog of its own: licences, what is to be known of a network. */
class Reader {
  /** Null while nothing is read. */
  text = $state.raw<Text | null>(null);

  show(text: Text): void {
    this.text = text;
  }

  /** What others have made, and under which licences. */
  async showLicences(): Promise<void> {
    try {
      this.text = { title: 'Licences', text: await call('app.licences', null) };
    } catch (error) {
      notices.fail(error);
    }
  }

  close(): void {
    this.text = null;
  }
}

export const reader = new Reader();
