import { setImmediate as nextTurn } from 'node:timers/promises';
import { EngineError } from '../common/errors.ts';
import { sha256 } from '../common/hash.ts';
import { colourTable, type ColourMapName } from '../features/colour-map.ts';
import type { ImageStore } from '../features/images.ts';
import type { Backend } from '../model/backend.ts';
import { joinMembers, namedByMember, weightsOfMembers } from '../model/ensemble.ts';
import { checkImageSize, ImageInput } from '../model/image-input.ts';
import { Kernels } from '../model/kernels.ts';
import { outputUnits, type Network, type Weight } from '../model/network.ts';
import type { OutputKind } from '../model/output-kind.ts';
import { BatchLoss, type BatchResult } from './batch-loss.ts';
import type { LabelledRows } from './batches.ts';
import { hasWindows, imagesOf, type ClipRows } from './clip-rows.ts';
import { readCheckpoint, writeCheckpoint, type Checkpoint } from './checkpoint.ts';
import { bestEpoch, shouldStop, type Monitor } from './early-stopping.ts';
import { fitOptionsSchema, LEFT_OUT, type FitOptions } from './fit-options.ts';
import type { EpochRecord } from './history.ts';
import { learningRateOf } from './learning-rate.ts';
import { Member, memberOptions, startOf, type Shared } from './member.ts';
import { joinStates, splitStates } from './member-states.ts';
import { Meter } from './meter.ts';
import { balancedWeights, classesOf, type Target } from './targets.ts';
import { TestStep } from './test-step.ts';
import { validate } from './validate.ts';
import { Variables } from './variables.ts';

export interface FitData {
  readonly store: ImageStore;
  /** How the network sees gray images. */
  readonly colourMap: ColourMapName;
  /** Each window of a clip is learned from by itself. */
  readonly trainRows: readonly ClipRows[];
  /** What is right about each training clip; under softmax exactly one class. */
  readonly trainLabels: readonly Target[];
  readonly validationRows: readonly ClipRows[];
  readonly validationLabels: readonly Target[];
}

/** Told after every batch of training. */
export interface BatchEvent {
  readonly type: 'batch';
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** From 1, within the epoch. */
  readonly batch: number;
  readonly batches: number;
  /** Means over the epoch so far. */
  readonly loss: number;
  readonly accuracy: number;
  /** A clip that is learned from in windows counts once for each. */
  readonly clipsPerSecond: number;
  /** What that counts. */
  readonly unit: 'clips' | 'windows';
  /** Until the last epoch is done, validation included; early stopping may end sooner. */
  readonly secondsLeft: number;
}

/** Told after every epoch, once its checkpoint is on disk. */
export interface EpochEvent {
  readonly type: 'epoch';
  readonly epochs: number;
  readonly record: EpochRecord;
  readonly secondsLeft: number;
}

export type FitEvent = BatchEvent | EpochEvent;

export interface FitTask {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: FitEvent) => void) | undefined;
  /** Folder for the checkpoint of every epoch; none is written without it. */
  readonly checkpoint?: string | undefined;
  /** Folder with the checkpoint of an earlier training with the same data and options (more epochs are allowed) to go on from. */
  readonly resumeFrom?: string | undefined;
}

export interface FitResult {
  /** The network with the selected epoch's weights. */
  readonly network: Network;
  readonly history: readonly EpochRecord[];
  /** The epoch the weights are from. */
  readonly selectedEpoch: number;
  readonly stopped: 'epochs-done' | 'early-stopping';
  /**
   * Whether the validation clips had a say in which weights these are (early stopping, best epoch). Their scores then
   * flatter the network, which is to be said with them.
   */
  readonly selectedOnValidation: boolean;
}

/**
 * Trains a network with Adam on categorical (softmax) or binary (sigmoid) cross-entropy, as Keras's `fit` does. Clips are shuffled and changed every epoch
 * by seed and epoch, dropout by seed and step, so that the same input gives the same result and a resumed training ends
 * where an uninterrupted one would. `network` itself is left as it is.
 * @throws EngineError `invalid-argument` for options or data that make no training, `unsupported-model` for a network that
 * cannot be trained on these images, `incompatible-run` or `not-found` when it cannot be resumed, `failed` when it diverges, `disk-full`;
 * AbortError when cancelled
 */
