import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { onPath, run } from './command.mjs';
import { OFFICIAL_LIMIT_MS, whyUnreachable } from './official-source.mjs';
import { PLATFORM, STATE_FOLDER, lockedVersion, packageFolder } from './places.mjs';
import { SetupProblem, messageOf } from './problem.mjs';

const PROGRAM = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';

/** @type {import('./steps.mjs').Step} */
export const ffmpeg = {
  id: 'ffmpeg',
  title: 'ffmpeg',
  key: () =>
    `ffmpeg-static ${lockedVersion('ffmpeg-static')}, @ffmpeg-installer/ffmpeg ${lockedVersion('@ffmpeg-installer/ffmpeg')}, ${PLATFORM}`,
  async install() {
    const failures = [];
    for (const source of [officialFfmpeg, packagedFfmpeg, systemFfmpeg]) {
      try {
        return { ...(await source()), ...(failures.length > 0 && { insteadOf: failures.join('; ') }) };
      } catch (error) {
        failures.push(messageOf(error));
      }
    }
    throw new SetupProblem(
      failures.join('; '),
      'install ffmpeg so that the command `ffmpeg` works (Debian: apt-get install ffmpeg; macOS: brew install ffmpeg), and start again.',
    );
  },
};

/** The binary that ffmpeg-static's install script downloads. */
async function officialFfmpeg() {
  const folder = packageFolder('ffmpeg-static');
  const path = join(folder, PROGRAM);
  const source = `ffmpeg-static ${lockedVersion('ffmpeg-static')}`;
  if (existsSync(path)) {
    try {
      return { version: await ffmpegVersion(path), source, path, files: [path] };
    } catch {
      await rm(path);
    }
  }
  const reason = await whyUnreachable('github.com', ['FFMPEG_BINARIES_URL']);
  if (reason !== null) {
    throw new Error(`ffmpeg-static: ${reason}`);
  }
  const stage = join(STATE_FOLDER, 'ffmpeg-stage');
  await rm(stage, { recursive: true, force: true });
  await mkdir(stage, { recursive: true });
  try {
    const staged = join(stage, PROGRAM);
    await run(process.execPath, [join(folder, 'install.js')], {
      cwd: folder,
      environment: { FFMPEG_BIN: staged },
      limitMs: OFFICIAL_LIMIT_MS,
    });
    const version = await ffmpegVersion(staged);
    for (const accompanying of ['.README', '.LICENSE']) {
      if (existsSync(staged + accompanying)) {
        await rename(staged + accompanying, path + accompanying);
      }
    }
    await rename(staged, path);
    return { version, source, path, files: [path] };
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

/** The binary that lies inside an npm package: older, but it comes with `npm ci`. */
async function packagedFfmpeg() {
  const name = `@ffmpeg-installer/${PLATFORM}`;
  const path = join(packageFolder(name), PROGRAM);
  if (!existsSync(path)) {
    throw new Error(`${name} has no binary for this platform`);
  }
  if (process.platform !== 'win32') {
    await chmod(path, 0o755);
  }
  return { version: await ffmpegVersion(path), source: `${name} ${lockedVersion(name)}`, path, files: [path] };
}

async function systemFfmpeg() {
  const path = onPath('ffmpeg');
  if (path === null) {
    throw new Error('no ffmpeg on PATH');
  }
  return { version: await ffmpegVersion(path), source: path, path, files: [path] };
}

/** @param {string} path */
async function ffmpegVersion(path) {
  const words = await run(path, ['-hide_banner', '-version'], { limitMs: 30_000 });
  const version = /^ffmpeg version (\S+)/.exec(words)?.[1];
  if (version === undefined) {
    throw new Error(`${path} does not say which version it is`);
  }
  return version;
}
