import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { argv } from 'node:process';
import { APP_BUNDLE, build } from './build.mjs';
import { runDemo } from './demo.mjs';
import { hasDisplay } from './display.mjs';
import { appSteps, setUp } from './setup.mjs';
import { ROOT } from './setup/places.mjs';
import { readRuntimes } from './setup/steps.mjs';

/** Supplies what the older Electron lacks, where set-up had to take that. */
const ADAPTER = join(ROOT, 'main', 'app', 'electron-22.cjs');

const screen = hasDisplay();
await setUp(appSteps(screen));
if (screen) {
  await build();
  process.exitCode = await runApp(argv.slice(2));
} else {
  process.stdout.write('\nThere is no display here, so no window. Here is the demo, in the terminal.\n');
  process.exitCode = await runDemo(null);
}

/**
 * Opens the window and waits until it is closed.
 * @param {readonly string[]} files to be opened
 * @returns {Promise<number>} exit code
 */
function runApp(files) {
  const { path, fallback } = readRuntimes().electron;
  const adapter = fallback === true ? ['-r', ADAPTER] : [];
  // Chromium has no sandbox for root, and does not start unless it is told to go without.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(path, [...adapter, ...asRoot, APP_BUNDLE, ...files], { stdio: 'inherit' });
  // Ctrl-C reaches the window as well; this process ends with it.
  process.on('SIGINT', () => undefined);
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => done(code ?? 1));
  });
}
