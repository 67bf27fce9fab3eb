import type { Input, OtherSoundsChoice } from '../../preload/contract.ts';

type Choice = Input<'runs.train'>['training'];

/** What the form holds, in the units in which it is typed. A number that cannot be read is NaN. */
export interface TrainingValues {
  readonly outputs: NonNullable<Choice['outputs']>;
  /** Per cent of the training clips. */
  readonly otherSounds: number;
  /** The user's own. */
  readonly ownSounds: SoundsFolder | null;
  readonly split: Choice['split'];
  /** Whether every clip is scored, by a network for each part of them. */
  readonly crossValidates: boolean;
  /** How many parts that are. */
  readonly folds: number;
  /** Per cent. */
  readonly validation: number;
  /** Per cent. */
  readonly test: number;
  /** Whether it begins from fresh weights, not from a trained network. */
  readonly isNew: boolean;
  /** Networks side by side, where it is new. */
  readonly members: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly stopsEarly: boolean;
  readonly patience: number;
  readonly bestEpoch: boolean;
  readonly trainLayers: TrainLayers;
  readonly mixup: number;
  /** Per cent. */
  readonly roll: number;
  /** Mel bands. */
  readonly pitchShift: number;
  /** Per cent. */
  readonly timeMask: number;
  /** Per cent. */
  readonly frequencyMask: number;
  /** Of 255. */
  readonly gain: number;
  /** Per cent. */
  readonly contrast: number;
  /** Of 255. */
  readonly equaliser: number;
  /** Options without a field: those of the network, or of the run that is repeated. */
  readonly carried: Carried;
}

/** A folder of sounds in which no instrument plays: as it is shown, and as it is asked for. */
export interface SoundsFolder {
  readonly name: string;
  readonly choice: OtherSoundsChoice;
}

export type TrainLayers = NonNullable<Choice['trainLayers']>;
export type Changes = Input<'runs.previewChanges'>['augmentation'];
type Carried = Pick<
  Choice,
  | 'schedule'
  | 'warmupEpochs'
  | 'weightDecay'
  | 'labelSmoothing'
  | 'balanceClasses'
  | 'averaging'
  | 'calibration'
  | 'bodyRate'
>;

/** What the form holds before the engine has told how a network is trained. */
export const DEFAULT_VALUES: TrainingValues = {
  outputs: 'softmax',
  otherSounds: 0,
  ownSounds: null,
  split: 'grouped',
  crossValidates: false,
  folds: 5,
  validation: 20,
  test: 0,
  isNew: true,
  members: 1,
  epochs: 20,
  batchSize: 32,
  learningRate: 0.001,
  seed: 1,
  stopsEarly: false,
  patience: 5,
  bestEpoch: false,
  trainLayers: 'all',
  mixup: 0,
  roll: 0,
  pitchShift: 0,
  timeMask: 0,
  frequencyMask: 0,
  gain: 0,
  contrast: 0,
  equaliser: 0,
  carried: {},
};

type KeyOf<T> = { [K in keyof TrainingValues]: TrainingValues[K] extends T ? K : never }[keyof TrainingValues];

interface Common {
  readonly label: string;
  /** One line. */
  readonly help: string;
  /** Only while this holds. */
  readonly when?: (values: TrainingValues) => boolean;
}

export interface NumberOption extends Common {
  readonly kind: 'number';
  readonly key: KeyOf<number>;
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
  /** Has a line to itself, as its label is long. */
  readonly wide?: boolean;
}

export interface SwitchOption extends Common {
  readonly kind: 'switch';
  readonly key: KeyOf<boolean>;
}

/** Chosen in the dialog of the system. */
export interface FolderOption extends Common {
  readonly kind: 'folder';
  readonly key: KeyOf<SoundsFolder | null>;
}

/** One of a few ways, each with its words. */
interface ChoiceOf<K extends 'split' | 'outputs'> extends Common {
  readonly kind: 'choice';
  readonly key: K;
  readonly choices: readonly { readonly value: TrainingValues[K]; readonly label: string; readonly help: string }[];
}

export type ChoiceOption = ChoiceOf<'split'> | ChoiceOf<'outputs'>;

export type TrainingOption = NumberOption | SwitchOption | FolderOption | ChoiceOption;

