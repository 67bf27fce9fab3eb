import {
  baseWords,
  correctionsWarning,
  epochsWarning,
  isUnheardByBase,
  networksOfFolds,
  selectionWarning,
  splitWarning,
  unknownInShort,
  unknownTraining,
} from '../describe-score.ts';
import { bracket, count, counted, percent } from '../figures-in-words.ts';
import type { Aggregation } from './heard-clips.ts';
import { firstOf, type MultilabelMetrics } from './multilabel-metrics.ts';

export const AGGREGATION_NAMES: Readonly<Record<Aggregation, string>> = {
  mean: 'mean of the windows',
  'sum-max': 'sum over its maximum',
};

type FixedAnswer = MultilabelMetrics['baselines']['majority'];

/** More labels than this are counted, not named. */
const MOST_NAMED = 3;

/** `always voice, piano`. */
export function alwaysWords(metrics: MultilabelMetrics, { labels }: FixedAnswer): string {
  if (labels.length > MOST_NAMED) return `always the ${count(labels.length)} most frequent`;
  return `always ${labels.map((code) => nameOf(metrics, code)).join(', ')}`;
}

/**
 * The score in plain sentences: first the micro F1 with its clips, leak, threshold and baseline, then what else is worth
 * knowing and what must be held against the figures.
 */
export function describeMultilabel(metrics: MultilabelMetrics): string[] {
  return [
    headline(metrics),
    baselineWarning(metrics),
    thresholdWords(metrics),
    otherAggregation(metrics),
    foldWords(metrics),
    firstClass(metrics),
    bestAndWeakest(metrics),
    unknownWords(metrics),
    silentWords(metrics),
    intervalWords(metrics),
    correctionsWarning(metrics),
    baseWords(metrics),
    splitWarning(metrics),
    selectionWarning(metrics),
    epochsWarning(metrics),
    missingClasses(metrics),
    syntheticWarning(metrics),
  ].filter((line) => line !== null);
}

/** Where the figures come from, in short parts, for the head of a chart. */
export function multilabelProvenance(metrics: MultilabelMetrics): string[] {
  const { clips, dataset, first, folds, labels, leak, recordings } = metrics;
  const parts = [
    dataset.synthetic ? `${dataset.name} (synthetic sound)` : dataset.name,
    `${counted(clips, 'clip')} of ${counted(recordings, 'recording')} with ${counted(labels, 'label')}`,
  ];
  if (leak === null) parts.push(unknownInShort(metrics));
  else parts.push(leak.either === 0 ? 'none known from training' : `${count(leak.either)} known from training`);
  if (folds !== null) parts.push(`${count(folds.length)}-fold cross-validation`);
  parts.push(`${AGGREGATION_NAMES[first]}, ${thresholdInShort(metrics)}`);
  return parts;
}

/** `Micro F1 43.1 % [40.0–46.2]`, of the aggregation that stands first. */
export function microF1InWords(metrics: MultilabelMetrics): string {
  const { micro, microF1Interval } = firstOf(metrics);
  return `Micro F1 ${percent(micro.f1)}${bracket(microF1Interval)}`;
}

function headline(metrics: MultilabelMetrics): string {
  const { baselines, clips, folds, labels, leak, recordings, side } = metrics;
  const noun = side === 'folder' || folds !== null ? 'clip' : `${side} clip`;
  const { macro, macroF1Interval } = firstOf(metrics);
  const always = `${alwaysWords(metrics, baselines.mostFrequent)} gives ${percent(baselines.mostFrequent.microF1)}`;
  const score =
    `${microF1InWords(metrics)}, macro F1 ${percent(macro.f1)}${bracket(macroF1Interval)} on ${counted(clips, noun)} ` +
    `of ${counted(recordings, 'recording')} in ${metrics.dataset.name}, which carry ${counted(labels, 'label')}; ${always}.`;
  if (leak === null) return `${score} ${unknownTraining(metrics)}`;
  if (leak.either === 0) {
    if (!isUnheardByBase(metrics)) return score;
    return folds === null
      ? `${score} None of them is known from training.`
      : `${score} Each was heard by a network that knows neither it nor its recording from training.`;
  }
  return `${score} But ${count(leak.either)} of these clips or their recordings are known from training; expect less on new recordings.`;
}

