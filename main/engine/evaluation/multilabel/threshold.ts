import { classScore } from '../classification-metrics.ts';
import type { LabelScores } from './heard-clips.ts';

/** Thresholds tried: 0.01 to 0.99 in steps of 0.01. */
const STEPS = 100;

export interface ThresholdPoint {
  readonly threshold: number;
  /** Over all labels together (micro). */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Micro precision, recall and F1 at every threshold of the grid, the lowest first. */
export function thresholdCurve({ rows }: LabelScores): ThresholdPoint[] {
  const all = rows.flatMap(({ labels, scores }) =>
    scores.map((score, index) => ({ score, right: labels.includes(index) })),
  );
  const support = all.filter(({ right }) => right).length;
  return Array.from({ length: STEPS - 1 }, (_, index) => {
    const threshold = (index + 1) / STEPS;
    const heard = all.filter(({ score }) => score >= threshold);
    const hits = heard.filter(({ right }) => right).length;
    const { precision, recall, f1 } = classScore(hits, support, heard.length);
    return { threshold, precision, recall, f1 };
  });
}

/** The threshold of the grid with the highest micro F1 on these clips; the lowest of equals. */
export function chooseThreshold(scores: LabelScores): ThresholdPoint {
  return thresholdCurve(scores).reduce((best, point) => (point.f1 > best.f1 ? point : best));
}
