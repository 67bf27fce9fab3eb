import type { Input, RunCard, ScoredClipRow, ScoredFilter } from '../../../preload/contract.ts';
import { EngineError } from '../common/errors.ts';
import { copyFileAtomic, writeFileAtomic } from '../common/files.ts';
import { correctionsByClip } from '../dataset/corrections.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { trainingHistoryChart } from '../evaluation/charts/training-history-chart.ts';
import { historyToCsv } from '../evaluation/history-csv.ts';
import { predictedLabel, type Predictions } from '../evaluation/predictions.ts';
import { runFile, writeRun, type Run, type TrainingConfig } from '../library/run-folder.ts';
import { loadBackend } from '../model/backend.ts';
import { countParameters } from '../model/network.ts';
import { ensembleArchitecture } from '../model/ensemble.ts';
import { PRESETS } from '../model/presets.ts';
import { changesClips } from '../training/augmentation/options.ts';
import { crossValidate, resumeCrossValidation } from '../workflows/cross-validate.ts';
import { assertOtherSounds } from '../workflows/other-sounds.ts';
import { DEFAULT_TRAIN_LAYERS, furtherTraining, presetTraining } from '../workflows/preset-training.ts';
import { resumeRun } from '../workflows/resume.ts';
import { trainRun } from '../workflows/train.ts';
import type { TrainingTask } from '../workflows/training-task.ts';
import { baseRequest } from './bases.ts';
import { clipAddress, NO_ADDRESS } from './clip-address.ts';
import { datasetIdOf } from './dataset-shelf.ts';
import { paceHere } from './pace.ts';
import type { OtherSoundsFolder } from './protocol.ts';
import type { ShelvedRun } from './run-shelf.ts';
import type { Handlers, Services } from './services.ts';
import { trainingTask } from './training-news.ts';
import { firstOf } from './training-notes.ts';

/** Classes of IRMAS, for which a preset's size is named. */
const USUAL_CLASSES = 11;
/** Clips of one recording that are listed beside one of them. */
const MOST_SIBLINGS = 200;

type Methods =
  | 'runs.presets'
  | 'runs.pace'
  | 'runs.train'
  | 'runs.resume'
  | 'runs.list'
  | 'runs.get'
  | 'runs.rename'
  | 'runs.clips'
  | 'runs.clip'
  | 'runs.saveCopy'
  | 'runs.writeHistory'
  | 'runs.folder';

