import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * The files and folders among the parameters of a start: what is no switch and is there.
 * @param folder in which the app was started
 * @param entries absolute paths that stand for the app itself where Electron is started on its sources; what is named up
 * to there is Electron's
 */
export function filesOf(argv: readonly string[], folder: string, entries: readonly string[]): string[] {
  const parameters = argv.slice(1).map((text) => ({ text, path: resolve(folder, text) }));
  const own = parameters.findIndex(({ path }) => entries.includes(path));
  return parameters
    .slice(own + 1)
    .filter(({ text, path }) => !text.startsWith('-') && existsSync(path))
    .map(({ path }) => path);
}
