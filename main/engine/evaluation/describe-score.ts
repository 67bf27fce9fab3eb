import { bracket, correctionsInWords, count, counted, percent } from './figures-in-words.ts';
import type { ClassMetrics, Metrics } from './metrics.ts';

/** A gap of confidence and accuracy below this is not worth a warning. */
const CALIBRATED_WITHIN = 0.05;

/** On fewer clips than this the error of a well calibrated network is mostly chance, and so is a small one. */
const CALIBRATION_CLIPS = 200;

/** Of another folder only those clips and recordings can be known again that are the same to the byte or by name. */
const NONE_KNOWN = 'none of them known from training';

/** With fewer epochs than this the network has hardly begun to learn. */
const FEW_EPOCHS = 5;

/**
 * The score in plain sentences for terminal and README: first the accuracy with its clips, leak and baseline,
 * then what else is worth knowing and what must be held against the figures.
 */
export function describeScore(metrics: Metrics): string[] {
  return [
    headline(metrics),
    baselineWarning(metrics),
    foldWords(metrics),
    otherFigures(metrics),
    windowWords(metrics),
    bestAndWeakest(metrics),
    mostConfused(metrics),
    calibrationWords(metrics),
    intervalWords(metrics),
    correctionsWarning(metrics),
    baseWords(metrics),
    splitWarning(metrics),
    recordingsWarning(metrics),
    selectionWarning(metrics),
    epochsWarning(metrics),
    missingClasses(metrics),
    syntheticWarning(metrics),
  ].filter((line) => line !== null);
}

/** Where the figures come from, in short parts, for the head of a chart. */
export function describeProvenance(metrics: Metrics): string[] {
  const { dataset, split, leak, clips } = metrics;
  const parts = [dataset.synthetic ? `${dataset.name} (synthetic sound)` : dataset.name, scoredClips(metrics)];
  if (metrics.folds !== null) parts.push(`${count(metrics.folds.length)}-fold cross-validation`);
  if (split !== null) parts.push(split === 'grouped' ? 'split by recording' : 'split at random by clip');
  if (metrics.corrections !== null) parts.push(correctionsInWords(metrics.corrections));
  if (leak === null) parts.push(unknownInShort(metrics));
  else if (leak.either === 0) parts.push(metrics.side === 'folder' ? NONE_KNOWN : 'none of the recordings in training');
  else parts.push(`${count(leak.either)} of ${count(clips)} clips ${leakWords(leak)}`);
  return parts;
}

/** `Accuracy 46.9 % [44.1–49.8]`. */
export function accuracyInWords({ accuracy, intervals }: Metrics): string {
  return `Accuracy ${percent(accuracy)}${bracket(intervals.accuracy)}`;
}

function headline(metrics: Metrics): string {
  const { baselines, clips, leak } = metrics;
  const { accuracy, label } = baselines.majority;
  const largest = `always guessing the largest class (${nameOf(metrics, label)}) gives ${percent(accuracy)}.`;
  const corrected = metrics.corrections === null ? '' : ` (${correctionsInWords(metrics.corrections)})`;
  const score = `${accuracyInWords(metrics)} on ${scoredClips(metrics)}${whereFrom(metrics)}${corrected}; ${largest}`;
  if (leak === null) return `${score} ${unknownTraining(metrics)}`;
  if (leak.either === 0) return score;
  return `${score} But ${count(leak.either)} of these ${counted(clips, 'clip')} ${leakWords(leak)}; expect less on new recordings.`;
}

