import type { DatasetCard, StarterCard } from '../../preload/contract.ts';
import { counted } from './format.ts';

/** Words for the small numbers of classes that a network tells apart. */
const NUMBERS = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
const DATA: Readonly<Record<NonNullable<StarterCard['data']>, string>> = { irmas: 'IRMAS' };

/** What the network that comes with the app is, how good, and for which use: one line above what it named. */
export function starterWords({ name, classes, data, score }: StarterCard): string {
  const many = NUMBERS[classes.length] ?? String(classes.length);
  const trained = data === null ? '' : `, trained on ${DATA[data]}`;
  const use = data === null ? '' : ' For non-commercial use only.';
  return `${name}: ${many} instruments${trained}; right on ${scoreWords(score)}.${use}`;
}

function scoreWords({ accuracy, accuracyInterval, clips, side, unheard, synthetic }: StarterCard['score']): string {
  const share = (value: number): string => (value * 100).toFixed(0);
  const interval = accuracyInterval === null ? '' : ` [${share(accuracyInterval[0])}–${share(accuracyInterval[1])}]`;
  const kind = `${synthetic ? 'synthetic ' : ''}${side === 'folder' ? '' : `${side} `}clip`;
  return `${share(accuracy)} %${interval} of ${counted(clips, kind)}${unheard ? ' from recordings not known from its training' : ''}`;
}

/** What must be held against scoring it on a dataset; `bad` where it has probably heard the clips. */
export function starterOnWords(
  { data }: Pick<StarterCard, 'data'>,
  { layout, synthetic }: Pick<DatasetCard, 'layout' | 'synthetic'>,
): { readonly words: string; readonly bad: boolean } {
  if (data === null) {
    return { words: 'On which clips it was trained is not known here: those would flatter the score.', bad: false };
  }
  const trained = `It was trained on clips of ${DATA[data]}`;
  if (layout !== 'irmas-names' || synthetic) {
    return { words: `${trained}; it is not known on which, and those would flatter the score.`, bad: false };
  }
  const words = `${trained}, and these are named like those: it has probably heard many of these very clips, which flatters the score.`;
  return { words, bad: true };
}
