import type { OutputKind } from '../model/output-kind.ts';
import type { Mixing } from './augmentation/mixup.ts';

/** What is right about a clip: the index of its class, or those of all classes that sound in it, which may be none. */
export type Target = number | readonly number[];

export function classesOf(target: Target): readonly number[] {
  return typeof target === 'number' ? [target] : target;
}

/** What the loss of training compares the network's probabilities with. */
export interface TargetOptions {
  readonly classes: number;
  readonly outputs: OutputKind;
  /** Share of each target that is spread evenly: over all classes (softmax), over yes and no of each class (sigmoid). */
  readonly labelSmoothing: number;
  /** How much each class counts, 1 on average over the labels of the training clips; null: all the same. */
  readonly classWeights: Float32Array | null;
}

export interface SoftTargets {
  /** A row of probabilities for each clip. */
  readonly targets: Float32Array;
  /** How much each clip counts: as its class; as the mean of its classes where it has several; 1 where it has none. */
  readonly weights: Float32Array;
}

export function softTargets(labels: ArrayLike<Target>, mixing: Mixing | null, options: TargetOptions): SoftTargets {
  const { classes, outputs, labelSmoothing, classWeights } = options;
  const spread = labelSmoothing / (outputs === 'softmax' ? classes : 2);
  const targets = new Float32Array(labels.length * classes).fill(spread);
  const weights = new Float32Array(labels.length);
  const put = (index: number, target: Target, share: number): void => {
    const own = classesOf(target);
    let weight = own.length === 0 ? 1 : 0;
    for (const label of own) {
      const at = index * classes + label;
      targets[at] = (targets[at] ?? 0) + share * (1 - labelSmoothing);
      weight += (classWeights?.[label] ?? 1) / own.length;
    }
    weights[index] = (weights[index] ?? 0) + share * weight;
  };
  for (const [index, target] of Array.from(labels).entries()) {
    const share = mixing?.shares[index] ?? 1;
    put(index, target, share);
    if (mixing !== null) put(index, labels[mixing.partners[index] ?? index] ?? target, 1 - share);
  }
  return { targets, weights };
}

/** Weights that make up for classes of unequal size: labels / (classes * labels of the class), as scikit-learn's `balanced`. */
export function balancedWeights(labels: readonly Target[], classes: number): Float32Array {
  const all = labels.flatMap(classesOf);
  const counts = new Float32Array(classes);
  for (const label of all) counts[label] = (counts[label] ?? 0) + 1;
  return counts.map((count) => (count === 0 ? 0 : all.length / (classes * count)));
}