export interface OptionGroup {
  readonly title: string;
  readonly options: readonly TrainingOption[];
}

/** Everything that can be set besides dataset, name and network: a new option is a value, its default and a line here. */
export const OPTION_GROUPS: readonly OptionGroup[] = [
  {
    title: 'Answers',
    options: [
      {
        ...{ kind: 'choice', key: 'outputs', label: 'How many instruments a clip has', help: '' },
        choices: [
          { value: 'softmax', label: 'One instrument a clip', help: 'it names the likeliest, or is not sure' },
          {
            value: 'sigmoid',
            label: 'Several instruments may sound',
            help: 'each is judged by itself; it can also say “none of these”',
          },
        ],
      },
      {
        ...{ kind: 'number', key: 'otherSounds', label: 'Computed sounds without an instrument, %' },
        help: 'of the clips: noise, hum, knocks, made by InstruNet',
        ...{ min: 0, max: 100, whole: true, wide: true, when: ({ outputs }) => outputs === 'sigmoid' },
      },
      {
        ...{ kind: 'folder', key: 'ownSounds', label: 'Your own sounds without an instrument' },
        help: 'recordings in which none plays: speech, rain, traffic. Some are held back, to count those taken for an instrument',
        when: ({ outputs }) => outputs === 'sigmoid',
      },
    ],
  },
  {
    title: 'Split',
    options: [
      {
        ...{ kind: 'choice', key: 'split', label: 'How clips are held back', help: '' },
        choices: [
          { value: 'grouped', label: 'By recording', help: 'how it does on recordings it never heard' },
          { value: 'random', label: 'At random by clip', help: 'as many published scores; flatters' },
        ],
      },
      {
        ...{ kind: 'switch', key: 'crossValidates', label: 'Score every clip (cross-validation)' },
        help: 'each part is held back once, with a network of its own; takes that many times as long',
      },
      {
        ...{ kind: 'number', key: 'folds', label: 'Folds', help: 'parts held back in turn; 5 suit most' },
        ...{ min: 2, max: 20, whole: true, when: ({ crossValidates }) => crossValidates },
      },
      {
        ...{ kind: 'number', key: 'validation', label: 'Validation, %', help: 'held back to score on' },
        ...{ min: 5, max: 50, whole: true, when: ({ crossValidates }) => !crossValidates },
      },
      {
        ...{ kind: 'number', key: 'test', label: 'Test, %', help: 'held back for the very end; 0 for none' },
        ...{ min: 0, max: 40, whole: true, when: ({ crossValidates }) => !crossValidates },
      },
    ],
  },
  {
    title: 'Learning',
    options: [
      {
        ...{ kind: 'number', key: 'members', label: 'Networks side by side' },
        help: 'that learn apart and answer together; each takes as long as one',
        ...{ min: 1, max: 8, whole: true, wide: true, when: ({ isNew }) => isNew },
      },
      {
        ...{ kind: 'number', key: 'epochs', label: 'Epochs', help: 'rounds through all training clips' },
        ...{ min: 1, max: 1000, whole: true },
      },
      {
        ...{ kind: 'number', key: 'batchSize', label: 'Batch size', help: 'clips for each step; 32 suits most' },
        ...{ min: 1, max: 1024, whole: true },
      },
      {
        ...{
          kind: 'number',
          key: 'learningRate',
          label: 'Learning rate',
          help: 'size of a step; chosen with the network',
        },
        ...{ min: 0.000001, max: 1, whole: false },
      },
      {
        ...{ kind: 'number', key: 'seed', label: 'Seed', help: 'the same seed gives the same result' },
        ...{ min: 0, max: 2_147_483_647, whole: true },
      },
      {
        ...{ kind: 'switch', key: 'stopsEarly', label: 'Stop when it no longer improves' },
        help: 'ends before its last epoch where more would not help',
      },
      {
        ...{
          kind: 'number',
          key: 'patience',
          label: 'Wait for better',
          help: 'epochs without a better validation loss',
        },
        ...{ min: 1, max: 100, whole: true, when: ({ stopsEarly }) => stopsEarly },
      },
      {
        ...{ kind: 'switch', key: 'bestEpoch', label: 'Keep the best epoch' },
        help: 'chosen on validation, which flatters that score',
      },
    ],
  },
];

