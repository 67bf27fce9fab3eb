import { foldInWords } from '../dataset/fold.ts';
import { describeScore } from '../evaluation/describe-score.ts';
import { bracket, count, counted, percent } from '../evaluation/figures-in-words.ts';
import type { Metrics } from '../evaluation/metrics.ts';
import type { HeardEach } from '../evaluation/heard-each.ts';
import type { Named } from '../evaluation/sure-from.ts';
import type { KnownData } from '../library/known-data.ts';
import type { Starter } from '../library/starter-folder.ts';

const CONFUSIONS_SHOWN = 8;

/** Whose recordings they are, and what follows for the network. */
const DATA_WORDS: Readonly<Record<KnownData, readonly string[]>> = {
  irmas: [
    'IRMAS, the training set: 6,705 excerpts of three seconds from real recordings, each labelled with the one instrument that stands in front. Authors: J. J. Bosch, J. Janer, F. Fuhrmann, P. Herrera, Universitat Pompeu Fabra, Barcelona. Licence: CC BY-NC-SA 3.0.',
    'Because of that licence the network is for non-commercial use only, and is handed on under the same licence. InstruNet itself is under the MIT licence; networks that you train from the beginning on recordings of your own are yours; one that you train further from this is not, and keeps its licence.',
  ],
};
const ALL_IRMAS_CLIPS = 6705;

