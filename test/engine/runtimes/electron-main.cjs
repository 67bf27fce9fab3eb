// Electron's main process for the test: runs one bundle in a utility process until that has printed a line, hands the
// line on and ends.
'use strict';
const { app, utilityProcess } = require('electron');

/** The last words of a process may still be under way when it is gone. */
const LAST_WORDS_MS = 500;

app.whenReady().then(() => {
  const bundle = process.argv[process.argv.length - 1];
  const child = utilityProcess.fork(bundle, [], { stdio: ['ignore', 'pipe', 'pipe'], serviceName: 'engine' });
  let printed = '';
  child.stdout.on('data', (text) => {
    printed += text;
    if (printed.endsWith('\n')) {
      process.stdout.write(printed, () => app.exit(0));
    }
  });
  child.stderr.on('data', (text) => process.stderr.write(text));
  child.on('exit', (code) => setTimeout(() => app.exit(code === 0 ? 1 : code), LAST_WORDS_MS));
});
