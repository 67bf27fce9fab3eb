import { COLOUR_TABLES } from '../../../resources/colour-maps/tables.ts';

export const COLOUR_MAP_NAMES = ['magma', 'viridis', 'inferno', 'plasma', 'gray'] as const;
export type ColourMapName = (typeof COLOUR_MAP_NAMES)[number];

const LEVELS = 256;

const TABLES: Readonly<Record<ColourMapName, Uint8Array>> = {
  magma: decodeTable(COLOUR_TABLES.magma.nearest),
  viridis: decodeTable(COLOUR_TABLES.viridis.nearest),
  inferno: decodeTable(COLOUR_TABLES.inferno.nearest),
  plasma: decodeTable(COLOUR_TABLES.plasma.nearest),
  gray: Uint8Array.from({ length: 3 * LEVELS }, (_, index) => Math.floor(index / 3)),
};

function decodeTable(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}

/** The table of a colour map, each value the nearest byte: 256 times red, green, blue, 768 bytes. */
export function colourTable(name: ColourMapName): Uint8Array {
  return TABLES[name];
}

/**
 * Colours `levels` (bytes) into `target` from `offset`: three bytes (red, green, blue) for each.
 * @param table 768 bytes, from {@link colourTable}
 */
export function applyColourMap(levels: Uint8Array, table: Uint8Array, target: Uint8Array, offset = 0): void {
  let at = offset;
  for (const level of levels) {
    const entry = 3 * level;
    target[at] = table[entry] ?? 0;
    target[at + 1] = table[entry + 1] ?? 0;
    target[at + 2] = table[entry + 2] ?? 0;
    at += 3;
  }
}

function packed(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
}

interface InverseTable {
  readonly name: ColourMapName;
  /** From 0xRRGGBB to the level; where neighbouring levels share a colour, the lowest of them. */
  readonly levels: ReadonlyMap<number, number>;
}

function inverseOf(name: ColourMapName, table: Uint8Array): InverseTable {
  const levels = new Map<number, number>();
  for (let level = LEVELS - 1; level >= 0; level--) levels.set(packed(table, 3 * level), level);
  return { name, levels };
}

/**
 * Gray comes first, so that a black-and-white picture is never taken for the ends of a colourful map. Programs differ in
 * how they bring colours to bytes, so each map has two tables.
 */
const INVERSES: readonly InverseTable[] = [
  inverseOf('gray', TABLES.gray),
  ...(['magma', 'viridis', 'inferno', 'plasma'] as const).flatMap((name) => [
    inverseOf(name, TABLES[name]),
    inverseOf(name, decodeTable(COLOUR_TABLES[name].truncated)),
  ]),
];

/** The levels behind RGB pixels, when every pixel lies on one known colour map; otherwise null. */
export function invertColourMap(rgb: Uint8Array): { name: ColourMapName; levels: Uint8Array } | null {
  const levels = new Uint8Array(rgb.length / 3);
  for (const inverse of INVERSES) {
    let pixel = 0;
    for (; pixel < levels.length; pixel++) {
      const level = inverse.levels.get(packed(rgb, 3 * pixel));
      if (level === undefined) break;
      levels[pixel] = level;
    }
    if (pixel === levels.length) return { name: inverse.name, levels };
  }
  return null;
}
