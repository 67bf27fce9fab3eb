import type { FitOptions } from './fit-options.ts';

/** The step size of the update after so many others. */
export type LearningRate = (iterations: number) => number;

/**
 * Constant, or linear from 0 over the warm-up and then along half a cosine back to 0 at the end of the last epoch
 * (Loshchilov and Hutter 2017).
 */
export function learningRateOf(
  { learningRate, schedule, warmupEpochs = 0, epochs }: FitOptions,
  stepsPerEpoch: number,
): LearningRate {
  if (schedule !== 'cosine') return () => learningRate;
  const warmup = Math.round(warmupEpochs * stepsPerEpoch);
  const rest = Math.max(1, epochs * stepsPerEpoch - warmup);
  return (iterations) =>
    iterations < warmup
      ? (learningRate * (iterations + 1)) / warmup
      : learningRate * 0.5 * (1 + Math.cos((Math.PI * Math.min(rest, iterations - warmup)) / rest));
}