export function runHandlers(services: Services): Handlers<Methods> {
  const { context, jobs, datasets, models, runs, tell } = services;

  /** Queues the training of a run, which counts as active until its job has ended. */
  const startTraining = (run: string, title: string, train: (task: TrainingTask) => Promise<unknown>): string => {
    const job = jobs.start({
      kind: 'train',
      title,
      subject: run,
      work: async (task) => {
        tell('engine', { state: 'ready', backend: (await loadBackend()).info });
        await train(trainingTask(services, run, task));
        return run;
      },
      onEnd: () => {
        runs.end(run);
        tell('changed', { what: 'runs' });
      },
    });
    return job;
  };

  return {
    'runs.presets': () =>
      PRESETS.map(({ name, description, build }) => {
        const training = presetTraining(name);
        const parameters = countParameters(ensembleArchitecture(build(USUAL_CLASSES), training.members));
        return { name, description, parameters, training };
      }),

    'runs.pace': async () => paceHere((await runs.list()).map(({ run }) => run)),

    'runs.train': async ({ dataset: id, name, training, from: choice, otherSounds: sounds, corrections, folds }) => {
      const { dataset } = await datasets.get(id);
      const from = choice === undefined ? undefined : await baseRequest(models, choice);
      const otherSounds = sounds === undefined ? undefined : await otherSoundsFolder(services, sounds, dataset);
      const config = configOf(training);
      const run = runs.newId(name);
      const out = runs.folderOf(run);
      runs.begin(run, []);
      const request = {
        ...{ folder: dataset.root, out, name, config, from, otherSounds },
        adaptsOutputs: training.outputs === undefined,
        corrections: corrections ? ('library' as const) : ('none' as const),
      };
      const train = (task: TrainingTask): Promise<unknown> =>
        folds === undefined ? trainRun(context, request, task) : crossValidate(context, { ...request, folds }, task);
      return { run, job: startTraining(run, name, train) };
    },

    'runs.resume': async ({ run: id }) => {
      const card = await runs.card(id);
      if (!card.resumable) {
        throw new EngineError('invalid-argument', `“${card.run.name}” is being trained or has finished.`);
      }
      const moved = await datasets.find(datasetIdOf(card.run.dataset.root));
      const folder = moved?.dataset.root ?? card.run.dataset.root;
      const request = { folder, out: runs.folderOf(id), given: {} };
      const history = await runs.history(card);
      // Asked twice at once, both have found it resumable until here.
      refuseActive(services, id);
      runs.begin(id, history);
      const resume = card.run.kind === 'cross-validation' ? resumeCrossValidation : resumeRun;
      return { run: id, job: startTraining(id, card.run.name, (task) => resume(context, request, task)) };
    },

    'runs.list': async () => (await runs.list()).map(cardOf),

    'runs.get': async ({ run: id }) => {
      const card = await runs.card(id);
      const dataset = await datasets.find(datasetIdOf(card.run.dataset.root));
      return {
        ...cardOf(card),
        history: await runs.history(card),
        notes: runs.notes(id),
        fold: runs.fold(id),
        metrics: await runs.metrics(card),
        labels: await runs.labels(card),
        dataset: dataset?.id ?? null,
      };
    },

    'runs.rename': async ({ run: id, name }) => {
      refuseActive(services, id);
      const { run } = await runs.card(id);
      await writeRun(runs.folderOf(id), { ...run, name });
      tell('changed', { what: 'runs' });
      return null;
    },

    'runs.clips': async (wanted) => {
      const card = await runs.card(wanted.run);
      const marked = wanted.show === 'marked' ? await markedClips(services, card.run.dataset.root) : new Set<string>();
      const found = scoredClips(await runs.predictions(card))
        .filter((row) => inCells(row, wanted) && isShown(row, wanted.show, marked))
        .map((row) => ({ row, wrong: row.label !== row.predicted, sure: Math.max(...row.probabilities) }))
        .sort((a, b) => Number(b.wrong) - Number(a.wrong) || b.sure - a.sure);
      const withAddress = await addresses(services, card.run.dataset.root);
      const rows = found.slice(wanted.offset, wanted.offset + wanted.limit).map(({ row }) => withAddress(row));
      return { total: found.length, rows };
    },

    'runs.clip': async ({ run: id, clip: path }) => {
      const card = await runs.card(id);
      const scored = scoredClips(await runs.predictions(card));
      const clip = scored.find((row) => row.clip === path);
      if (clip === undefined) throw new EngineError('not-found', `${path} was not scored in this run.`);
      const withAddress = await addresses(services, card.run.dataset.root);
      const siblings = scored.filter(({ recording, clip: other }) => recording === clip.recording && other !== path);
      return {
        ...withAddress(clip),
        siblings: siblings.slice(0, MOST_SIBLINGS).map(withAddress),
        siblingCount: siblings.length,
      };
    },

    'runs.saveCopy': async ({ run: id, file, to }) => {
      await runs.card(id);
      await copyFileAtomic(runFile(runs.folderOf(id), file), to);
      return null;
    },

    'runs.writeHistory': async ({ run: id, format, file }) => {
      const card = await runs.card(id);
      const history = await runs.history(card);
      if (history.length === 0) throw new EngineError('invalid-argument', 'No epoch has been finished yet.');
      const content =
        format === 'csv'
          ? historyToCsv(history)
          : trainingHistoryChart(
              history,
              (await runs.metrics(card)) ?? { provenance: unfinishedInWords(card.run) },
              card.run.training !== null && changesClips(card.run.training.augmentation),
            );
      await writeFileAtomic(file, content);
      return null;
    },

    'runs.folder': async ({ run: id }) => {
      refuseActive(services, id);
      const { run } = await runs.card(id);
      return { folder: runs.folderOf(id), name: run.name };
    },
  };
}

