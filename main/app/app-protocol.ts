import { readFile } from 'node:fs/promises';
import { extname, isAbsolute, join, relative, sep } from 'node:path';
import { protocol } from 'electron/main';
import { devPolicy, fetchPage } from './dev-server.ts';
import { APP_SCHEME, isAppUrl } from './schemes.ts';
import { CONTENT_SECURITY_POLICY } from './security.ts';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
};

/**
 * The file of the page that an address stands for.
 * @returns null for any other host, for what lies outside the folder and for types the page has no use for
 */
export function pageFile(folder: string, address: string): { readonly path: string; readonly type: string } | null {
  if (!isAppUrl(address)) return null;
  let name: string;
  try {
    name = decodeURIComponent(new URL(address).pathname);
  } catch {
    return null;
  }
  if (name.includes('\0') || name.includes('\\')) return null;
  const path = join(folder, name === '/' ? 'index.html' : name);
  const inside = relative(folder, path);
  const type = MEDIA_TYPES[extname(path)];
  if (type === undefined || inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    return null;
  }
  return { path, type };
}

/**
 * Serves the page from a folder.
 * @param server has it instead while it is worked on
 */
export function serveApp(folder: string, server: URL | null): void {
  if (server !== null) {
    const policy = devPolicy(server);
    protocol.handle(APP_SCHEME, async ({ url }) => {
      const { status, type, content } = await fetchPage(server, url);
      return answer(status, type, content, policy);
    });
    return;
  }
  protocol.handle(APP_SCHEME, async ({ url, method }) => {
    const file = method === 'GET' || method === 'HEAD' ? pageFile(folder, url) : null;
    const content = file === null ? null : await readFile(file.path).catch(() => null);
    if (file === null || content === null) return answer(404, 'text/plain; charset=utf-8', 'There is no such file.');
    return answer(200, file.type, method === 'HEAD' ? null : content);
  });
}

function answer(
  status: number,
  type: string,
  body: string | Uint8Array | null,
  policy = CONTENT_SECURITY_POLICY,
): Response {
  return new Response(body, {
    status,
    headers: {
      'Content-Type': type,
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-cache',
    },
  });
}
