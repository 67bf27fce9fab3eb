/**
 * Opens the app for work on it: the page takes changes over as they are saved, and the app starts anew when main process,
 * preload or engine have changed. Ends with the window, and with Ctrl-C.
 */
import { spawn } from 'node:child_process';
import { createServer as createNetServer } from 'node:net';
import { join } from 'node:path';
import { watchBundles } from './build.mjs';
import { electronCommand } from './electron-command.mjs';
import { appSteps, setUp } from './setup.mjs';
import { ROOT } from './setup/places.mjs';

await setUp(appSteps(true));

const HOST = '127.0.0.1';

const port = await freePort();
const { createServer } = await import('vite');
const page = await createServer({
  configFile: join(ROOT, 'vite.config.ts'),
  server: {
    host: HOST,
    port,
    strictPort: true,
    // The page lies under the app's own scheme, so it has to be told where the server is.
    hmr: { protocol: 'ws', host: HOST, clientPort: port },
    fs: { allow: [ROOT] },
  },
});
await page.listen();

/** @type {import('node:child_process').ChildProcess | null} */
let app = null;

function start() {
  const { program, parameters } = electronCommand([]);
  const env = { ...process.env, INSTRUNET_DEV_SERVER: `http://${HOST}:${port}` };
  const child = spawn(program, parameters, { stdio: 'inherit', env });
  child.on('close', (code) => {
    // One that was ended for its successor has been forgotten before.
    if (app === child) void end(code ?? 1);
  });
  app = child;
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createNetServer();
  await new Promise((done, failed) => server.once('error', failed).listen(0, HOST, done));
  const { port: free } = server.address();
  await new Promise((done) => server.close(done));
  return free;
}

/** @param {number} code */
async function end(code) {
  await Promise.all([bundles.dispose(), page.close()]);
  process.exit(code);
}

const bundles = await watchBundles(() => {
  const former = app;
  app = null;
  if (former === null) {
    start();
  } else {
    // Only one can have the library open.
    former.once('close', start);
    former.kill();
  }
});
process.on('SIGINT', () => undefined);