/**
 * What can be told at once is not left to a training that may wait for hours.
 * @throws EngineError as `assertOtherSounds`; `not-found` where the run is gone or had none
 */
async function otherSoundsFolder(
  { runs }: Services,
  choice: OtherSoundsFolder,
  dataset: Pick<Dataset, 'root'>,
): Promise<string> {
  if (choice.kind === 'folder') return assertOtherSounds(choice.folder, dataset);
  const { run } = await runs.card(choice.id);
  if (run.otherSounds === null) {
    throw new EngineError('not-found', `“${run.name}” had no folder of sounds without an instrument.`);
  }
  return assertOtherSounds(run.otherSounds.root, dataset);
}

/** Clips that could not be read may be as many as there are: the page has no use for all of them. */
function cardOf({ run: { failedClips, ...run }, ...card }: ShelvedRun): RunCard {
  return { ...card, run, failedClips: firstOf(failedClips) };
}

/** What the page left open is as the preset has it, or as it suits training further. */
function configOf({ preset, ...choice }: Input<'runs.train'>['training']): TrainingConfig {
  const config = preset === null ? furtherTraining(choice.trainLayers ?? DEFAULT_TRAIN_LAYERS) : presetTraining(preset);
  const given = Object.fromEntries(Object.entries(choice).filter(([, value]) => value !== undefined));
  return { ...config, ...given };
}

/** What the curves of a training that has no score yet are of. */
function unfinishedInWords({ dataset, training, split }: Run): string[] {
  const kind = training?.split === 'grouped' ? 'by recording' : 'at random by clip';
  const origin = `Unfinished training on ${dataset.name}${dataset.synthetic ? ' (synthetic sound)' : ''}, split ${kind}`;
  if (split === null) return [origin];
  const { either, validationClips } = split.leak;
  return [origin, `${either} of ${validationClips} validation clips share a recording or a sound with training`];
}

export function refuseActive({ runs }: Services, id: string): void {
  if (!runs.isActive(id)) return;
  throw new EngineError('invalid-argument', 'This run is still under way. Wait for its end or cancel it first.');
}

type Scored = Omit<ScoredClipRow, 'sound' | 'picture' | 'labelInFolder'>;
type Wanted = Pick<Input<'runs.clips'>, 'label' | 'predicted' | 'both'>;

function inCells(row: Scored, { label, predicted, both }: Wanted): boolean {
  const fits = (truth: string | null, taken: string | null): boolean =>
    (truth === null || row.label === truth) && (taken === null || row.predicted === taken);
  return fits(label, predicted) || (both && fits(predicted, label));
}

function isShown({ clip, label, predicted }: Scored, show: ScoredFilter, marked: ReadonlySet<string>): boolean {
  if (show === 'wrong') return label !== predicted;
  return show === 'all' || marked.has(clip);
}

/** Paths of the clips about which the user said something; none where the dataset is no longer in the library. */
async function markedClips({ datasets }: Services, root: string): Promise<ReadonlySet<string>> {
  const shelved = await datasets.find(datasetIdOf(root));
  if (shelved === null) return new Set();
  return new Set(correctionsByClip(shelved.dataset.clips, await datasets.corrections(shelved.id)).keys());
}

function scoredClips({ classes, rows }: Predictions): Scored[] {
  const code = (index: number): string => classes[index]?.code ?? '';
  return rows.map(({ clip, recording, label, probabilities }) => ({
    ...{ clip, recording, probabilities },
    label: code(label),
    predicted: code(predictedLabel(probabilities)),
  }));
}

/** Adds where clips of a folder can be heard and seen, as long as it is in the library. */
async function addresses({ datasets }: Services, root: string): Promise<(scored: Scored) => ScoredClipRow> {
  const shelved = await datasets.find(datasetIdOf(root));
  const clips = new Map(shelved?.dataset.clips.map((clip) => [clip.path, clip]));
  return (scored) => {
    const clip = clips.get(scored.clip);
    return shelved === null || clip === undefined
      ? { ...scored, ...NO_ADDRESS, labelInFolder: null }
      : { ...scored, ...clipAddress(shelved.id, clip), labelInFolder: clip.label };
  };
}
