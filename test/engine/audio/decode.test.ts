import { execFile, execFileSync } from 'node:child_process';
import { chmod, mkdir, open, readFile, truncate, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { decode, decodeMono, type DecodeOptions } from '../../../main/engine/audio/decode.ts';
import { locateFfmpeg } from '../../../main/engine/audio/ffmpeg.ts';
import { inspectAudio } from '../../../main/engine/audio/inspect.ts';
import { concatenate } from '../../../main/engine/audio/samples.ts';
import { decodeToWav } from '../../../main/engine/audio/run-ffmpeg.ts';
import { music, noise } from '../../fixtures/audio/signals.ts';
import { suitePaths } from '../../helpers/temporary-folder.ts';
import { wavBytes, writeWav, type WavOptions } from '../../fixtures/audio/write-wav.ts';

const at = suitePaths();
const RATE = 44_100;
const left = music(2 * RATE, RATE);
const right = noise(2 * RATE, 3).map((value) => value / 10);
let program = '';

async function ffmpeg(...args: string[]): Promise<void> {
  await promisify(execFile)(program, ['-nostdin', '-v', 'error', '-y', ...args]);
}

/** Makes a file from the stereo source with ffmpeg's options. */
async function made(name: string, ...options: string[]): Promise<string> {
  await ffmpeg('-i', at('source.wav'), ...options, at(name));
  return at(name);
}

interface Decoded {
  readonly sampleRate: number;
  readonly channels: number;
  readonly samples: Float32Array;
}

async function decodeAll(path: string, options: DecodeOptions = {}): Promise<Decoded> {
  let [sampleRate, channels] = [0, 0];
  const pieces: Float32Array[] = [];
  for await (const chunk of decode(path, options)) {
    ({ sampleRate, channels } = chunk);
    pieces.push(chunk.samples);
  }
  return { sampleRate, channels, samples: concatenate(pieces) };
}

/** The samples ffmpeg itself gives, past the reader of plain WAV. */
async function throughFfmpeg(path: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of decodeToWav(program, path)) pieces.push(piece);
  const wav = Buffer.concat(pieces);
  return wav.subarray(wav.indexOf('data') + 8);
}

/** Stereo silence in 16 bits, without filling the disk. */
async function writeSilence(path: string, seconds: number): Promise<void> {
  const bytes = seconds * RATE * 4;
  const header = wavBytes([new Float32Array(0), new Float32Array(0)], { rate: RATE, statedBytes: bytes });
  const file = await open(path, 'w');
  await file.write(header);
  await file.truncate(header.length + bytes);
  await file.close();
}

beforeAll(async () => {
  program = (await locateFfmpeg()).path;
  await writeWav(at('source.wav'), [left, right], { rate: RATE });
});

