import type { RunCard } from '../../preload/contract.ts';
import { FINDINGS, isFindingKind } from './findings.ts';
import { counted, integer } from './format.ts';

/** What a run had to do without. */
export interface LeftOut {
  readonly title: string;
  /** Why, and which as far as they are named. */
  readonly reasons: readonly string[];
}

/** Clips of the folder that were neither learned from nor scored, as they could not be; null where there were none. */
export function leftOutInWords({
  run: { dataset },
  failedClips: { count, first },
}: {
  readonly run: Pick<RunCard['run'], 'dataset'>;
  readonly failedClips: RunCard['failedClips'];
}): LeftOut | null {
  const unusable = dataset.clips - dataset.usableClips;
  const clips = unusable + count;
  if (clips === 0) return null;
  const found = Object.keys(FINDINGS)
    .filter(isFindingKind)
    .filter((kind) => FINDINGS[kind].leftOut && (dataset.findings[kind] ?? 0) > 0)
    .map((kind) => `${FINDINGS[kind].title.toLowerCase()} ${integer(dataset.findings[kind] ?? 0)}`);
  return {
    title: `${counted(clips, 'clip')} of the folder could not be used`,
    reasons: [
      ...(unusable > 0 ? [`Found when the folder was looked through: ${found.join(', ')}.`] : []),
      ...first.map(({ clip, message }) => `${clip}: ${message}`),
      ...(count > first.length ? [`And ${integer(count - first.length)} more, named in run.json.`] : []),
    ],
  };
}
