import type { Predictions } from './predictions.ts';

/** Temperatures beyond these bounds are not looked at. */
const BOUNDS = [0.05, 20] as const;
const ITERATIONS = 80;
/** Smaller probabilities count as this one. */
const SMALLEST = 1e-12;

/**
 * The temperature by which dividing the logits makes the log-loss of these predictions smallest (Guo et al. 2017). Logits
 * are known up to a constant from the probabilities, which is all that softmax needs. No class changes its rank.
 */
export function fitTemperature({ rows }: Predictions): number {
  const scored = rows.map(({ label, probabilities }) => ({ label, logits: probabilities.map(logit) }));
  const loss = (factor: number): number =>
    scored.reduce((total, { label, logits }) => {
      const highest = Math.max(...logits);
      const sum = logits.reduce((all, value) => all + Math.exp(factor * (value - highest)), 0);
      return total + Math.log(sum) - factor * ((logits[label] ?? 0) - highest);
    }, 0);
  // The loss is convex in the inverse of the temperature: a third of the interval can be left out each time.
  let [low, high] = [1 / BOUNDS[1], 1 / BOUNDS[0]];
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const third = (high - low) / 3;
    if (loss(low + third) < loss(high - third)) high -= third;
    else low += third;
  }
  return 2 / (low + high);
}

/** The same predictions with their logits divided by `temperature`. */
export function withTemperature({ classes, rows }: Predictions, temperature: number): Predictions {
  return {
    classes,
    rows: rows.map((row) => {
      const logits = row.probabilities.map((probability) => logit(probability) / temperature);
      const highest = Math.max(...logits);
      const powers = logits.map((value) => Math.exp(value - highest));
      const sum = powers.reduce((total, value) => total + value, 0);
      return { ...row, probabilities: powers.map((value) => value / sum) };
    }),
  };
}

function logit(probability: number): number {
  return Math.log(Math.max(probability, SMALLEST));
}
