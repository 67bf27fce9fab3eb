import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { EngineError } from '../common/errors.ts';
import type { Run, TrainingConfig } from '../library/run-folder.ts';
import type { AugmentationOptions } from '../training/augmentation/options.ts';
import type { EngineContext } from './context.ts';
import { openBase, type Base, type BaseRequest } from './open-base.ts';

/** Some of a training's options. */
export type GivenOptions = Partial<Omit<TrainingConfig, 'augmentation'>> & {
  readonly augmentation?: Partial<AugmentationOptions>;
};

/** What the user named again, asking for an interrupted run to be gone on with. All of it must be as the run began. */
export interface NamedAgain {
  readonly given: GivenOptions;
  readonly name?: string | undefined;
  /** In how many parts a cross-validation divides the clips. */
  readonly folds?: number | undefined;
  /** The network to begin from. */
  readonly from?: BaseRequest | undefined;
  /** The folder of sounds without any of the classes. */
  readonly otherSounds?: string | undefined;
}

/** @throws EngineError `invalid-argument` where something is not as the run began; as `openBase` */
export async function refuseOtherThanBegun(context: EngineContext, again: NamedAgain, began: Run): Promise<void> {
  refuseOtherOptions(
    { ...began.training, name: began.name, folds: began.crossValidation?.folds },
    { ...again.given, name: again.name, folds: again.folds },
  );
  if (again.from !== undefined) refuseOtherBase(await openBase(context, again.from), began);
  refuseOtherFolder(again.otherSounds, began);
}

type NamedOptions = GivenOptions & Pick<NamedAgain, 'name' | 'folds'>;

function refuseOtherOptions(config: NamedOptions, given: NamedOptions): void {
  const own = flat(config);
  const inWords = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  const words = Object.entries(flat(given))
    .filter(([name, value]) => value !== undefined && !isDeepStrictEqual(value, own[name]))
    .map(([name, value]) => `${name} is ${inWords(own[name])}, not ${inWords(value)}`);
  if (words.length === 0) return;
  throw new EngineError('invalid-argument', `A resumed run keeps its options: ${words.join('; ')}.`);
}

function flat({ augmentation, ...options }: NamedOptions): Record<string, unknown> {
  return { ...options, ...augmentation };
}

function refuseOtherBase({ name, sha256, classes }: Base, { base, model }: Run): void {
  const keeps = 'A resumed run keeps what it began from';
  if (base?.sha256 !== sha256) {
    const began = base === null ? `fresh weights of ${model.source}` : base.name;
    throw new EngineError('invalid-argument', `${keeps}: ${began}, not ${name}.`);
  }
  if (isDeepStrictEqual(base.classes, classes)) return;
  const named = (codes: readonly string[] | null): string => codes?.join(', ') ?? 'by nobody';
  throw new EngineError(
    'invalid-argument',
    `${keeps}: the outputs of ${name} were named ${named(base.classes)}, not ${named(classes)}.`,
  );
}

function refuseOtherFolder(folder: string | undefined, { otherSounds }: Run): void {
  if (folder === undefined || resolve(folder) === otherSounds?.root) return;
  const began = otherSounds === null ? 'none' : `those in ${otherSounds.root}`;
  throw new EngineError(
    'invalid-argument',
    `A resumed run keeps its sounds without an instrument: it began with ${began}, not with those in ${folder}.`,
  );
}