/** The model card, in the little Markdown that the app shows: all of it follows from what lies beside it. */
export function modelCard(starter: Starter, metrics: Metrics): string {
  const blocks = [
    `# ${starter.name}`,
    ...whatItIs(starter),
    '## Data',
    ...dataWords(starter),
    '## How good it is',
    ...describeScore(metrics),
    classTable(metrics),
    '## What it takes for what',
    confusionTable(metrics),
    '## When to believe it',
    ...(starter.heard === null ? [sureWords(starter, metrics)] : heardWords(starter, starter.heard)),
    '## What it is not for',
    ...notFor(starter),
    '## How it was trained',
    trainingTable(starter),
    '## How to make it again',
    ...again(starter, metrics),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function whatItIs({ classes, parameters, app, made, training, base, data }: Starter): string[] {
  const names = classes.map(({ name }) => name).join(', ');
  return [
    `A network that tells ${count(classes.length)} classes apart by the mel spectrogram of three seconds of sound: ${names}. It has ${layersOf(training.preset, base)} (${count(parameters)} parameters) and was packed by InstruNet ${app} on ${made.slice(0, 10)}.`,
    ...(data === null ? [] : ['For non-commercial use only, because of the recordings it was trained on.']),
  ];
}

function layersOf(preset: string | null, base: Starter['base']): string {
  return base === null
    ? `the layers that the preset ${preset ?? ''} had when it was trained`
    : `the layers of ${base.name}, a network that was trained before and was trained further here`;
}

function dataWords({ data, dataset, sides, base, note, ...starter }: Starter): string[] {
  const { usableClips, recordings, groups, synthetic } = dataset;
  const of = data === 'irmas' ? ` of its ${count(ALL_IRMAS_CLIPS)}` : ` of “${dataset.name}”`;
  const split = sides.map(({ side, clips }) => `${count(clips)} ${side}`).join(', ');
  const own =
    data === null
      ? ['Whose recordings they are, and under which licence, was not said when it was packed.']
      : DATA_WORDS[data];
  return [
    ...own,
    `Here there were ${counted(usableClips, 'clip')}${of}, from ${counted(recordings, 'recording')} in ${counted(groups, 'group')} that share no clip, split into ${split}.`,
    ...(base === null ? [] : [baseWords(base)]),
    ...otherSoundsWords(starter),
    ...(note === null ? [] : [note]),
    ...(synthetic ? ['They are synthetic sound, no recordings of real instruments.'] : []),
  ];
}

function baseWords({ name, data }: NonNullable<Starter['base']>): string {
  const recordings =
    data === null
      ? 'whose recordings that had learned from is not recorded here'
      : 'that had learned from IRMAS, whose licence (CC BY-NC-SA 3.0, non-commercial) holds for what comes of it';
  return `Before that, it was ${name}: ${recordings}.`;
}

function otherSoundsWords({ otherSounds, training }: Pick<Starter, 'otherSounds' | 'training'>): string[] {
  const sentences = [
    ...(training.otherSounds > 0
      ? [
          `It also learned from synthetic sounds in which none of the classes sounds (noise, hum, tones, clicks), ${percent(training.otherSounds)} as many as there were clips.`,
        ]
      : []),
    ...(otherSounds === null
      ? []
      : [
          `It also learned from ${counted(otherSounds.training, 'recording')} in which none of the classes sounds (${otherSounds.name}). Of ${count(otherSounds.heldBack)} others of the kind, held back, it takes ${otherSounds.taken === 0 ? 'none' : count(otherSounds.taken)} for one of the classes; its thresholds were chosen on those, too.`,
        ]),
  ];
  return sentences.length === 0 ? [] : [sentences.join(' ')];
}

function classTable({ perClass }: Metrics): string {
  const rows = perClass.map(({ name, support, groups, precision, recall, recallInterval, f1, f1Interval }) => [
    ...[name, count(support), count(groups), percent(precision)],
    ...[`${percent(recall)}${bracket(recallInterval)}`, `${percent(f1)}${bracket(f1Interval)}`],
  ]);
  return table(['class', 'clips', 'groups of recordings', 'precision', 'recall', 'F1'], rows);
}

function confusionTable({ confusions, perClass }: Metrics): string {
  if (confusions.length === 0) return 'On these clips it confused nothing.';
  const name = (code: string): string => perClass.find((entry) => entry.code === code)?.name ?? code;
  const rows = confusions
    .slice(0, CONFUSIONS_SHOWN)
    .map(({ label, predicted, clips, share }) => [name(label), name(predicted), count(clips), percent(share)]);
  return table(['class', 'taken for', 'clips', 'of its clips'], rows);
}

function sureWords({ sure, sides }: Starter, { clips }: Metrics): string {
  if (sure === null) {
    const validation = sides.find(({ side }) => side === 'validation')?.clips ?? clips;
    return `No threshold makes it right as often as was asked for on its ${counted(validation, 'validation clip')}. All verdicts are shown; look at how sure it is.`;
  }
  const { target, threshold, chosen, scored } = sure;
  const rule =
    threshold === 0
      ? 'It needs no threshold for what was asked for.'
      : `InstruNet shows “not sure” where its highest probability is below ${(threshold * 100).toFixed(0)} %. Of a longer recording the mean of its windows is compared with it.`;
  const choice = `That was chosen on its ${counted(chosen.clips, 'validation clip')}, so that ${percent(target)} of the verdicts are right: ${namedWords(chosen)}.`;
  return scored === null
    ? `${rule} ${choice} Others do a little worse.`
    : `${rule} ${choice} Of the ${counted(scored.clips, 'clip')} its score is of, which had no say in that, ${namedWords(scored)}.`;
}

function namedWords({ clips, named, right }: Named): string {
  const rightly = named === 0 ? '' : `, and ${count(right)} of those (${percent(right / named)}) rightly`;
  return `${count(named)} (${percent(named / clips)}) are named${rightly}`;
}

function heardWords({ classes }: Starter, { thresholds, chosen, scored }: NonNullable<Starter['heard']>): string[] {
  const rows = classes.map(({ name }, index) => [name, percent(thresholds[index] ?? 1)]);
  const choice = `They were chosen on its ${counted(chosen.clips, 'validation clip')}, each for the best F1 of its class: ${heardShares(chosen)}.`;
  return [
    'Each class counts as heard from a probability of its own on. Where none reaches it, InstruNet shows “none of these”; where only single windows of a longer recording do, “not sure”.',
    scored === null
      ? `${choice} Others do a little worse.`
      : `${choice} Of the ${counted(scored.clips, 'clip')} its score is of, which had no say in that, ${heardShares(scored)}.`,
    table(['class', 'counts as heard from'], rows),
  ];
}

function heardShares({ clips, named, right, alone }: HeardEach): string {
  const share = (part: number): string => `${count(part)} (${percent(part / clips)})`;
  return `in ${share(named)} a class is heard, in ${share(right)} the right one is among them, in ${share(alone)} it is heard alone`;
}

function notFor({ classes, heard }: Starter): string[] {
  const front =
    heard === null
      ? [
          `It always picks one of its ${count(classes.length)} classes. Anything else, such as rain, speech, drums or an instrument that is not among them, is named as one of them all the same, unless “not sure” applies; some of it with confidence.`,
          'It hears the instrument that stands in front. Of several at once it names one, or wavers between them.',
        ]
      : [
          'Sounds unlike anything it has learned from can still be taken for an instrument, most of all drums and instruments that are not among its classes.',
          'It has learned from clips that name the one instrument in front, though others often play along. Several at once it names only where each is plain enough.',
        ];
  return [
    ...front,
    'It is no evidence in any matter of rights, identity or quality, and has not been tested by age of recording, genre, region or way of playing.',
  ];
}

/** Options that came later than the first card, and what is not worth a line in it. */
const UNTOLD: Readonly<Record<string, unknown>> = { outputs: 'softmax', otherSounds: 0, fold: null };

function trainingTable({ training, base, epochs, selectedEpoch, temperature, rounding }: Starter): string {
  const { augmentation, trainLayers, bodyRate, members, fold, ...plain } = training;
  const options = { ...plain, fold: fold === null ? null : foldInWords(fold) };
  const further = base === null ? {} : { trainedFurtherFrom: base.name, trainLayers, bodyRate };
  const rows = [
    ...(members === 1 ? [] : [['networks side by side', sideBySideWords(members)]]),
    ...Object.entries({ ...options, ...further })
      .filter(([option, value]) => UNTOLD[option] !== value)
      .map(([option, value]) => [optionWords(option), valueWords(value)]),
    ...Object.entries(augmentation).map(([option, value]) => [
      `augmentation: ${optionWords(option)}`,
      valueWords(value),
    ]),
    ['epochs trained', count(epochs)],
    ['epoch taken', count(selectedEpoch)],
    ['temperature', temperature === null ? 'none' : temperature.toFixed(3)],
    [
      'weights',
      `rounded to 11 significant bits, which changes no probability by more than ${upperBound(rounding.largest)} on ${counted(rounding.pictures, 'picture')} of noise`,
    ],
  ];
  return table(['option', 'value'], rows);
}

function again({ data, training, base, sure, otherSounds, note }: Starter, { side }: Metrics): string[] {
  const begun = base === null ? `--preset ${training.preset ?? ''}` : '--from MODEL';
  const others = otherSounds === null ? '' : ' --other-sounds-from SOUNDS';
  const [score, scored] =
    side === 'folder'
      ? [
          'score the run on recordings that were put away before (instrunet evaluate RUN OTHERS --out SCORED), ',
          ' --evaluation SCORED',
        ]
      : ['', ''];
  const options = [
    ...(data === null ? [] : [`--data ${data}`]),
    ...(sure === null ? [] : [`--right ${String(sure.target)}`]),
    ...(note === null ? [] : ['--note TEXT']),
  ].map((option) => ` ${option}`);
  return [
    `Train on the same folder with the options above (instrunet train FOLDER ${begun}${others} --seed ${String(training.seed)} … --out RUN), ${score}and pack it: instrunet make-starter RUN${scored}${options.join('')} --out resources/starter-model.`,
    'The figures of this card are those of metrics.json beside it.',
  ];
}

function sideBySideWords(members: number): string {
  return `${count(members)}, which answer with the mean of their logits; contrast and equaliser grow from none in the first to all in the last`;
}

/** `batchSize` → `batch size`. */
function optionWords(option: string): string {
  return option.replace(/[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`);
}

function valueWords(value: string | number | boolean | null): string {
  if (value === null || value === false) return 'no';
  return value === true ? 'yes' : String(value);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A small number as one that is not smaller: four decimal places, rounded up. */
function upperBound(value: number): string {
  return (Math.ceil(value * 10_000) / 10_000).toFixed(4);
}