export async function fit(
  backend: Backend,
  network: Network,
  data: FitData,
  options: FitOptions,
  task: FitTask = {},
): Promise<FitResult> {
  const { signal } = task;
  signal?.throwIfAborted();
  checkOptions(options);
  checkData(network, data, options.outputs ?? LEFT_OUT.outputs);
  const fingerprint = fitFingerprint(network, data);
  const checkpoint =
    task.resumeFrom === undefined ? undefined : await resume(task.resumeFrom, network, options, fingerprint);
  const history = [...(checkpoint?.history ?? [])];
  let bestWeights = checkpoint?.bestWeights;

  const kernels = new Kernels(backend);
  const input = new ImageInput(kernels, network, colourTable(data.colourMap));
  const members: Member[] = [];
  try {
    const training = imagesOf({ store: data.store, rows: data.trainRows, labels: data.trainLabels });
    const loss = lossOf(kernels, network, training, options);
    const learningRate = learningRateOf(options, Math.ceil(training.rows.length / options.batchSize));
    const shared = { kernels, input, loss, learningRate, training };
    const states = checkpoint === undefined ? [] : splitStates(checkpoint, network.weights);
    for (const [index, own] of startOf(network, options).entries()) {
      members.push(new Member(shared, own, memberOptions(options, index), states[index]));
    }
    const joined = (weights: readonly (readonly Weight[])[]): Network =>
      joinMembers(weights.map((own) => ({ ...network, weights: own })));
    const monitor = selectionMonitor(options);
    const minDelta = options.earlyStopping?.minDelta ?? 0;
    const isStopped = (): boolean => options.earlyStopping !== undefined && shouldStop(history, options.earlyStopping);

    while (history.length < options.epochs && !isStopped()) {
      const epoch = history.length + 1;
      const trained = await learnEpoch(members, { data, training }, options, epoch, history, task);
      const validated = await validateMembers(members, joined, shared, data, options, signal);
      const record = { epoch, ...trained.measured(), ...validated, seconds: trained.seconds() };
      refuseDivergence(record);
      history.push(record);
      if (monitor !== undefined && bestEpoch(history, monitor, minDelta)?.epoch === epoch) {
        bestWeights = namedByMember(members.map((member) => member.kept()));
      }
      if (task.checkpoint !== undefined) {
        await writeCheckpoint(task.checkpoint, {
          ...{ options, fingerprint, history, bestWeights },
          ...joinStates(members.map((member) => member.state())),
        });
      }
      const secondsLeft = (options.epochs - epoch) * record.seconds;
      task.onEvent?.({ type: 'epoch', epochs: options.epochs, record, secondsLeft });
      signal?.throwIfAborted();
    }

    const best = monitor === undefined ? undefined : bestEpoch(history, monitor, minDelta);
    const stoppedEarly = history.length < options.epochs;
    const chosen =
      best !== undefined && bestWeights !== undefined
        ? weightsOfMembers(bestWeights, network.weights)
        : members.map((member) => member.kept());
    return {
      network: joined(chosen),
      history,
      selectedEpoch: best?.epoch ?? history.length,
      stopped: stoppedEarly ? 'early-stopping' : 'epochs-done',
      selectedOnValidation: isSelectedOnValidation(monitor, stoppedEarly ? options.earlyStopping?.monitor : undefined),
    };
  } finally {
    for (const member of members) member.dispose();
    input.dispose();
  }
}

function lossOf(kernels: Kernels, network: Network, training: LabelledRows, options: FitOptions): BatchLoss {
  const classes = outputUnits(network);
  const { outputs = LEFT_OUT.outputs, labelSmoothing = 0, balanceClasses = false } = options;
  const classWeights = balanceClasses ? balancedWeights(training.labels, classes) : null;
  return new BatchLoss(kernels, { classes, outputs, labelSmoothing, classWeights });
}

/** All members learn from every clip once, taking turns batch by batch. */
async function learnEpoch(
  members: readonly Member[],
  { data, training }: { readonly data: FitData; readonly training: LabelledRows },
  options: FitOptions,
  epoch: number,
  earlier: readonly EpochRecord[],
  { signal, onEvent }: FitTask,
): Promise<Meter> {
  const meter = new Meter(training.rows.length, earlier);
  const batches = Math.ceil(training.rows.length / options.batchSize);
  const unit = hasWindows({ rows: data.trainRows }) ? 'windows' : 'clips';
  const learning = members.map((member) => member.learn(epoch));
  for (let batch = 1; batch <= batches; batch++) {
    meter.add(meanResult(learning.flatMap((member) => member.next().value ?? [])));
    const secondsLeft = meter.secondsLeft(options.epochs - epoch);
    onEvent?.({ type: 'batch', epoch, epochs: options.epochs, batch, batches, ...meter.measured(), unit, secondsLeft });
    await nextTurn();
    signal?.throwIfAborted();
  }
  return meter;
}

/** Members have batches of the same size, though not the same clips. */
function meanResult(results: readonly BatchResult[]): BatchResult {
  const mean = (key: keyof BatchResult): number =>
    results.reduce((sum, result) => sum + result[key], 0) / results.length;
  return { count: mean('count'), lossSum: mean('lossSum'), correct: mean('correct') };
}

/** Several members are validated as the one network that comes of them. */
async function validateMembers(
  members: readonly Member[],
  joined: (weights: readonly (readonly Weight[])[]) => Network,
  { kernels, input, loss }: Shared,
  data: FitData,
  options: FitOptions,
  signal: AbortSignal | undefined,
): Promise<Pick<EpochRecord, 'valLoss' | 'valAccuracy'>> {
  const whole = joined(members.map((member) => member.kept()));
  const variables = new Variables(kernels, whole.weights);
  try {
    const { loss: valLoss, accuracy: valAccuracy } = await validate(
      new TestStep(kernels, whole, input, variables, loss),
      { store: data.store, rows: data.validationRows, labels: data.validationLabels },
      { batchSize: options.batchSize, outputs: options.outputs ?? LEFT_OUT.outputs, signal },
    );
    return { valLoss, valAccuracy };
  } finally {
    variables.dispose();
  }
}

