import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { RunCard, RunDetail, TrainingNotes } from '../../../preload/contract.ts';
import { EngineError, toEngineError } from '../common/errors.ts';
import { readJson, readText } from '../common/files.ts';
import { parseClipsCsv } from '../dataset/clip-rows.ts';
import type { Fold } from '../dataset/fold.ts';
import { parseSplitCsv } from '../dataset/split-rows.ts';
import { historyFromCsv } from '../evaluation/history-csv.ts';
import { MetricsSchema, type Metrics } from '../evaluation/metrics.ts';
import { describeMultilabel } from '../evaluation/multilabel/describe-multilabel.ts';
import { MultilabelMetricsSchema } from '../evaluation/multilabel/multilabel-metrics.ts';
import { predictionsFromCsv } from '../evaluation/predictions-csv.ts';
import type { ScoredContents } from '../evaluation/paired-scores.ts';
import type { Predictions } from '../evaluation/predictions.ts';
import { networkOf, readRun, runFile, type Run } from '../library/run-folder.ts';
import { readCheckpointHistory } from '../training/checkpoint.ts';
import type { EpochRecord } from '../training/history.ts';
import { NO_NOTES } from './training-notes.ts';

const LONGEST_SLUG = 40;

/** What {@link RunShelf} knows of a run. */
export interface ShelvedRun extends Pick<RunCard, 'id' | 'active' | 'resumable'> {
  readonly run: Run;
}

/** What has come of a training so far. */
interface Course {
  /** Of a cross-validation, that of the fold that goes on. */
  history: EpochRecord[];
  fold: Fold | null;
  notes: TrainingNotes;
}

/** The runs of the library: a folder each, named by when it began and what it is called. */
export class RunShelf {
  readonly #folder: string;
  /** Runs that a job is working on or will be. */
  readonly #active = new Map<string, Course>();
  #scored: { readonly key: string; readonly value: ScoredContents } | null = null;

  constructor(libraryFolder: string) {
    this.#folder = join(libraryFolder, 'runs');
  }

  /** A new id: time stamp, then the name as far as it suits a folder. */
  newId(name: string, now = new Date()): string {
    const slug = name
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .replace(/[^A-Za-z0-9]+/gu, '-')
      .slice(0, LONGEST_SLUG)
      .replace(/^-|-$/gu, '')
      .toLowerCase();
    const stamp = now.toISOString().replace(/[-:]/gu, '').replace('T', '-').replace('Z', '').replace('.', '-');
    return slug === '' ? stamp : `${stamp}-${slug}`;
  }

