import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { EngineError } from '../common/errors.ts';

export type FfmpegSource = 'INSTRUNET_FFMPEG' | 'ffmpeg-static' | '@ffmpeg-installer/ffmpeg' | 'PATH';

/** The ffmpeg in use and where it came from, which is reported with every run. */
export interface Ffmpeg {
  readonly path: string;
  readonly source: FfmpegSource;
}

/** A virus scanner may read a program through before it lets it start. */
const START_LIMIT_MS = 60_000;

/**
 * Finds ffmpeg: the one that the environment variable INSTRUNET_FFMPEG names, else that of ffmpeg-static, else that of
 * \@ffmpeg-installer/ffmpeg, else one on PATH. Each is started once: one that does not run here (made for another system,
 * half downloaded, lacking libraries) would make every sound file seem unreadable.
 * @throws EngineError `runtime-missing` naming all that was tried; also when INSTRUNET_FFMPEG names no ffmpeg, because
 * another ffmpeg in its place would go unnoticed
 */
export async function locateFfmpeg(environment: NodeJS.ProcessEnv = process.env): Promise<Ffmpeg> {
  const wanted = environment['INSTRUNET_FFMPEG'];
  if (wanted !== undefined && wanted !== '') {
    const path = resolve(wanted);
    const fault = await faultOf(path);
    if (fault === undefined) return { path, source: 'INSTRUNET_FFMPEG' };
    throw new EngineError('runtime-missing', `INSTRUNET_FFMPEG names no ffmpeg that can be run: ${fault}.`);
  }
  const tried: string[] = [];
  for (const [source, packaged] of [
    ['ffmpeg-static', await packagedPath(async () => (await import('ffmpeg-static')).default)],
    [
      '@ffmpeg-installer/ffmpeg',
      await packagedPath(async () => (await import('@ffmpeg-installer/ffmpeg')).default.path),
    ],
  ] as const) {
    const fault = 'path' in packaged ? await faultOf(packaged.path) : packaged.reason;
    if ('path' in packaged && fault === undefined) return { path: packaged.path, source };
    tried.push(`${source} (${fault ?? ''})`);
  }
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  for (const folder of (environment['PATH'] ?? '').split(delimiter).filter((part) => part !== '')) {
    const path = join(folder, name);
    if (!(await isProgram(path))) continue;
    const fault = await faultOf(path);
    if (fault === undefined) return { path, source: 'PATH' };
    tried.push(`PATH (${fault})`);
  }
  tried.push('PATH (no other ffmpeg in its folders)');
  throw new EngineError(
    'runtime-missing',
    `No ffmpeg was found, so sound cannot be read. Tried: ${tried.join('; ')}. ` +
      'Install ffmpeg or name it in the environment variable INSTRUNET_FFMPEG.',
  );
}

/** A program inside an Electron archive cannot be started; its copy beside the archive can. */
async function packagedPath(
  find: () => Promise<string | null>,
): Promise<{ readonly path: string } | { readonly reason: string }> {
  try {
    const path = await find();
    if (path === null) return { reason: 'not made for this system' };
    return { path: path.replace(`app.asar${sep}`, `app.asar.unpacked${sep}`) };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Programs that have been started and said that they are ffmpeg. */
const running = new Map<string, Promise<string | undefined>>();

/** Why the program at `path` cannot be used; undefined where it can. What was found good is not asked again. */
async function faultOf(path: string): Promise<string | undefined> {
  const asked = running.get(path) ?? start(path);
  running.set(path, asked);
  const fault = await asked;
  if (fault !== undefined) running.delete(path);
  return fault;
}

async function start(path: string): Promise<string | undefined> {
  if (!(await isProgram(path))) return `no program at ${path}`;
  try {
    const { stdout } = await promisify(execFile)(path, ['-version'], { timeout: START_LIMIT_MS });
    return stdout.startsWith('ffmpeg version') ? undefined : `${path} is no ffmpeg`;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return `${path} does not run: ${words.trim().split('\n').at(-1) ?? ''}`;
  }
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
