import { decode } from 'fast-png';
import { describe, expect, it, vi } from 'vitest';
import { confusionMatrixChart } from '../../../main/engine/evaluation/charts/confusion-matrix-chart.ts';
import { COLOURS, ellipsis, renderFigure, textWidth } from '../../../main/engine/evaluation/charts/figure.ts';
import { reliabilityChart } from '../../../main/engine/evaluation/charts/reliability-chart.ts';
import { trainingHistoryChart } from '../../../main/engine/evaluation/charts/training-history-chart.ts';
import { computeMetrics } from '../../../main/engine/evaluation/metrics.ts';
import type { Metrics } from '../../../main/engine/evaluation/metrics.ts';
import type { Prediction } from '../../../main/engine/evaluation/predictions.ts';
import {
  groupedContext,
  IRMAS_CLASSES,
  longNamedClasses,
  syntheticHistory,
  syntheticPredictions,
} from '../../fixtures/evaluation/synthetic-predictions.ts';

// The largest pictures have twenty million pixels to look at.
vi.setConfig({ testTimeout: 60_000 });

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly at: (x: number, y: number) => readonly [number, number, number];
}

function picture(png: Buffer): Picture {
  const { channels, data, height, width } = decode(png);
  const at: Picture['at'] = (x, y) => {
    const start = (y * width + x) * channels;
    return [data[start] ?? 0, data[start + 1] ?? 0, data[start + 2] ?? 0];
  };
  return { width, height, at };
}

/** Places whose colour is within `tolerance` of the given one in every channel. */
function places({ at, height, width }: Picture, colour: string, tolerance = 3): { x: number; y: number }[] {
  const wanted = [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));
  const found = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (at(x, y).every((value, channel) => Math.abs(value - (wanted[channel] ?? 0)) <= tolerance))
        found.push({ x, y });
    }
  }
  return found;
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

function metricsOf(predictions: Parameters<typeof computeMetrics>[0], changes: Partial<Metrics> = {}): Metrics {
  return { ...computeMetrics(predictions, groupedContext(predictions)), ...changes };
}

/** Every clip of `label` taken for `predicted`. */
function allTakenFor(label: number, predicted: number): Metrics {
  const classes = IRMAS_CLASSES.slice(0, 4);
  const rows = Array.from({ length: 8 }, (_, index): Prediction => {
    const recording = String(index);
    const probabilities = classes.map((__, other) => (other === predicted ? 1 : 0));
    return { clip: recording, recording, group: recording, label, probabilities };
  });
  return metricsOf({ classes, rows });
}

const DARKEST = '#08306b';
const eleven = metricsOf(syntheticPredictions(IRMAS_CLASSES, 10));
const two = metricsOf(syntheticPredictions(IRMAS_CLASSES.slice(0, 2), 5));
const thirty = metricsOf(syntheticPredictions(longNamedClasses(30), 3), {
  dataset: { name: 'a dataset with a name that goes on and on, far longer than anyone would call it', synthetic: true },
});

const endless = { name: 'endless'.repeat(40), synthetic: false };

