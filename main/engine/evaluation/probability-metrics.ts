import type { Prediction, Predictions } from './predictions.ts';

/**
 * Share of clips whose true class is among the `k` most probable ones, or null where there are no more than `k` classes
 * and it could only be 1. Equal probabilities rank in the order of the classes, so that `k` = 1 is the accuracy;
 * scikit-learn ranks them the other way round.
 */
export function topKAccuracy({ classes, rows }: Predictions, k: number): number | null {
  if (classes.length <= k || rows.length === 0) return null;
  return rows.filter((row) => rankOfLabel(row) < k).length / rows.length;
}

/**
 * Mean of -ln(probability of the true class), as scikit-learn's `log_loss`: probabilities are kept
 * from 0 and 1 by the distance of 1 to the next larger double. With sigmoid every class is a question of its own, and the
 * mean goes over all of them, as in Keras's binary cross-entropy.
 */
export function logLoss({ outputs = 'softmax', rows }: Predictions): number {
  const losses = rows.map(({ label, probabilities }) => {
    if (outputs === 'softmax') return surprise(probabilities[label] ?? 0);
    const own = probabilities.map((probability, index) => surprise(index === label ? probability : 1 - probability));
    return own.reduce((total, loss) => total + loss, 0) / own.length;
  });
  return losses.reduce((total, loss) => total + loss, 0) / rows.length;
}

function surprise(probability: number): number {
  return -Math.log(Math.min(Math.max(probability, Number.EPSILON), 1 - Number.EPSILON));
}

/** How many classes are more probable than the true one. */
function rankOfLabel({ label, probabilities }: Prediction): number {
  const own = probabilities[label] ?? 0;
  return probabilities.filter((other, index) => other > own || (other === own && index < label)).length;
}
