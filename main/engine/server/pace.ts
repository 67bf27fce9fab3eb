import type { Pace } from '../../../preload/contract.ts';
import type { Run } from '../library/run-folder.ts';
import { thisMachine } from '../workflows/run-record.ts';

/** How fast the latest finished training of each network, all of it or its last layer, went on this machine. @param runs the last begun first */
export function paceHere(runs: readonly Run[]): Pace[] {
  const here = JSON.stringify(thisMachine());
  const paces = new Map<string, Pace>();
  for (const { name, status, training, model, clipsPerSecond, machine } of runs) {
    if (status !== 'done' || training === null || clipsPerSecond === null) continue;
    const { trainLayers, members } = training;
    const key = JSON.stringify([model.source, trainLayers]);
    if (paces.has(key) || JSON.stringify(machine) !== here) continue;
    paces.set(key, { source: model.source, trainLayers, members, clipsPerSecond, run: name });
  }
  return [...paces.values()];
}
