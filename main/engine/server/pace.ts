import type { Pace } from '../../../preload/contract.ts';
import type { Run } from '../library/run-folder.ts';
import { thisMachine } from '../workflows/run-record.ts';

/** How fast the latest finished training of each preset went on this machine. @param runs the last begun first */
export function paceHere(runs: readonly Run[]): Pace[] {
  const here = JSON.stringify(thisMachine());
  const paces = new Map<string, Pace>();
  for (const { name, status, training, clipsPerSecond, machine } of runs) {
    if (status !== 'done' || training === null || clipsPerSecond === null) continue;
    if (paces.has(training.preset) || JSON.stringify(machine) !== here) continue;
    paces.set(training.preset, { preset: training.preset, clipsPerSecond, run: name });
  }
  return [...paces.values()];
}
