/** Recordings whose authors and licence are known here, by name. */
export const KNOWN_DATA = ['irmas'] as const;
export type KnownData = (typeof KNOWN_DATA)[number];

export const DATA_NAMES: Readonly<Record<KnownData, string>> = { irmas: 'IRMAS' };