describe('decode', () => {
  it.each<[string, string[], boolean]>([
    ['a.flac', [], true],
    ['a.aiff', [], true],
    ['a.mp3', [], false],
    ['a.ogg', ['-c:a', 'libvorbis'], false],
    ['a.opus', ['-c:a', 'libopus'], false],
    ['a.m4a', [], false],
    ['a.aac', [], false],
    ['a.wma', [], false],
    ['compressed.wav', ['-c:a', 'adpcm_ms'], false],
    ['a.MP3', [], false],
  ])('reads %s', async (name, options, lossless) => {
    const { sampleRate, channels, samples } = await decodeAll(await made(name, ...options));
    expect(channels).toBe(2);
    const seconds = samples.length / channels / sampleRate;
    expect(seconds).toBeGreaterThan(1.95);
    expect(seconds).toBeLessThan(2.1);
    if (lossless) expect(samples).toEqual((await decodeAll(at('source.wav'))).samples);
  });

  it.each<[string, string, string]>([
    ['film.mp4', 'mpeg4', 'aac'],
    ['film.mov', 'mpeg4', 'pcm_s16le'],
    ['film.mkv', 'mpeg4', 'flac'],
    ['film.avi', 'mpeg4', 'libmp3lame'],
    ['film.webm', 'libvpx', 'libvorbis'],
  ])('reads the sound track of a video: %s', async (name, video, audio) => {
    const picture = ['-f', 'lavfi', '-i', 'color=c=red:s=32x32:d=2'];
    await ffmpeg(...picture, '-i', at('source.wav'), '-shortest', '-c:v', video, '-c:a', audio, at(name));
    const { samples } = await decodeAll(at(name));
    expect(samples.length / 2 / RATE).toBeGreaterThan(1.9);
  });

  it.each<[string, number, number, string[]]>([
    ['8k.aiff', 8000, 1, ['-c:a', 'pcm_s8']],
    ['24.aiff', 96_000, 2, ['-c:a', 'pcm_s24be']],
    ['float.aifc', 48_000, 2, ['-c:a', 'pcm_f32be', '-f', 'aiff']],
    ['24.flac', 192_000, 2, ['-sample_fmt', 's32']],
    ['7.1.flac', 48_000, 8, []],
    ['5.1.m4a', 48_000, 6, []],
    ['7.1.opus', 48_000, 8, ['-c:a', 'libopus']],
    ['5.1.ogg', 44_100, 6, ['-c:a', 'libvorbis']],
    ['8k.mp3', 8000, 1, []],
    ['8k.wma', 8000, 1, []],
  ])('keeps rate and channels of %s: %i Hz, %i channels', async (name, rate, channels, options) => {
    const sounds = Array.from({ length: channels }, (_, channel) => noise(rate, channel + 1));
    const layout = { 6: '5.1', 8: '7.1' }[channels];
    await writeWav(at('layout.wav'), sounds, { rate });
    const given = layout === undefined ? [] : ['-channel_layout', layout];
    await ffmpeg(...given, '-i', at('layout.wav'), ...options, at(name));
    const decoded = await decodeAll(at(name));
    expect(decoded).toMatchObject({ sampleRate: rate, channels });
    const seconds = decoded.samples.length / channels / rate;
    expect(seconds).toBeGreaterThan(0.97);
    expect(seconds).toBeLessThan(1.2);
    const level = Math.sqrt(decoded.samples.reduce((sum, value) => sum + value * value, 0) / decoded.samples.length);
    expect(level).toBeGreaterThan(0.05);
  });

  it.each<[number, WavOptions]>([
    [1, { rate: 8000, bits: 8 }],
    [2, { rate: 44_100, bits: 16 }],
    [1, { rate: 192_000, bits: 24 }],
    [6, { rate: 48_000, bits: 24, extensible: true }],
    [8, { rate: 48_000, bits: 16, extensible: true }],
    [2, { rate: 96_000, bits: 32 }],
    [2, { rate: 22_050, bits: 32, float: true }],
    [3, { rate: 11_025, bits: 64, float: true }],
    [1, { rate: 44_100, extraChunks: [{ id: 'junk', body: Buffer.from('odd') }] }],
  ])('reads %i channels of plain WAV as ffmpeg does: %j', async (channels, options) => {
    const sounds = Array.from({ length: channels }, (_, channel) => noise(5000, channel + 1));
    const path = await writeWav(at('plain.wav'), sounds, options);
    const decoded = await decodeAll(path);
    expect(decoded).toMatchObject({ sampleRate: options.rate, channels });
    const expected = await throughFfmpeg(path);
    expect(decoded.samples).toHaveLength(5000 * channels);
    expect(Buffer.from(decoded.samples.buffer).equals(expected)).toBe(true);
  });

  it.each(['with space.ogg', 'quote\'s "two".ogg', 'line\nbreak.ogg', '-i.ogg', 'ünï %d [x].ogg', 'http:x.ogg'])(
    'reads a file called %j',
    async (name) => {
      await writeFile(at(name), await readFile(await made('plain.ogg', '-c:a', 'libvorbis')));
      expect((await decodeAll(at(name))).samples.length).toBeGreaterThan(RATE);
    },
  );

  it('gives one channel, the mean of all, at the rate asked for', async () => {
    await writeWav(at('opposite.wav'), [left, left.map((value) => -value)], { rate: RATE, bits: 24 });
    const mono: Float32Array[] = [];
    for await (const piece of decodeMono(at('opposite.wav'), 16_000)) mono.push(piece);
    const samples = concatenate(mono);
    expect(samples).toHaveLength(32_000);
    expect(Math.max(...samples.map(Math.abs))).toBeLessThan(1e-6);
  });

  it('takes what is no number in a float file for silence', async () => {
    const broken = Float32Array.from([0.5, NaN, Infinity, -0.5]);
    const path = await writeWav(at('nan.wav'), [broken], { rate: RATE, bits: 32, float: true });
    expect([...(await decodeAll(path)).samples]).toEqual([0.5, 0, 0, -0.5]);
  });

  it.each<[string, (path: string) => Promise<void>]>([
    ['hours.wav', (path) => writeSilence(path, 2 * 3600)],
    ['two-hours.flac', (path) => ffmpeg('-f', 'lavfi', '-i', `anullsrc=r=${RATE}:cl=stereo`, '-t', '7200', path)],
  ])('holds no more of %s in memory than of a short file', async (name, make) => {
    await make(at(name));
    const before = process.memoryUsage.rss();
    let [peak, count] = [before, 0];
    for await (const samples of decodeMono(at(name), 16_000)) {
      count += samples.length;
      peak = Math.max(peak, process.memoryUsage.rss());
    }
    expect(count / 16_000).toBe(7200);
    // As samples the whole would be 2.5 GB.
    expect((peak - before) / 2 ** 20).toBeLessThan(250);
  });

  it('streams a long file piece by piece', async () => {
    await ffmpeg('-f', 'lavfi', '-i', 'sine=frequency=440:duration=150', at('long.mp3'));
    let largest = 0;
    let count = 0;
    for await (const { samples, sampleRate } of decode(at('long.mp3'))) {
      largest = Math.max(largest, samples.length / sampleRate);
      count += samples.length;
    }
    expect(count / RATE).toBeGreaterThan(149);
    expect(largest).toBeLessThan(10);
  });
});

