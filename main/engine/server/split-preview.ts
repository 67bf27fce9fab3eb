import type { SplitPreview } from '../../../preload/contract.ts';
import { EngineError } from '../common/errors.ts';
import type { ClassName, Clip } from '../dataset/dataset.ts';
import { splitDataset, type Leak, type Side, type SplitOptions } from '../dataset/split.ts';

export interface PreviewedSplit {
  readonly preview: Omit<SplitPreview, 'corrections'>;
  /** One for each clip. */
  readonly sides: readonly Side[];
}

/** Splits as asked, and the other way as well, so that what either leaks can be compared. @throws EngineError as `splitDataset` */
export function previewSplit(
  clips: readonly Clip[],
  classes: readonly ClassName[],
  options: SplitOptions,
): PreviewedSplit {
  const { sides, counts, totals, leak, testLeak } = splitDataset(clips, classes, options);
  const other = options.kind === 'grouped' ? 'random' : 'grouped';
  const leaks = { [options.kind]: leak, [other]: leakOf(clips, classes, { ...options, kind: other }) };
  return { preview: { counts, totals, leak, testLeak, leaks: { grouped: null, random: null, ...leaks } }, sides };
}

/** Null where the clips do not permit the split. */
function leakOf(clips: readonly Clip[], classes: readonly ClassName[], options: SplitOptions): Leak | null {
  try {
    return splitDataset(clips, classes, options).leak;
  } catch (error) {
    if (error instanceof EngineError) return null;
    throw error;
  }
}
