import { parseCsvLines, toCsv } from '../common/csv.ts';
import { EngineError } from '../common/errors.ts';
import { checkPredictions, predictedLabel } from './predictions.ts';
import type { Prediction, Predictions } from './predictions.ts';

/** What stands before the probability columns, which are named by class code. */
const LEADING_COLUMNS = ['clip', 'label', 'predicted'] as const;

/** Where a clip comes from, as the split tells. */
export type ClipOrigin = Pick<Prediction, 'group' | 'recording'>;

/** `predictions.csv`: `clip, label, predicted` with class codes, then one probability column a class code. */
export function predictionsToCsv({ classes, rows }: Predictions): string {
  const codes = classes.map(({ code }) => code);
  return toCsv(
    [...LEADING_COLUMNS, ...codes],
    rows.map(({ clip, label, probabilities }) => [
      ...[clip, codes[label] ?? '', codes[predictedLabel(probabilities)] ?? ''],
      ...probabilities,
    ]),
  );
}

/**
 * Reads `predictions.csv` back. Columns go by their place, so that a class may have any code.
 * @param network its classes, and how it answers
 * @param origins recording and group of each clip, which the file does not hold
 * @throws EngineError `incompatible-run` where the file is damaged or does not fit the classes or the origins
 */
export function predictionsFromCsv(
  text: string,
  { classes, outputs }: Pick<Predictions, 'classes' | 'outputs'>,
  origins: ReadonlyMap<string, ClipOrigin>,
): Predictions {
  const [header = [], ...lines] = linesOf(text);
  const expected = [...LEADING_COLUMNS, ...classes.map(({ code }) => code)];
  if (expected.length !== header.length || expected.some((column, index) => header[index] !== column)) {
    throw damaged('its columns do not fit the classes');
  }
  const labels = new Map(classes.map(({ code }, index) => [code, index]));
  const rows = lines.map(([clip = '', code = '', , ...cells]): Prediction => {
    const label = labels.get(code);
    const origin = origins.get(clip);
    if (label === undefined) throw damaged(`${clip} is labelled ${code}, which is none of the classes`);
    if (origin === undefined) throw damaged(`the recording of ${clip} is not known`);
    const probabilities = cells.map((cell) => (cell === '' ? NaN : Number(cell)));
    return { clip, recording: origin.recording, group: origin.group, label, probabilities };
  });
  const predictions = { classes, outputs, rows };
  try {
    checkPredictions(predictions);
  } catch (error) {
    throw damaged('its probabilities cannot be used', error);
  }
  return predictions;
}

function linesOf(text: string): string[][] {
  try {
    return parseCsvLines(text);
  } catch (error) {
    throw damaged('it is no valid CSV', error);
  }
}

function damaged(how: string, cause?: unknown): EngineError {
  return new EngineError('incompatible-run', `The file of predictions is damaged: ${how}.`, { cause });
}