/** What must be held against a score where the clips of the network's training are not known. */
export function unknownTraining({ clips, origin }: Pick<Metrics, 'clips' | 'origin'>): string {
  if (origin === null) {
    return 'What the network was trained on is not known: if these recordings were among it, expect less on new ones.';
  }
  const learned = `The network learned from ${counted(origin.clips, 'clip')} of ${origin.data}`;
  if (origin.alike === 0) {
    return `${learned}, and which is not known: if these recordings were among them, expect less on new ones.`;
  }
  const alike = origin.alike === clips ? 'these clips' : `${count(origin.alike)} of these ${counted(clips, 'clip')}`;
  const are = origin.alike === 1 ? 'is' : 'are';
  return (
    `${learned}, which is not known one by one, and ${alike} ${are} named like clips of ${origin.data}: ` +
    'it has probably heard many of these very clips, and then the figures are too good.'
  );
}

/** The same for the head of a chart. */
export function unknownInShort({ origin }: Pick<Metrics, 'origin'>): string {
  if (origin === null) return 'training clips not known';
  return origin.alike === 0
    ? `trained on ${origin.data}, not known on which clips`
    : `trained on ${origin.data}, probably on many of these clips`;
}

function scoredClips({ clips, folds, recordings, side }: Metrics): string {
  const noun = side === 'folder' || folds !== null ? 'clip' : `${side} clip`;
  return `${counted(clips, noun)} of ${counted(recordings, 'recording')}`;
}

function whereFrom(metrics: Metrics): string {
  const { dataset, folds, leak, side } = metrics;
  const unheard = leak?.either === 0 && isUnheardByBase(metrics);
  if (side === 'folder') return ` in ${dataset.name}${unheard ? `, ${NONE_KNOWN}` : ''}`;
  if (folds !== null) return unheard ? ', each named by a network that never heard it or its recording' : '';
  return unheard ? ' the network never heard' : '';
}

/** Of a cross-validation. */
function foldWords({ folds, training }: Metrics): string | null {
  if (folds === null) return null;
  const each = folds.map(({ accuracy }) => percent(accuracy)).join(', ');
  return `${networksOfFolds(folds.length, training)} Of the clips that each had not heard it named rightly ${each}.`;
}

/** `Cross-validation: 3 networks, each trained on about 3,571 clips.` */
export function networksOfFolds(folds: number, training: Metrics['training']): string {
  const learned = training === null ? '' : `, each trained on about ${counted(training.clips, 'clip')}`;
  return `Cross-validation: ${count(folds)} networks${learned}.`;
}

function leakWords({ either, sharedRecording, identicalClip }: NonNullable<Metrics['leak']>): string {
  const have = either === 1 ? 'has' : 'have';
  if (identicalClip === 0) return `${have} a sibling of the same recording in training`;
  if (sharedRecording === 0) return `${have} an identical copy in training`;
  return `${have} a sibling of the same recording or an identical copy in training`;
}

function baselineWarning({ accuracy, baselines, intervals }: Metrics): string | null {
  const low = intervals.accuracy?.[0] ?? accuracy;
  return low > baselines.majority.accuracy
    ? null
    : 'That is not clearly better than always guessing the largest class.';
}

function otherFigures(metrics: Metrics): string {
  const { baselines, intervals, macro, macroAuroc, top2Accuracy, top3Accuracy } = metrics;
  const parts = [
    `Macro F1 ${percent(macro.f1)}${bracket(intervals.macroF1)} (guessing: ${percent(baselines.majority.macroF1)})`,
  ];
  if (top2Accuracy !== null) parts.push(`right class among the first two ${percent(top2Accuracy)}`);
  if (top3Accuracy !== null) parts.push(`among the first three ${percent(top3Accuracy)}`);
  if (macroAuroc !== null) parts.push(`macro AUROC ${macroAuroc.toFixed(3)}`);
  return `${parts.join('; ')}.`;
}

function windowWords({ clips, windows }: Metrics): string | null {
  if (windows === undefined) return null;
  return `The ${counted(clips, 'clip')} were heard in ${counted(windows, 'window')}; each counts with the mean of its own.`;
}

