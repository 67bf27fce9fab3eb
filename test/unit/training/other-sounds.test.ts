import { describe, expect, it } from 'vitest';
import { Random } from '../../../main/engine/common/random.ts';
import { sha256 } from '../../../main/engine/common/hash.ts';
import { DEFAULT_RECIPE } from '../../../main/engine/features/recipe.ts';
import { otherSoundImages } from '../../../main/engine/training/other-sounds/other-sound-images.ts';
import { makeOtherSound, OTHER_SOUNDS } from '../../../main/engine/training/other-sounds/sounds.ts';

const SIZE = DEFAULT_RECIPE.imageHeight;
const options = { count: OTHER_SOUNDS.length, recipe: DEFAULT_RECIPE, seed: 3 };

function bytesOf(sound: Float32Array): string {
  return sha256(new Uint8Array(sound.buffer));
}

async function images(seed: number): Promise<string[]> {
  const store = await otherSoundImages({ ...options, seed });
  return Array.from({ length: store.count }, (_, index) => {
    const image = new Uint8Array(SIZE * SIZE);
    store.read(index, image, 0);
    return sha256(image);
  });
}

describe('sounds without an instrument', () => {
  it.each(OTHER_SOUNDS)('%s lasts as long as it should, is loud enough, and follows its seed', (kind) => {
    const sound = makeOtherSound(kind, 3, new Random(1, 'a'));
    expect(sound).toHaveLength(66_150);
    expect(Math.max(...sound.map(Math.abs))).toBeCloseTo(0.5, 6);
    expect(sound.every(Number.isFinite)).toBe(true);
    expect(bytesOf(makeOtherSound(kind, 3, new Random(1, 'a')))).toBe(bytesOf(sound));
    expect(bytesOf(makeOtherSound(kind, 3, new Random(2, 'a')))).not.toBe(bytesOf(sound));
  });

  it('are images, each its own, and the same for the same seed', async () => {
    const made = await images(3);
    expect(made).toHaveLength(OTHER_SOUNDS.length);
    expect(new Set(made).size).toBe(OTHER_SOUNDS.length);
    expect(await images(3)).toEqual(made);
    expect(await images(4)).not.toEqual(made);
  });

  it('can be cancelled', async () => {
    await expect(otherSoundImages({ ...options, signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
