import type { SoftTargets } from './targets.ts';

/**
 * Keras's `BinaryCrossentropy(from_logits=True)`: of each clip the mean over its classes of -z ln p - (1 - z) ln(1 - p),
 * with p the sigmoid of the logit and z the target, times the clip's weight. A batch has a few hundred logits, so this is
 * no work for a kernel.
 * @param logits one a class for each clip, as `targets`
 * @returns the sum over the clips in nats, and its gradient with respect to the logits
 */
export function binaryCrossEntropy(
  logits: Float32Array,
  { targets, weights }: SoftTargets,
): { lossSum: number; gradient: Float32Array } {
  const classes = logits.length / weights.length;
  const gradient = new Float32Array(logits.length);
  let lossSum = 0;
  for (const [index, logit] of logits.entries()) {
    const target = targets[index] ?? 0;
    const share = (weights[Math.floor(index / classes)] ?? 1) / classes;
    lossSum += share * (softplus(logit) - logit * target);
    gradient[index] = share * (sigmoid(logit) - target);
  }
  return { lossSum, gradient };
}

/** ln(1 + e^x), without overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