function bestAndWeakest({ perClass }: Metrics): string | null {
  const byF1 = perClass.filter(({ support }) => support > 0).sort((a, b) => b.f1 - a.f1);
  const [best, weakest] = [byF1[0], byF1[byF1.length - 1]];
  if (best === undefined || weakest === undefined || best === weakest) return null;
  if (best.f1 === 0) return 'No class was recognised.';
  return `Best recognised: ${classWords(best)}; weakest: ${classWords(weakest)}.`;
}

function classWords({ f1, f1Interval, groups, name, support }: ClassMetrics): string {
  const basis = `${counted(support, 'clip')}, ${counted(groups, 'group')} of recordings`;
  return `${name} (F1 ${percent(f1)}${bracket(f1Interval)}, ${basis})`;
}

function mostConfused(metrics: Metrics): string | null {
  const first = metrics.confusions[0];
  if (first === undefined) return null;
  const support = metrics.perClass.find(({ code }) => code === first.label)?.support ?? 0;
  const [label, predicted] = [nameOf(metrics, first.label), nameOf(metrics, first.predicted)];
  return `Most often confused: ${count(first.clips)} of ${counted(support, 'clip')} of ${label} taken for ${predicted}.`;
}

function calibrationWords(metrics: Metrics): string {
  const { accuracy, calibration } = metrics;
  const [confidence, right] = [percent(calibration.meanConfidence), percent(accuracy)];
  const error = percent(calibration.expectedCalibrationError);
  return (
    `It was ${confidence} sure on average and right ${right} of the time (expected calibration error ${error})` +
    `${calibrationVerdict(metrics)}.${temperatureWords(metrics)}`
  );
}

function calibrationVerdict(metrics: Metrics): string {
  const { accuracy, calibration, clips, intervals } = metrics;
  const { expectedCalibrationError: error, meanConfidence } = calibration;
  const [low, high] = intervals.accuracy ?? [accuracy, accuracy];
  if (meanConfidence > Math.max(high, accuracy + CALIBRATED_WITHIN)) return ': its probabilities are too high';
  if (meanConfidence < Math.min(low, accuracy - CALIBRATED_WITHIN)) return ': its probabilities are too low';
  if (clips < CALIBRATION_CLIPS) return '; whether its probabilities mean what they say cannot be told on so few clips';
  // A temperature makes them fit the clips that it was fitted on, whatever they are worth on others.
  if (error > CALIBRATED_WITHIN || isCalibratedOnThese(metrics)) return '';
  return ': its probabilities mean what they say';
}

/** Whether the temperature was fitted on the very clips that are scored, so that their calibration error flatters. */
export function isCalibratedOnThese({ calibration, folds, side }: Metrics): boolean {
  const scaled = calibration.temperature !== null || (folds ?? []).some(({ temperature }) => temperature !== null);
  return scaled && side === 'validation';
}

function temperatureWords(metrics: Metrics): string {
  const { temperature } = metrics.calibration;
  if (temperature === null) {
    return isCalibratedOnThese(metrics)
      ? ' The temperature of each fold was fitted on these very clips, which flatters the error.'
      : '';
  }
  const before = `that error would be ${percent(temperature.expectedCalibrationErrorBefore)}`;
  const value = `its temperature of ${temperature.value.toFixed(2)}`;
  return isCalibratedOnThese(metrics)
    ? ` Without ${value}, fitted on these very clips, which flatters the error, ${before}.`
    : ` Without ${value}, fitted on validation, ${before}.`;
}

function intervalWords({ intervals, recordings }: Metrics): string {
  const { fewGroups, groups, level, resamples } = intervals;
  if (groups === 1) {
    return 'All these clips come from one recording or from recordings that share clips, so how uncertain the figures are cannot be told.';
  }
  const joined = groups === recordings ? 'recordings' : 'groups of recordings';
  const how = `In brackets: ${(level * 100).toFixed(0)} % intervals from ${count(resamples)} resamplings of the ${count(groups)} ${joined}.`;
  return fewGroups ? `${how} So few make the intervals rough, and rather too narrow.` : how;
}

