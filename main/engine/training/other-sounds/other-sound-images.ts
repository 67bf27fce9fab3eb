import { setImmediate as nextTurn } from 'node:timers/promises';
import { Random } from '../../common/random.ts';
import { SAMPLE_RATE } from '../../dataset/sample/signal.ts';
import { clipToImage } from '../../features/clip-image.ts';
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
 * Images of sounds in which no instrument plays, all kinds in equal number, made as those of every clip are. The same seed
 * gives the same images.
 * @throws AbortError
 */
export async function otherSoundImages(options: OtherSoundOptions): Promise<ImageStore> {
  const { count, recipe, seed, signal } = options;
  const images: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const kind = OTHER_SOUNDS[index % OTHER_SOUNDS.length] ?? 'white noise';
    const sound = makeOtherSound(kind, recipe.clipSeconds, new Random(seed, `other sound ${index}`));
    const clip = clipToImage(sound, SAMPLE_RATE, recipe);
    if (clip.silent) throw new Error(`${kind} is silent`);
    images.push(clip.image.data);
    await nextTurn();
    signal?.throwIfAborted();
  }
  return {
    ...{ count, height: recipe.imageHeight, width: recipe.imageWidth, channels: 1 },
    read: (index, target, offset) => {
      const image = images[index];
      if (image === undefined) throw new RangeError(`there is no other sound ${index}`);
      target.set(image, offset);
    },
    close: () => undefined,
  };
}
