import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { devPolicy, devServer, fetchPage } from '../../../main/app/dev-server.ts';
import { CONTENT_SECURITY_POLICY } from '../../../main/app/security.ts';

vi.mock('electron/main', () => ({ app: {}, session: {}, protocol: {} }));

const HERE = 'http://127.0.0.1:5173';

describe('the server of the page under work', () => {
  it('is the one that the environment names', () => {
    expect(devServer(false, { INSTRUNET_DEV_SERVER: HERE })?.href).toBe(`${HERE}/`);
    expect(devServer(false, {})).toBeNull();
  });

  it('is refused by a packaged app', () => {
    expect(devServer(true, { INSTRUNET_DEV_SERVER: HERE })).toBeNull();
  });

  it.each([
    'https://example.org/',
    'http://127.0.0.1.example.org:5173/',
    'http://127.0.0.1/',
    'file:///tmp/index.html',
  ])('is never %s', (address) => {
    expect(devServer(false, { INSTRUNET_DEV_SERVER: address })).toBeNull();
  });

  it('loosens the policy for styles and its own web socket alone', () => {
    const before = CONTENT_SECURITY_POLICY.split('; ');
    const after = devPolicy(new URL(HERE)).split('; ');
    expect(after).toHaveLength(before.length);
    expect(after.filter((directive) => !before.includes(directive))).toEqual([
      "style-src 'self' 'unsafe-inline'",
      "connect-src 'self' ws://127.0.0.1:5173 media:",
    ]);
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe|127\.0\.0\.1|ws:|http/u);
  });

  it('is asked for the path of an address of the app', async () => {
    const server = createServer(({ url }, answer) => {
      answer.writeHead(200, { 'Content-Type': 'text/javascript' }).end(`asked for ${String(url)}`);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    onTestFinished(() => {
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const fetched = await fetchPage(new URL(`http://127.0.0.1:${port}`), 'app://instrunet/main.ts?t=1');
    expect({ ...fetched, content: Buffer.from(fetched.content).toString() }).toEqual({
      status: 200,
      type: 'text/javascript',
      content: 'asked for /main.ts?t=1',
    });
  });
});