export function correctionsWarning({ corrections }: Pick<Metrics, 'corrections'>): string | null {
  if (corrections === null) return null;
  return (
    `Labels are as you corrected them (${correctionsInWords(corrections)}). Mistakes that were heard were looked at, others ` +
    'were not: taking them out of the count flatters the figures, also beside those of a run without corrections.'
  );
}

/** Whether nothing speaks for it that the network a training began from had heard these clips. */
export function isUnheardByBase({ base }: Pick<Metrics, 'base'>): boolean {
  return base === null || (base.complete && base.leak?.either === 0);
}

/** What a network that was trained further had heard before of the scored clips, as far as that is known. */
export function baseWords({
  base,
  clips,
  folds = null,
  side,
}: Pick<Metrics, 'base' | 'clips' | 'side'> & Folded): string | null {
  if (base === null) return null;
  const layers = base.trainLayers === 'last' ? ', in its last layer alone' : '';
  const began = `It was trained further from ${base.name}${layers}`;
  if (base.suspected) {
    return `${began}, which learned from recordings that these clips are named like: it has probably heard some of them, and then the figures are too good.`;
  }
  if (base.leak === null) {
    return `${began}. What that learned from is not known clip by clip: if these recordings were among it, expect less on new ones.`;
  }
  const rest = base.complete ? '' : ' What that was itself begun from is not known clip by clip.';
  if (base.leak.either > 0) {
    return `${began}, which has learned from the recordings of ${count(base.leak.either)} of these ${counted(clips, 'clip')}: the figures are too good.${rest}`;
  }
  const which = side === 'folder' || folds !== null ? 'clips' : `${side} clips`;
  return `${began}, which learned from none of the recordings of these ${which}.${rest}`;
}

export function splitWarning({ split }: Pick<Metrics, 'split'>): string | null {
  if (split !== 'random') return null;
  return (
    'The split was made at random by clip, so that both sides hear the same recordings: the figures tell how well these ' +
    'recordings are known again, not how well new ones are recognised. A split by recording tells that.'
  );
}

/** Where nothing joins clips, a split by recording is one by clip. */
function recordingsWarning({ clips, recordings, split, training }: Metrics): string | null {
  if (split !== 'grouped' || clips !== recordings || training?.clips !== training?.recordings) return null;
  return 'Every clip was taken for a recording of its own. If some were cut from the same one, the network has heard it, and the figures are too good.';
}

/** What both kinds of score say of a cross-validation. */
interface Folded {
  readonly folds?: readonly unknown[] | null;
}

export function selectionWarning({
  folds = null,
  side,
  training,
}: Pick<Metrics, 'side' | 'training'> & Folded): string | null {
  if (side === 'test' || training?.selectedOnValidation !== true) return null;
  if (folds !== null)
    return 'The epoch of each fold was chosen by its score on these same clips, which flatters the figures.';
  const where = side === 'validation' ? 'these same validation clips' : 'validation clips that are among these';
  return `Epoch ${count(training.selectedEpoch)} of ${count(training.epochs)} was chosen by its score on ${where}, which flatters the figures.`;
}

export function epochsWarning({ training }: Pick<Metrics, 'training'>): string | null {
  if (training === null || training.epochs >= FEW_EPOCHS) return null;
  return `The network was trained for ${counted(training.epochs, 'epoch')} only and has probably not learned all it can.`;
}

function missingClasses({ perClass }: Metrics): string | null {
  const missing = perClass.filter(({ support }) => support === 0).map(({ name }) => name);
  return missing.length === 0 ? null : `No clips to score of ${missing.join(', ')}.`;
}

function syntheticWarning({ dataset }: Metrics): string | null {
  if (!dataset.synthetic) return null;
  return 'These clips are synthetic: the figures say nothing about recordings of real instruments.';
}

function nameOf({ perClass }: Metrics, code: string): string {
  return perClass.find((entry) => entry.code === code)?.name ?? code;
}
