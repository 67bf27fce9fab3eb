import { basename } from 'node:path';
import { decodeMono } from '../audio/decode.ts';
import { slidingWindows } from '../audio/windows.ts';
import { EngineError, isCancellation, toEngineError } from '../common/errors.ts';
import { ProgressReporter, type TaskOptions } from '../common/task.ts';
import type { ClipKind } from '../dataset/dataset.ts';
import { clipKindOf } from '../dataset/file-kinds.ts';
import type { ByteImage } from '../features/byte-image.ts';
import { clipToImage } from '../features/clip-image.ts';
import type { Recipe } from '../features/recipe.ts';
import { readSpectrogramImage } from '../features/spectrogram-image.ts';
import { EVEN_ODDS, type Decision } from '../model/decision.ts';
import type { Predictor } from '../model/predictor.ts';
import { Aggregate, topClasses } from './aggregate.ts';
import { findFiles } from './find-files.ts';
import { clock } from './formats.ts';
import { fileOutcome, verdictOf, windowOutcome } from './outcome.ts';
import type { Aggregation, ClassifiedFile, ClassifiedWindow, FileError } from './result.ts';

export interface ClassifyOptions {
  /** At most the model's clip length, and that where it is not given: what is longer the network would not hear. */
  readonly windowSeconds?: number | undefined;
  /** From the start of one window to that of the next. Default 1.5, at most half a window. */
  readonly hopSeconds?: number | undefined;
  /** How many classes are listed for a file and a window. Default 3. */
  readonly topK?: number | undefined;
  /** Default `mean`, and always that where the network judges each class by itself. */
  readonly aggregation?: Aggregation | undefined;
  /** When the network is believed. Default: always its best class, or each class from even odds on. */
  readonly decision?: Decision | undefined;
}

const DEFAULT_HOP_SECONDS = 1.5;
const DEFAULT_TOP_K = 3;

/** Windows that wait for the network together; decides memory, not the result. */
const BATCH_SIZE = 32;

type Settings = Required<{ [key in keyof ClassifyOptions]: NonNullable<ClassifyOptions[key]> }>;

/** A window as the network sees it. Images have no time of their own. */
interface WindowImage {
  readonly start: number;
  readonly end: number;
  readonly image: ByteImage | null;
}

/**
 * Names the instrument of one sound file, or of one spectrogram image. Sound is decoded as a stream and cut into windows,
 * each of which becomes an image by the model's recipe as its training clips did, so that hours need no more memory than
 * minutes. A file that cannot be read comes back with its error.
 * @throws EngineError `invalid-argument` for options out of range, `unsupported-model` where the network gives no probabilities;
 *   what the predictor throws; AbortError
 */
export async function classifyFile(
  file: string,
  predictor: Predictor,
  options: ClassifyOptions = {},
  { signal }: TaskOptions = {},
): Promise<ClassifiedFile> {
  const settings = settingsOf(options, predictor);
  return classifyInput({ file, kind: clipKindOf(file) ?? 'audio' }, predictor, settings, signal);
}

