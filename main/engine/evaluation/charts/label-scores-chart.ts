import type { ChartConfiguration, ChartDataset, Plugin, Point } from 'chart.js';
import { count, percent } from '../figures-in-words.ts';
import {
  AGGREGATION_NAMES,
  alwaysWords,
  microF1InWords,
  multilabelProvenance,
} from '../multilabel/describe-multilabel.ts';
import { AGGREGATIONS, type Aggregation } from '../multilabel/heard-clips.ts';
import { firstOf, type MultilabelMetrics } from '../multilabel/multilabel-metrics.ts';
import { axisTitle, drawReferenceLine, numericAxis, panelTitle, percentTick } from './axes.ts';
import { COLOURS, ellipsis, renderFigure, TEXT_SIZE, type Panel } from './figure.ts';

const PANEL_WIDTH = 380;
const ROW_HEIGHT = 24;
/** Heading and axis of a panel. */
const AROUND = 92;
const CURVE_HEIGHT = 340;
const MAX_LABEL_WIDTH = 150;
const WHISKER_END = 3.5;

const LOOKS = {
  mean: { colour: COLOURS.training, mark: 'line with dot', pointStyle: 'circle' },
  'sum-max': { colour: COLOURS.validation, mark: 'line with square', pointStyle: 'rect' },
} as const;

type ClassMetrics = MultilabelMetrics['aggregations']['mean']['perClass'][number];

/**
 * `label_scores.png`: F1 of each class with its interval, and precision against recall at all thresholds with the one that was
 * taken.
 * @returns the bytes of a PNG
 */
export function labelScoresChart(metrics: MultilabelMetrics): Buffer {
  const { aggregations, baselines } = metrics;
  const classes = firstOf(metrics).perClass.filter(({ support, predicted }) => support + predicted > 0);
  const height = Math.max(CURVE_HEIGHT, classes.length * ROW_HEIGHT + AROUND);
  return renderFigure({
    title: `Clips with several labels: ${microF1InWords(metrics).replace('Micro', 'micro')}`,
    subtitle: [
      ...multilabelProvenance(metrics),
      `${alwaysWords(metrics, baselines.mostFrequent)}: ${percent(baselines.mostFrequent.microF1)}`,
    ],
    legend: [
      ...AGGREGATIONS.filter((aggregation) => aggregations[aggregation] !== null).map((aggregation) => ({
        label: AGGREGATION_NAMES[aggregation],
        colour: LOOKS[aggregation].colour,
        mark: LOOKS[aggregation].mark,
      })),
      {
        label: firstOf(metrics).threshold === null ? 'thresholds taken' : 'threshold taken',
        colour: COLOURS.text,
        mark: 'ring',
      },
      { label: 'macro F1', colour: COLOURS.reference, mark: 'dashed line' },
    ],
    panels: [classPanel(metrics, classes, height), curvePanel(metrics)],
  });
}

function classPanel(metrics: MultilabelMetrics, classes: readonly ClassMetrics[], height: number): Panel {
  const { first } = metrics;
  const axis = numericAxis('F1', true);
  return {
    width: PANEL_WIDTH,
    height,
    configure: (context): ChartConfiguration<'bar', number[]> => ({
      type: 'bar',
      data: {
        labels: classes.map(nameAndClips),
        datasets: [
          {
            data: classes.map(({ f1 }) => f1),
            backgroundColor: LOOKS[first].colour,
            barPercentage: 0.72,
            categoryPercentage: 1,
          },
        ],
      },
      options: {
        indexAxis: 'y',
        layout: { padding: { right: 14 } },
        plugins: { legend: { display: false }, title: panelTitle(`By class (clips), ${AGGREGATION_NAMES[first]}`) },
        scales: {
          x: { ...axis, min: 0, max: 1, ticks: { ...axis.ticks, stepSize: 0.2, callback: percentTick } },
          y: {
            grid: { display: false },
            border: { color: COLOURS.axis },
            ticks: { color: COLOURS.text, font: { size: TEXT_SIZE }, autoSkip: false },
          },
        },
      },
      plugins: [
        {
          id: 'whiskers',
          afterDatasetsDraw: ({ chartArea: { bottom, top }, scales: { x, y } }) => {
            if (x === undefined || y === undefined) return;
            const line = (from: [number, number], to: [number, number]): void => {
              drawReferenceLine(context, { from, to, colour: COLOURS.text, dashed: false });
            };
            for (const [index, { f1Interval }] of classes.entries()) {
              if (f1Interval === null) continue;
              const middle = y.getPixelForValue(index);
              const [low, high] = f1Interval.map((end) => x.getPixelForValue(end)) as [number, number];
              line([low, middle], [high, middle]);
              for (const end of [low, high]) line([end, middle - WHISKER_END], [end, middle + WHISKER_END]);
            }
            const macro = x.getPixelForValue(firstOf(metrics).macro.f1);
            drawReferenceLine(context, {
              ...{ from: [macro, top], to: [macro, bottom] },
              ...{ colour: COLOURS.reference, dashed: true },
            });
          },
        } satisfies Plugin<'bar'>,
      ],
    }),
  };
}

function nameAndClips({ name, known, support }: ClassMetrics): string {
  return `${ellipsis(name, MAX_LABEL_WIDTH)}${known ? '' : ', not known'} (${count(support)})`;
}

function curvePanel(metrics: MultilabelMetrics): Panel {
  const [recall, precision] = [numericAxis('Recall', true), numericAxis('Precision', true)];
  const share = { min: 0, max: 1 };
  return {
    width: PANEL_WIDTH,
    height: CURVE_HEIGHT,
    configure: (): ChartConfiguration<'line', Point[]> => ({
      type: 'line',
      data: { datasets: AGGREGATIONS.flatMap((aggregation) => curve(metrics, aggregation)) },
      options: {
        layout: { padding: { right: 14 } },
        plugins: { legend: { display: false }, title: panelTitle('All labels together, at every common threshold') },
        scales: {
          x: { ...recall, ...share, ticks: { ...recall.ticks, stepSize: 0.2, callback: percentTick } },
          y: {
            ...precision,
            ...share,
            title: axisTitle('Precision'),
            ticks: { ...precision.ticks, stepSize: 0.2, callback: percentTick },
          },
        },
      },
    }),
  };
}

/** The thresholds as a line, and a ring around the one that was taken. Where nothing is named there is no precision. */
function curve({ aggregations }: MultilabelMetrics, aggregation: Aggregation): ChartDataset<'line', Point[]>[] {
  const { colour, pointStyle } = LOOKS[aggregation];
  const figures = aggregations[aggregation];
  if (figures === null) return [];
  const { curve: points, micro } = figures;
  return [
    {
      data: [{ x: micro.recall, y: micro.precision }],
      pointRadius: 6.5,
      pointBorderWidth: 1.75,
      pointBorderColor: COLOURS.text,
      pointBackgroundColor: 'transparent',
      clip: 8,
    },
    {
      data: points.filter((point) => point.recall > 0).map((point) => ({ x: point.recall, y: point.precision })),
      borderColor: colour,
      backgroundColor: colour,
      borderWidth: 1.75,
      pointRadius: 1.75,
      pointStyle,
      clip: 8,
    },
  ];
}
