import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OutputKind } from '../model/output-kind.ts';
import { windowMean } from '../model/window-mean.ts';
import { drawBatches } from './batches.ts';
import { hasWindows, imagesOf, rowsOfClip, type LabelledClips } from './clip-rows.ts';
import { Meter, type Measured } from './meter.ts';
import { classesOf, type Target } from './targets.ts';
import type { BatchResult } from './batch-loss.ts';
import type { TestStep } from './test-step.ts';

/** Smaller probabilities count as this one. */
const SMALLEST = 1e-12;

/**
 * Loss and accuracy over clips, as in prediction. A clip that is heard in several windows counts once, with the mean of their
 * probabilities.
 * @throws AbortError
 */
export async function validate(
  step: TestStep,
  clips: LabelledClips,
  { batchSize, outputs, signal }: { batchSize: number; outputs: OutputKind; signal: AbortSignal | undefined },
): Promise<Measured> {
  const meter = new Meter(clips.rows.length, []);
  const inWindows = hasWindows(clips);
  const predicted: (readonly number[])[] = [];
  for (const batch of drawBatches(imagesOf(clips), batchSize)) {
    if (inWindows) predicted.push(...step.predict(batch, outputs));
    else meter.add(step.evaluate(batch));
    await nextTurn();
    signal?.throwIfAborted();
  }
  if (!inWindows) return meter.measured();
  let next = 0;
  for (const [clip, own] of clips.rows.entries()) {
    const windows = predicted.slice(next, next + rowsOfClip(own).length);
    next += windows.length;
    meter.add(measureClip(windowMean(windows), clips.labels[clip] ?? [], outputs));
  }
  return meter.measured();
}

/** What a batch of one clip would give whose logits have these probabilities. */
function measureClip(probabilities: readonly number[], target: Target, outputs: OutputKind): BatchResult {
  const own = classesOf(target);
  const best = probabilities.indexOf(Math.max(...probabilities));
  const correct = own.length === 0 ? probabilities.every((value) => value < 0.5) : own.includes(best);
  const losses = probabilities.map((value, index) => {
    if (own.includes(index)) return nats(value);
    return outputs === 'softmax' ? 0 : nats(1 - value);
  });
  const sum = losses.reduce((total, loss) => total + loss, 0);
  return { count: 1, lossSum: outputs === 'softmax' ? sum : sum / probabilities.length, correct: correct ? 1 : 0 };
}

function nats(probability: number): number {
  return -Math.log(Math.max(probability, SMALLEST));
}
