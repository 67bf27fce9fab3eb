import { get } from 'node:http';
import { CONTENT_SECURITY_POLICY } from './security.ts';

const VARIABLE = 'INSTRUNET_DEV_SERVER';

/**
 * The server that `npm run dev` has the page from, on this machine. A packaged app has none, whatever its environment says.
 */
export function devServer(packaged: boolean, environment: NodeJS.ProcessEnv = process.env): URL | null {
  const address = environment[VARIABLE];
  if (packaged || address === undefined) return null;
  const url = new URL(address);
  return url.protocol === 'http:' && url.hostname === '127.0.0.1' && url.port !== '' ? url : null;
}

/** The page's policy while it is worked on: Vite puts styles into the page and tells it of changes by a web socket. */
export function devPolicy({ host }: URL): string {
  return CONTENT_SECURITY_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'").replace(
    "connect-src 'self'",
    `connect-src 'self' ws://${host}`,
  );
}

export interface Fetched {
  readonly status: number;
  readonly type: string;
  readonly content: Uint8Array;
}

/** What the server has for an address of the app's own scheme. */
export function fetchPage(server: URL, address: string): Promise<Fetched> {
  const { pathname, search } = new URL(address);
  return new Promise((resolve, reject) => {
    // Told apart from a navigation, for which Vite would answer anything with the page.
    get(
      new URL(`${pathname}${search}`, server),
      { headers: { Accept: pathname === '/' ? 'text/html' : '*/*' } },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          const type = answer.headers['content-type'] ?? 'application/octet-stream';
          resolve({ status: answer.statusCode ?? 500, type, content: Buffer.concat(parts) });
        });
      },
    ).on('error', reject);
  });
}
