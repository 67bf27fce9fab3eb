import { classificationMetrics } from './classification-metrics.ts';
import { predictedLabel } from './predictions.ts';

/** What a score has to beat to mean anything. */
export interface Baselines {
  /** Always answering the class that is largest in training, heard or not. */
  readonly majority: {
    /** Class index. */
    readonly label: number;
    /** Where the class was found to be the largest; `scored` only where the training clips are not known. */
    readonly from: 'training' | 'scored';
    readonly accuracy: number;
    readonly macroF1: number;
  };
  /** Guessing every class alike: 1 / classes. */
  readonly chance: { readonly accuracy: number };
}

/**
 * @param support scored clips of each class
 * @param trainingClips training clips of each class, or null where they are not known
 */
export function baselines(support: readonly number[], trainingClips: readonly number[] | null): Baselines {
  const label = predictedLabel(trainingClips ?? support);
  const always = support.map((clips) => support.map((_, column) => (column === label ? clips : 0)));
  const { accuracy, macro } = classificationMetrics(always);
  return {
    majority: { label, from: trainingClips === null ? 'scored' : 'training', accuracy, macroF1: macro.f1 },
    chance: { accuracy: 1 / support.length },
  };
}
