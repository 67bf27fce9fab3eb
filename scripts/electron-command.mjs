import { join } from 'node:path';
import { APP_BUNDLE } from './build.mjs';
import { ROOT } from './setup/places.mjs';
import { readRuntimes } from './setup/steps.mjs';

/** Supplies what the older Electron lacks, where set-up had to take that. */
const ADAPTER = join(ROOT, 'main', 'app', 'electron-22.cjs');

/**
 * How the app is started from its sources.
 * @param {readonly string[]} files to be opened
 * @returns {{program: string, parameters: readonly string[]}}
 */
export function electronCommand(files) {
  const { path, fallback } = readRuntimes().electron;
  const adapter = fallback === true ? ['-r', ADAPTER] : [];
  // Chromium has no sandbox for root, and does not start unless it is told to go without.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return { program: path, parameters: [...adapter, ...asRoot, APP_BUNDLE, ...files] };
}
