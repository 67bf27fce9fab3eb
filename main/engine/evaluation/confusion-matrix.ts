import { predictedLabel } from './predictions.ts';
import type { Predictions } from './predictions.ts';

/** Counts of clips: row = true class, column = predicted class, both in the order of the classes. */
export type ConfusionMatrix = readonly (readonly number[])[];

/** Counts how often each class was taken for each. */
export function confusionMatrix({ classes, rows }: Predictions): number[][] {
  const matrix = classes.map(() => classes.map(() => 0));
  for (const { label, probabilities } of rows) {
    const predicted = predictedLabel(probabilities);
    const row = matrix[label];
    if (row !== undefined) row[predicted] = (row[predicted] ?? 0) + 1;
  }
  return matrix;
}

/** Clips that truly are of each class: the support. */
export function rowTotals(matrix: ConfusionMatrix): number[] {
  return matrix.map((row) => row.reduce((total, count) => total + count, 0));
}

/** Clips that were taken for each class, rightly or not. */
export function columnTotals(matrix: ConfusionMatrix): number[] {
  return matrix.map((_, column) => matrix.reduce((total, row) => total + (row[column] ?? 0), 0));
}

/** Rightly recognised clips of each class. */
export function diagonal(matrix: ConfusionMatrix): number[] {
  return matrix.map((row, index) => row[index] ?? 0);
}
