import type { Mixing } from './augmentation/mixup.ts';

/** What the loss of training compares the network's probabilities with. */
export interface TargetOptions {
  readonly classes: number;
  /** Share of each target that is spread evenly over all classes. */
  readonly labelSmoothing: number;
  /** How much each class counts, 1 on average over the training clips; null: all the same. */
  readonly classWeights: Float32Array | null;
}

/** A row of probabilities for each clip, times how much the clip counts. */
export function softTargets(
  labels: Int32Array,
  mixing: Mixing | null,
  { classes, labelSmoothing, classWeights }: TargetOptions,
): { targets: Float32Array; weights: Float32Array } {
  const targets = new Float32Array(labels.length * classes).fill(labelSmoothing / classes);
  const weights = new Float32Array(labels.length);
  const put = (index: number, label: number, share: number): void => {
    const at = index * classes + label;
    targets[at] = (targets[at] ?? 0) + share * (1 - labelSmoothing);
    weights[index] = (weights[index] ?? 0) + share * (classWeights?.[label] ?? 1);
  };
  for (const [index, label] of labels.entries()) {
    const share = mixing?.shares[index] ?? 1;
    put(index, label, share);
    if (mixing !== null) put(index, labels[mixing.partners[index] ?? index] ?? label, 1 - share);
  }
  return { targets, weights };
}

/** Weights that make up for classes of unequal size: clips / (classes * clips of the class), as scikit-learn's `balanced`. */
export function balancedWeights(labels: readonly number[], classes: number): Float32Array {
  const counts = new Float32Array(classes);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts.map((count) => (count === 0 ? 0 : labels.length / (classes * count)));
}
