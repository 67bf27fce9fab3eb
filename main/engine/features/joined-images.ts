import { applyColourMap, colourTable } from './colour-map.ts';
import type { ImageStore } from './images.ts';
import type { Recipe } from './recipe.ts';

/**
 * The images of one store and behind them those of another, coloured where the first has them in colour. Closing it closes both.
 * @throws RangeError where the others have another size, or colours where the first has none
 */
export function joinedImages(
  first: ImageStore,
  others: ImageStore,
  { colourMap }: Pick<Recipe, 'colourMap'>,
): ImageStore {
  const { count, height, width, channels } = first;
  if (others.height !== height || others.width !== width || others.channels > channels) {
    throw new RangeError(
      `images of ${others.height} x ${others.width} x ${others.channels} cannot follow ones of ${height} x ${width} x ${channels}`,
    );
  }
  const colours = colourTable(colourMap);
  const gray = new Uint8Array(height * width);
  const readOther = (index: number, target: Uint8Array, offset: number): void => {
    if (others.channels === channels) {
      others.read(index, target, offset);
      return;
    }
    others.read(index, gray, 0);
    applyColourMap(gray, colours, target.subarray(offset, offset + 3 * gray.length));
  };
  return {
    ...{ height, width, channels },
    count: count + others.count,
    read: (index, target, offset) => {
      if (index < count) first.read(index, target, offset);
      else readOther(index - count, target, offset);
    },
    close: () => {
      first.close();
      others.close();
    },
  };
}
