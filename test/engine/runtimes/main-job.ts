import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locateFfmpeg } from '../../../main/engine/audio/ffmpeg.ts';
import type { ClassifiedFile } from '../../../main/engine/classify/result.ts';
import { classifyWithModel } from '../../../main/engine/workflows/classify.ts';
import { exportModel } from '../../../main/engine/workflows/export.ts';
import { makeSample } from '../../../main/engine/workflows/sample.ts';
import { DEFAULT_TRAINING, trainRun } from '../../../main/engine/workflows/train.ts';

const CLIPS_PER_CLASS = 6;

/** What the whole engine did in the runtime that this file was run by. */
export interface MainJobResult {
  readonly runtime: string;
  readonly parameters: number;
  readonly losses: readonly number[];
  readonly runFiles: readonly string[];
  readonly verdicts: readonly (string | null)[];
  /** Probabilities of the first recording as WAV, and of the same compressed by ffmpeg without loss. */
  readonly plain: readonly number[];
  readonly compressed: readonly number[];
  readonly exported: readonly string[];
}

/** Makes the sample dataset, trains two epochs with features from worker threads, classifies and exports. */
async function mainJob(workerFile: string): Promise<MainJobResult> {
  const folder = await mkdtemp(join(tmpdir(), 'instrunet-main-job-'));
  try {
    const context = { libraryFolder: join(folder, 'library'), workerFile };
    const [dataset, heldBackFolder, out] = [join(folder, 'sample'), join(folder, 'unheard'), join(folder, 'run')];
    const sample = { folder: dataset, clipsPerClass: CLIPS_PER_CLASS, heldBackFolder, seed: 1 };
    const { heldBack } = await makeSample(sample, {});
    const losses: number[] = [];
    const config = { ...DEFAULT_TRAINING, epochs: 2 };
    const { run } = await trainRun(
      context,
      { folder: dataset, out, config, corrections: 'none' },
      { onEvent: (news) => (news.type === 'epoch' ? losses.push(news.record.loss) : undefined) },
    );
    const files = heldBack.map(({ path }) => path);
    const flac = join(folder, 'compressed.flac');
    await compress(files[0] ?? '', flac);
    const results: ClassifiedFile[] = [];
    const request = { model: out, files: [...files, flac], options: {} };
    for await (const result of classifyWithModel(request, {})) results.push(result);
    const probabilities = (result: ClassifiedFile | undefined): number[] =>
      result?.top.map(({ probability }) => probability) ?? [];
    const tfjs = join(folder, 'tfjs');
    await exportModel({ model: out, format: 'tfjs', out: tfjs });
    return {
      runtime: run.backend.runtime,
      parameters: run.model.parameters,
      losses,
      runFiles: (await readdir(out)).sort(),
      verdicts: results.map(({ verdict }) => verdict),
      plain: probabilities(results[0]),
      compressed: probabilities(results.at(-1)),
      exported: (await readdir(tfjs)).sort(),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compress(wav: string, flac: string): Promise<void> {
  const { path } = await locateFfmpeg();
  const { status, stderr } = spawnSync(path, ['-v', 'error', '-i', wav, flac], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ffmpeg could not write ${flac}: ${stderr}`);
}

/** A utility process of Electron does not end by itself. */
function end(code: number): void {
  process.exit(code);
}

mainJob(join(__dirname, 'features-worker.cjs')).then(
  (result) => process.stdout.write(`${JSON.stringify(result)}\n`),
  (error: unknown) => {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${words}\n`, () => {
      end(1);
    });
  },
);
