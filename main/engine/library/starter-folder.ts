import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EngineError, toEngineError } from '../common/errors.ts';
import { readJson } from '../common/files.ts';
import { MetricsSchema, type Metrics } from '../evaluation/metrics.ts';
import { KNOWN_DATA } from './known-data.ts';
import { BaseSchema, TrainingConfigSchema } from './run-folder.ts';

/** Raised whenever an older program could no longer read the folder rightly. */
export const STARTER_VERSION = 3;

/** Names of what lies in the folder of the starter network. */
export const STARTER_FILES = {
  network: 'model.keras',
  record: 'starter.json',
  metrics: 'metrics.json',
  card: 'MODEL_CARD.md',
} as const;

const Count = z.number().int().nonnegative();
const Share = z.number().min(0).max(1);
const NamedSchema = z.object({ clips: Count, named: Count, right: Count });
const HeardSchema = NamedSchema.extend({ alone: Count });

const StarterSchema = z.object({
  format: z.literal('instrunet-starter'),
  version: z.literal(STARTER_VERSION),
  name: z.string(),
  /** ISO 8601, UTC. */
  made: z.string(),
  app: z.string(),
  /** In the order of the network's outputs. */
  classes: z.array(z.object({ code: z.string(), name: z.string() })),
  parameters: Count,
  /** Null where nothing is recorded of whose recordings they are. */
  data: z.enum(KNOWN_DATA).nullable(),
  dataset: z.object({
    name: z.string(),
    synthetic: z.boolean(),
    clips: Count,
    usableClips: Count,
    recordings: Count,
    groups: Count,
  }),
  /** Clips of each side of the split it was trained with. */
  sides: z.array(z.object({ side: z.string(), clips: Count })),
  training: TrainingConfigSchema,
  /** The network that was trained further; null where it began from fresh weights. */
  base: BaseSchema.pick({ name: true, data: true }).nullable().default(null),
  epochs: Count,
  selectedEpoch: Count,
  temperature: z.number().positive().nullable(),
  /** What shortening the weights changed of any probability, at most, on that many pictures of noise. */
  rounding: z.object({ pictures: Count, largest: Share }),
  /** The sounds without any of the classes that it learned from, too; null where there were none. */
  otherSounds: z
    .object({
      name: z.string(),
      training: Count,
      heldBack: Count,
      /** Of those held back, the ones in which a class was heard. */
      taken: Count,
    })
    .nullable(),
  /** What its maker says of further recordings it learned from, in sentences; null for nothing. */
  note: z.string().nullable(),
  /**
   * From which probability on it is to be believed, where it names one class out of all; null where it judges each by itself,
   * or no probability makes it right often enough.
   */
  sure: z
    .object({
      target: Share,
      threshold: Share,
      /** On the clips the threshold was chosen on: those of its validation side. */
      chosen: NamedSchema,
      /** On those its score is of; null where they are the same. */
      scored: NamedSchema.nullable(),
    })
    .nullable(),
  /** What is heard by the thresholds of its classes, where it judges each by itself; null where it does not. */
  heard: z
    .object({
      /** In the order of the classes; they are in the network's file, too. */
      thresholds: z.array(Share),
      /** On the clips the thresholds were chosen on: those of its validation side. */
      chosen: HeardSchema,
      /** On those its score is of; null where they are the same. */
      scored: HeardSchema.nullable(),
    })
    .nullable(),
});

/** What is kept of the training beside the network. */
export type Starter = z.infer<typeof StarterSchema>;

export interface StarterFolder {
  readonly starter: Starter;
  readonly metrics: Metrics;
  /** MODEL_CARD.md. */
  readonly card: string;
}

export function starterFile(folder: string, file: keyof typeof STARTER_FILES): string {
  return join(folder, STARTER_FILES[file]);
}

/**
 * The network of the starter folder.
 * @throws EngineError `not-found` where this build has none
 */
export async function starterNetwork(folder: string | undefined): Promise<string> {
  const path = folder === undefined ? undefined : starterFile(folder, 'network');
  if (path === undefined || !(await isThere(path))) {
    throw new EngineError(
      'not-found',
      'This InstruNet was built without a starter network. Train one, or take a run folder or a .keras file.',
    );
  }
  return path;
}

/** @returns null where this build has none. @throws EngineError `failed` where the folder is damaged */
export async function readStarter(folder: string | undefined): Promise<StarterFolder | null> {
  if (folder === undefined || !(await isThere(starterFile(folder, 'network')))) return null;
  const card = starterFile(folder, 'card');
  try {
    return {
      starter: await readJson(starterFile(folder, 'record'), StarterSchema),
      metrics: await readJson(starterFile(folder, 'metrics'), MetricsSchema),
      card: await readFile(card, 'utf8'),
    };
  } catch (error) {
    throw toEngineError(error, card);
  }
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
