import { extname } from 'node:path';
import { protocol } from 'electron/main';
import { openFile, streamFile } from './file-stream.ts';
import { parseRange } from './range.ts';
import { APP_ORIGIN, MEDIA_SCHEME } from './schemes.ts';

/** Types of what the page's player can be given; anything else is sent as bytes and left to Chromium to try. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.wav': 'audio/wav',
  '.mp3': 'audio/mpeg',
  '.flac': 'audio/flac',
  '.ogg': 'audio/ogg',
  '.oga': 'audio/ogg',
  '.opus': 'audio/ogg',
  '.m4a': 'audio/mp4',
  '.mp4': 'audio/mp4',
  '.aac': 'audio/aac',
  '.webm': 'audio/webm',
};

const ADDRESS = /^\/([0-9a-z-]{1,200})\/(sound|picture)$/u;

export type MediaPart = 'sound' | 'picture';

/** What an address of the scheme asks for; null where it is none. */
export function mediaRequest(address: string): { readonly clip: string; readonly part: MediaPart } | null {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  const [, clip, part] = ADDRESS.exec(url.pathname) ?? [];
  if (url.protocol !== `${MEDIA_SCHEME}:` || url.host !== 'clip' || clip === undefined) return null;
  return { clip, part: part === 'sound' ? 'sound' : 'picture' };
}

/**
 * Serves sound and pictures of clips by their ids, ranges honoured.
 * @param locate the file behind an id; null where the engine knows none
 */
export function serveMedia(locate: (clip: string, part: MediaPart) => Promise<string | null>): void {
  protocol.handle(MEDIA_SCHEME, async ({ url, method, headers }) => {
    const wanted = mediaRequest(url);
    if (wanted === null || (method !== 'GET' && method !== 'HEAD')) return empty(404);
    const path = await locate(wanted.clip, wanted.part);
    return path === null ? empty(404) : answerFile(path, method, headers.get('range'));
  });
}

async function answerFile(path: string, method: string, rangeHeader: string | null): Promise<Response> {
  const opened = await openFile(path);
  if (opened === null) return empty(404);
  const { file, size } = opened;
  const range = parseRange(rangeHeader, size);
  if (range === 'unsatisfiable') {
    await file.close();
    return empty(416, { 'Content-Range': `bytes */${size}` });
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  const headers = {
    'Content-Type': MEDIA_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
    'Content-Length': String(end + 1 - start),
    'Accept-Ranges': 'bytes',
    ...(range === null ? {} : { 'Content-Range': `bytes ${start}-${end}/${size}` }),
  };
  const status = range === null ? 200 : 206;
  if (method === 'GET' && size > 0) {
    return new Response(streamFile(file, { start, end }), { status, headers: withCommon(headers) });
  }
  await file.close();
  return empty(status, headers);
}

function empty(status: number, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, { status, headers: withCommon(headers) });
}

function withCommon(headers: Readonly<Record<string, string>>): Record<string, string> {
  return {
    ...headers,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    'Access-Control-Allow-Origin': APP_ORIGIN,
    'Access-Control-Expose-Headers': 'Content-Range, Accept-Ranges, Content-Length',
  };
}