  /** @throws EngineError `not-found` for an id that is no plain name of a folder */
  folderOf(id: string): string {
    if (basename(id) !== id || id === '.' || id === '..' || id.includes('\\')) {
      throw new EngineError('not-found', 'There is no such run.');
    }
    return join(this.#folder, id);
  }

  /** The last begun first. Folders that hold no run are passed over. */
  async list(): Promise<ShelvedRun[]> {
    let names: string[];
    try {
      names = await readdir(this.#folder);
    } catch (error) {
      const known = toEngineError(error, this.#folder);
      if (known.code === 'not-found') return [];
      throw known;
    }
    const cards = await Promise.all(
      names.map((id) =>
        readRun(join(this.#folder, id)).then(
          (run) => this.#cardOf(id, run),
          () => null,
        ),
      ),
    );
    return cards
      .flatMap((card) => card ?? [])
      .sort((a, b) => (a.run.created < b.run.created ? 1 : a.run.created > b.run.created ? -1 : 0));
  }

  /** @throws EngineError as `readRun` */
  async card(id: string): Promise<ShelvedRun> {
    return this.#cardOf(id, await readRun(this.folderOf(id)));
  }

  /** The epochs done so far, wherever they are kept at this stage of a run. */
  async history({ id, run }: ShelvedRun): Promise<readonly EpochRecord[]> {
    const folder = this.folderOf(id);
    if (run.kind === 'evaluation') return [];
    if (run.status === 'done' && run.kind === 'training')
      return historyFromCsv(await readText(runFile(folder, 'history')));
    const active = this.#active.get(id)?.history;
    return active !== undefined && active.length > 0 ? active : readCheckpointHistory(runFile(folder, 'checkpoint'));
  }

  async metrics({ id, run }: ShelvedRun): Promise<Metrics | null> {
    return run.status === 'done' && !isOfLabels(run)
      ? readJson(runFile(this.folderOf(id), 'metrics'), MetricsSchema)
      : null;
  }

  /** The score on clips with several labels, and the same in sentences. */
  async labels({ id, run }: ShelvedRun): Promise<RunDetail['labels']> {
    if (run.status !== 'done' || !isOfLabels(run)) return null;
    const metrics = await readJson(runFile(this.folderOf(id), 'metrics'), MultilabelMetricsSchema);
    return { metrics, words: describeMultilabel(metrics) };
  }

  /** What the network made of the clips it was scored on; the last asked for is kept. */
  async predictions(card: ShelvedRun): Promise<Predictions> {
    return (await this.scored(card)).predictions;
  }

  /** As {@link predictions}, with the content of each clip. */
  async scored({ id, run }: ShelvedRun): Promise<ScoredContents> {
    const key = `${id} ${run.finished ?? ''}`;
    if (this.#scored?.key === key) return this.#scored.value;
    if (run.status !== 'done') {
      throw new EngineError('incompatible-run', `“${run.name}” has not finished: no clips have been scored yet.`);
    }
    if (isOfLabels(run)) {
      const message = `“${run.name}” scored clips with several labels: it has no mistakes to look into one by one.`;
      throw new EngineError('incompatible-run', message);
    }
    const folder = this.folderOf(id);
    const clips =
      run.kind === 'training'
        ? parseSplitCsv(await readText(runFile(folder, 'split')))
        : parseClipsCsv(await readText(runFile(folder, 'clips')));
    const origins = new Map(clips.map(({ clip, recording, group }) => [clip, { recording, group }]));
    const predictions = predictionsFromCsv(await readText(runFile(folder, 'predictions')), networkOf(run), origins);
    const value = { predictions, contents: new Map(clips.map(({ clip, sha256 }) => [clip, sha256])) };
    this.#scored = { key, value };
    return value;
  }

  isActive(id: string): boolean {
    return this.#active.has(id);
  }

  /** Marks a run as being worked on until {@link end}. */
  begin(id: string, history: readonly EpochRecord[]): void {
    this.#active.set(id, { history: [...history], fold: null, notes: NO_NOTES });
  }

  /** The epochs that follow are those of another network. @param history those that it has had before */
  beginFold(id: string, fold: Fold, history: readonly EpochRecord[]): void {
    const course = this.#active.get(id);
    if (course !== undefined) Object.assign(course, { fold, history: [...history] });
  }

  /** Which fold of a cross-validation goes on; null unless it is active. */
  fold(id: string): Fold | null {
    return this.#active.get(id)?.fold ?? null;
  }

  addEpoch(id: string, record: EpochRecord): void {
    this.#active.get(id)?.history.push(record);
  }

  /** Null unless it is active. */
  notes(id: string): TrainingNotes | null {
    return this.#active.get(id)?.notes ?? null;
  }

  setNotes(id: string, notes: TrainingNotes): void {
    const course = this.#active.get(id);
    if (course !== undefined) course.notes = notes;
  }

  end(id: string): void {
    this.#active.delete(id);
  }

  #cardOf(id: string, run: Run): ShelvedRun {
    const active = this.#active.has(id);
    return { id, run, active, resumable: run.kind !== 'evaluation' && run.status !== 'done' && !active };
  }
}

/** An evaluation on clips with several labels has figures of its own kind. */
function isOfLabels({ result }: Run): boolean {
  return result?.labelScore !== undefined;
}
