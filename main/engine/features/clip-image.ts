import { basename } from 'node:path';
import { decodeMono, type DecodeOptions } from '../audio/decode.ts';
import { resample } from '../audio/resample.ts';
import { concatenate } from '../audio/samples.ts';
import { EngineError } from '../common/errors.ts';
import { resizeBilinear, toByteImage, type ByteImage } from './byte-image.ts';
import { melSpectrogram } from './mel-spectrogram.ts';
import { clipLength, type Recipe } from './recipe.ts';
import { readSpectrogramImage } from './spectrogram-image.ts';
import { LoudnessTrack } from './trim.ts';

/** A clip as the network sees it, or the finding that there is nothing to see: a silent clip has no image. */
export type ClipImage = { readonly silent: false; readonly image: ByteImage } | { readonly silent: true };

/** Longer recordings are read a second time for their clip, instead of being held in memory. */
const HELD_SECONDS = 60;

/** Whether a recording with this largest absolute sample value counts as silent. */
function isSilent(peak: number, recipe: Recipe): boolean {
  return !(peak >= 10 ** (recipe.silenceDb / 20));
}

/** The last steps of the recipe: from the trimmed clip to the image. `peak` is that of the whole recording. */
function soundToImage(clip: Float32Array, peak: number, recipe: Recipe): ClipImage {
  const mel = melSpectrogram(clip, recipe, 1 / peak);
  const image = resizeBilinear(toByteImage(mel, recipe.topDb), recipe.imageHeight, recipe.imageWidth);
  return { silent: false, image };
}

/**
 * The image of a piece of sound by the recipe: normalised to its peak, silence trimmed from both ends, cut or filled up
 * to the clip's length. Training clips and the windows of a recording to be named both pass through here.
 * @param samples one channel, full scale = 1
 * @param rate Hz
 */
export function clipToImage(samples: Float32Array, rate: number, recipe: Recipe): ClipImage {
  const sound = resample(samples, rate, recipe.sampleRate);
  const track = new LoudnessTrack();
  track.push(sound);
  if (isSilent(track.peak, recipe)) return { silent: true };
  const { start, end } = track.soundRange(recipe.trimDb);
  return soundToImage(sound.subarray(start, Math.min(end, start + clipLength(recipe))), track.peak, recipe);
}

/**
 * The image of a file's clip by the recipe; for a spectrogram image the picture itself, brought to the recipe's size.
 * @throws EngineError `unreadable-audio` (also for a file without any sound), `unreadable-image`, `not-found`,
 * `permission-denied`, `runtime-missing`; AbortError
 */
export async function fileToImage(
  path: string,
  kind: 'audio' | 'image',
  recipe: Recipe,
  options: DecodeOptions = {},
): Promise<ClipImage> {
  if (kind === 'image') return { silent: false, image: await readSpectrogramImage(path, recipe) };
  const track = new LoudnessTrack();
  const limit = HELD_SECONDS * recipe.sampleRate;
  const held: Float32Array[] = [];
  for await (const chunk of decodeMono(path, recipe.sampleRate, options)) {
    if (track.length < limit) held.push(chunk);
    track.push(chunk);
  }
  if (track.length === 0) throw new EngineError('unreadable-audio', `${basename(path)} holds no sound.`);
  if (isSilent(track.peak, recipe)) return { silent: true };
  const { start, end } = track.soundRange(recipe.trimDb);
  const stop = Math.min(end, start + clipLength(recipe));
  const beginning = concatenate(held);
  const clip =
    stop <= beginning.length ? beginning.subarray(start, stop) : await readRange(path, start, stop, recipe, options);
  return soundToImage(clip, track.peak, recipe);
}

async function readRange(
  path: string,
  start: number,
  stop: number,
  recipe: Recipe,
  { signal }: DecodeOptions,
): Promise<Float32Array> {
  const pieces: Float32Array[] = [];
  let at = 0;
  for await (const chunk of decodeMono(path, recipe.sampleRate, { signal })) {
    if (at + chunk.length > start) pieces.push(chunk.subarray(Math.max(0, start - at), stop - at));
    at += chunk.length;
    if (at >= stop) break;
  }
  return concatenate(pieces);
}
