import type { RunningApp } from './running-app.ts';

/** The engine's process, by the name under which the system's task list shows it; null while there is none. */
export function engineProcess({ electron }: RunningApp): Promise<number | null> {
  return electron.evaluate(({ app }) => {
    const found = app.getAppMetrics().find(({ type, name }) => type === 'Utility' && /engine/iu.test(name ?? ''));
    return found?.pid ?? null;
  });
}
