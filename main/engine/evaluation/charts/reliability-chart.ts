import type { SKRSContext2D } from '@napi-rs/canvas';
import type { ChartConfiguration, Plugin } from 'chart.js';
import { describeProvenance, isCalibratedOnThese } from '../describe-score.ts';
import { percent } from '../figures-in-words.ts';
import type { Metrics } from '../metrics.ts';
import { drawReferenceLine, numericAxis, panelTitle, percentTick } from './axes.ts';
import { COLOURS, renderFigure } from './figure.ts';
import type { Panel } from './figure.ts';

const PANEL = { width: 356, height: 320 };

/**
 * A reliability diagram: how often the network is right when it is so sure, beside how often it is so sure.
 * @returns the bytes of a PNG
 */
export function reliabilityChart(metrics: Metrics): Buffer {
  const { accuracy, calibration } = metrics;
  return renderFigure({
    title: `Reliability: expected calibration error ${percent(calibration.expectedCalibrationError)}`,
    subtitle: [
      ...describeProvenance(metrics),
      `${calibration.bins.length} bins`,
      `${percent(calibration.meanConfidence)} sure on average, right ${percent(accuracy)} of the time`,
      ...(isCalibratedOnThese(metrics) ? ['made to fit these very clips by a temperature'] : []),
    ],
    legend: [
      { label: 'clips of one bin', colour: COLOURS.validation, mark: 'line with dot' },
      { label: 'right as often as sure', colour: COLOURS.reference, mark: 'dashed line' },
    ],
    panels: [reliabilityPanel(metrics), confidencePanel(metrics)],
  });
}

function reliabilityPanel({ calibration }: Metrics): Panel {
  const points = calibration.bins.flatMap(({ accuracy, confidence }) =>
    accuracy === null || confidence === null ? [] : [{ x: confidence, y: accuracy }],
  );
  return {
    ...PANEL,
    configure: (context): ChartConfiguration<'line', { x: number; y: number }[]> => ({
      type: 'line',
      data: {
        datasets: [
          {
            data: points,
            borderColor: COLOURS.validation,
            backgroundColor: COLOURS.validation,
            borderWidth: 1.75,
            pointRadius: 3.5,
            clip: 8,
          },
        ],
      },
      options: {
        layout: { padding: { right: 14 } },
        plugins: { legend: { display: false }, title: panelTitle('How often it is right') },
        scales: { x: shareAxis('Confidence (highest probability)', false), y: shareAxis('Accuracy', true) },
      },
      plugins: [identityLine(context)],
    }),
  };
}

function confidencePanel({ calibration, clips }: Metrics): Panel {
  const clipsAxis = numericAxis('Share of clips', true);
  return {
    ...PANEL,
    configure: (): ChartConfiguration<'bar', { x: number; y: number }[]> => ({
      type: 'bar',
      data: {
        datasets: [
          {
            data: calibration.bins.map((bin) => ({ x: (bin.lower + bin.upper) / 2, y: bin.clips / clips })),
            backgroundColor: COLOURS.training,
            barPercentage: 0.94,
            categoryPercentage: 1,
          },
        ],
      },
      options: {
        layout: { padding: { right: 14 } },
        plugins: { legend: { display: false }, title: panelTitle('How often it is so sure') },
        scales: {
          x: { ...shareAxis('Confidence (highest probability)', false), offset: false },
          y: { ...clipsAxis, min: 0, ticks: { ...clipsAxis.ticks, callback: percentTick } },
        },
      },
    }),
  };
}

function shareAxis(title: string, grid: boolean) {
  const axis = numericAxis(title, grid);
  return { ...axis, min: 0, max: 1, ticks: { ...axis.ticks, stepSize: 0.2, callback: percentTick } };
}

function identityLine(context: SKRSContext2D): Plugin<'line'> {
  return {
    id: 'identity',
    beforeDatasetsDraw: ({ chartArea: { bottom, left, right, top } }) => {
      drawReferenceLine(context, {
        ...{ from: [left, bottom], to: [right, top] },
        ...{ colour: COLOURS.reference, dashed: true },
      });
    },
  };
}
