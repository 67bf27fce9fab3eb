import type { AppInfo, EngineState, Theme } from '../../preload/contract.ts';
import { call } from './bridge.ts';
import { notices } from './notices.svelte.ts';

/** What the app says about itself. */
class AppState {
  info = $state.raw<AppInfo | null>(null);
  engine = $state.raw<EngineState>({ state: 'stopped' });

  async follow(): Promise<void> {
    window.instrunet.on('engine', (engine) => {
      this.engine = engine;
    });
    this.info = await call('app.info', null);
  }

  async setTheme(theme: Theme): Promise<void> {
    try {
      await call('app.setTheme', { theme });
      if (this.info !== null) this.info = { ...this.info, theme };
    } catch (error) {
      notices.fail(error);
    }
  }

  async revealLog(): Promise<void> {
    try {
      await call('app.revealLog', null);
    } catch (error) {
      notices.fail(error);
    }
  }
}

export const appState = new AppState();