/** How clips are changed, anew in every epoch. Each is off at 0. */
export const CHANGE_OPTIONS: readonly NumberOption[] = [
  {
    ...{ kind: 'number', key: 'roll', label: 'Roll in time, %', help: 'what leaves at one end enters at the other' },
    ...{ min: 0, max: 100, whole: false },
  },
  {
    ...{ kind: 'number', key: 'pitchShift', label: 'Pitch, bands', help: 'mel bands up or down; 128 in all' },
    ...{ min: 0, max: 32, whole: true },
  },
  {
    ...{ kind: 'number', key: 'timeMask', label: 'Silence in time, %', help: 'at most, in one piece' },
    ...{ min: 0, max: 50, whole: false },
  },
  {
    ...{ kind: 'number', key: 'frequencyMask', label: 'Silence in pitch, %', help: 'of the bands, in one piece' },
    ...{ min: 0, max: 50, whole: false },
  },
  {
    ...{ kind: 'number', key: 'gain', label: 'Louder or quieter', help: 'steps of the 255 from silent to loudest' },
    ...{ min: 0, max: 64, whole: true },
  },
  {
    ...{ kind: 'number', key: 'contrast', label: 'Contrast, %', help: 'loud and quiet apart or together' },
    ...{ min: 0, max: 50, whole: false },
  },
  {
    ...{
      kind: 'number',
      key: 'equaliser',
      label: 'Equaliser',
      help: 'bass, middle or treble louder or quieter, as rooms make them; 38 is 12 dB',
    },
    ...{ min: 0, max: 96, whole: true },
  },
  {
    ...{
      kind: 'number',
      key: 'mixup',
      label: 'Mix with another clip',
      help: '0.2 to 0.4 is usual; labels mix as well',
    },
    ...{ min: 0, max: 1, whole: false },
  },
];

export type Problems = Readonly<Partial<Record<keyof TrainingValues, string>>>;

/** What is wrong with the values, by field. */
export function problemsOf(values: TrainingValues): Problems {
  const all: readonly TrainingOption[] = [...OPTION_GROUPS.flatMap(({ options }) => options), ...CHANGE_OPTIONS];
  const wrong = all.flatMap((option) => {
    if (option.kind !== 'number' || option.when?.(values) === false) return [];
    const words = numberProblem(values[option.key], option);
    return words === null ? [] : [[option.key, words] as const];
  });
  const problems: Partial<Record<keyof TrainingValues, string>> = Object.fromEntries(wrong);
  const { crossValidates, validation, test } = values;
  if (crossValidates) return problems;
  if (problems.validation === undefined && problems.test === undefined && validation + test > MOST_HELD_BACK) {
    problems.test = `With validation, at most ${String(MOST_HELD_BACK)} % can be held back`;
  }
  return problems;
}

/** Per cent; the network must learn from something. */
const MOST_HELD_BACK = 80;

function numberProblem(value: number, { min, max, whole }: NumberOption): string | null {
  const range = `from ${min.toLocaleString('en-US', { maximumFractionDigits: 6 })} to ${max.toLocaleString('en-US')}`;
  if (Number.isNaN(value)) return `A number ${range}`;
  if (value < min || value > max) return `Must be ${range}`;
  return whole && !Number.isInteger(value) ? 'Must be a whole number' : null;
}

/** As the engine wants it. @param preset null where a trained network is trained further; @param values without problems */
export function toTraining(preset: string | null, values: TrainingValues): Choice {
  const { epochs, batchSize, learningRate, stopsEarly, patience, bestEpoch, trainLayers, outputs, carried } = values;
  const { members } = values;
  const earlyStopping = stopsEarly ? patience : null;
  const otherSounds = outputs === 'sigmoid' ? values.otherSounds / 100 : 0;
  return {
    ...carried,
    ...{ preset, outputs, otherSounds, epochs, batchSize, learningRate, earlyStopping, bestEpoch, trainLayers },
    members,
    ...heldBack(values),
    augmentation: toChanges(values),
  };
}

/** The folder of other sounds that is learned from; none where each clip is one instrument. */
export function toOtherSounds({ outputs, ownSounds }: TrainingValues): OtherSoundsChoice | undefined {
  return outputs === 'sigmoid' ? ownSounds?.choice : undefined;
}

