import { mkdir, readdir, rmdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { ClipRow, DatasetCard, DatasetDetail } from '../../../preload/contract.ts';
import { EngineError, toEngineError } from '../common/errors.ts';
import { writeFileAtomic } from '../common/files.ts';
import { clipsToCsv } from '../dataset/clips-csv.ts';
import { countCorrections } from '../dataset/corrections.ts';
import { isUsable, labelsOf, type Clip, type Dataset } from '../dataset/dataset.ts';
import { estimateSample, type SampleEstimate } from '../dataset/sample/estimate.ts';
import { assertTrainable } from '../dataset/trainable.ts';
import { makeSample } from '../workflows/sample.ts';
import { openDataset, relocateDataset, type OpenedDataset } from '../workflows/scan.ts';
import { clipAddress } from './clip-address.ts';
import { correctedDataset } from './corrected-dataset.ts';
import { clipIdOf, datasetIdOf, type ShelvedDataset } from './dataset-shelf.ts';
import type { JobTask } from './job-queue.ts';
import type { Handlers, Services } from './services.ts';
import { previewSplit } from './split-preview.ts';

const SAMPLE_SEED = 1;
/** More of the same sound would say no more. */
const MOST_TWINS = 50;

type Methods =
  | 'datasets.open'
  | 'datasets.makeSample'
  | 'datasets.sampleEstimate'
  | 'datasets.list'
  | 'datasets.get'
  | 'datasets.clips'
  | 'datasets.position'
  | 'datasets.twins'
  | 'datasets.writeClips'
  | 'datasets.rescan'
  | 'datasets.locate'
  | 'datasets.remove'
  | 'datasets.previewSplit';

export function datasetHandlers(services: Services): Handlers<Methods> {
  const { context, jobs, datasets, tell } = services;
  /** The scans under way, by the folder. */
  const scans = new Map<string, string>();
  let estimate: Promise<SampleEstimate> | undefined;

  const shelve = ({ dataset, changes }: OpenedDataset): string => {
    datasets.drop(dataset.root);
    const id = datasetIdOf(dataset.root);
    tell('changed', { what: 'datasets' });
    tell('scanned', { dataset: id, name: dataset.name, changes });
    return id;
  };

  /** Looks through a folder, or joins the scan of it that is under way. */
  const startScan = (
    folder: string,
    subject: string | null,
    scan: (task: JobTask) => Promise<OpenedDataset>,
  ): { job: string } => {
    const key = resolve(folder);
    const running = scans.get(key);
    if (running !== undefined) return { job: running };
    const job = jobs.start({
      ...{ kind: 'scan', title: basename(folder), subject },
      work: async (task) => shelve(await scan(task)),
      onEnd: () => scans.delete(key),
    });
    scans.set(key, job);
    return { job };
  };

  return {
    'datasets.open': async ({ folder }) => {
      const known = await datasets.find(datasetIdOf(folder));
      const dataset = known?.dataset.root === resolve(folder) ? known.id : null;
      return { ...startScan(folder, dataset, (task) => openDataset(context, folder, task)), dataset };
    },

    'datasets.makeSample': ({ clipsPerClass }) => ({
      job: jobs.start({
        kind: 'sample',
        title: 'Sample dataset',
        subject: null,
        work: async (task) => {
          const folder = await newSampleFolder(context.libraryFolder);
          try {
            await makeSample({ folder, clipsPerClass, heldBackFolder: undefined, seed: SAMPLE_SEED }, task);
          } catch (error) {
            // Taken in advance, and empty unless the sample is in it.
            await rmdir(folder).catch(() => undefined);
            throw error;
          }
          return shelve(await openDataset(context, folder, task));
        },
      }),
    }),

    'datasets.sampleEstimate': () => {
      estimate ??= estimateSample(SAMPLE_SEED);
      return estimate;
    },

    'datasets.list': async () => (await datasets.list()).map(cardOf),

    'datasets.get': async ({ dataset }): Promise<DatasetDetail> => {
      const shelved = await datasets.get(dataset);
      const { root, warnings, ignored } = shelved.dataset;
      return {
        ...cardOf(shelved),
        ...{ warnings, ignored },
        untrainable: whyUntrainable(shelved.dataset),
        folder: await stateOf(root),
        split: shelved.index.split.preview,
      };
    },

    'datasets.clips': async ({ dataset, offset, limit, ...query }) => {
      const shelved = await datasets.get(dataset);
      const found = shelved.index.find(query);
      return { total: found.length, rows: rowsOf(shelved, found.subarray(offset, offset + limit)) };
    },

    'datasets.position': async ({ dataset, path, ...query }) =>
      (await datasets.get(dataset)).index.position(query, path),

    'datasets.twins': async ({ dataset, path }) => {
      const { id, index } = await datasets.get(dataset);
      return index
        .twins(path)
        .slice(0, MOST_TWINS)
        .map((clip) => rowOf(id, clip));
    },

    'datasets.writeClips': async ({ dataset: id, file, ...query }) => {
      const { dataset, index } = await datasets.get(id);
      const clips = [...index.find(query)].flatMap((place) => dataset.clips[place] ?? []);
      await writeFileAtomic(file, clipsToCsv(clips));
      return { clips: clips.length };
    },

    'datasets.rescan': async ({ dataset: id }) => {
      const { root } = (await datasets.get(id)).dataset;
      return startScan(root, id, (task) => openDataset(context, root, task));
    },

    'datasets.locate': async ({ dataset: id, folder }) => {
      const { root } = (await datasets.get(id)).dataset;
      if (resolve(folder) === root) return startScan(root, id, (task) => openDataset(context, root, task));
      return startScan(folder, id, async (task) => {
        const opened = await relocateDataset(context, root, folder, task);
        datasets.drop(root);
        return opened;
      });
    },

    'datasets.remove': async ({ dataset }) => {
      await datasets.remove(dataset);
      tell('changed', { what: 'datasets' });
      return null;
    },

    'datasets.previewSplit': async ({ dataset: id, corrections: wanted, split: kind, ...options }) => {
      const { dataset, corrections } = await correctedDataset(datasets, id, wanted);
      const { preview } = previewSplit(dataset.clips.filter(isUsable), dataset.classes, { kind, ...options });
      return { ...preview, corrections: wanted ? countCorrections(corrections) : null };
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
    assertTrainable(dataset, 'several');
    return null;
  } catch (error) {
    if (error instanceof EngineError) return error.message;
    throw error;
  }
}

/** Whether the folder of a dataset can be read now. */
async function stateOf(root: string): Promise<DatasetDetail['folder']> {
  try {
    await readdir(root);
    return 'there';
  } catch (error) {
    return toEngineError(error, root).code === 'not-found' ? 'gone' : 'unreadable';
  }
}

function rowsOf({ id, dataset }: ShelvedDataset, places: Uint32Array): ClipRow[] {
  return [...places].flatMap((place) => {
    const clip = dataset.clips[place];
    return clip === undefined ? [] : [rowOf(id, clip)];
  });
}

function rowOf(dataset: string, clip: Clip): ClipRow {
  const { path, kind, label, recording, duration, findings } = clip;
  return {
    ...{ path, kind, label, recording, duration, findings },
    labels: labelsOf(clip),
    id: clipIdOf(dataset, path),
    ...clipAddress(dataset, clip),
  };
}