describe('decode of a bad file', () => {
  const failure = async (path: string): Promise<unknown> => decodeAll(path).catch((error: unknown) => error);

  it.each<[string, string | Buffer, RegExp]>([
    ['text.wav', 'Dear diary, today I renamed a file.\n'.repeat(50), /text\.wav cannot be read as sound: it holds no/],
    ['empty.wav', '', /empty\.wav .*0 bytes/],
    [
      'header.wav',
      wavBytes([left], { rate: RATE }).subarray(0, 30),
      /header\.wav cannot be read as sound: it is cut off in its header/,
    ],
    ['only-header.wav', wavBytes([left], { rate: RATE }).subarray(0, 44), /ends right after its header/],
  ])('says what is wrong with %s', async (name, content, message) => {
    await writeFile(at(name), content);
    expect(await failure(at(name))).toMatchObject({
      code: 'unreadable-audio',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each([1, 0xffffffff])('does not believe a header that says %i samples a second', async (rate) => {
    const bytes = wavBytes([left], { rate: RATE });
    bytes.writeUInt32LE(rate, 24);
    await writeFile(at('rate.wav'), bytes);
    expect(await failure(at('rate.wav'))).toMatchObject({
      code: 'unreadable-audio',
      message: expect.stringContaining(`${String(rate)} samples a second`) as string,
    });
  });

  it.skipIf(process.platform === 'win32')('does not wait for what is no ordinary file', async () => {
    execFileSync('mkfifo', [at('pipe.wav')]);
    const message = 'pipe.wav cannot be read as sound: it is no ordinary file.';
    expect(await failure(at('pipe.wav'))).toMatchObject({ code: 'unreadable-audio', message });
  });

  it("keeps ffmpeg's own words", async () => {
    await writeFile(at('text.mp3'), 'no sound here'.repeat(100));
    expect(await failure(at('text.mp3'))).toMatchObject({
      details: expect.stringContaining('exited with code 1') as string,
    });
  });

  it('says that an mp4 is incomplete', async () => {
    const path = await made('cut.m4a');
    await truncate(path, 3000);
    expect(await failure(path)).toMatchObject({ message: 'cut.m4a cannot be read as sound: it is incomplete.' });
  });

  it('says that a video has no sound', async () => {
    await ffmpeg('-f', 'lavfi', '-i', 'color=c=red:s=32x32:d=1', '-c:v', 'mpeg4', at('silent-film.mp4'));
    const message = 'silent-film.mp4 cannot be read as sound: there is no sound track in it.';
    expect(await failure(at('silent-film.mp4'))).toMatchObject({ code: 'unreadable-audio', message });
  });

  it('tells a folder and a missing file', async () => {
    await mkdir(at('folder.wav'));
    expect(await failure(at('folder.wav'))).toMatchObject({
      code: 'unreadable-audio',
      message: expect.stringContaining('folder') as string,
    });
    expect(await failure(at('gone.wav'))).toMatchObject({ code: 'not-found', message: 'gone.wav does not exist' });
  });

  it.skipIf(process.getuid?.() === 0)('tells a file that may not be read', async () => {
    await writeFile(at('secret.wav'), 'x');
    await chmod(at('secret.wav'), 0);
    expect(await failure(at('secret.wav'))).toMatchObject({ code: 'permission-denied' });
  });

  it('gives what is there of a WAV that ends early, with a warning', async () => {
    await writeFile(at('short.wav'), wavBytes([left], { rate: RATE }).subarray(0, 44 + RATE * 2));
    const warnings: string[] = [];
    const { samples } = await decodeAll(at('short.wav'), { onWarning: (message) => warnings.push(message) });
    expect(samples).toHaveLength(RATE);
    expect(warnings).toEqual(['short.wav ends early: 1.0 of 2.0 seconds are missing.']);
  });

  it.each([0xffffffff, 0x7ffff000, 0])('takes a stated length of %i bytes for unknown', async (statedBytes) => {
    await writeWav(at('streamed.wav'), [left], { rate: RATE, statedBytes });
    const warnings: string[] = [];
    const { samples } = await decodeAll(at('streamed.wav'), { onWarning: (message) => warnings.push(message) });
    expect(samples).toHaveLength(2 * RATE);
    expect(warnings).toEqual([]);
  });

  it('gives what can be decoded of a file damaged in the middle, with a warning', async () => {
    const path = await made('damaged.flac');
    const bytes = await readFile(path);
    bytes.fill(0x55, bytes.length / 2, bytes.length / 2 + 3000);
    await writeFile(path, bytes);
    const warnings: string[] = [];
    const { samples } = await decodeAll(path, { onWarning: (message) => warnings.push(message) });
    expect(samples.length).toBeGreaterThan(RATE);
    expect(warnings[0]).toMatch(/^damaged\.flac is damaged in places: /);
  });
});

describe('cancelling', () => {
  it('stops at once and leaves no ffmpeg behind', async () => {
    await ffmpeg('-f', 'lavfi', '-i', 'anullsrc=r=8000:cl=mono', '-t', '3600', at('hours.flac'));
    const controller = new AbortController();
    const run = (async () => {
      for await (const chunk of decode(at('hours.flac'), { signal: controller.signal })) {
        if (chunk.samples.length > 0) controller.abort();
      }
    })();
    await expect(run).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => processesWith('hours.flac'), { timeout: 5000 }).toBe(0);
  });

  it('ends ffmpeg when the reader stops reading', async () => {
    for await (const chunk of decode(at('hours.flac'))) if (chunk.samples.length > 0) break;
    await expect.poll(() => processesWith('hours.flac'), { timeout: 5000 }).toBe(0);
  });

  it('does not begin when it was cancelled before', async () => {
    await expect(decodeAll(at('source.wav'), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

/** Running processes whose command line contains `text` and an ffmpeg. */
async function processesWith(text: string): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'args']);
  return stdout.split('\n').filter((line) => line.includes(text) && line.includes('pcm_f32le')).length;
}

describe('inspectAudio', () => {
  it('measures length, level and format', async () => {
    await writeWav(at('loud.wav'), [left.map((value) => value * 20)], { rate: RATE });
    const facts = await inspectAudio(at('loud.wav'));
    expect(facts).toMatchObject({ duration: 2, sampleRate: RATE, channels: 1, peak: 1, silent: false, warnings: [] });
    expect(facts.clipped).toBeGreaterThan(0.2);
    expect((await inspectAudio(at('source.wav'))).clipped).toBe(0);
  });

  it('gives the same hash for the same sound in another container with other tags', async () => {
    const tagged = await made('tagged.flac', '-metadata', 'title=Something else');
    const { sha256 } = await inspectAudio(at('source.wav'));
    expect((await inspectAudio(tagged)).sha256).toBe(sha256);
    await writeWav(at('other.wav'), [left, right.map((value) => -value)], { rate: RATE });
    expect((await inspectAudio(at('other.wav'))).sha256).not.toBe(sha256);
  });

  it('tells silence: digital, and below -60 dB', async () => {
    const quiet = (gain: number): Promise<string> =>
      writeWav(at('quiet.wav'), [Float32Array.from({ length: RATE }, () => gain)], { rate: RATE, bits: 24 });
    expect((await inspectAudio(await quiet(0))).silent).toBe(true);
    expect((await inspectAudio(await quiet(0.0009))).silent).toBe(true);
    expect((await inspectAudio(await quiet(0.0011))).silent).toBe(false);
  });

  it('finds a file without samples empty', async () => {
    await writeWav(at('no-samples.wav'), [new Float32Array(0)], { rate: RATE });
    expect(await inspectAudio(at('no-samples.wav'))).toMatchObject({ duration: 0, silent: true });
  });
});