/** @param values without problems */
export function toChanges(values: TrainingValues): Changes {
  const { mixup, roll, pitchShift, timeMask, frequencyMask, gain, contrast, equaliser } = values;
  return {
    ...{ mixup, pitchShift, gain, equaliser },
    ...{ roll: roll / 100, timeMask: timeMask / 100, frequencyMask: frequencyMask / 100, contrast: contrast / 100 },
  };
}

/** Only what the split depends on; of a cross-validation, the first part. */
export function toSplit(values: TrainingValues): Omit<Input<'datasets.previewSplit'>, 'dataset' | 'corrections'> {
  const folds = toFolds(values);
  return { ...heldBack(values), ...(folds === undefined ? {} : { fold: { number: 1, of: folds } }) };
}

function heldBack(values: TrainingValues): Pick<Choice, 'split' | 'validation' | 'test' | 'seed'> {
  const { split, validation, test, seed } = values;
  const folds = toFolds(values);
  return folds === undefined
    ? { split, validation: validation / 100, test: test / 100, seed }
    : { split, validation: 1 / folds, test: 0, seed };
}

/** In how many parts the clips are divided for cross-validation; undefined for one training. */
export function toFolds({ crossValidates, folds }: TrainingValues): number | undefined {
  return crossValidates ? folds : undefined;
}

/**
 * As the form holds what a run was trained with, all of it but a folder of other sounds, which is none of its options.
 * @param folds of a cross-validation; null for one training
 */
export function toValues(run: Choice, folds: number | null = null): TrainingValues {
  const { epochs, batchSize, learningRate, seed, split, validation, test, earlyStopping, bestEpoch } = run;
  const { schedule, warmupEpochs, weightDecay, labelSmoothing, balanceClasses } = run;
  const { averaging, calibration, bodyRate, trainLayers = 'all', augmentation } = run;
  const carried = {
    ...{ schedule, warmupEpochs, weightDecay, labelSmoothing, balanceClasses },
    ...{ averaging, calibration, bodyRate },
  };
  const {
    mixup = 0,
    roll = 0,
    pitchShift = 0,
    timeMask = 0,
    frequencyMask = 0,
    gain = 0,
    contrast = 0,
    equaliser = 0,
  } = augmentation ?? {};
  return {
    ...{ epochs, batchSize, learningRate, seed, split, bestEpoch, trainLayers, mixup, pitchShift, gain, carried },
    crossValidates: folds !== null,
    folds: folds ?? DEFAULT_VALUES.folds,
    validation: folds === null ? Math.round(validation * 100) : DEFAULT_VALUES.validation,
    test: Math.round(test * 100),
    stopsEarly: earlyStopping !== null,
    patience: earlyStopping ?? DEFAULT_VALUES.patience,
    ...{ roll: perCent(roll), timeMask: perCent(timeMask) },
    ...{ frequencyMask: perCent(frequencyMask), contrast: perCent(contrast), equaliser },
    isNew: run.preset !== null,
    members: run.members ?? DEFAULT_VALUES.members,
    outputs: run.outputs ?? DEFAULT_VALUES.outputs,
    otherSounds: Math.round((run.otherSounds ?? 0) * 100),
    ownSounds: null,
  };
}

/** To two decimal places, so that no digits show that nobody typed. */
function perCent(share: number): number {
  return Math.round(share * 10_000) / 100;
}

/** What is changed, in a few words. @param values without problems */
export function changesInWords(values: TrainingValues): string {
  const { mixup, roll, pitchShift, timeMask, frequencyMask, gain, contrast, equaliser } = values;
  const parts = [
    ...(roll > 0 ? [`rolled by up to ${String(roll)} %`] : []),
    ...(pitchShift > 0 ? [`pitch by up to ${String(pitchShift)}`] : []),
    ...(timeMask > 0 || frequencyMask > 0 ? ['parts silenced'] : []),
    ...(gain > 0 || contrast > 0 ? ['loudness'] : []),
    ...(equaliser > 0 ? ['equalised'] : []),
    ...(mixup > 0 ? ['mixed'] : []),
  ];
  return parts.length === 0 ? 'none' : parts.join(', ');
}
