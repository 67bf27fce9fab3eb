import type { ChartConfiguration, ChartOptions, Point } from 'chart.js';
import { EngineError } from '../../common/errors.ts';
import type { EpochRecord } from '../../training/history.ts';
import { describeProvenance } from '../describe-score.ts';
import { count, counted, percent } from '../figures-in-words.ts';
import type { Metrics } from '../metrics.ts';
import { drawReferenceLine, numericAxis, panelTitle, percentTick } from './axes.ts';
import { COLOURS, renderFigure } from './figure.ts';
import type { LegendItem, Panel } from './figure.ts';

const PANEL = { width: 356, height: 300 };

/** Points are marked up to this many epochs; more of them would hide the lines. */
const MAX_MARKED_EPOCHS = 40;

/** So far marks may stand over the edge of the chart. */
const CLIP = 8;

interface Series {
  readonly axis: string;
  readonly training: (record: EpochRecord) => number;
  readonly validation: (record: EpochRecord) => number;
  readonly best: 'lowest' | 'highest';
  readonly valueInWords: (value: number) => string;
  /** A value to compare with, drawn as a dashed line. */
  readonly reference: number | null;
  readonly ticks: { readonly stepSize?: number; readonly callback?: (value: number | string) => string };
  readonly max: number | null;
}

/** Of a training that has not been scored yet. */
export interface UnscoredHistory {
  /** Which clips the curves are of, in lines of words. */
  readonly provenance: readonly string[];
}

/**
 * `training_history.png`: loss and accuracy of both sides by epoch, with the best epoch, the majority baseline and the origin of
 * the figures, so that the picture can stand alone.
 * @param metrics of the validation side; without them there is no baseline
 * @param changedClips whether the figures of training are of changed clips, which is said
 * @returns the bytes of a PNG
 */
export function trainingHistoryChart(
  history: readonly EpochRecord[],
  metrics: Metrics | UnscoredHistory,
  changedClips: boolean,
): Buffer {
  const last = history[history.length - 1];
  if (last === undefined) throw new EngineError('invalid-argument', 'There is no epoch to draw a training history of.');
  const scored = 'provenance' in metrics ? null : metrics;
  const baseline = scored?.baselines.majority.accuracy ?? null;
  const selected = scored?.training?.selectedEpoch ?? last.epoch;
  const marked = history.length <= MAX_MARKED_EPOCHS;
  const legend: LegendItem[] = [
    {
      label: changedClips ? 'training, on changed clips' : 'training',
      colour: COLOURS.training,
      mark: marked ? 'line with dot' : 'line',
    },
    { label: 'validation', colour: COLOURS.validation, mark: marked ? 'line with square' : 'line' },
    { label: 'best epoch on validation', colour: COLOURS.text, mark: 'ring' },
  ];
  if (baseline !== null) {
    const label = `always guessing the largest class (${percent(baseline)})`;
    legend.push({ label, colour: COLOURS.reference, mark: 'dashed line' });
  }
  if (selected !== last.epoch) {
    legend.push({ label: `weights kept (epoch ${count(selected)})`, colour: COLOURS.axis, mark: 'line' });
  }
  const kept = selected === last.epoch ? null : selected;
  return renderFigure({
    title: `Training history over ${counted(history.length, 'epoch')}`,
    subtitle: 'provenance' in metrics ? metrics.provenance : describeProvenance(metrics),
    legend,
    panels: [
      panelOf(history, kept, {
        axis: 'Loss (cross-entropy)',
        training: (record) => record.loss,
        validation: (record) => record.valLoss,
        best: 'lowest',
        valueInWords: (value) => value.toPrecision(3),
        reference: null,
        ticks: {},
        max: null,
      }),
      panelOf(history, kept, {
        axis: 'Accuracy',
        training: (record) => record.accuracy,
        validation: (record) => record.valAccuracy,
        best: 'highest',
        valueInWords: percent,
        reference: baseline,
        ticks: { stepSize: 0.2, callback: percentTick },
        max: 1,
      }),
    ],
  });
}

