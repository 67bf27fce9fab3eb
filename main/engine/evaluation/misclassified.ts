import type { ClassName } from '../dataset/dataset.ts';
import { rowTotals } from './confusion-matrix.ts';
import type { ConfusionMatrix } from './confusion-matrix.ts';
import { predictedLabel } from './predictions.ts';
import type { Predictions } from './predictions.ts';

/** A clip that was taken for another class. */
export interface MisclassifiedClip {
  readonly clip: string;
  readonly recording: string;
  /** Code of the true class. */
  readonly label: string;
  /** Code of the class it was taken for. */
  readonly predicted: string;
  /** Probability of the class it was taken for: how sure the network was. */
  readonly probability: number;
  /** Probability that was left for the true class. */
  readonly labelProbability: number;
}

/** The wrong answers, most confident first; equally confident ones by clip. */
export function misclassifiedClips({ classes, rows }: Predictions): MisclassifiedClip[] {
  const code = (index: number): string => classes[index]?.code ?? String(index);
  return rows
    .map((row) => ({ ...row, predicted: predictedLabel(row.probabilities) }))
    .filter((row) => row.predicted !== row.label)
    .map(({ clip, recording, label, predicted, probabilities }) => ({
      clip,
      recording,
      label: code(label),
      predicted: code(predicted),
      probability: probabilities[predicted] ?? 0,
      labelProbability: probabilities[label] ?? 0,
    }))
    .sort((a, b) => b.probability - a.probability || (a.clip < b.clip ? -1 : 1));
}

/** Clips of one class that were taken for one other. Classes by code. */
export interface Confusion {
  readonly label: string;
  readonly predicted: string;
  readonly clips: number;
  /** Share of the true class's clips. */
  readonly share: number;
}

/** Every confusion that happened, most clips first; then by share, then in the order of the classes. */
export function confusions(matrix: ConfusionMatrix, classes: readonly ClassName[]): Confusion[] {
  const support = rowTotals(matrix);
  return classes
    .flatMap(({ code: label }, row) =>
      classes.map(({ code: predicted }, column) => {
        const clips = matrix[row]?.[column] ?? 0;
        return { label, predicted, clips, share: clips / (support[row] ?? 0) };
      }),
    )
    .filter(({ label, predicted, clips }) => label !== predicted && clips > 0)
    .sort((a, b) => b.clips - a.clips || b.share - a.share);
}

/** Two classes that were taken for each other, whichever way. Classes by code, in the order of the classes. */
export interface ConfusedPair {
  readonly first: string;
  readonly second: string;
  /** Both ways together. */
  readonly clips: number;
  readonly firstAsSecond: number;
  readonly secondAsFirst: number;
}

/** Every pair of classes with a confusion between them, most clips first; then in the order of the classes. */
export function confusedPairs(matrix: ConfusionMatrix, classes: readonly ClassName[]): ConfusedPair[] {
  return classes
    .flatMap(({ code: first }, row) =>
      classes.slice(row + 1).map(({ code: second }, offset) => {
        const column = row + 1 + offset;
        const firstAsSecond = matrix[row]?.[column] ?? 0;
        const secondAsFirst = matrix[column]?.[row] ?? 0;
        return { first, second, clips: firstAsSecond + secondAsFirst, firstAsSecond, secondAsFirst };
      }),
    )
    .filter(({ clips }) => clips > 0)
    .sort((a, b) => b.clips - a.clips);
}
