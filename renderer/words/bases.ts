import type { BaseCard, RunDetail } from '../../preload/contract.ts';
import { counted, integer } from './format.ts';

/** What was trained in a run: a preset, or a network that had been trained before; of an evaluation, what it has scored. */
export function networkInWords(
  { training, base }: Pick<RunDetail['run'], 'training' | 'base'>,
  scored: string | null,
): string {
  if (training === null) return scored === null ? 'evaluation' : `evaluation of ${scored}`;
  return base === null ? (training.preset ?? '') : `from ${base.name}`;
}

/** What becomes of a base's output layer. */
export function outputWords({ output, classes }: BaseCard): string {
  if (output === 'kept') {
    return 'Its classes are yours, so its output layer is kept. With few clips it can become worse than it was: evaluate both on other clips.';
  }
  const own =
    classes === null ? 'its own outputs, which nobody named' : `its own ${counted(classes.length, 'class', 'classes')}`;
  return `Its layers and weights are taken over; a new output layer for your classes takes the place of ${own}.`;
}

/** What of a base learns, in a line for either way. */
export function layersHelp({ learning, parameters }: BaseCard): Readonly<Record<'last' | 'all', string>> {
  return {
    last: `quick, and safest with a few hundred clips; ${integer(learning.last)} of ${integer(parameters)} parameters learn`,
    all: `slower; the earlier layers in small steps, for more clips; ${integer(learning.all)} parameters learn`,
  };
}

/** Whether a base had heard the clips, in a sentence; `bad` where the score will be too good. @param name as it was chosen by */
export function heardWords(
  { heard, known }: BaseCard,
  name: string,
): { readonly words: string; readonly bad: boolean } {
  const { leak, suspected } = heard;
  if (suspected) {
    const words = `These clips are named like those of IRMAS, and ${name} learned from some of IRMAS: clips that are held back here were probably heard, and their score is too good.`;
    return { words, bad: true };
  }
  if (leak === null) {
    const words = `What ${name} learned from is not known clip by clip. If recordings of this folder were among it, the score will be too good.`;
    return { words, bad: false };
  }
  const rest = known === 'all' ? '' : ' What it was itself begun from is not known clip by clip.';
  if (leak.either === 0) return { words: `${name} learned from none of these recordings.${rest}`, bad: false };
  const heardClips = `${integer(leak.either)} of these ${counted(leak.validationClips, 'clip')}`;
  const words = `${name} has learned from the recordings of ${heardClips}. With the same split and seed as then it had not heard the held-back ones; with others the score is too good, and the run will say by how many clips.${rest}`;
  return { words, bad: true };
}

/** What follows from whose recordings a base was trained on; null where nothing is known to. */
export function licenceWords({ data }: BaseCard, name: string): string | null {
  return data === null
    ? null
    : `${name} learned from IRMAS: it is for non-commercial use only, and so is what you train from it.`;
}
