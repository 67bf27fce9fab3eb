import { beforeEach, describe, expect, it, vi } from 'vitest';
import { BridgeError } from '../../../main/app/failure.ts';
import { answer, answerGrant, routeIpc, type AppHandlers, type Sender } from '../../../main/app/ipc-router.ts';
import { CHANNEL, INPUTS, type Method } from '../../../preload/contract.ts';
import { QUICK_TRAINING } from '../../helpers/quick-training.ts';

const listeners = vi.hoisted(() => new Map<string, (event: unknown, ...values: unknown[]) => Promise<unknown>>());

vi.mock('electron/main', () => ({
  ipcMain: {
    handle: (channel: string, listener: (event: unknown, ...values: unknown[]) => Promise<unknown>) => {
      listeners.set(channel, listener);
    },
  },
  protocol: {},
}));

const PAGE: Sender = { isMainFrame: true, url: 'app://instrunet/index.html' };

const called = vi.fn<(method: Method, input: unknown) => unknown>();
const granted = vi.fn(() => Promise.resolve([]));

/** Every method notes that it was called. */
const HANDLERS = Object.fromEntries(
  Object.keys(INPUTS).map((method) => [method, (input: unknown) => called(method as Method, input)]),
) as unknown as AppHandlers;

beforeEach(() => {
  called.mockReset().mockReturnValue('answered');
  granted.mockClear();
});

const LISTENING = { hopSeconds: 1.5, aggregation: 'mean', topK: 3 };
const TRAINING = { dataset: 'a', name: 'A', training: QUICK_TRAINING, corrections: false };
const GRANT = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';

describe('a call of the page', () => {
  it('is answered in an envelope', async () => {
    expect(await answer(PAGE, 'datasets.get', { dataset: 'a' }, HANDLERS)).toEqual({ ok: true, data: 'answered' });
    expect(called).toHaveBeenCalledExactlyOnceWith('datasets.get', { dataset: 'a' });
  });

  it.each<[string, Sender | null]>([
    ['a frame that is gone', null],
    ['a frame inside the page', { ...PAGE, isMainFrame: false }],
    ['another scheme', { ...PAGE, url: 'file:///app/instrunet/index.html' }],
    ['another host', { ...PAGE, url: 'app://instrunet.example/index.html' }],
    ['a host that begins alike', { ...PAGE, url: 'app://instrunet@elsewhere/index.html' }],
    ['a user name before the host', { ...PAGE, url: 'app://someone@instrunet/index.html' }],
    ['an empty page', { ...PAGE, url: 'about:blank' }],
    ['a page in a text', { ...PAGE, url: 'data:text/html,app://instrunet/' }],
    ['no address', { ...PAGE, url: '' }],
  ])('is refused from %s', async (_who, sender) => {
    const reply = await answer(sender, 'datasets.list', null, HANDLERS);
    expect(reply).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(called).not.toHaveBeenCalled();
  });

  it.each([
    ['nope'],
    [''],
    ['__proto__'],
    ['constructor'],
    ['toString'],
    [5],
    [null],
    [undefined],
    [['datasets.list']],
  ])('is refused for the method %j', async (method) => {
    const reply = await answer(PAGE, method, null, HANDLERS);
    expect(reply).toMatchObject({ ok: false, error: { code: 'bad-request' } });
    expect(called).not.toHaveBeenCalled();
  });

  it.each<[Method, unknown]>([
    ['datasets.list', undefined],
    ['datasets.list', {}],
    ['datasets.get', null],
    ['datasets.get', { dataset: '' }],
    ['datasets.get', { dataset: 'a', more: 1 }],
    ['datasets.open', { grant: '/etc' }],
    ['classify.start', { model: { kind: 'run', id: 'a' }, grants: [], listening: LISTENING }],
    ['classify.start', { model: { kind: 'path', id: '/a' }, grants: [GRANT], listening: LISTENING }],
    ['classify.export', { jobs: ['a'], format: 'exe' }],
    ['runs.export', { run: 'a', format: 'zip', out: '/tmp/a.zip' }],
    ['runs.clips', { run: 'a', label: null, predicted: null, offset: -1, limit: 10 }],
    ['runs.train', { ...TRAINING, otherSounds: { kind: 'folder', grant: '/a' } }],
    ['runs.train', { ...TRAINING, otherSounds: { kind: 'folder', folder: '/a' } }],
    ['runs.train', { ...TRAINING, otherSounds: { kind: 'folder', grant: GRANT, folder: '/a' } }],
    ['runs.chooseOtherSounds', { folder: '/a' }],
    ['runs.rename', { run: 'a', name: '   ' }],
  ])('%s is refused with the input %j', async (method, input) => {
    const reply = await answer(PAGE, method, input, HANDLERS);
    expect(reply).toMatchObject({ ok: false, error: { code: 'bad-request' } });
    expect(called).not.toHaveBeenCalled();
  });

  it('hands on the code of a refusal, and calls everything else a failure', async () => {
    called.mockImplementationOnce(() => {
      throw new BridgeError('forbidden', 'Not this one.', 'why');
    });
    expect(await answer(PAGE, 'datasets.list', null, HANDLERS)).toEqual({
      ok: false,
      error: { code: 'forbidden', message: 'Not this one.', details: 'why' },
    });
    called.mockReturnValueOnce(Promise.reject(new Error('broke')));
    expect(await answer(PAGE, 'datasets.list', null, HANDLERS)).toMatchObject({
      ok: false,
      error: { code: 'failed', message: 'broke' },
    });
  });
});

describe('a drop', () => {
  it('is granted from the page alone', async () => {
    expect(await answerGrant(PAGE, ['/a'], granted)).toEqual({ ok: true, data: [] });
    expect(granted).toHaveBeenCalledExactlyOnceWith(['/a']);
    const stranger = await answerGrant({ ...PAGE, url: 'https://example.org/' }, ['/a'], granted);
    expect(stranger).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(granted).toHaveBeenCalledOnce();
  });

  it.each([[null], ['/a'], [[5]], [['']], [Array.from({ length: 10_001 }, () => '/a')]])(
    'is refused where it is no list of paths',
    async (paths) => {
      expect(await answerGrant(PAGE, paths, granted)).toMatchObject({ ok: false, error: { code: 'bad-request' } });
      expect(granted).not.toHaveBeenCalled();
    },
  );
});

describe('the router', () => {
  it('takes the sender from the frame that called', async () => {
    const log = { info: vi.fn(), error: vi.fn(), file: '' };
    routeIpc(HANDLERS, granted, log as unknown as Parameters<typeof routeIpc>[2]);
    const call = listeners.get(CHANNEL.call);
    const mainFrame = { url: PAGE.url };
    expect(await call?.({ senderFrame: mainFrame, sender: { mainFrame } }, 'datasets.list', null)).toMatchObject({
      ok: true,
    });
    for (const event of [
      { senderFrame: null, sender: { mainFrame } },
      { senderFrame: { url: PAGE.url }, sender: { mainFrame } },
      { senderFrame: { url: 'https://example.org/' }, sender: { mainFrame } },
    ]) {
      const refused = { ok: false, error: { code: 'forbidden' } };
      expect(await call?.(event, 'datasets.list', null)).toMatchObject(refused);
      expect(await listeners.get(CHANNEL.grant)?.(event, ['/a'])).toMatchObject(refused);
    }
    expect(granted).not.toHaveBeenCalled();
    expect(log.error).toHaveBeenCalled();
  });
});