/** What chooses the epoch, where one is chosen at all. */
function selectionMonitor({ bestEpoch: wanted, earlyStopping }: FitOptions): Monitor | undefined {
  if (wanted === true) return 'valLoss';
  return earlyStopping?.restoreBestWeights === true ? earlyStopping.monitor : undefined;
}

/**
 * @param chosenBy what chose the epoch
 * @param stoppedBy what ended training before its time
 */
function isSelectedOnValidation(chosenBy: Monitor | undefined, stoppedBy: Monitor | undefined): boolean {
  return [chosenBy, stoppedBy].some((name) => name === 'valLoss' || name === 'valAccuracy');
}

/** Weights that are no numbers any more stay so; the checkpoint of the epoch before is left as it is. */
function refuseDivergence({ epoch, loss, valLoss }: EpochRecord): void {
  if (Number.isFinite(loss) && Number.isFinite(valLoss)) return;
  throw new EngineError(
    'failed',
    `Training diverged in epoch ${epoch}: its loss is no finite number any more. A smaller learning rate may help.`,
  );
}

function checkOptions(options: FitOptions): void {
  const result = fitOptionsSchema.safeParse(options);
  if (result.success) return;
  const issue = result.error.issues[0];
  const where = issue === undefined ? '' : ` (${issue.path.join('.')}: ${issue.message})`;
  throw new EngineError('invalid-argument', `These settings make no training${where}.`, { cause: result.error });
}

function checkData(network: Network, data: FitData, outputs: OutputKind): void {
  checkImageSize(network, data.store);
  const classes = outputUnits(network);
  const sides = [
    ['training', data.trainRows, data.trainLabels],
    ['validation', data.validationRows, data.validationLabels],
  ] as const;
  for (const [side, rows, labels] of sides) {
    if (rows.length === 0) throw new EngineError('too-few-recordings', `There are no clips on the ${side} side.`);
    if (rows.length !== labels.length) {
      throw new EngineError('invalid-argument', `${rows.length} ${side} clips have ${labels.length} labels.`);
    }
    if (outputs === 'softmax' && labels.some((target) => classesOf(target).length !== 1)) {
      throw new EngineError('invalid-argument', `A ${side} clip has not exactly one label, as softmax needs it.`);
    }
    if (labels.flatMap(classesOf).some((label) => !Number.isInteger(label) || label < 0 || label >= classes)) {
      throw new EngineError('invalid-argument', `A ${side} label is none of the network's ${classes} classes.`);
    }
  }
}

/** SHA-256 over what a training is of: the layers, the starting weights and the labelled clips of both sides with their windows. */
function fitFingerprint(network: Network, data: FitData): string {
  const { name, inputShape, layers, weights } = network;
  const starting = weights.map(({ values }) =>
    sha256(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  );
  const { store, colourMap, trainRows, trainLabels, validationRows, validationLabels } = data;
  const images = [store.count, store.height, store.width, store.channels, colourMap];
  const rows = [trainRows, trainLabels, validationRows, validationLabels];
  return sha256(JSON.stringify([name, inputShape, layers, starting, images, rows]));
}

async function resume(folder: string, network: Network, options: FitOptions, fingerprint: string): Promise<Checkpoint> {
  const checkpoint = await readCheckpoint(
    folder,
    namedByMember(startOf(network, options).map(({ weights }) => weights)),
  );
  const wanted: FitOptions = { ...LEFT_OUT, ...options };
  const made: FitOptions = { ...LEFT_OUT, ...checkpoint.options };
  const differing = (Object.keys({ ...wanted, ...made }) as (keyof FitOptions)[]).filter(
    (key) => key !== 'epochs' && JSON.stringify(wanted[key]) !== JSON.stringify(made[key]),
  );
  if (differing.length > 0) {
    throw new EngineError(
      'incompatible-run',
      `Training cannot go on from the checkpoint: it was made with other settings (${differing.join(', ')}).`,
    );
  }
  if (checkpoint.fingerprint !== fingerprint) {
    throw new EngineError(
      'incompatible-run',
      'Training cannot go on from the checkpoint: it was made with another network or other clips.',
    );
  }
  if (options.schedule === 'cosine' && checkpoint.options.epochs !== options.epochs) {
    throw new EngineError(
      'incompatible-run',
      `Training cannot go on from the checkpoint: its learning rate falls to 0 by epoch ${checkpoint.options.epochs}, and ${options.epochs} epochs were asked for.`,
    );
  }
  if (checkpoint.history.length > options.epochs) {
    throw new EngineError(
      'incompatible-run',
      `Training cannot go on from the checkpoint: it is already ${checkpoint.history.length} epochs long, and ${options.epochs} were asked for.`,
    );
  }
  return checkpoint;
}
