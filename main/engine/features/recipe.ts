import { z } from 'zod';
import { sha256 } from '../common/hash.ts';
import { COLOUR_MAP_NAMES } from './colour-map.ts';

/** Counts up whenever the same values would give other images, so that old caches and models are told apart. */
export const RECIPE_VERSION = 1;

/**
 * Everything that decides how sound becomes an image. It is saved in every model and every cache: what the network saw
 * in training is what it sees later. Names are librosa's.
 */
export const RecipeSchema = z
  .strictObject({
    version: z.literal(RECIPE_VERSION),
    /** Hz. Channels are averaged, then converted to this rate. */
    sampleRate: z.int().min(1000).max(192_000),
    /** `soxr-hq`: linear phase, flat to 0.913 of the lower Nyquist frequency, over 125 dB down from 1.0 on. */
    resampler: z.literal('soxr-hq'),
    /** A clip is cut, or filled up with zeros at its end, to this many seconds. */
    clipSeconds: z.number().positive().max(60),
    /** Below this peak (dB, full scale = 0) a clip is silent, which is said instead of learned or guessed. */
    silenceDb: z.number().max(0),
    /** Sound quieter than the loudest frame by more than this (dB, RMS) is trimmed from both ends. */
    trimDb: z.number().positive(),
    /** Samples of a Fourier transform; a power of two. Frames are centred, zeros lie beyond the ends. */
    fftSize: z.int().min(64).max(16_384),
    /** Samples from one frame to the next. */
    hopLength: z.int().positive(),
    /** Samples under the periodic Hann window, centred in the transform. */
    windowLength: z.int().positive(),
    /** Mel bands, on Slaney's scale with Slaney's normalisation (each filter of equal area). */
    melBands: z.int().min(8).max(512),
    /** Hz, lower edge of the lowest band. */
    minFrequency: z.number().min(0),
    /** Hz, upper edge of the highest band. */
    maxFrequency: z.number().positive(),
    /** 2: power, 1: magnitude. */
    power: z.union([z.literal(1), z.literal(2)]),
    /** Loudness is in dB below the clip's maximum, and never less than minus this. */
    topDb: z.number().positive(),
    /** Pixels. Rows are mel bands, the lowest at the bottom; columns are frames. */
    imageHeight: z.int().min(8).max(1024),
    imageWidth: z.int().min(8).max(1024),
    /** Bytes are resized with half-pixel centres and no antialiasing, as TensorFlow's `image.resize` does. */
    resize: z.literal('bilinear'),
    /** How the network sees loudness: RGB from 0 to 255 by this table. */
    colourMap: z.enum(COLOUR_MAP_NAMES),
  })
  .refine((recipe) => Number.isInteger(Math.log2(recipe.fftSize)), {
    path: ['fftSize'],
    message: 'must be a power of two',
  })
  .refine((recipe) => recipe.windowLength <= recipe.fftSize, {
    path: ['windowLength'],
    message: 'must not exceed fftSize',
  })
  .refine((recipe) => recipe.minFrequency < recipe.maxFrequency && recipe.maxFrequency <= recipe.sampleRate / 2, {
    path: ['maxFrequency'],
    message: 'must lie between minFrequency and half the sample rate',
  });

export type Recipe = Readonly<z.infer<typeof RecipeSchema>>;

export const DEFAULT_RECIPE: Recipe = {
  version: RECIPE_VERSION,
  sampleRate: 16_000,
  resampler: 'soxr-hq',
  clipSeconds: 3,
  silenceDb: -60,
  trimDb: 60,
  fftSize: 2048,
  hopLength: 512,
  windowLength: 2048,
  melBands: 128,
  minFrequency: 0,
  maxFrequency: 8000,
  power: 2,
  topDb: 80,
  imageHeight: 128,
  imageWidth: 128,
  resize: 'bilinear',
  colourMap: 'magma',
};

/** Length of a clip in samples at the recipe's rate. */
export function clipLength(recipe: Recipe): number {
  return Math.round(recipe.clipSeconds * recipe.sampleRate);
}

/** Columns of a clip's spectrogram before it is resized: with centred frames one more than whole hops. */
export function frameCount(recipe: Recipe): number {
  return 1 + Math.floor(clipLength(recipe) / recipe.hopLength);
}

/** SHA-256 of the recipe's values, whatever the order in which they are written. */
export function recipeHash(recipe: Recipe): string {
  const entries = Object.entries(recipe).sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256(JSON.stringify(entries));
}