function baselineWarning(metrics: MultilabelMetrics): string | null {
  const { micro, microF1Interval } = firstOf(metrics);
  const low = microF1Interval?.[0] ?? micro.f1;
  return low > metrics.baselines.mostFrequent.microF1
    ? null
    : 'That is not clearly better than always giving the same answer.';
}

function thresholdWords(metrics: MultilabelMetrics): string {
  const { first, threshold } = metrics;
  const { chosenF1, threshold: common } = firstOf(metrics);
  if (threshold.kind === 'cross-fitted' || threshold.kind === 'per-class' || common === null) {
    return ownThresholds(metrics);
  }
  const reached = common.toFixed(2);
  const means = `A class counts as heard where its score reaches ${reached} (${AGGREGATION_NAMES[first]}).`;
  if (threshold.kind === 'given') return `${means} That was given, not chosen on these clips.`;
  const best = `the best micro F1 there, ${percent(chosenF1 ?? 0)}`;
  const without =
    threshold.leftOut === 0 ? '' : `, without ${counted(threshold.leftOut, 'clip')} that the scored folder has, too`;
  if (threshold.kind === 'validation') {
    return `${means} That was chosen on the ${counted(threshold.clips, 'validation clip')} of “${threshold.name}”, which have one label each (${best})${without}.`;
  }
  const chosen = `${means} That was chosen on ${counted(threshold.clips, 'clip')} of ${threshold.name} (${best})${without}.`;
  const { heardInTraining } = threshold;
  if (heardInTraining === null || heardInTraining === 0) return chosen;
  return `${chosen} ${count(heardInTraining)} of them were in training, where the network is surer: the threshold may be too high.`;
}

/** Of a cross-validation. */
function foldWords({ folds, training }: MultilabelMetrics): string | null {
  if (folds === null) return null;
  const each = folds.map(({ microF1 }) => percent(microF1)).join(', ');
  const words = `${networksOfFolds(folds.length, training)} Micro F1 on the clips that each had not heard: ${each}.`;
  if (folds.every(({ temperature }) => temperature === null)) return words;
  return `${words} The temperature that scales the scores of each was fitted to these clips.`;
}

/** `threshold 0.31 chosen on validation`. */
function thresholdInShort(metrics: MultilabelMetrics): string {
  const { threshold: common } = firstOf(metrics);
  const { kind } = metrics.threshold;
  if (kind === 'cross-fitted') return 'a threshold a class, chosen on the other folds';
  if (kind === 'per-class' || common === null) return 'a threshold a class, chosen on validation';
  const from = { given: 'given', validation: 'chosen on validation', folder: 'chosen on other clips' }[kind];
  return `threshold ${common.toFixed(2)} ${from}`;
}

function ownThresholds(metrics: MultilabelMetrics): string {
  const { folds, threshold } = metrics;
  const own =
    folds?.flatMap(({ thresholds }) => thresholds) ??
    firstOf(metrics).perClass.flatMap((entry) => entry.threshold ?? []);
  const [low, high] = [Math.min(...own).toFixed(2), Math.max(...own).toFixed(2)];
  const chosen = `Each class counts as heard from a threshold of its own on (${low} to ${high}), that of its highest F1 on`;
  if (threshold.kind === 'cross-fitted') {
    const few = named(metrics, threshold.evenOdds);
    const words = `${chosen} the other folds: no clip had a say in the thresholds that it was judged by.`;
    return few === ''
      ? words
      : `${words} For some folds the others had too few clips of ${few} to choose one: 0.50 was taken there.`;
  }
  if (threshold.kind !== 'per-class') return `${chosen} validation.`;
  const flattered = threshold.onScored ? ': on these same clips, which flatters the figures' : '';
  const words = `${chosen} validation${flattered}.`;
  const few = named(metrics, threshold.evenOdds);
  return few === '' ? words : `${words} Of ${few} there were too few clips to choose one: 0.50 was taken.`;
}

