import type { Clip, Dataset } from '../dataset/dataset.ts';
import { computeLeak } from '../dataset/leak.ts';
import type { SplitRow } from '../dataset/split-rows.ts';
import type { Leak, Side } from '../dataset/split.ts';
import type { Run } from '../library/run-folder.ts';

/**
 * What clips of a folder have in common with one side of a finished run. A recording is known again by any of its clips
 * that was in the run; by its name only where names mean the same in both folders, as the numbers of IRMAS do.
 * @param clips of the folder, those to be counted
 */
export function leakFrom(
  side: Exclude<Side, 'test'>,
  dataset: Pick<Dataset, 'layout' | 'synthetic' | 'clips'>,
  clips: readonly Clip[],
  { run, split }: { readonly run: Pick<Run, 'dataset'>; readonly split: readonly SplitRow[] },
): Leak {
  const rows = split.filter((row) => row.side === side);
  const recordings = new Set(rows.map(({ recording }) => recording));
  const contents = new Set(split.filter((row) => recordings.has(row.recording)).map(({ sha256 }) => sha256));
  const here = hasIrmasNumbers(dataset) && hasIrmasNumbers(run.dataset) ? '' : 'here: ';
  const knownAgain = dataset.clips.filter(({ sha256 }) => sha256 !== null && contents.has(sha256));
  const heard = [
    ...rows.map(({ recording, sha256 }) => ({ recording, sha256 })),
    ...knownAgain.map(({ recording }) => ({ recording: here + recording, sha256: null })),
  ];
  const scored = clips.map(({ recording, sha256 }) => ({ recording: here + recording, sha256 }));
  const sides: Side[] = [...heard.map(() => 'training' as const), ...scored.map(() => 'validation' as const)];
  return computeLeak([...heard, ...scored], sides);
}

/** The sample dataset has such numbers, too, but gives them anew for every seed. */
function hasIrmasNumbers({ layout, synthetic }: { readonly layout: string; readonly synthetic: boolean }): boolean {
  return layout === 'irmas-names' && !synthetic;
}
