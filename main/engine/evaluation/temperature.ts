import type { Predictions } from './predictions.ts';

/** Temperatures beyond these bounds are not looked at. */
const BOUNDS = [0.05, 20] as const;
const ITERATIONS = 80;
/** Smaller probabilities count as this one. */
const SMALLEST = 1e-12;

/**
 * The temperature by which dividing the logits makes the log-loss of these predictions smallest (Guo et al. 2017): that of
 * the one right class with softmax, that of every class by itself (`fitBinaryTemperature`) with sigmoid. No class changes
 * its rank.
 */
export function fitTemperature({ outputs = 'softmax', rows }: Predictions): number {
  if (outputs === 'sigmoid') {
    return fitBinaryTemperature(rows.map(({ label, probabilities }) => ({ labels: [label], probabilities })));
  }
  // Logits are known up to a constant from the probabilities, which is all that softmax needs.
  const scored = rows.map(({ label, probabilities }) => ({ label, logits: probabilities.map(logarithm) }));
  return smallest((factor) =>
    scored.reduce((total, { label, logits }) => {
      const highest = Math.max(...logits);
      const sum = logits.reduce((all, value) => all + Math.exp(factor * (value - highest)), 0);
      return total + Math.log(sum) - factor * ((logits[label] ?? 0) - highest);
    }, 0),
  );
}

/** A clip with the indices of all its classes, and one probability a class, each of them by itself. */
export interface BinaryScores {
  readonly labels: readonly number[];
  readonly probabilities: readonly number[];
}

/** The temperature by which dividing the logits makes the binary cross-entropy smallest. */
export function fitBinaryTemperature(rows: readonly BinaryScores[]): number {
  const scored = rows.flatMap(({ labels, probabilities }) =>
    probabilities.map((probability, index) => ({ logit: logOdds(probability), own: labels.includes(index) })),
  );
  return smallest((factor) =>
    scored.reduce((total, { logit, own }) => {
      const scaled = factor * logit;
      return total + Math.max(scaled, 0) + Math.log1p(Math.exp(-Math.abs(scaled))) - (own ? scaled : 0);
    }, 0),
  );
}

/** @param loss by the inverse of the temperature, in which it is convex: a third of the interval can be left out each time */
function smallest(loss: (factor: number) => number): number {
  let [low, high] = [1 / BOUNDS[1], 1 / BOUNDS[0]];
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const third = (high - low) / 3;
    if (loss(low + third) < loss(high - third)) high -= third;
    else low += third;
  }
  return 2 / (low + high);
}

/** The same predictions with their logits divided by `temperature`. */
export function withTemperature(predictions: Predictions, temperature: number): Predictions {
  const { outputs = 'softmax', rows } = predictions;
  const change = outputs === 'softmax' ? softmaxDivided : sigmoidDivided;
  return {
    ...predictions,
    rows: rows.map((row) => ({ ...row, probabilities: change(row.probabilities, temperature) })),
  };
}

function softmaxDivided(probabilities: readonly number[], temperature: number): number[] {
  const logits = probabilities.map((probability) => logarithm(probability) / temperature);
  const highest = Math.max(...logits);
  const powers = logits.map((value) => Math.exp(value - highest));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}

function sigmoidDivided(probabilities: readonly number[], temperature: number): number[] {
  return probabilities.map((probability) => 1 / (1 + Math.exp(-logOdds(probability) / temperature)));
}

function logarithm(probability: number): number {
  return Math.log(Math.max(probability, SMALLEST));
}

function logOdds(probability: number): number {
  return logarithm(probability) - logarithm(1 - probability);
}
