/**
 * One line of the training history, in Keras's words. Long clips are learned from window by window, and each counts in `loss`,
 * `accuracy` and `clipsPerSecond`; what is validated counts by clips, each with the mean of its windows.
 */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly valLoss: number;
  readonly valAccuracy: number;
  readonly seconds: number;
  readonly clipsPerSecond: number;
}
