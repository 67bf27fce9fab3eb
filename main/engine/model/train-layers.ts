/** Which layers of a network learn: all, or only the last one, its output. */
export const TRAIN_LAYERS = ['all', 'last'] as const;
export type TrainLayers = (typeof TRAIN_LAYERS)[number];
