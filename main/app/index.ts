import { join } from 'node:path';
import { inspect } from 'node:util';
import { shell } from 'electron/common';
import { app, dialog, nativeTheme, type BrowserWindow } from 'electron/main';
import { CHANNEL, type Events, type Job } from '../../preload/contract.ts';
import { APP_VERSION } from '../engine/common/version.ts';
import { describeApp, showAbout } from './about.ts';
import { serveApp } from './app-protocol.ts';
import { devServer } from './dev-server.ts';
import { EngineHost } from './engine-host.ts';
import { appHandlers } from './handlers.ts';
import { routeIpc } from './ipc-router.ts';
import { JobBoard } from './job-board.ts';
import { JobEffects } from './job-effects.ts';
import { filesOf } from './launch-files.ts';
import { Log } from './log.ts';
import { serveMedia } from './media-protocol.ts';
import { setMenu } from './menu.ts';
import { PathGrants } from './path-grants.ts';
import { runtime } from './runtime.ts';
import { registerSchemes } from './schemes.ts';
import { raiseFences } from './security.ts';
import { SettingsFile } from './settings.ts';
import { openWindow } from './window.ts';

/** Beside the bundles, in the repository and in a package. */
const ICON = join(__dirname, '..', 'resources', 'icon.png');
/** Likewise, where there is one; a packaged app takes it from nowhere else. */
const STARTER =
  (app.isPackaged ? undefined : process.env['INSTRUNET_STARTER']) ??
  join(__dirname, '..', 'resources', 'starter-model');

app.setName('InstruNet');
const chosen = process.env['INSTRUNET_USER_DATA'];
if (chosen !== undefined && chosen !== '') app.setPath('userData', chosen);
const userData = app.getPath('userData');
// Chromium's own files apart from the library, whose `cache` would be the same folder as its `Cache` on some systems.
app.setPath('sessionData', join(userData, 'chromium'));
// Whoever starts as root, where Chromium has no sandbox, must say so on the command line; it would not start at all else.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
registerSchemes();

if (app.requestSingleInstanceLock()) start();
else app.quit();

function start(): void {
  const log = new Log(join(userData, 'logs'));
  const settings = new SettingsFile(join(userData, 'settings.json'));
  const grants = new PathGrants();
  let window: BrowserWindow | null = null;
  /** Files given before the page could be told of them. */
  let waiting: string[] = givenFiles(process.argv, process.cwd());
  let pageLoaded = false;
  /** The user has agreed to give up what was going on. */
  let leaving = false;

  const currentWindow = (): BrowserWindow | null => (window === null || window.isDestroyed() ? null : window);
  const tell = <E extends keyof Events>(event: E, payload: Events[E]): void => {
    currentWindow()?.webContents.send(CHANNEL.event, event, payload);
  };
  const effects = new JobEffects(currentWindow);
  const jobs = new JobBoard((job) => {
    tell('job', job);
    effects.show(job, jobs.running());
  });
  const engine = new EngineHost({
    bundle: join(__dirname, 'engine.cjs'),
    libraryFolder: userData,
    starterFolder: STARTER,
    log,
    onEvent: ({ event, payload }) => {
      if (event === 'job') jobs.update(payload);
      else tell(event, payload);
    },
    onState: (state) => {
      tell('engine', state);
      if (state.state === 'gone') {
        jobs.failAll();
        tell('changed', { what: 'runs' });
      }
    },
  });

  const handOver = async (): Promise<void> => {
    if (!pageLoaded || waiting.length === 0) return;
    const paths = waiting;
    waiting = [];
    const dropped = await grants.grant(paths);
    if (dropped.length > 0) tell('files', { dropped });
  };
  const receiveFiles = (paths: readonly string[]): void => {
    waiting.push(...paths);
    void handOver();
  };

  const open = (): void => {
    pageLoaded = false;
    window = openWindow({ preload: join(__dirname, 'preload.cjs'), icon: ICON }, settings, log);
    window.on('close', (event) => {
      if (leaving || jobs.running().length === 0) return;
      event.preventDefault();
      void confirmQuit(currentWindow(), jobs.running()).then((agreed) => {
        leaving = agreed;
        if (agreed) app.quit();
      });
    });
    window.webContents.on('did-finish-load', () => {
      pageLoaded = true;
      tell('engine', engine.state);
      void handOver();
    });
  };

  // Without these, Electron would stop everything for a message box.
  const complain = (what: string, error: unknown): void => {
    log.error(what, error);
    process.stderr.write(`${what}: ${inspect(error)}\n`);
  };
  process.on('uncaughtException', (error) => {
    complain('Uncaught', error);
  });
  process.on('unhandledRejection', (reason) => {
    complain('Unhandled rejection', reason);
  });
  app.on('second-instance', (_event, argv, folder) => {
    receiveFiles(givenFiles(argv, folder));
    const current = currentWindow();
    if (current === null) {
      open();
      return;
    }
    if (current.isMinimized()) current.restore();
    current.focus();
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    receiveFiles([path]);
  });
  app.on('window-all-closed', () => {
    app.quit();
  });
  let stopped = false;
  app.on('will-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void engine.stop().finally(() => {
      stopped = true;
      app.quit();
    });
  });

  void app.whenReady().then(() => {
    const { electron, chrome, node } = process.versions;
    const origin = runtime() === 'official' ? '' : ', an old stand-in for tests, not for users';
    log.info(`InstruNet ${APP_VERSION} on Electron ${electron} (Chromium ${chrome}, Node ${node}${origin})`);
    nativeTheme.themeSource = settings.values.theme;
    const server = devServer(app.isPackaged);
    raiseFences(log, server);
    serveApp(join(__dirname, 'renderer'), server);
    serveMedia(async (clip, part) => {
      try {
        return (await engine.request(part === 'sound' ? 'media.sound' : 'media.picture', { clip })).path;
      } catch (error) {
        log.error(`no ${part} for a clip`, error);
        return null;
      }
    });
    setMenu({
      command: (command) => {
        tell('command', command);
      },
      revealLog: () => {
        shell.showItemInFolder(log.file);
      },
      showAbout: () => {
        const current = currentWindow();
        if (current === null) return;
        void showAbout(current, ICON, () => {
          tell('command', { do: 'show-licences' });
        });
      },
    });
    describeApp();
    const parts = { engine, jobs, grants, settings, log, libraryFolder: userData, window: currentWindow, tell };
    routeIpc(appHandlers(parts), (paths) => grants.grant(paths), log);
    open();
  });
}

function givenFiles(argv: readonly string[], folder: string): string[] {
  return filesOf(argv, folder, app.isPackaged ? [] : [__filename, app.getAppPath()]);
}

/** Asks before work that goes on is given up. */
async function confirmQuit(window: BrowserWindow | null, [job, ...others]: readonly Job[]): Promise<boolean> {
  if (job === undefined || window === null) return true;
  const unfinished =
    others.length === 0 ? `“${job.title}” has not finished.` : `${others.length + 1} jobs have not finished.`;
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: 'Quit InstruNet?',
    detail: `${unfinished} A training can go on later from its last finished epoch.`,
    buttons: ['Quit', 'Go on working'],
    defaultId: 1,
    cancelId: 1,
  });
  return response === 0;
}
