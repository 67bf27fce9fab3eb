import { cpus } from 'node:os';
import { tableText } from '../../main/cli/table.ts';
import { benchFeatures } from './features.ts';
import { benchTraining } from './training.ts';

interface Row {
  readonly work: string;
  readonly own: number;
  readonly other: number | null;
  readonly unit: string;
  /** How many times better than the opponent; for memory, how many times less. */
  readonly ratio: number | null;
}

const MEBIBYTE = 2 ** 20;

/**
 * Prints how fast this machine makes features, trains and predicts, each beside librosa or Keras doing the same work in the
 * same minutes: machines differ and are noisy, so only the ratios travel.
 */
async function bench(): Promise<void> {
  const python = process.env['INSTRUNET_PYTHON'];
  process.stdout.write(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} processors, Node ${process.versions.node}\n`,
  );
  if (python === undefined) {
    process.stdout.write(
      'There is no Python with librosa and Keras here, so nothing to compare with (npm run setup -- --tests).\n',
    );
  }
  // The peak of this process's memory is to be that of training, which therefore comes first.
  const training = await trainingRows(python);
  const rows = [...(await featureRows(python)), ...training];
  const cells = rows.map(({ work, own, other, unit, ratio }) => [
    work,
    own.toFixed(0),
    other === null ? '' : other.toFixed(0),
    unit,
    ratio === null ? '' : `${ratio.toFixed(2)} x`,
  ]);
  process.stdout.write(`\n${tableText(['', 'InstruNet', 'librosa / Keras', 'unit', 'better by'], cells, [1, 2, 4])}\n`);
}

async function featureRows(python: string | undefined): Promise<Row[]> {
  const { ours, librosa, ratio } = await benchFeatures(python);
  return (
    [
      ['features, cold, one thread', 'oneThread'],
      ['features, cold, all processors', 'allProcessors'],
    ] as const
  ).map(([work, key]) => ({
    work,
    own: ours[key],
    other: librosa?.[key] ?? null,
    unit: 'clips/s',
    ratio: ratio?.[key] ?? null,
  }));
}

async function trainingRows(python: string | undefined): Promise<Row[]> {
  const { rows, peakBytes } = await benchTraining(python);
  const words = { train: 'training, batch 32', predict: 'prediction' };
  const own = peakBytes.own / MEBIBYTE;
  const other = peakBytes.keras === null ? null : peakBytes.keras / MEBIBYTE;
  return [
    ...rows.map(({ work, own: speed, keras, ratio }) => ({
      work: words[work],
      own: speed,
      other: keras,
      unit: 'clips/s',
      ratio,
    })),
    { work: 'peak memory of the process', own, other, unit: 'MiB', ratio: other === null ? null : other / own },
  ];
}

bench().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
