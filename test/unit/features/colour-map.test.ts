import { describe, expect, it } from 'vitest';
import {
  applyColourMap,
  COLOUR_MAP_NAMES,
  colourTable,
  invertColourMap,
} from '../../../main/engine/features/colour-map.ts';

const levels = Uint8Array.from({ length: 256 }, (_, level) => level);

describe('colour maps', () => {
  it.each([
    ['magma', [0, 0, 4], [183, 55, 121], [252, 253, 191]],
    ['viridis', [68, 1, 84], [33, 145, 140], [253, 231, 37]],
    ['gray', [0, 0, 0], [128, 128, 128], [255, 255, 255]],
  ] as const)('%s runs through the known colours', (name, first, middle, last) => {
    const table = colourTable(name);
    expect([...table.subarray(0, 3)]).toEqual(first);
    expect([...table.subarray(3 * 128, 3 * 129)]).toEqual(middle);
    expect([...table.subarray(765)]).toEqual(last);
  });

  it.each(COLOUR_MAP_NAMES)('%s is found again in coloured pixels', (name) => {
    const target = new Uint8Array(2 + 768);
    applyColourMap(levels, colourTable(name), target, 2);
    const found = invertColourMap(target.subarray(2));
    expect(found?.name).toBe(name);
    const again = new Uint8Array(768);
    applyColourMap(found?.levels ?? levels, colourTable(name), again);
    expect(again).toEqual(target.subarray(2));
  });

  it('are found in pictures that matplotlib wrote, which drops fractions', () => {
    const rgb = Uint8Array.of(0, 0, 3, 182, 54, 121, 251, 252, 191);
    expect(invertColourMap(rgb)).toEqual({ name: 'magma', levels: Uint8Array.of(0, 128, 255) });
  });

  it('is not found when one pixel lies off it', () => {
    const rgb = Uint8Array.from(colourTable('magma'));
    rgb[300] = (rgb[300] ?? 0) ^ 0x80;
    expect(invertColourMap(rgb)).toBeNull();
  });
});