export interface ClassifyFilesOptions extends ClassifyOptions, TaskOptions {
  /** Told, in one sentence, of things in folders that were left out. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * Names the instruments of many files and of all files in folders, each as soon as it is done, in the order given.
 * A bad file is one result with an error.
 * @throws as `classifyFile`
 */
export async function* classifyFiles(
  paths: readonly string[],
  predictor: Predictor,
  options: ClassifyFilesOptions = {},
): AsyncGenerator<ClassifiedFile, void, void> {
  const settings = settingsOf(options, predictor);
  const { signal, onProgress, onWarning } = options;
  const { inputs, warnings } = await findFiles(paths, signal);
  for (const warning of warnings) onWarning?.(warning);
  const progress = new ProgressReporter('classify', inputs.length, 'files', onProgress);
  for (const input of inputs) {
    signal?.throwIfAborted();
    const result =
      'error' in input
        ? failed(input.file, input.error, predictor, settings, [])
        : await classifyInput(input, predictor, settings, signal, (seconds) => {
            progress.reach(`heard up to ${clock(seconds)}`);
          });
    progress.advance();
    yield result;
  }
}

function settingsOf(options: ClassifyOptions, { recipe, outputs, classes }: Predictor): Settings {
  const { windowSeconds = recipe.clipSeconds, topK = DEFAULT_TOP_K, aggregation = 'mean' } = options;
  const { hopSeconds = Math.min(DEFAULT_HOP_SECONDS, windowSeconds / 2) } = options;
  const sample = 1 / recipe.sampleRate;
  if (!(windowSeconds >= sample && windowSeconds <= recipe.clipSeconds)) {
    const limit = `This model hears ${recipe.clipSeconds} seconds at a time`;
    throw new EngineError(
      'invalid-argument',
      `${limit}: a window must be longer than 0 seconds and no longer than that.`,
    );
  }
  if (!(hopSeconds >= sample && Number.isFinite(hopSeconds))) {
    throw new EngineError('invalid-argument', 'The hop from window to window must be longer than 0 seconds.');
  }
  if (!(Number.isInteger(topK) && topK >= 1)) {
    throw new EngineError('invalid-argument', 'The number of classes to list must be a whole number of at least 1.');
  }
  if (outputs === 'sigmoid' && aggregation === 'sum-max') {
    throw new EngineError(
      'invalid-argument',
      'This network judges each class by itself: dividing by the strongest would always find one. Take the mean of the windows.',
    );
  }
  const { decision = outputs === 'sigmoid' ? evenOdds(classes.length) : ALWAYS } = options;
  return { windowSeconds, hopSeconds, topK, aggregation, decision };
}

const ALWAYS: Decision = { kind: 'best', sureFrom: 0 };

function evenOdds(classes: number): Decision {
  return { kind: 'each', thresholds: Array.from({ length: classes }, () => EVEN_ODDS) };
}

async function classifyInput(
  { file, kind }: { readonly file: string; readonly kind: ClipKind },
  predictor: Predictor,
  settings: Settings,
  signal: AbortSignal | undefined,
  onHeard?: (seconds: number) => void,
): Promise<ClassifiedFile> {
  const { recipe, classes } = predictor;
  const { windowSeconds, topK, aggregation, decision } = settings;
  const aggregate = new Aggregate(classes.length);
  const windows: ClassifiedWindow[] = [];
  const warnings: string[] = [];
  let length = 0;
  const sound = async function* (): AsyncGenerator<Float32Array, void, void> {
    const onWarning = (message: string): number => warnings.push(message);
    for await (const chunk of decodeMono(file, recipe.sampleRate, { signal, onWarning })) {
      length += chunk.length;
      yield chunk;
    }
    if (length === 0) throw new EngineError('unreadable-audio', `${basename(file)} holds no sound.`);
  };
  const images = kind === 'image' ? pictureWindow(file, recipe) : soundWindows(sound(), recipe, settings);
  const batches = inBatches(images);
  try {
    for (;;) {
      const batch = await nextBatch(file, batches);
      signal?.throwIfAborted();
      if (batch instanceof EngineError) return failed(file, batch, predictor, settings, warnings);
      if (batch === undefined) break;
      windows.push(...(await nameWindows(batch, predictor, aggregate, settings)));
      onHeard?.(windows.at(-1)?.end ?? 0);
    }
  } finally {
    await batches.return();
  }
  const duration = length / recipe.sampleRate;
  const values = aggregate.result(aggregation);
  const top = values === null ? [] : topClasses(values, classes, topK);
  const scores = [...(aggregate.result('mean') ?? [])];
  const outcome = fileOutcome({ scores, windows, aggregation }, classes, decision);
  return {
    file,
    verdict: verdictOf(outcome),
    ...{ outcome, decision, classes, top, scores, windows },
    error: null,
    silent: values === null,
    duration: kind === 'image' ? null : duration,
    padded: kind === 'audio' && duration < windowSeconds - 0.5 / recipe.sampleRate,
    aggregation,
    warnings,
  };
}

/** The next windows of a file, undefined at its end, or what is wrong with it; a fault of the network is not caught here. */
async function nextBatch(
  file: string,
  batches: AsyncIterator<WindowImage[], void>,
): Promise<WindowImage[] | EngineError | undefined> {
  try {
    const next = await batches.next();
    return next.done === true ? undefined : next.value;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return toEngineError(error, file);
  }
}

function failed(
  file: string,
  error: EngineError,
  { classes }: Predictor,
  { aggregation, decision }: Settings,
  warnings: readonly string[],
): ClassifiedFile {
  const { code, message, details } = error;
  const told: FileError = details === undefined ? { code, message } : { code, message, details };
  const nothing = { verdict: null, outcome: null, top: [], scores: [], windows: [] };
  const length = { silent: false, duration: null, padded: false };
  return { file, ...nothing, ...length, error: told, classes, decision, aggregation, warnings };
}

async function* soundWindows(
  sound: AsyncIterable<Float32Array>,
  recipe: Recipe,
  { windowSeconds, hopSeconds }: Settings,
): AsyncGenerator<WindowImage, void, void> {
  const { sampleRate } = recipe;
  for await (const { start, end, samples } of slidingWindows(sound, { sampleRate, windowSeconds, hopSeconds })) {
    const clip = clipToImage(samples, sampleRate, recipe);
    yield { start, end, image: clip.silent ? null : clip.image };
  }
}

async function* pictureWindow(file: string, recipe: Recipe): AsyncGenerator<WindowImage, void, void> {
  yield { start: 0, end: recipe.clipSeconds, image: await readSpectrogramImage(file, recipe) };
}

async function* inBatches(windows: AsyncIterable<WindowImage>): AsyncGenerator<WindowImage[], void, void> {
  let batch: WindowImage[] = [];
  for await (const window of windows) {
    batch.push(window);
    if (batch.length < BATCH_SIZE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Shows the windows that are not silent to the network, adds them to `aggregate`, and lists what was heard in each. */
async function nameWindows(
  batch: readonly WindowImage[],
  predictor: Predictor,
  aggregate: Aggregate,
  { topK, decision }: Settings,
): Promise<ClassifiedWindow[]> {
  const images = batch.flatMap(({ image }) => (image === null ? [] : [image.data]));
  const probabilities =
    images.length === 0 ? new Float32Array() : await predictor.predict(joined(images), images.length);
  if (!probabilities.every(Number.isFinite)) {
    throw new EngineError(
      'unsupported-model',
      'The model gives no usable probabilities: its training has diverged or its file is damaged.',
    );
  }
  const units = predictor.classes.length;
  let next = 0;
  return batch.map(({ start, end, image }) => {
    if (image === null) return { start, end, silent: true, top: [], scores: [], outcome: { kind: 'silent' } };
    const own = [...probabilities.subarray(next * units, (next + 1) * units)];
    next++;
    aggregate.add(own);
    const { classes } = predictor;
    const outcome = windowOutcome(own, classes, decision);
    return { start, end, silent: false, top: topClasses(own, classes, topK), scores: own, outcome };
  });
}

function joined(images: readonly Uint8Array[]): Uint8Array {
  const size = images[0]?.length ?? 0;
  const all = new Uint8Array(size * images.length);
  for (const [index, image] of images.entries()) all.set(image, index * size);
  return all;
}
