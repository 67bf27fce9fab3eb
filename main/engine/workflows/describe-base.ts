import { count, counted } from '../evaluation/figures-in-words.ts';
import type { RunBase } from '../library/run-folder.ts';
import type { TrainLayers } from '../model/train-layers.ts';

/** What a training began from and what of it learns, in plain sentences. */
export function describeBase(base: RunBase, parameters: number, trainLayers: TrainLayers): string[] {
  const { name, learning, output, heard } = base;
  const layer =
    output === 'kept'
      ? 'its output layer is kept, as the classes are the same'
      : 'a new output layer takes the place of its own';
  const what =
    trainLayers === 'last'
      ? `only that one learns, ${count(learning)} of ${counted(parameters, 'parameter')}`
      : `all layers learn, ${counted(parameters, 'parameter')}`;
  return [
    `Trained further from ${name}: ${layer}; ${what}.`,
    heardWords(base, heard.validation),
    ...(base.data === 'irmas' ? [IRMAS_LICENCE] : []),
  ];
}

const IRMAS_LICENCE =
  'It began with recordings of IRMAS: for non-commercial use only, under CC BY-NC-SA 3.0, as what comes of it.';

function heardWords({ name, known }: RunBase, { leak, suspected }: RunBase['heard']['validation']): string {
  if (suspected) {
    return `These clips are named like recordings of IRMAS, and ${name} learned from some of those: it has probably heard validation clips already.`;
  }
  if (leak === null) {
    return `What ${name} learned from is not known clip by clip: if recordings of this folder were among it, validation is not unheard.`;
  }
  const rest = known === 'all' ? '' : ' What it was itself begun from is not known clip by clip.';
  const heard = `${count(leak.either)} of ${counted(leak.validationClips, 'validation clip')}`;
  return leak.either === 0
    ? `${name} learned from none of the recordings held back for validation.${rest}`
    : `${name} has learned from the recordings of ${heard}: that score is too good for them.${rest}`;
}