describe('figures', () => {
  it('are written in a real font, whose letters differ in shape and width', () => {
    expect(textWidth('WWWW')).toBeGreaterThan(2 * textWidth('iiii'));
    const figure = (title: string) => renderFigure({ title, subtitle: ['words'], legend: [], panels: [] });
    expect(places(picture(figure('Hear')), COLOURS.text, 60).length).toBeGreaterThan(300);
    expect(figure('AAAA').equals(figure('VVVV'))).toBe(false);
  });

  it('cut names that are too long, and only those', () => {
    expect(ellipsis('cello', 100)).toBe('cello');
    const cut = ellipsis('Contrabass clarinet in E flat', 100);
    expect(cut).toMatch(/^Contrabass.*…$/);
    expect(textWidth(cut)).toBeLessThanOrEqual(100);
  });

  it.each([
    ['confusion matrix of 2 classes', () => confusionMatrixChart(two)],
    ['confusion matrix of 11 classes', () => confusionMatrixChart(eleven)],
    ['confusion matrix of 30 classes with long names', () => confusionMatrixChart(thirty)],
    ['training history of 1 epoch', () => trainingHistoryChart(syntheticHistory(1), two, true)],
    ['training history of 20 epochs', () => trainingHistoryChart(syntheticHistory(20), eleven, true)],
    ['training history of 500 epochs', () => trainingHistoryChart(syntheticHistory(500), thirty, true)],
    ['reliability diagram', () => reliabilityChart(thirty)],
    ['a dataset with an endless name', () => confusionMatrixChart({ ...two, dataset: endless })],
  ])('keep everything inside the picture: %s', (_, draw) => {
    const { at, height, width } = picture(draw());
    expect(width).toBeGreaterThanOrEqual(1440);
    const across = Array.from({ length: width }, (__, x) => [at(x, 3), at(x, height - 4)]).flat();
    const down = Array.from({ length: height }, (__, y) => [at(3, y), at(width - 4, y)]).flat();
    expect([...across, ...down].filter(([red, green, blue]) => red + green + blue < 3 * 255)).toEqual([]);
  });
});

describe('the confusion matrix', () => {
  it('has true classes as rows and predicted ones as columns', () => {
    // The colour bar is as dark, at the far right.
    const cell = ({ x }: { x: number }, width: number): boolean => x < width - 300;
    const upperRight = picture(confusionMatrixChart(allTakenFor(0, 3)));
    const lowerLeft = picture(confusionMatrixChart(allTakenFor(3, 0)));
    const above = places(upperRight, DARKEST).filter((place) => cell(place, upperRight.width));
    const below = places(lowerLeft, DARKEST).filter((place) => cell(place, lowerLeft.width));
    // One cell of 110 units at three pixels a unit, less its figures and border.
    for (const area of [above, below]) expect(area.length / (330 * 330)).toBeGreaterThan(0.9);
    expect(mean(above.map(({ y }) => y))).toBeLessThan(mean(below.map(({ y }) => y)) - 900);
    expect(mean(above.map(({ x }) => x))).toBeGreaterThan(mean(below.map(({ x }) => x)) + 900);
  });
});

describe('the training history', () => {
  it('shows both sides and the baseline', () => {
    const drawn = picture(trainingHistoryChart(syntheticHistory(20), eleven, true));
    for (const colour of [COLOURS.training, COLOURS.validation]) {
      expect(places(drawn, colour).length).toBeGreaterThan(2000);
    }
    expect(places(drawn, COLOURS.reference).length).toBeGreaterThan(500);
  });

  it('says in its legend where training is of changed clips', () => {
    const [changed, plain] = [true, false].map((is) => trainingHistoryChart(syntheticHistory(5), eleven, is));
    expect(plain?.equals(changed ?? plain)).toBe(false);
  });

  it('marks the epoch whose weights were kept where it is not the last', () => {
    const history = syntheticHistory(20);
    const kept = { ...eleven, training: eleven.training && { ...eleven.training, selectedEpoch: 8 } };
    const columnsOf = (metrics: Metrics): number => {
      const counts = new Map<number, number>();
      const drawn = picture(trainingHistoryChart(history, metrics, false));
      for (const { x } of places(drawn, COLOURS.axis, 12)) counts.set(x, (counts.get(x) ?? 0) + 1);
      return [...counts.values()].filter((height) => height > 400).length;
    };
    expect(columnsOf(kept)).toBeGreaterThan(columnsOf(eleven));
  });

  it('is drawn where the loss ran away, and not drawn of nothing', () => {
    const diverged = syntheticHistory(5).map((record, index) =>
      index > 1 ? { ...record, loss: NaN, valLoss: NaN } : record,
    );
    expect(places(picture(trainingHistoryChart(diverged, eleven, false)), COLOURS.validation).length).toBeGreaterThan(
      500,
    );
    const hopeless = diverged.map((record) => ({ ...record, loss: NaN, valLoss: Infinity }));
    expect(picture(trainingHistoryChart(hopeless, eleven, false)).width).toBe(2280);
    expect(() => trainingHistoryChart([], eleven, false)).toThrow('no epoch');
  });
});