function named(metrics: MultilabelMetrics, codes: readonly string[]): string {
  return codes.map((code) => nameOf(metrics, code)).join(', ');
}

function otherAggregation({ aggregations, first }: MultilabelMetrics): string | null {
  const other = first === 'mean' ? 'sum-max' : 'mean';
  const figures = aggregations[other];
  if (figures === null) return null;
  const { micro, microF1Interval, macro, threshold } = figures;
  return `By the ${AGGREGATION_NAMES[other]}, threshold ${(threshold ?? 0).toFixed(2)}: micro F1 ${percent(micro.f1)}${bracket(microF1Interval)}, macro F1 ${percent(macro.f1)}.`;
}

function firstClass(metrics: MultilabelMetrics): string {
  const { baselines, ranking } = metrics;
  const guess = `always naming ${nameOf(metrics, baselines.majority.labels[0] ?? '')}: ${percent(baselines.majorityShare)}`;
  return (
    `Whatever the threshold: the first class is one of the labels in ${percent(ranking.firstIsRight)}${bracket(ranking.firstIsRightInterval)} of the clips ` +
    `(${guess}); label-ranking average precision ${percent(ranking.averagePrecision)}${bracket(ranking.averagePrecisionInterval)}.`
  );
}

function bestAndWeakest(metrics: MultilabelMetrics): string | null {
  const byF1 = firstOf(metrics)
    .perClass.filter(({ known, support }) => known && support > 0)
    .sort((a, b) => b.f1 - a.f1);
  const [best, weakest] = [byF1[0], byF1.at(-1)];
  if (best === undefined || weakest === undefined || best === weakest) return null;
  if (best.f1 === 0) return 'No class was recognised.';
  const words = ({ f1, f1Interval, name, support }: typeof best): string =>
    `${name} (F1 ${percent(f1)}${bracket(f1Interval)}, ${counted(support, 'clip')})`;
  return `Best recognised: ${words(best)}; weakest: ${words(weakest)}.`;
}

function unknownWords({ unknown }: MultilabelMetrics): string | null {
  if (unknown.clips === 0) return null;
  const classes = unknown.classes.map(({ code, clips }) => `${code} (${count(clips)})`).join(', ');
  const carry = unknown.clips === 1 ? 'carries' : 'carry';
  return `${counted(unknown.clips, 'clip')} ${carry} labels that the network does not know: ${classes}. Each counts as missed.`;
}

function silentWords({ silentClips }: MultilabelMetrics): string | null {
  if (silentClips === 0) return null;
  return `In ${counted(silentClips, 'clip')} nothing was to be heard and no class was named.`;
}

function intervalWords({ intervals, recordings }: MultilabelMetrics): string {
  const { fewGroups, groups, level, resamples } = intervals;
  if (groups === 1) return 'All these clips come from one recording, so how uncertain the figures are cannot be told.';
  const joined = groups === recordings ? 'recordings' : 'groups of recordings';
  const how = `In brackets: ${(level * 100).toFixed(0)} % intervals from ${count(resamples)} resamplings of the ${count(groups)} ${joined}.`;
  return fewGroups ? `${how} So few make the intervals rough, and rather too narrow.` : how;
}

function missingClasses({ aggregations }: MultilabelMetrics): string | null {
  const missing = aggregations.mean.perClass.filter(({ support }) => support === 0).map(({ name }) => name);
  return missing.length === 0 ? null : `No clips to score of ${missing.join(', ')}.`;
}

function syntheticWarning({ dataset }: MultilabelMetrics): string | null {
  if (!dataset.synthetic) return null;
  return 'These clips are synthetic: the figures say nothing about recordings of real instruments.';
}

function nameOf({ aggregations }: MultilabelMetrics, code: string): string {
  return aggregations.mean.perClass.find((entry) => entry.code === code)?.name ?? code;
}