function panelOf(history: readonly EpochRecord[], kept: number | null, series: Series): Panel {
  const first = history[0]?.epoch ?? 1;
  const last = history[history.length - 1]?.epoch ?? first;
  // A single epoch gets room to its left and right.
  const [from, to] = first === last ? [first - 1, last + 1] : [first, last];
  const best = bestEpoch(history, series);
  const radius = history.length > MAX_MARKED_EPOCHS ? 0 : 2.5;
  const points = (value: (record: EpochRecord) => number): Point[] =>
    history.map((record) => ({ x: record.epoch, y: value(record) }));
  return {
    ...PANEL,
    configure: (context): ChartConfiguration<'line', Point[]> => ({
      type: 'line',
      data: {
        datasets: [
          ...(best === null ? [] : [ring(best)]),
          {
            data: points(series.validation),
            borderColor: COLOURS.validation,
            backgroundColor: COLOURS.validation,
            borderWidth: 2,
            clip: CLIP,
            pointStyle: 'rect',
            pointRadius: radius * 1.25,
          },
          {
            data: points(series.training),
            borderColor: COLOURS.training,
            backgroundColor: COLOURS.training,
            borderWidth: 1.75,
            clip: CLIP,
            pointRadius: radius,
          },
        ],
      },
      options: optionsOf(series, titleOf(series, history, kept ?? last, best), { from, to, first, last }),
      plugins: [
        {
          id: 'references',
          beforeDatasetsDraw: ({ chartArea: { bottom, left, right, top }, scales: { x, y } }) => {
            if (x === undefined || y === undefined) return;
            if (kept !== null) {
              const at = x.getPixelForValue(kept);
              drawReferenceLine(context, { from: [at, top], to: [at, bottom], colour: COLOURS.axis, dashed: false });
            }
            if (series.reference !== null) {
              const at = y.getPixelForValue(series.reference);
              drawReferenceLine(context, {
                ...{ from: [left, at], to: [right, at] },
                ...{ colour: COLOURS.reference, dashed: true },
              });
            }
          },
        },
      ],
    }),
  };
}

interface BestEpoch {
  readonly epoch: number;
  readonly value: number;
}

/** The first of the best; epochs whose loss ran away are left out. */
function bestEpoch(history: readonly EpochRecord[], { best, validation }: Series): BestEpoch | null {
  const finite = history
    .map((record) => ({ epoch: record.epoch, value: validation(record) }))
    .filter(({ value }) => Number.isFinite(value));
  const sign = best === 'lowest' ? 1 : -1;
  return [...finite].sort((a, b) => sign * (a.value - b.value) || a.epoch - b.epoch)[0] ?? null;
}

function ring({ epoch, value }: BestEpoch): ChartConfiguration<'line', Point[]>['data']['datasets'][number] {
  return {
    data: [{ x: epoch, y: value }],
    pointRadius: 6,
    pointBorderWidth: 1.75,
    pointBorderColor: COLOURS.text,
    pointBackgroundColor: 'transparent',
    clip: CLIP,
  };
}

/** The value that was scored stands first: the best one was picked on the clips it is measured on. */
function titleOf(
  { best: which, validation, valueInWords }: Series,
  history: readonly EpochRecord[],
  scored: number,
  best: BestEpoch | null,
): string {
  const record = history.find(({ epoch }) => epoch === scored);
  if (best === null || record === undefined) return 'No finite value';
  const value = `Validation: ${valueInWords(validation(record))}`;
  if (best.epoch === scored) return `${value} (the ${which})`;
  return `${value}, ${which} ${valueInWords(best.value)} (epoch ${count(best.epoch)})`;
}

function optionsOf(
  { axis, max, ticks }: Series,
  title: string,
  epochs: { from: number; to: number; first: number; last: number },
): ChartOptions<'line'> {
  const epochAxis = numericAxis('Epoch', false);
  const valueAxis = numericAxis(axis, true);
  return {
    layout: { padding: { right: 14 } },
    plugins: {
      legend: { display: false },
      title: panelTitle(title),
    },
    scales: {
      x: {
        ...epochAxis,
        min: epochs.from,
        max: epochs.to,
        ticks: { ...epochAxis.ticks, precision: 0, maxTicksLimit: 8 },
        afterBuildTicks: (scale) => {
          scale.ticks = scale.ticks.filter(({ value }) => value >= epochs.first && value <= epochs.last);
        },
      },
      y: {
        ...valueAxis,
        beginAtZero: true,
        ...(max === null ? {} : { max }),
        ticks: { ...valueAxis.ticks, ...ticks },
      },
    },
  };
}
