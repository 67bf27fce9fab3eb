import { z } from 'zod';
import { EngineError } from '../common/errors.ts';
import { FINDING_KINDS, LAYOUTS, type Clip, type Dataset, type Finding } from '../dataset/dataset.ts';
import { classesOf } from '../dataset/relations.ts';
import type { Sqlite } from './sqlite.ts';

/** A dataset as listed, without its clips. */
export interface ListedDataset {
  readonly root: string;
  readonly name: string;
  readonly synthetic: boolean;
  readonly clips: number;
  readonly classes: number;
  /** When it was scanned last: ISO 8601, UTC. */
  readonly scanned: string;
}

export function saveDataset(sqlite: Sqlite, dataset: Dataset): void {
  sqlite.transaction(() => {
    sqlite.run(
      `INSERT INTO datasets (root, name, layout, synthetic, fingerprint, warnings, ignored, scanned)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (root) DO UPDATE SET name = excluded.name, layout = excluded.layout, synthetic = excluded.synthetic,
         fingerprint = excluded.fingerprint, warnings = excluded.warnings, ignored = excluded.ignored,
         scanned = excluded.scanned`,
      dataset.root,
      dataset.name,
      dataset.layout,
      dataset.synthetic ? 1 : 0,
      dataset.fingerprint,
      JSON.stringify(dataset.warnings),
      JSON.stringify(dataset.ignored),
      new Date().toISOString(),
    );
    const id = datasetId(sqlite, dataset.root);
    sqlite.run('DELETE FROM clips WHERE dataset = ?', id);
    sqlite.run('DELETE FROM findings WHERE dataset = ?', id);
    sqlite.runEach('INSERT INTO clips VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', clipRows(id, dataset.clips));
    sqlite.runEach('INSERT INTO findings VALUES (?, ?, ?, ?, ?)', findingRows(id, dataset.clips));
  });
}

function* clipRows(dataset: number, clips: readonly Clip[]) {
  for (const [position, clip] of clips.entries()) {
    const { path, kind, label, furtherLabels, recording, group, bytes, modified, sha256, duration } = clip;
    const further = furtherLabels === undefined ? null : JSON.stringify(furtherLabels);
    yield [dataset, position, path, kind, label, recording, group, bytes, modified, sha256, duration, further];
  }
}

function* findingRows(dataset: number, clips: readonly Clip[]) {
  for (const [clip, { findings }] of clips.entries()) {
    for (const [position, { kind, message }] of findings.entries()) yield [dataset, clip, position, kind, message];
  }
}

const IdRow = z.object({ id: z.number().int() });

/** @throws EngineError `not-found` where no such dataset is kept */
export function datasetId(sqlite: Sqlite, root: string): number {
  const [row] = sqlite.all(IdRow, 'SELECT id FROM datasets WHERE root = ?', root);
  if (row === undefined) throw new EngineError('not-found', `The library has no dataset ${root}. Scan it first.`);
  return row.id;
}

const DatasetRow = z.object({
  id: z.number().int(),
  root: z.string(),
  name: z.string(),
  layout: z.enum(LAYOUTS),
  synthetic: z.number(),
  fingerprint: z.string(),
  warnings: z.string(),
  ignored: z.string(),
});

const ClipRow = z.object({
  path: z.string(),
  kind: z.enum(['audio', 'image']),
  label: z.string(),
  recording: z.string(),
  group: z.string(),
  bytes: z.number(),
  modified: z.number(),
  sha256: z.string().nullable(),
  duration: z.number().nullable(),
  further: z.string().nullable(),
});

const FindingRow = z.object({ clip: z.number().int(), kind: z.enum(FINDING_KINDS), message: z.string() });
const Labels = z.array(z.string());
const Warnings = z.array(z.object({ message: z.string(), paths: z.array(z.string()) }));
const Ignored = z.array(z.object({ extension: z.string(), count: z.number() }));

export function loadDataset(sqlite: Sqlite, root: string): Dataset | undefined {
  const [row] = sqlite.all(DatasetRow, 'SELECT * FROM datasets WHERE root = ?', root);
  if (row === undefined) return undefined;
  const findings = new Map<number, Finding[]>();
  const findingRows = sqlite.all(
    FindingRow,
    'SELECT clip, kind, message FROM findings WHERE dataset = ? ORDER BY clip, position',
    row.id,
  );
  for (const { clip, kind, message } of findingRows) {
    const ofClip = findings.get(clip);
    if (ofClip === undefined) findings.set(clip, [{ kind, message }]);
    else ofClip.push({ kind, message });
  }
  const clips = sqlite
    .all(
      ClipRow,
      `SELECT path, kind, label, recording, clip_group AS "group", bytes, modified, sha256, duration,
         further_labels AS further
       FROM clips WHERE dataset = ? ORDER BY position`,
      row.id,
    )
    .map(({ further, ...clip }, position): Clip => ({
      ...clip,
      ...(further === null ? {} : { furtherLabels: Labels.parse(JSON.parse(further)) }),
      findings: findings.get(position) ?? [],
    }));
  return {
    root: row.root,
    name: row.name,
    layout: row.layout,
    kinds: [...new Set(clips.map(({ kind }) => kind))],
    classes: classesOf(clips),
    clips,
    fingerprint: row.fingerprint,
    synthetic: row.synthetic === 1,
    warnings: Warnings.parse(JSON.parse(row.warnings)),
    ignored: Ignored.parse(JSON.parse(row.ignored)),
  };
}

const SummaryRow = z.object({
  root: z.string(),
  name: z.string(),
  synthetic: z.number(),
  clips: z.number(),
  classes: z.number(),
  scanned: z.string(),
});

export function listDatasets(sqlite: Sqlite): ListedDataset[] {
  const rows = sqlite.all(
    SummaryRow,
    `SELECT root, name, synthetic, scanned,
       (SELECT count(*) FROM clips WHERE dataset = datasets.id) AS clips,
       (SELECT count(*) FROM (
          SELECT label FROM clips WHERE dataset = datasets.id
          UNION SELECT value FROM clips, json_each(further_labels) WHERE dataset = datasets.id
        )) AS classes
     FROM datasets ORDER BY scanned DESC, root`,
  );
  return rows.map((row) => ({ ...row, synthetic: row.synthetic === 1 }));
}

/**
 * Keeps a dataset under the folder it was moved to, with its corrections.
 * @throws EngineError `exists` where the other folder is a dataset of its own, `not-found`
 */
export function moveDataset(sqlite: Sqlite, from: string, to: string): void {
  sqlite.transaction(() => {
    const id = datasetId(sqlite, from);
    if (sqlite.all(IdRow, 'SELECT id FROM datasets WHERE root = ?', to).length > 0) {
      throw new EngineError('exists', `${to} is a dataset of the library already.`);
    }
    sqlite.run('UPDATE datasets SET root = ? WHERE id = ?', to, id);
    sqlite.run('INSERT OR REPLACE INTO former_roots VALUES (?, ?)', from, id);
  });
}

const FormerRootRow = z.object({ former: z.string(), root: z.string() });

/** Where datasets lay before they were moved, and where they lie now. */
export function listFormerRoots(sqlite: Sqlite): z.infer<typeof FormerRootRow>[] {
  return sqlite.all(
    FormerRootRow,
    'SELECT former_roots.root AS former, datasets.root FROM former_roots JOIN datasets ON datasets.id = dataset',
  );
}

export function removeDataset(sqlite: Sqlite, root: string): boolean {
  return sqlite.run('DELETE FROM datasets WHERE root = ?', root) > 0;
}
