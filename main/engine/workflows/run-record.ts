import { cpus } from 'node:os';
import { basename } from 'node:path';
import { locateFfmpeg } from '../audio/ffmpeg.ts';
import { APP_VERSION } from '../common/version.ts';
import type { ClassName, Dataset } from '../dataset/dataset.ts';
import { summarise } from '../dataset/summary.ts';
import { recipeHash, type Recipe } from '../features/recipe.ts';
import { RUN_VERSION, type Run } from '../library/run-folder.ts';
import type { BackendInfo } from '../model/backend.ts';
import { countParameters, outputKind } from '../model/network.ts';
import type { OpenedModel } from './open-model.ts';
import type { PreparedClips } from './prepare-clips.ts';

/** What is known of a run when it begins. */
export interface RunBeginning {
  readonly kind: Run['kind'];
  readonly folder: string;
  readonly name: string | undefined;
  /** As corrected. */
  readonly dataset: Dataset;
  readonly corrections: Run['corrections'];
  readonly classes: readonly ClassName[];
  readonly recipe: Recipe;
  readonly backend: BackendInfo;
  readonly model: Run['model'];
  readonly training: Run['training'];
  readonly crossValidation?: Run['crossValidation'];
  readonly base: Run['base'];
  readonly split: Run['split'];
  readonly otherSounds: Run['otherSounds'];
  readonly prepared: Pick<PreparedClips, 'failed' | 'extracted' | 'reused'>;
}

/** The record of a run that has just begun. */
export async function beginRun(beginning: RunBeginning): Promise<Run> {
  const { dataset, recipe, folder } = beginning;
  const { clips, usableClips, recordings, groups, seconds, findings } = summarise(dataset);
  return {
    format: 'instrunet-run',
    version: RUN_VERSION,
    kind: beginning.kind,
    name: beginning.name ?? basename(folder),
    status: 'running',
    error: null,
    created: new Date().toISOString(),
    finished: null,
    app: APP_VERSION,
    backend: { ...beginning.backend },
    ffmpeg: dataset.kinds.includes('audio') ? (await locateFfmpeg()).source : null,
    machine: thisMachine(),
    dataset: {
      name: dataset.name,
      root: dataset.root,
      layout: dataset.layout,
      kinds: [...dataset.kinds],
      synthetic: dataset.synthetic,
      fingerprint: dataset.fingerprint,
      ...{ clips, usableClips, recordings, groups, seconds },
      findings: { ...findings },
    },
    corrections: beginning.corrections,
    classes: beginning.classes.map(({ code, name }) => ({ code, name })),
    recipe,
    recipeHash: recipeHash(recipe),
    model: beginning.model,
    training: beginning.training,
    crossValidation: beginning.crossValidation ?? null,
    base: beginning.base,
    split: beginning.split,
    otherSounds: beginning.otherSounds,
    features: { extracted: beginning.prepared.extracted, reused: beginning.prepared.reused },
    failedClips: beginning.prepared.failed.map(({ clip, message }) => ({ clip, message })),
    caveats: [],
    result: null,
    timings: {},
    clipsPerSecond: null,
    peakMemoryMiB: 0,
  };
}

/** What a run keeps of a network that it scores. */
export function modelRecord({ source, name, network, labelsFrom }: OpenedModel): Run['model'] {
  return { source, name, parameters: countParameters(network), labelsFrom, outputs: outputKind(network) };
}

/** What a training's speed depends on. */
export function thisMachine(): Run['machine'] {
  return {
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model ?? '',
    cores: cpus().length,
  };
}

/** The most memory this process has held so far. */
export function peakMemoryMiB(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

/** Measures how long the parts of a run take. */
export class Stopwatch {
  readonly seconds: Record<string, number> = {};

  async time<T>(name: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await work();
    } finally {
      this.seconds[name] = (performance.now() - started) / 1000;
    }
  }
}
