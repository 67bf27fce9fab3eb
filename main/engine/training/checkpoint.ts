import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EngineError, toEngineError } from '../common/errors.ts';
import { writeFileAtomic } from '../common/files.ts';
import { sha256 } from '../common/hash.ts';
import { product } from '../model/layers.ts';
import { weightKey, type Weight } from '../model/network.ts';
import type { AdamState } from './adam.ts';
import { fitOptionsSchema, type FitOptions } from './fit-options.ts';
import type { EpochRecord } from './history.ts';

/** Everything training needs to go on after an epoch as if it had never stopped. */
export interface Checkpoint {
  readonly options: FitOptions;
  /** SHA-256 over what is trained on (`fitFingerprint`): a checkpoint only continues the training it was made in. */
  readonly fingerprint: string;
  /** One record an epoch done. */
  readonly history: readonly EpochRecord[];
  readonly weights: readonly Weight[];
  readonly adam: AdamState;
  /** Moving average of the weights, where the options ask for it. */
  readonly average?: readonly Weight[] | undefined;
  /** Weights of the best epoch so far, where the options ask for them. */
  readonly bestWeights: readonly Weight[] | undefined;
}

const FILE = 'checkpoint.safetensors';
const FORMAT_VERSION = 1;
const PARTS = ['weights', 'momentum', 'velocity', 'average', 'best'] as const;

const epochSchema = z.strictObject({
  epoch: z.int().min(1),
  loss: z.number(),
  accuracy: z.number(),
  valLoss: z.number(),
  valAccuracy: z.number(),
  seconds: z.number(),
  clipsPerSecond: z.number(),
});

const stateSchema = z.strictObject({
  version: z.literal(FORMAT_VERSION),
  options: fitOptionsSchema,
  fingerprint: z.string(),
  history: z.array(epochSchema),
  iterations: z.int().min(0),
});

