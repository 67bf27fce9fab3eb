import { spawn } from 'node:child_process';
import { argv } from 'node:process';
import { build } from './build.mjs';
import { runDemo } from './demo.mjs';
import { hasDisplay } from './display.mjs';
import { electronCommand } from './electron-command.mjs';
import { appSteps, setUp } from './setup.mjs';

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
  const { program, parameters } = electronCommand(files);
  const child = spawn(program, parameters, { stdio: 'inherit' });
  // Ctrl-C reaches the window as well; this process ends with it.
  process.on('SIGINT', () => undefined);
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => done(code ?? 1));
  });
}
