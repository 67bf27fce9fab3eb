import { expect, it } from 'vitest';
import {
  augmentationSchema,
  changesClips,
  NO_AUGMENTATION,
} from '../../../../main/engine/training/augmentation/options.ts';

it('clips are changed where any of the changes is on, and not where none is', () => {
  expect(changesClips(NO_AUGMENTATION)).toBe(false);
  for (const change of Object.keys(augmentationSchema.shape)) {
    expect(changesClips({ ...NO_AUGMENTATION, [change]: change === 'pitchShift' ? 3 : 0.2 }), change).toBe(true);
  }
});