const tensorSchema = z.strictObject({
  dtype: z.literal('F32'),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

const headerSchema = z
  .object({ __metadata__: z.strictObject({ state: z.string(), sha256: z.string() }) })
  .catchall(tensorSchema);

/** Where a checkpoint lies in its folder. */
export function checkpointFile(folder: string): string {
  return join(folder, FILE);
}

/**
 * Writes a checkpoint beside the previous one and replaces it, so that a kill at any moment leaves one of the two. The file
 * is in the safetensors format (length of the header, JSON header, float32 values), which other tools can open.
 * @throws EngineError `disk-full`, `permission-denied`
 */
export async function writeCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  const parts: Record<(typeof PARTS)[number], readonly Weight[]> = {
    weights: checkpoint.weights,
    momentum: checkpoint.adam.momentum,
    velocity: checkpoint.adam.velocity,
    average: checkpoint.average ?? [],
    best: checkpoint.bestWeights ?? [],
  };
  const tensors: Record<string, z.infer<typeof tensorSchema>> = {};
  const values: Buffer[] = [];
  let offset = 0;
  for (const part of PARTS) {
    for (const weight of parts[part]) {
      const bytes = Buffer.from(weight.values.buffer, weight.values.byteOffset, weight.values.byteLength);
      const end = offset + bytes.length;
      tensors[`${part}/${weightKey(weight)}`] = { dtype: 'F32', shape: [...weight.shape], data_offsets: [offset, end] };
      values.push(bytes);
      offset = end;
    }
  }
  const state: z.infer<typeof stateSchema> = {
    version: FORMAT_VERSION,
    options: checkpoint.options,
    fingerprint: checkpoint.fingerprint,
    history: [...checkpoint.history],
    iterations: checkpoint.adam.iterations,
  };
  const stateText = JSON.stringify(state);
  const data = Buffer.concat(values);
  const metadata = { state: stateText, sha256: digest(stateText, data) };
  const header = padded(JSON.stringify({ __metadata__: metadata, ...tensors }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  await writeFileAtomic(checkpointFile(folder), Buffer.concat([length, header, data]));
}

/**
 * Reads the checkpoint of a folder.
 * @param weights the weights of the network it belongs to; their values are not looked at
 * @throws EngineError `not-found`; `incompatible-run` when it is damaged, of a newer version or of another network
 */
export async function readCheckpoint(folder: string, weights: readonly Weight[]): Promise<Checkpoint> {
  const path = checkpointFile(folder);
  let file: Buffer;
  try {
    file = await readFile(path);
  } catch (error) {
    throw toEngineError(error, path);
  }
  const { header, data } = parseFile(path, file);
  const { state: stateText, sha256: expected } = header.__metadata__;
  if (digest(stateText, data) !== expected) throw damaged(path, 'its content does not match its checksum');
  const state = stateSchema.safeParse(parseJson(path, stateText));
  if (!state.success) throw ofOtherVersion(path, state.error);
  const read = (part: (typeof PARTS)[number]): Weight[] =>
    weights.map((weight) => {
      const tensor = tensorSchema.safeParse(header[`${part}/${weightKey(weight)}`]);
      if (!tensor.success || tensor.data.shape.join() !== weight.shape.join()) {
        throw new EngineError('incompatible-run', `The checkpoint ${path} belongs to another network.`);
      }
      const [start, end] = tensor.data.data_offsets;
      return { ...weight, values: floats(path, data, start, end, product(weight.shape)) };
    });
  const has = (part: (typeof PARTS)[number]): boolean => Object.keys(header).some((key) => key.startsWith(`${part}/`));
  const { options, fingerprint, history, iterations } = state.data;
  return {
    options,
    fingerprint,
    history,
    weights: read('weights'),
    adam: { iterations, momentum: read('momentum'), velocity: read('velocity') },
    ...(has('average') ? { average: read('average') } : {}),
    bestWeights: has('best') ? read('best') : undefined,
  };
}

/**
 * The epochs that a checkpoint was made after, without reading its weights; none where there is no checkpoint.
 * @throws EngineError `incompatible-run` when it is damaged or of another version
 */
export async function readCheckpointHistory(folder: string): Promise<readonly EpochRecord[]> {
  const path = checkpointFile(folder);
  let header: Buffer;
  try {
    const file = await open(path);
    try {
      const length = (await file.read({ buffer: Buffer.alloc(8), length: 8, position: 0 })).buffer.readBigUInt64LE(0);
      const { size } = await file.stat();
      if (Number(length) > size) throw damaged(path, 'it is cut off');
      const buffer = Buffer.alloc(Number(length));
      header = (await file.read({ buffer, length: buffer.length, position: 8 })).buffer;
    } finally {
      await file.close();
    }
  } catch (error) {
    const known = toEngineError(error, path);
    if (known.code === 'not-found') return [];
    throw known;
  }
  const parsed = headerSchema.safeParse(parseJson(path, header.toString('utf8')));
  if (!parsed.success) throw damaged(path, 'its header is not that of a checkpoint', parsed.error);
  const state = stateSchema.safeParse(parseJson(path, parsed.data.__metadata__.state));
  if (!state.success) throw ofOtherVersion(path, state.error);
  return state.data.history;
}

function ofOtherVersion(path: string, cause: unknown): EngineError {
  const message = `The checkpoint ${path} was written by another version of the program.`;
  return new EngineError('incompatible-run', message, { cause });
}

function parseFile(path: string, file: Buffer): { header: z.infer<typeof headerSchema>; data: Buffer } {
  if (file.length < 8) throw damaged(path, 'it is too short');
  const end = 8 + Number(file.readBigUInt64LE(0));
  if (end > file.length) throw damaged(path, 'it is cut off');
  const header = headerSchema.safeParse(parseJson(path, file.subarray(8, end).toString('utf8')));
  if (!header.success) throw damaged(path, 'its header is not that of a checkpoint', header.error);
  return { header: header.data, data: file.subarray(end) };
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damaged(path, 'its header cannot be read', error);
  }
}

function floats(path: string, data: Buffer, start: number, end: number, length: number): Float32Array {
  if (end - start !== length * Float32Array.BYTES_PER_ELEMENT || end > data.length) {
    throw damaged(path, 'its values are cut off');
  }
  const values = new Float32Array(length);
  Buffer.from(values.buffer).set(data.subarray(start, end));
  return values;
}

function digest(state: string, data: Buffer): string {
  return sha256(sha256(state) + sha256(data));
}

/** The values start at a multiple of eight bytes, as the format asks. */
function padded(header: string): Buffer {
  const bytes = Buffer.from(header);
  return Buffer.concat([bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8, ' ')]);
}

function damaged(path: string, how: string, cause?: unknown): EngineError {
  return new EngineError(
    'incompatible-run',
    `The checkpoint ${path} is damaged: ${how}. Training has to start again.`,
    {
      cause,
    },
  );
}
