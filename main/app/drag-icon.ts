import { nativeImage, type NativeImage } from 'electron/common';

const SIZE = 64;
/** Heights of the bars of a small wave form, in pixels. */
const BARS = [16, 34, 52, 26, 44, 20];
const BAR_WIDTH = 5;
const GAP = 4;
/** Blue, green, red, opacity: the order of bitmaps. The app's accent, readable on light and dark. */
const COLOUR = [0x2a, 0x6a, 0xb4, 0xff];

/** What is seen under the pointer while a clip is dragged; macOS demands one. */
export function dragIcon(): NativeImage {
  const pixels = Buffer.alloc(SIZE * SIZE * 4);
  const left = Math.round((SIZE - BARS.length * (BAR_WIDTH + GAP) + GAP) / 2);
  BARS.forEach((height, bar) => {
    const top = (SIZE - height) / 2;
    for (let y = top; y < top + height; y++) {
      for (let x = 0; x < BAR_WIDTH; x++) {
        pixels.set(COLOUR, (y * SIZE + left + bar * (BAR_WIDTH + GAP) + x) * 4);
      }
    }
  });
  return nativeImage.createFromBitmap(pixels, { width: SIZE, height: SIZE, scaleFactor: 2 });
}
