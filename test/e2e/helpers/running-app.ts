import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import type { Bridge, Input, Method, Outputs, Reply } from '../../../preload/contract.ts';
import type { Stage } from '../global-setup.ts';

declare global {
  interface Window {
    readonly instrunet: Bridge;
  }
}

const BUNDLE = resolve('out/app.cjs');
const ADAPTER = resolve('main/app/electron-22.cjs');
const RUNTIMES_FILE = resolve('node_modules/.instrunet/runtimes.json');

/** Where the pictures of the tests go. */
export const PICTURES = resolve('out/pictures');

/** No starter network, whether or not the repository holds one: most tests begin where nothing can name anything yet. */
const NO_STARTER = '/nowhere';

const WINDOW_MS = 30_000;
const QUIT_MS = 15_000;

/** What main prints, or writes into its log, when something was thrown that nobody caught. */
const UNCAUGHT = /uncaught|unhandled ?(?:promise)? ?rejection|error occurred in handler|could not be loaded/iu;

export interface RunningApp {
  readonly electron: ElectronApplication;
  readonly page: Page;
  /** Calls main as the page does. */
  call<M extends Method>(method: M, input: Input<M>): Promise<Reply<Outputs[M]>>;
  /** Calls main as the page does, for what has to succeed. */
  ask<M extends Method>(method: M, input: Input<M>): Promise<Outputs[M]>;
  /** Drops files and folders of the disk onto the window, as the system does. */
  drop(paths: readonly string[]): Promise<void>;
  /** Takes a picture of the page for `PICTURES`. */
  picture(name: string): Promise<void>;
  /** What went wrong since the last time this was asked: errors of the page, crashes, what main threw. */
  takeProblems(): readonly string[];
  /** Quits the app. @throws Error where it had to be killed */
  close(): Promise<void>;
}

/** The parameters that start the app, as `npm start` gives them. */
export function appCommand(stage: Stage, userData: string, files: readonly string[] = []): readonly string[] {
  const adapter = isFallback(stage) ? ['-r', ADAPTER] : [];
  return [...adapter, ...packagedCommand(userData, [BUNDLE, ...files])];
}

/** The parameters that start a packaged app, and those that any app needs where tests run. */
export function packagedCommand(userData: string, files: readonly string[] = []): readonly string[] {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return [...asRoot, '--disable-gpu', `--user-data-dir=${userData}`, ...files];
}

/** Whether set-up had to take the older Electron, which lacks what the adapter supplies. */
function isFallback(stage: Stage): boolean {
  const runtimes = JSON.parse(readFileSync(RUNTIMES_FILE, 'utf8')) as {
    readonly electron?: { readonly path?: string; readonly fallback?: boolean };
  };
  return runtimes.electron?.fallback === true && runtimes.electron.path === stage.electron;
}

/** The environment of the app: the tests' own without what the app must not take from there. */
export function appEnvironment(stage: Stage, starter = NO_STARTER): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !entry[0].startsWith('VITEST') && entry[0] !== 'NODE_OPTIONS',
  );
  const display = stage.electron === null ? null : stage.display;
  return {
    ...Object.fromEntries(inherited),
    INSTRUNET_STARTER: starter,
    ...(display === null ? {} : { DISPLAY: display }),
  };
}

/** Starts the app on a folder of its own and waits for its window. */
export async function startApp(
  stage: Stage,
  userData: string,
  files: readonly string[] = [],
  starter = NO_STARTER,
): Promise<RunningApp> {
  if (stage.electron === null) throw new Error(stage.why);
  return launch(stage, stage.electron, appCommand(stage, userData, files), userData, starter);
}

/** Starts a packaged app, whose fuse for Node's debugger must be open. */
export function startPackaged(stage: Stage, program: string, userData: string): Promise<RunningApp> {
  return launch(stage, program, packagedCommand(userData), userData, NO_STARTER);
}

async function launch(
  stage: Stage,
  program: string,
  parameters: readonly string[],
  userData: string,
  starter: string,
): Promise<RunningApp> {
  const log = join(userData, 'logs', 'instrunet.log');
  let logRead = 0;
  let problems: string[] = [];
  const electron = await _electron.launch({
    executablePath: program,
    args: [...parameters],
    env: appEnvironment(stage, starter),
    timeout: WINDOW_MS,
  });
  let said = '';
  electron.process().stderr?.on('data', (text: Buffer) => {
    said += text.toString();
    for (const line of text.toString().split('\n')) if (UNCAUGHT.test(line)) problems.push(`main: ${line}`);
  });
  const page = await electron.firstWindow({ timeout: WINDOW_MS }).catch((error: unknown) => {
    electron.process().kill('SIGKILL');
    throw new Error(`The app opened no window. It said:\n${said}`, { cause: error });
  });
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`page: ${error.message}`));
  page.on('crash', () => problems.push('the page crashed'));
  await page.waitForLoadState('load');

  const call: RunningApp['call'] = (method, input) =>
    page.evaluate(([name, value]) => window.instrunet.call(name, value as never), [method, input] as const) as Promise<
      Reply<never>
    >;

  return {
    electron,
    page,
    call,
    ask: async (method, input) => {
      const reply = await call(method, input);
      if (!reply.ok) throw new Error(`${method}: ${reply.error.code}: ${reply.error.message}`);
      return reply.data;
    },
    drop: (paths) => dropFiles(page, paths),
    picture: async (name) => {
      await mkdir(PICTURES, { recursive: true });
      await page.screenshot({ path: resolve(PICTURES, `${name}.png`), animations: 'disabled' });
    },
    takeProblems: () => {
      const logged = existsSync(log) ? readFileSync(log, 'utf8').slice(logRead) : '';
      logRead += logged.length;
      const taken = [...problems, ...logged.split('\n').filter((line) => UNCAUGHT.test(line))];
      problems = [];
      return taken;
    },
    close: () => quit(electron),
  };
}

/** The debugger's drag events carry real paths, unlike those a script can make. */
async function dropFiles(page: Page, paths: readonly string[]): Promise<void> {
  const debuggerSession = await page.context().newCDPSession(page);
  const data = { items: [], files: paths.map((path) => resolve(path)), dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await debuggerSession.send('Input.dispatchDragEvent', { type, x: 480, y: 320, data });
  }
  await debuggerSession.detach();
}

async function quit(electron: ElectronApplication): Promise<void> {
  const child = electron.process();
  // Whoever quits during a job is asked; here the answer is yes.
  await electron.evaluate(({ dialog }) => {
    dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false });
  });
  let late: NodeJS.Timeout | undefined;
  const tooLate = new Promise<'late'>((done) => {
    late = setTimeout(() => {
      done('late');
    }, QUIT_MS);
  });
  const outcome = await Promise.race([electron.close(), tooLate]);
  clearTimeout(late);
  if (outcome === 'late') {
    child.kill('SIGKILL');
    throw new Error(`The app did not quit within ${QUIT_MS / 1000} s and was killed.`);
  }
}
