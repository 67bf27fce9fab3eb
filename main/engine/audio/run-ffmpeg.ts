import { PassThrough } from 'node:stream';
import ffmpeg from 'fluent-ffmpeg';
import { cancellation } from '../common/errors.ts';

/** Lines of ffmpeg's own words that are kept: the last ones, which tell what went wrong. */
const KEPT_LINES = 40;

/** ffmpeg ended with an error. */
export class FfmpegFailure extends Error {
  override readonly name = 'FfmpegFailure';
  constructor(
    message: string,
    /** The last lines of what ffmpeg wrote. */
    readonly words: string,
  ) {
    super(message);
  }
}

/**
 * Decodes the first sound track of a file to a WAV stream of 32-bit floats at the track's own rate and channels.
 * ffmpeg is held up while the stream is not read; leaving the loop or aborting kills it.
 * @param program path of ffmpeg
 * @param file absolute path
 * @returns through the generator's return value, what ffmpeg complained about although it went on
 * @throws FfmpegFailure, AbortError
 */
export async function* decodeToWav(
  program: string,
  file: string,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, string, void> {
  signal?.throwIfAborted();
  // The library takes the stream's `close` for a reader that went away, so it must not be sent at the regular end.
  const output = new PassThrough({ emitClose: false });
  const command = ffmpeg({ stdoutLines: KEPT_LINES })
    .setFfmpegPath(program)
    // The protocol is named so that no file name is taken for an option, a pattern or an address.
    .input(`file:${file}`)
    .inputOptions(['-nostdin', '-hide_banner', '-v', 'error'])
    .outputOptions(['-map', '0:a:0', '-map_metadata', '-1', '-fflags', '+bitexact', '-c:a', 'pcm_f32le', '-f', 'wav']);

  let stopped = false;
  const stop = (): void => {
    stopped = true;
    command.kill('SIGKILL');
  };
  const abort = (): void => {
    stop();
    output.destroy(cancellation());
  };
  const ended = new Promise<string>((resolve, reject) => {
    command.on('start', () => {
      if (stopped) command.kill('SIGKILL');
    });
    command.on('end', (_stdout: string | null, stderr: string | null) => {
      resolve(stderr ?? '');
    });
    command.on('error', (error: Error, _stdout: string | null, stderr: string | null) => {
      reject(new FfmpegFailure(error.message, stderr ?? ''));
      output.end();
    });
  });
  // Whoever leaves the loop early does not wait for it.
  ended.catch(() => undefined);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    command.pipe(output);
    for await (const chunk of output) yield chunk as Buffer;
    signal?.throwIfAborted();
    return (await ended).trim();
  } finally {
    signal?.removeEventListener('abort', abort);
    stop();
  }
}

/** Rates that a sound track may keep; any other becomes the nearest of these. */
const KEPT_RATES = '8000|11025|12000|16000|22050|24000|32000|44100|48000';

/**
 * Encodes the first sound track of a file as FLAC of 16 bits, mono or stereo.
 * @param program path of ffmpeg
 * @param file absolute path
 * @param to absolute path of the file to be written
 * @throws FfmpegFailure, AbortError
 */
export async function encodeFlac(program: string, file: string, to: string, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const command = ffmpeg({ stdoutLines: KEPT_LINES })
    .setFfmpegPath(program)
    .input(`file:${file}`)
    .inputOptions(['-nostdin', '-hide_banner', '-v', 'error'])
    .outputOptions(['-map', '0:a:0', '-map_metadata', '-1', '-c:a', 'flac', '-f', 'flac'])
    .audioFilters(`aformat=sample_fmts=s16:channel_layouts=mono|stereo:sample_rates=${KEPT_RATES}`)
    .output(to);
  const abort = (): void => {
    command.kill('SIGKILL');
  };
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await new Promise<void>((done, reject) => {
      command.on('end', () => {
        done();
      });
      command.on('error', (error: Error, _stdout: string | null, stderr: string | null) => {
        reject(signal?.aborted === true ? cancellation() : new FfmpegFailure(error.message, stderr ?? ''));
      });
      command.run();
    });
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
