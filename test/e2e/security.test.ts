import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { QUICK_TRAINING } from '../helpers/quick-training.ts';
import { probe } from './helpers/probe.ts';
import { describeApp, suiteApp } from './helpers/suite-app.ts';

const PRELOAD = resolve('out/preload.cjs');
const SECRET = 'what nobody outside may read';
/** Refused requests say so in the console of the page. */
const REFUSAL = /Refused to|Content Security Policy|Not allowed to load local resource|violates the following/u;

const TRAINING = { dataset: 'x', name: 'x', training: QUICK_TRAINING, corrections: false };
const NAMING = {
  model: { kind: 'run', id: 'x' },
  listening: { hopSeconds: 1.5, aggregation: 'mean', topK: 3 },
} as const;

describeApp('the window', () => {
  const app = suiteApp();
  let secret: string;

  beforeAll(async () => {
    const folder = join(app.folder(), 'outside');
    await mkdir(folder);
    secret = join(folder, 'secret.txt');
    await writeFile(secret, SECRET);
  });

  it('gives the page no Node and nothing of Electron but the bridge', async () => {
    const seen = await app().page.evaluate(() => ({
      node: ['require', 'process', 'module', 'Buffer', 'global', '__dirname', 'electron', 'ipcRenderer'].filter(
        (name) => name in window,
      ),
      bridge: Object.keys(window.instrunet).sort(),
    }));
    expect(seen).toEqual({ node: [], bridge: ['call', 'grant', 'on'] });
  });

  it('is isolated, sandboxed and without Node', async () => {
    const preferences = await app().electron.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as
        (Electron.WebContents & { getLastWebPreferences(): Electron.WebPreferences }) | undefined;
      const { contextIsolation, sandbox, nodeIntegration, webSecurity, ...loose } =
        contents?.getLastWebPreferences() ?? {};
      const { webviewTag, nodeIntegrationInSubFrames, nodeIntegrationInWorker } = loose;
      const { allowRunningInsecureContent, experimentalFeatures, enableBlinkFeatures } = loose;
      return {
        strict: { contextIsolation, sandbox, nodeIntegration, webSecurity },
        loose: [
          webviewTag,
          nodeIntegrationInSubFrames,
          nodeIntegrationInWorker,
          allowRunningInsecureContent,
          experimentalFeatures,
          enableBlinkFeatures,
        ].filter(Boolean),
      };
    });
    expect(preferences.strict).toMatchObject({ contextIsolation: true, sandbox: true, nodeIntegration: false });
    expect(preferences.strict.webSecurity).not.toBe(false);
    expect(preferences.loose).toEqual([]);
  });

  it('gives a frame inside the page nothing, and answers none', async () => {
    const inPage = await app().page.evaluate(() => {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      const found = frame.contentWindow === null ? 'no window' : 'instrunet' in frame.contentWindow;
      frame.remove();
      return found;
    });
    expect(inPage).toBe(false);
    // With a preload that runs in frames as well, as no window of the app has it: main itself must refuse.
    const reply = await app().electron.evaluate(
      async ({ BrowserWindow }, [preload, address]) => {
        const webPreferences = { sandbox: true, preload, nodeIntegrationInSubFrames: true };
        const window = new BrowserWindow({ show: false, webPreferences });
        try {
          await window.loadURL(address);
          return (await window.webContents.executeJavaScript(`
            new Promise((done) => {
              const frame = document.createElement('iframe');
              frame.srcdoc = '<p>inside';
              frame.onload = () => done(frame.contentWindow.instrunet?.call('app.info', null) ?? 'no bridge');
              document.body.append(frame);
            })
          `)) as unknown;
        } finally {
          window.destroy();
        }
      },
      [PRELOAD, app().page.url()] as const,
    );
    expect(reply).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  });

  it('makes no web view', async () => {
    const { page, electron } = app();
    const isPlain = await page.evaluate(() => {
      const view = document.createElement('webview');
      view.setAttribute('src', 'https://example.org/');
      view.setAttribute('allowpopups', '');
      view.setAttribute('nodeintegration', '');
      document.body.append(view);
      const plain = !('getWebContentsId' in view);
      view.remove();
      return plain;
    });
    expect(isPlain).toBe(true);
    await page.waitForTimeout(150);
    const kinds = await electron.evaluate(({ webContents }) =>
      webContents.getAllWebContents().map((contents) => contents.getType()),
    );
    expect(kinds).not.toContain('webview');
  });

  it.each(['https://example.org/', 'http://127.0.0.1:1/'])(
    'reaches no network, also from a page without policy: %s',
    async (address) => {
      expect(await probe(app(), address)).toContain('ERR_BLOCKED_BY_CLIENT');
    },
  );

  it('reads no file of the disk by its address, also from a page without policy', async () => {
    expect(await probe(app(), pathToFileURL(secret).href)).not.toContain(SECRET);
  });

  it('downloads nothing', async () => {
    const { page, electron } = app();
    const prevented = electron.evaluate(
      ({ session }) =>
        new Promise<boolean>((done) => {
          session.defaultSession.once('will-download', (event) => {
            done(event.defaultPrevented);
          });
        }),
    );
    await page.evaluate(() => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob(['x']));
      link.download = 'x.exe';
      document.body.append(link);
      link.click();
      link.remove();
    });
    expect(await prevented).toBe(true);
  });

  it('refuses inline scripts, eval and everything remote by its content security policy', async () => {
    const { page } = app();
    const directives = await page.evaluate(async () => {
      const violated: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) => violated.push(event.effectiveDirective));
      const script = document.createElement('script');
      script.textContent = 'window.inlineRan = true';
      document.head.append(script);
      const image = document.createElement('img');
      image.src = 'https://example.org/picture.png';
      const frame = document.createElement('iframe');
      frame.src = 'https://example.org/';
      document.body.append(image, frame);
      await fetch('https://example.org/').catch(() => undefined);
      const late = document.createElement('button');
      late.setAttribute('onclick', 'window.inlineRan = true');
      document.body.append(late);
      late.click();
      await new Promise((done) => setTimeout(done, 300));
      for (const element of [script, image, frame, late]) element.remove();
      return { violated, ran: 'inlineRan' in window };
    });
    expect(directives.ran).toBe(false);
    expect(directives.violated).toEqual(
      expect.arrayContaining(['script-src-elem', 'script-src-attr', 'img-src', 'frame-src', 'connect-src']),
    );
    expect(
      app()
        .takeProblems()
        .filter((problem) => !REFUSAL.test(problem)),
    ).toEqual([]);
  });

  it('stays where it is when the page tries to leave', async () => {
    const { page, electron } = app();
    const before = page.url();
    const prevented = electron.evaluate(
      ({ BrowserWindow }) =>
        new Promise<boolean>((done) => {
          BrowserWindow.getAllWindows()[0]?.webContents.once('will-navigate', (event) => {
            done(event.defaultPrevented);
          });
        }),
    );
    await page.evaluate(() => {
      setTimeout(() => {
        location.href = 'https://example.org/';
      }, 200);
    });
    expect(await prevented).toBe(true);
    const blob = await page.evaluate(() => URL.createObjectURL(new Blob(['<p>elsewhere'], { type: 'text/html' })));
    for (const address of [
      pathToFileURL(secret).href,
      'data:text/html,elsewhere',
      blob,
      'javascript:document.title="elsewhere"',
      'media://clip/x/sound',
      'app://elsewhere/',
    ]) {
      await page.evaluate((url) => {
        const link = document.createElement('a');
        link.href = url;
        document.body.append(link);
        link.click();
        link.remove();
      }, address);
      await page.waitForTimeout(150);
      expect(page.url()).toBe(before);
      expect(await page.evaluate(() => document.title), address).toBe('InstruNet');
    }
    expect(await page.evaluate(() => typeof window.instrunet)).toBe('object');
    expect(
      app()
        .takeProblems()
        .filter((problem) => !/Not allowed/u.test(problem) && !REFUSAL.test(problem)),
    ).toEqual([]);
  });

  it('opens no second window', async () => {
    const { page, electron } = app();
    const opened = await page.evaluate((own) => {
      const blob = URL.createObjectURL(new Blob(['<p>x'], { type: 'text/html' }));
      const addresses = ['https://example.org/', 'about:blank', '', 'data:text/html,x', 'javascript:1', blob, own];
      const ways = ['', 'noopener', 'width=300,nodeIntegration=yes,contextIsolation=no'];
      return addresses.flatMap((address) => ways.map((way) => window.open(address, '_blank', way) !== null));
    }, page.url());
    expect(new Set(opened)).toEqual(new Set([false]));
    await page.evaluate((own) => {
      for (const href of ['https://example.org/', own]) {
        const link = document.createElement('a');
        link.href = href;
        link.target = '_blank';
        document.body.append(link);
        link.click();
        for (const init of [{ ctrlKey: true }, { shiftKey: true }, { button: 1 }]) {
          link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ...init }));
        }
        link.remove();
      }
      const form = document.createElement('form');
      form.action = own;
      form.target = '_blank';
      document.body.append(form);
      form.submit();
      form.remove();
    }, page.url());
    await page.waitForTimeout(300);
    app().takeProblems();
    expect(await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  it('grants no permission', async () => {
    const answers = await app().page.evaluate(async () => {
      const states: Record<string, string> = {};
      for (const name of ['geolocation', 'microphone', 'camera', 'midi'] as const) {
        states[name] = (await navigator.permissions.query({ name: name })).state;
      }
      states['notification request'] = await Notification.requestPermission();
      states['position'] = await new Promise((done) => {
        navigator.geolocation.getCurrentPosition(
          () => {
            done('told');
          },
          ({ code }) => {
            done(code === 1 ? 'denied' : `error ${code}`);
          },
        );
      });
      states['sound in'] = await navigator.mediaDevices.getUserMedia({ audio: true }).then(
        () => 'given',
        (error: unknown) => (error instanceof Error ? error.name : 'failed'),
      );
      return states;
    });
    expect(answers).toMatchObject({
      geolocation: 'denied',
      microphone: 'denied',
      camera: 'denied',
      midi: 'denied',
      'notification request': 'denied',
      position: 'denied',
    });
    expect(['NotAllowedError', 'NotFoundError']).toContain(answers['sound in']);
  });

  it.each(['nope', '', 'datasets', 'datasets.', '__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'answers the unknown method "%s" as a bad request',
    async (method) => {
      const reply = await app().call(method as 'app.info', null);
      expect(reply).toMatchObject({ ok: false, error: { code: 'bad-request' } });
    },
  );

  it.each<[string, string, unknown]>([
    ['a missing input', 'datasets.get', null],
    ['a number for an id', 'datasets.get', { dataset: 5 }],
    ['a field too many', 'datasets.get', { dataset: 'x', path: '/etc/passwd' }],
    ['an id as long as a book', 'datasets.get', { dataset: 'x'.repeat(100_000) }],
    ['a path for a grant', 'datasets.open', { grant: '/etc' }],
    ['paths for grants', 'classify.start', { ...NAMING, grants: ['../../secret.txt'] }],
    ['a path for a folder', 'runs.train', { ...TRAINING, otherSounds: { kind: 'folder', grant: '/etc' } }],
    ['a place to write to', 'runs.export', { run: 'x', format: 'zip', out: '/tmp/x.zip' }],
    ['an input where none is asked', 'datasets.list', { everything: true }],
    ['a page without end', 'runs.clips', { run: 'x', label: null, predicted: null, offset: 0, limit: 1e9 }],
    ['text for an object', 'runs.rename', 'x'],
    ['more grants than a drop may hold', 'classify.start', { run: 'x', grants: new Array(10_001).fill(randomUUID()) }],
    ['a text of ten million letters', 'runs.rename', { run: 'x', name: 'x'.repeat(10_000_000) }],
    ['no number', 'datasets.makeSample', { clipsPerClass: NaN }],
    ['a list for an object', 'datasets.get', [{ dataset: 'x' }]],
    ['a theme there is not', 'app.setTheme', { theme: 'constructor' }],
  ])('answers %s as a bad request', async (_what, method, input) => {
    const reply = await app().call(method as 'app.info', input as null);
    expect(reply).toMatchObject({ ok: false, error: { code: 'bad-request' } });
  });

  it('takes no keys of prototypes for input', async () => {
    for (const text of [
      '{"dataset": "x", "__proto__": {"polluted": true}}',
      '{"dataset": "x", "constructor": {"prototype": {"polluted": true}}}',
      '{"__proto__": {"dataset": "x"}}',
    ]) {
      const reply = await app().page.evaluate(
        (json) => window.instrunet.call('datasets.get', JSON.parse(json) as never),
        text,
      );
      expect(reply, text).toMatchObject({ ok: false });
    }
    expect(await app().electron.evaluate(() => 'polluted' in {})).toBe(false);
    expect(await app().page.evaluate(() => 'polluted' in {})).toBe(false);
  });

  it('answers what cannot be sent at all with an envelope, too', async () => {
    const reply = await app().page.evaluate(() => {
      const circle: Record<string, unknown> = { call: () => 1 };
      circle['self'] = circle;
      return window.instrunet.call('datasets.get', circle as never);
    });
    expect(reply).toMatchObject({ ok: false, error: { code: 'bad-request' } });
  });

  it('does nothing with a grant it never gave', async () => {
    const grant = randomUUID();
    expect(await app().call('datasets.open', { grant })).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(await app().call('classify.start', { ...NAMING, grants: [grant] })).toMatchObject({
      ok: false,
      error: { code: 'forbidden' },
    });
    expect(await app().call('models.look', { grant })).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(await app().call('runs.train', { ...TRAINING, otherSounds: { kind: 'folder', grant } })).toMatchObject({
      ok: false,
      error: { code: 'forbidden' },
    });
  });

  it('knows no dataset or run by a path', async () => {
    for (const id of ['/etc', '../..', secret, '..', '.']) {
      expect(await app().call('datasets.get', { dataset: id })).toMatchObject({ ok: false });
      expect(await app().call('runs.get', { run: id })).toMatchObject({ ok: false });
      expect(await app().call('runs.remove', { run: id })).toMatchObject({ ok: false });
      expect(await app().call('models.remove', { model: id })).toMatchObject({ ok: false });
    }
  });

  it('grants nothing for files that the page made up', async () => {
    const granted = await app().page.evaluate(async (path) => {
      const madeUp: unknown[] = [
        new File(['x'], 'made-up.wav'),
        { path, name: 'secret.txt', type: '', size: 1 },
        Object.defineProperty(new File(['x'], 'secret.txt'), 'path', { value: path }),
        path,
        null,
      ];
      const items = [];
      for (const file of madeUp) {
        const reply = await window.instrunet.grant([file as File]);
        if (reply.ok) items.push(...reply.data);
      }
      return items;
    }, secret);
    expect(granted).toEqual([]);
  });

  it('answers nobody but its own page', async () => {
    const reply = await app().electron.evaluate(async ({ BrowserWindow }, preload) => {
      const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true, preload } });
      try {
        await window.loadURL('data:text/html,<title>a stranger</title>');
        return (await window.webContents.executeJavaScript("window.instrunet.call('app.info', null)")) as unknown;
      } finally {
        window.destroy();
      }
    }, PRELOAD);
    expect(reply).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  });

  it('opens nothing in another program', async () => {
    await app().electron.evaluate(({ shell }) => {
      const opened: string[] = [];
      Object.assign(globalThis, { opened });
      shell.openExternal = (url) => {
        opened.push(url);
        return Promise.resolve();
      };
    });
    const addresses = ['https://keras.io/', 'mailto:someone@example.org', 'smb://example.org/share'];
    await app().page.evaluate((urls) => {
      for (const url of urls) {
        window.open(url);
        const link = document.createElement('a');
        Object.assign(link, { href: url, target: '_blank' });
        document.body.append(link);
        link.click();
        link.remove();
      }
    }, addresses);
    const opened = await app().electron.evaluate(() => (globalThis as unknown as { opened: string[] }).opened);
    expect(opened).toEqual([]);
  });

  it('serves its own page and nothing beside it under its own schemes', async () => {
    const page = new URL(app().page.url());
    expect(page.protocol).not.toBe('file:');
    expect(await probe(app(), page.href)).toContain('<title>InstruNet');
    const own = `${page.protocol}//${page.host}`;
    const encoded = encodeURIComponent(secret);
    const up = '..%2f'.repeat(12);
    const addresses = [
      `${own}/${encoded}`,
      `${own}/${secret}`,
      `${own}/${up}${secret.slice(1)}`,
      `${own}/${up.replaceAll('..', '%2e%2e')}${secret.slice(1)}`,
      `${own}/..%5c..%5cpackage.json`,
      `${own}/..%2f..%2fpackage.json`,
      `${own}/../app.cjs`,
      `${own}/..%2fapp.cjs`,
      `${own}/index.html%00.png`,
      `${page.protocol}//elsewhere/index.html`,
      `media://clip/${encoded}`,
      `media://clip/${secret}`,
      `media://clip/${up}${secret.slice(1)}`,
      `media://clip/../../package.json`,
      `media://clip/..%2f..%2fpackage.json`,
      `media://clip/`,
      `media://file/${encoded}`,
      `media://${encoded}`,
    ];
    for (const address of addresses) {
      const answer = await probe(app(), address);
      expect(answer, address).not.toContain(SECRET);
      expect(answer, address).not.toMatch(/devDependencies|<title>InstruNet|sourceMappingURL|no answer/u);
    }
  });

  it('answers nothing to an empty page in its place', async () => {
    const { page } = app();
    const before = page.url();
    // Chromium asks nobody before it shows an empty page: so it must have no use for the bridge there.
    await page.evaluate(() => {
      location.href = 'about:blank';
    });
    await page.waitForURL('about:blank');
    expect(await page.evaluate(() => window.instrunet.call('app.info', null))).toMatchObject({
      ok: false,
      error: { code: 'forbidden' },
    });
    await page.goto(before);
    expect(await app().call('app.info', null)).toMatchObject({ ok: true });
  });
});
