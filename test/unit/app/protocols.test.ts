import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { pageFile, serveApp } from '../../../main/app/app-protocol.ts';
import { mediaRequest, serveMedia } from '../../../main/app/media-protocol.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

type Handler = (request: Request) => Promise<Response>;

const served = vi.hoisted(() => new Map<string, Handler>());

vi.mock('electron/main', () => ({
  app: {},
  session: {},
  protocol: {
    handle: (scheme: string, handler: Handler) => {
      served.set(scheme, handler);
    },
  },
}));

/** Asks a scheme; `Request` itself refuses no scheme. */
function ask(url: string, init: RequestInit = {}): Promise<Response> {
  const handler = served.get(new URL(url).protocol.slice(0, -1));
  if (handler === undefined) throw new Error(`nobody serves ${url}`);
  return handler(new Request(url, init));
}

describe('the scheme of the page', () => {
  it('names files inside its folder', () => {
    expect(pageFile('/page', 'app://instrunet/')?.path).toBe('/page/index.html');
    expect(pageFile('/page', 'app://instrunet/assets/index-1.js?v=2#top')?.path).toBe('/page/assets/index-1.js');
    expect(pageFile('/page', 'app://instrunet/a/../index.html')?.path).toBe('/page/index.html');
  });

  it.each([
    'app://elsewhere/index.html',
    'app://someone@instrunet/index.html',
    'https://instrunet/index.html',
    'app://instrunet/..%2fsecret.html',
    'app://instrunet/..%2f..%2fetc%2fx.json',
    'app://instrunet/%2e%2e%2f%2e%2e%2fx.json',
    'app://instrunet/a%2f..%2f..%2fx.json',
    'app://instrunet/..%5cx.json',
    'app://instrunet/index.html%00.png',
    'app://instrunet/app.cjs',
    'app://instrunet/.env',
    'app://instrunet/%ff.html',
    'no address',
  ])('serves nothing for %s', (address) => {
    expect(pageFile('/page', address)).toBeNull();
  });

  it('sends its policy with everything, also with what is not there', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'index.html'), '<title>page</title>');
    serveApp(folder, null);
    const found = await ask('app://instrunet/index.html');
    expect({ status: found.status, text: await found.text() }).toEqual({ status: 200, text: '<title>page</title>' });
    const missing = await ask('app://instrunet/other.html');
    const written = await ask('app://instrunet/index.html', { method: 'POST', body: 'x' });
    expect([missing.status, written.status]).toEqual([404, 404]);
    for (const { headers } of [found, missing, written]) {
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/u);
      expect(headers.get('content-security-policy')).not.toMatch(/unsafe|\*/u);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});

describe('the scheme of sound and pictures', () => {
  it('names a clip by its id and its part', () => {
    expect(mediaRequest('media://clip/3f-a/sound')).toEqual({ clip: '3f-a', part: 'sound' });
    expect(mediaRequest('media://clip/3f-a/picture')).toEqual({ clip: '3f-a', part: 'picture' });
  });

  it.each([
    'media://clip/',
    'media://clip//etc/passwd',
    'media://clip/..%2f..%2fsecret/sound',
    'media://clip/%2fetc%2fpasswd/sound',
    'media://clip/a/b/sound',
    'media://clip/a/weights',
    'media://file/a/sound',
    'app://clip/a/sound',
    'no address',
  ])('names nothing by %s', (address) => {
    expect(mediaRequest(address)).toBeNull();
  });

  it('answers ranges with the bytes asked for', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'clip.wav');
    const bytes = Uint8Array.from({ length: 200_000 }, (_, index) => index % 251);
    await writeFile(path, bytes);
    await writeFile(join(folder, 'empty.wav'), '');
    serveMedia((clip) => Promise.resolve(clip === 'missing' ? null : join(folder, `${clip}.wav`)));

    const whole = await ask('media://clip/clip/sound');
    expect(whole.status).toBe(200);
    expect(whole.headers.get('accept-ranges')).toBe('bytes');
    expect(whole.headers.get('content-type')).toBe('audio/wav');
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);

    const part = await ask('media://clip/clip/sound', { headers: { range: 'bytes=100000-180001' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe('bytes 100000-180001/200000');
    expect(part.headers.get('content-length')).toBe('80002');
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100_000, 180_002))).toBe(true);

    const beyond = await ask('media://clip/clip/sound', { headers: { range: 'bytes=200000-' } });
    expect(beyond.status).toBe(416);
    expect(beyond.headers.get('content-range')).toBe('bytes */200000');

    const head = await ask('media://clip/clip/sound', { method: 'HEAD', headers: { range: 'bytes=5-9' } });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([206, '5', '']);

    const empty = await ask('media://clip/empty/sound');
    expect([empty.status, await empty.text()]).toEqual([200, '']);
    for (const clip of ['missing', 'gone']) expect((await ask(`media://clip/${clip}/sound`)).status).toBe(404);
    expect((await ask('media://clip/clip/sound', { method: 'POST', body: 'x' })).status).toBe(404);
  });
});
