import { setImmediate as nextTurn } from 'node:timers/promises';
import { Random } from '../../common/random.ts';
import { SAMPLE_RATE } from '../../dataset/sample/signal.ts';
import { clipToImage } from '../../features/clip-image.ts';
import { applyColourMap, colourTable } from '../../features/colour-map.ts';
import type { ImageStore } from '../../features/images.ts';
import type { Recipe } from '../../features/recipe.ts';
import { makeOtherSound, OTHER_SOUNDS } from './sounds.ts';

/** They are held in memory (16 KiB each), so there is an end to how many are made. */
export const MOST_OTHER_SOUNDS = 2000;

export interface OtherSoundOptions {
  readonly count: number;
  readonly recipe: Recipe;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The clips of a training with sounds behind them in which no instrument plays, all kinds in equal number, made into images
 * as every clip is. The same seed gives the same images.
 * @throws AbortError
 */
export async function withOtherSounds(store: ImageStore, options: OtherSoundOptions): Promise<ImageStore> {
  const { count, recipe, seed, signal } = options;
  const images: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const kind = OTHER_SOUNDS[index % OTHER_SOUNDS.length] ?? 'white noise';
    const sound = makeOtherSound(kind, recipe.clipSeconds, new Random(seed, `other sound ${index}`));
    const clip = clipToImage(sound, SAMPLE_RATE, recipe);
    if (clip.silent) throw new Error(`${kind} is silent`);
    images.push(store.channels === 3 ? coloured(clip.image.data, recipe) : clip.image.data);
    await nextTurn();
    signal?.throwIfAborted();
  }
  return joined(store, images);
}

function coloured(gray: Uint8Array, { colourMap }: Recipe): Uint8Array {
  const rgb = new Uint8Array(gray.length * 3);
  applyColourMap(gray, colourTable(colourMap), rgb);
  return rgb;
}

function joined(store: ImageStore, images: readonly Uint8Array[]): ImageStore {
  const { count, height, width, channels } = store;
  return {
    ...{ height, width, channels },
    count: count + images.length,
    read: (index, target, offset) => {
      const image = images[index - count];
      if (image === undefined) store.read(index, target, offset);
      else target.set(image, offset);
    },
    close: () => {
      store.close();
    },
  };
}
