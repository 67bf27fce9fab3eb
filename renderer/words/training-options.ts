import type { Input } from '../../preload/contract.ts';

type Choice = Input<'runs.train'>['training'];

/** What the form holds, in the units in which it is typed. A number that cannot be read is NaN. */
export interface TrainingValues {
  readonly outputs: NonNullable<Choice['outputs']>;
  /** Per cent of the training clips. */
  readonly otherSounds: number;
  readonly split: Choice['split'];
  /** Per cent. */
  readonly validation: number;
  /** Per cent. */
  readonly test: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly stopsEarly: boolean;
  readonly patience: number;
  readonly bestEpoch: boolean;
}

/** What the form holds before the engine has told how a network is trained. */
export const DEFAULT_VALUES: TrainingValues = {
  outputs: 'softmax',
  otherSounds: 0,
  split: 'grouped',
  validation: 20,
  test: 0,
  epochs: 20,
  batchSize: 32,
  learningRate: 0.001,
  seed: 1,
  stopsEarly: false,
  patience: 5,
  bestEpoch: false,
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
}

export interface SwitchOption extends Common {
  readonly kind: 'switch';
  readonly key: KeyOf<boolean>;
}

/** One of a few ways, each with its words. */
interface ChoiceOf<K extends 'split' | 'outputs'> extends Common {
  readonly kind: 'choice';
  readonly key: K;
  readonly choices: readonly { readonly value: TrainingValues[K]; readonly label: string; readonly help: string }[];
}

export type ChoiceOption = ChoiceOf<'split'> | ChoiceOf<'outputs'>;

export type TrainingOption = NumberOption | SwitchOption | ChoiceOption;

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
        ...{ kind: 'number', key: 'otherSounds', label: 'Sounds without an instrument, %' },
        help: 'of the clips: computed noise, hum and knocks to learn “none of these” from; not speech or applause',
        ...{ min: 0, max: 100, whole: true, when: ({ outputs }) => outputs === 'sigmoid' },
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
        ...{ kind: 'number', key: 'validation', label: 'Validation, %', help: 'held back to score on' },
        ...{ min: 5, max: 50, whole: true },
      },
      {
        ...{ kind: 'number', key: 'test', label: 'Test, %', help: 'held back for the very end; 0 for none' },
        ...{ min: 0, max: 40, whole: true },
      },
    ],
  },
  {
    title: 'Learning',
    options: [
      {
        ...{ kind: 'number', key: 'epochs', label: 'Epochs', help: 'rounds through all training clips' },
        ...{ min: 1, max: 1000, whole: true },
      },
      {
        ...{ kind: 'number', key: 'batchSize', label: 'Batch size', help: 'clips for each step; 32 suits most' },
        ...{ min: 1, max: 1024, whole: true },
      },
      {
        ...{ kind: 'number', key: 'learningRate', label: 'Learning rate', help: 'size of a step; 0.001 suits most' },
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

export type Problems = Readonly<Partial<Record<keyof TrainingValues, string>>>;

/** What is wrong with the values, by field. */
export function problemsOf(values: TrainingValues): Problems {
  const wrong = OPTION_GROUPS.flatMap(({ options }) => options).flatMap((option) => {
    if (option.kind !== 'number' || option.when?.(values) === false) return [];
    const words = numberProblem(values[option.key], option);
    return words === null ? [] : [[option.key, words] as const];
  });
  const problems: Partial<Record<keyof TrainingValues, string>> = Object.fromEntries(wrong);
  const { validation, test } = values;
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

/** As the engine wants it. @param values without problems */
export function toTraining(preset: string, values: TrainingValues): Choice {
  const { epochs, batchSize, learningRate, stopsEarly, patience, bestEpoch, outputs } = values;
  const earlyStopping = stopsEarly ? patience : null;
  const otherSounds = outputs === 'sigmoid' ? values.otherSounds / 100 : 0;
  return {
    preset,
    outputs,
    otherSounds,
    epochs,
    batchSize,
    learningRate,
    earlyStopping,
    bestEpoch,
    ...toSplit(values),
  };
}

/** Only what the split depends on. */
export function toSplit({
  split,
  validation,
  test,
  seed,
}: TrainingValues): Omit<Input<'datasets.previewSplit'>, 'dataset' | 'corrections'> {
  return { split, validation: validation / 100, test: test / 100, seed };
}

/** As the form holds what a run was trained with. */
export function toValues({ epochs, batchSize, learningRate, seed, split, ...run }: Choice): TrainingValues {
  return {
    ...{ epochs, batchSize, learningRate, seed, split },
    outputs: run.outputs ?? DEFAULT_VALUES.outputs,
    otherSounds: Math.round((run.otherSounds ?? 0) * 100),
    validation: Math.round(run.validation * 100),
    test: Math.round(run.test * 100),
    stopsEarly: run.earlyStopping !== null,
    patience: run.earlyStopping ?? DEFAULT_VALUES.patience,
    bestEpoch: run.bestEpoch,
  };
}
