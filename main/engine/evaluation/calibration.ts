import { predictedLabel } from './predictions.ts';
import type { Predictions } from './predictions.ts';

/** As many bins as in Guo et al. 2017, "On Calibration of Modern Neural Networks". */
export const CALIBRATION_BINS = 15;

/** The clips whose highest probability lies above `lower` and not above `upper`. */
export interface ReliabilityBin {
  readonly lower: number;
  readonly upper: number;
  readonly clips: number;
  /** Mean highest probability: how sure the network was; null in an empty bin. */
  readonly confidence: number | null;
  /** Share of right predictions; null in an empty bin. */
  readonly accuracy: number | null;
}

export interface Calibration {
  /** Mean distance of confidence and accuracy over the bins, each counting by its clips: 0 is perfect. */
  readonly expectedCalibrationError: number;
  /** Mean highest probability over all clips. */
  readonly meanConfidence: number;
  readonly bins: ReliabilityBin[];
}

/** Whether the network is right as often as it says: reliability in `CALIBRATION_BINS` bins of equal width. */
export function calibration({ rows }: Predictions): Calibration {
  const scored = rows.map(({ label, probabilities }) => {
    const predicted = predictedLabel(probabilities);
    return { confidence: probabilities[predicted] ?? 0, right: predicted === label };
  });
  const bins = Array.from({ length: CALIBRATION_BINS }, (_, index): ReliabilityBin => {
    const [lower, upper] = [index / CALIBRATION_BINS, (index + 1) / CALIBRATION_BINS];
    const inside = scored.filter(({ confidence }) => confidence > lower && (confidence <= upper || upper === 1));
    if (inside.length === 0) return { lower, upper, clips: 0, confidence: null, accuracy: null };
    return {
      lower,
      upper,
      clips: inside.length,
      confidence: inside.reduce((total, { confidence }) => total + confidence, 0) / inside.length,
      accuracy: inside.filter(({ right }) => right).length / inside.length,
    };
  });
  const gaps = bins.map(({ clips, confidence, accuracy }) => clips * Math.abs((confidence ?? 0) - (accuracy ?? 0)));
  return {
    expectedCalibrationError: gaps.reduce((total, gap) => total + gap, 0) / scored.length,
    meanConfidence: scored.reduce((total, { confidence }) => total + confidence, 0) / scored.length,
    bins,
  };
}
