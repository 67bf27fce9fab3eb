import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ClipRow, DatasetCard, DatasetDetail, Input } from '../../../preload/contract.ts';
import { EngineError, toEngineError } from '../common/errors.ts';
import { applyCorrections, countCorrections, effectiveCorrections } from '../dataset/corrections.ts';
import { isUsable, labelsOf, type Clip, type Dataset } from '../dataset/dataset.ts';
import { splitDataset } from '../dataset/split.ts';
import { assertTrainable } from '../dataset/trainable.ts';
import { makeSample } from '../workflows/sample.ts';
import { openDataset } from '../workflows/scan.ts';
import { clipAddress } from './clip-address.ts';
import { datasetIdOf, type ShelvedDataset } from './dataset-shelf.ts';
import type { JobTask } from './job-queue.ts';
import type { Handlers, Services } from './services.ts';

const SAMPLE_SEED = 1;

type Methods =
  | 'datasets.open'
  | 'datasets.makeSample'
  | 'datasets.list'
  | 'datasets.get'
  | 'datasets.clips'
  | 'datasets.rescan'
  | 'datasets.remove'
  | 'datasets.previewSplit';

export function datasetHandlers(services: Services): Handlers<Methods> {
  const { context, jobs, datasets, tell } = services;

  const scan = async (folder: string, task: JobTask): Promise<string> => {
    const { dataset } = await openDataset(context, folder, task);
    datasets.drop(dataset.root);
    tell('changed', { what: 'datasets' });
    return datasetIdOf(dataset.root);
  };

  const startScan = (folder: string, subject: string | null): { job: string } => ({
    job: jobs.start({
      kind: 'scan',
      title: basename(folder),
      subject,
      work: (task) => scan(folder, task),
    }),
  });

  return {
    'datasets.open': ({ folder }) => startScan(folder, null),

    'datasets.makeSample': ({ clipsPerClass }) => ({
      job: jobs.start({
        kind: 'sample',
        title: 'Sample dataset',
        subject: null,
        work: async (task) => {
          const folder = await newSampleFolder(context.libraryFolder);
          await makeSample({ folder, clipsPerClass, heldBackFolder: undefined, seed: SAMPLE_SEED }, task);
          return scan(folder, task);
        },
      }),
    }),

    'datasets.list': async () => (await datasets.list()).map(cardOf),

    'datasets.get': async ({ dataset }): Promise<DatasetDetail> => {
      const shelved = await datasets.get(dataset);
      const { warnings, ignored } = shelved.dataset;
      return { ...cardOf(shelved), warnings, ignored, untrainable: whyUntrainable(shelved.dataset) };
    },

    'datasets.clips': async (filter) => {
      const { id, dataset } = await datasets.get(filter.dataset);
      const found = dataset.clips.filter(matching(filter)).sort(inOrder(filter));
      const rows = found.slice(filter.offset, filter.offset + filter.limit).map((clip) => rowOf(id, clip));
      return { total: found.length, rows };
    },

    'datasets.rescan': async ({ dataset }) => {
      const shelved = await datasets.get(dataset);
      return startScan(shelved.dataset.root, dataset);
    },

    'datasets.remove': async ({ dataset }) => {
      await datasets.remove(dataset);
      tell('changed', { what: 'datasets' });
      return null;
    },

    'datasets.previewSplit': async ({ dataset: id, corrections: wanted, split: kind, validation, test, seed }) => {
      const { dataset: found } = await datasets.get(id);
      const corrections = wanted ? effectiveCorrections(found.clips, await datasets.corrections(id)) : [];
      const dataset = corrections.length === 0 ? found : applyCorrections(found, corrections);
      assertTrainable(dataset);
      const usable = dataset.clips.filter(isUsable);
      const { counts, leak, testLeak } = splitDataset(usable, dataset.classes, { kind, validation, test, seed });
      return { corrections: wanted ? countCorrections(corrections) : null, counts, leak, testLeak };
    },
  };
}

/** The first folder name that is free, taken at once so that two samples made together do not meet. */
async function newSampleFolder(libraryFolder: string): Promise<string> {
  const samples = join(libraryFolder, 'samples');
  await mkdir(samples, { recursive: true });
  for (let number = 1; ; number++) {
    const folder = join(samples, number === 1 ? 'Sample' : `Sample ${number}`);
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      const known = toEngineError(error, folder);
      if (known.code !== 'exists') throw known;
    }
  }
}

function cardOf({ id, dataset, summary, scanned }: ShelvedDataset): DatasetCard {
  const { name, root, layout, kinds, synthetic } = dataset;
  return { id, name, root, layout, kinds, synthetic, summary, scanned };
}

function whyUntrainable(dataset: Dataset): string | null {
  try {
    assertTrainable(dataset);
    return null;
  } catch (error) {
    if (error instanceof EngineError) return error.message;
    throw error;
  }
}

function rowOf(dataset: string, clip: Clip): ClipRow {
  const { path, kind, label, recording, duration, findings } = clip;
  return { path, kind, label, labels: labelsOf(clip), recording, duration, findings, ...clipAddress(dataset, clip) };
}

function matching({ search, label, finding, recording }: Input<'datasets.clips'>): (clip: Clip) => boolean {
  const words = search.toLowerCase().split(/\s+/u).filter(Boolean);
  return (clip) =>
    (label === null || labelsOf(clip).includes(label)) &&
    (recording === null || clip.recording === recording) &&
    (finding === null || clip.findings.some(({ kind }) => kind === finding)) &&
    (words.length === 0 || hasWords(`${clip.path} ${clip.recording}`.toLowerCase(), words));
}

function hasWords(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}

/** Clips that are equal in what is sorted by stay in the order of their paths. */
function inOrder({ sort, descending }: Input<'datasets.clips'>): (a: Clip, b: Clip) => number {
  const sign = descending ? -1 : 1;
  const key = (clip: Clip): string | number => (sort === 'duration' ? (clip.duration ?? -1) : clip[sort]);
  return (a, b) => {
    const [first, second] = [key(a), key(b)];
    return first === second ? 0 : sign * (first < second ? -1 : 1);
  };
}
