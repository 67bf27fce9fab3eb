import { describe, expect, it } from 'vitest';
import { describeProvenance, describeScore } from '../../../main/engine/evaluation/describe-score.ts';
import { computeMetrics } from '../../../main/engine/evaluation/metrics.ts';
import type { Metrics } from '../../../main/engine/evaluation/metrics.ts';
import {
  groupedContext,
  IRMAS_CLASSES,
  syntheticPredictions,
} from '../../fixtures/evaluation/synthetic-predictions.ts';

const predictions = syntheticPredictions(IRMAS_CLASSES, 20);
const computed = computeMetrics(predictions, groupedContext(predictions));
const metrics: Metrics = {
  ...computed,
  ...{ clips: 1072, recordings: 355, accuracy: 0.469 },
  leak: { validationClips: 1072, sharedRecording: 0, identicalClip: 0, either: 0 },
  baselines: { ...computed.baselines, majority: { label: 'voi', from: 'training', accuracy: 0.116, macroF1: 0.019 } },
  intervals: { ...computed.intervals, accuracy: [0.4412, 0.498], groups: 341, fewGroups: false },
};
const leaking: Metrics = {
  ...metrics,
  split: 'random',
  leak: { validationClips: 1072, sharedRecording: 1018, identicalClip: 0, either: 1018 },
};
const training = { clips: 4285, recordings: 1400, epochs: 20, selectedEpoch: 20, selectedOnValidation: false };

function text(changed: Metrics): string {
  return describeScore(changed).join('\n');
}

describe('the score in words', () => {
  it('names accuracy, interval, clips, recordings and baseline in one sentence', () => {
    expect(describeScore(metrics)[0]).toBe(
      'Accuracy 46.9 % [44.1–49.8] on 1,072 validation clips of 355 recordings the network never heard; ' +
        'always guessing the largest class (voice) gives 11.6 %.',
    );
  });

  it('says in how many windows long clips were heard, and nothing of it where each clip was one', () => {
    const heard = predictions.rows.map((row) => ({ ...row, windows: [row.probabilities, row.probabilities] }));
    const long = computeMetrics({ ...predictions, rows: heard }, groupedContext(predictions));
    expect(long.windows).toBe(2 * heard.length);
    expect(text(long)).toContain(
      `were heard in ${(2 * heard.length).toLocaleString('en')} windows; each counts with the mean of its own.`,
    );
    expect(computed).not.toHaveProperty('windows');
    expect(text(metrics)).not.toContain('window');
  });

  it('names the leak of a random split in the same breath', () => {
    expect(describeScore(leaking)[0]).toBe(
      'Accuracy 46.9 % [44.1–49.8] on 1,072 validation clips of 355 recordings; always guessing the largest class ' +
        '(voice) gives 11.6 %. But 1,018 of these 1,072 clips have a sibling of the same recording in training; ' +
        'expect less on new recordings.',
    );
    expect(text(leaking)).toContain('split was made at random by clip');
    expect(text(metrics)).not.toContain('at random');
  });

  describe('of a cross-validation', () => {
    const fold = { clips: 536, accuracy: 0.45, temperature: null };
    const folded: Metrics = {
      ...metrics,
      folds: [fold, { ...fold, accuracy: 0.488 }],
      training: { ...training, clips: 2679 },
    };

    it('says that each clip had a network of its own, and what each of these reached', () => {
      expect(describeScore(folded)[0]).toBe(
        'Accuracy 46.9 % [44.1–49.8] on 1,072 clips of 355 recordings, each named by a network that never heard it or its ' +
          'recording; always guessing the largest class (voice) gives 11.6 %.',
      );
      expect(text(folded)).toContain(
        'Cross-validation: 2 networks, each trained on about 2,679 clips. Of the clips that each had not heard it named rightly 45.0 %, 48.8 %.',
      );
      expect(describeProvenance(folded)).toContain('2-fold cross-validation');
      expect(text(metrics)).not.toContain('ross-validation');
    });

    it('does not say of a random division that nothing was heard', () => {
      expect(text({ ...folded, split: 'random', leak: leaking.leak })).not.toContain('never heard');
    });

    it('names what flatters: temperatures and epochs that were chosen on the clips of each fold', () => {
      expect(text(folded)).not.toContain('flatters');
      const fitted = { ...folded, folds: [fold, { ...fold, temperature: 1.2 }] };
      expect(text(fitted)).toContain(
        'The temperature of each fold was fitted on these very clips, which flatters the error.',
      );
      const selected = { ...folded, training: { ...training, selectedOnValidation: true } };
      expect(text(selected)).toContain('The epoch of each fold was chosen by its score on these same clips');
    });
  });

  it('praises no class where none was recognised', () => {
    const perClass = metrics.perClass.map((one) => ({ ...one, f1: 0 }));
    expect(text({ ...metrics, perClass })).toContain('No class was recognised.');
    expect(text({ ...metrics, perClass })).not.toContain('Best recognised');
    expect(text(metrics)).toContain('Best recognised');
  });

  it('names a leak by identical clips, whatever the split', () => {
    const leak = { validationClips: 1072, sharedRecording: 0, identicalClip: 1, either: 1 };
    expect(text({ ...metrics, leak })).toContain('But 1 of these 1,072 clips has an identical copy in training');
    expect(text({ ...metrics, leak })).not.toContain('never heard');
  });

  it('tells what is not known about a bare model on another folder', () => {
    const [first] = describeScore({ ...metrics, side: 'folder', split: null, leak: null, training: null });
    expect(first).toContain('on 1,072 clips of 355 recordings in my-clips; always guessing');
    expect(first).toContain('What the network was trained on is not known');
  });

  it('tells of another folder that was not in training', () => {
    const [first] = describeScore({ ...metrics, side: 'folder', split: null });
    expect(first).toContain('355 recordings in my-clips, none of them known from training;');
  });

  it('warns where the score is not clearly above guessing', () => {
    const warning = 'not clearly better than always guessing';
    expect(text({ ...metrics, intervals: { ...metrics.intervals, accuracy: [0.1, 0.8] } })).toContain(warning);
    expect(text(metrics)).not.toContain(warning);
  });

  it('warns where the epoch was chosen on these clips, but not on a test side', () => {
    const selected = { ...metrics, training: { ...training, selectedEpoch: 7, selectedOnValidation: true } };
    expect(text(selected)).toContain('Epoch 7 of 20 was chosen by its score on these same validation clips');
    expect(text({ ...selected, side: 'test' })).not.toContain('was chosen');
    expect(text({ ...selected, side: 'folder', split: null })).toContain('on validation clips that are among these');
  });

  it('warns where no two clips are known to come from one recording, so that a split by recording is one by clip', () => {
    const warning = 'Every clip was taken for a recording of its own';
    const single = { ...metrics, recordings: 1072, training: { ...training, recordings: 4285 } };
    expect(text(single)).toContain(warning);
    expect(text({ ...single, split: 'random' })).not.toContain(warning);
    expect(text({ ...single, training })).not.toContain(warning);
    expect(text(metrics)).not.toContain(warning);
  });

  it('warns after few epochs', () => {
    expect(text({ ...metrics, training: { ...training, epochs: 2 } })).toContain('trained for 2 epochs only');
    expect(text({ ...metrics, training })).not.toContain('only and has');
  });

  it('says how many groups the intervals rest on, and when they are few or one', () => {
    expect(text(metrics)).toContain('95 % intervals from 2,000 resamplings of the 341 groups of recordings.');
    const few = { ...metrics.intervals, groups: 9, fewGroups: true };
    expect(text({ ...metrics, intervals: few })).toContain('rather too narrow');
    const one = { ...few, groups: 1, accuracy: null, macroF1: null };
    expect(text({ ...metrics, intervals: one })).toContain('how uncertain the figures are cannot be told');
    expect(text({ ...metrics, intervals: one })).toContain('Accuracy 46.9 % on');
  });

  it('names corrections beside the accuracy, and that they flatter', () => {
    const corrected = { ...metrics, corrections: { relabelled: 3, leftOut: 1 } };
    expect(describeScore(corrected)[0]).toContain(
      'the network never heard (3 labels corrected, 1 clip left out); always',
    );
    expect(text(corrected)).toContain('taking them out of the count flatters the figures');
    expect(describeProvenance(corrected)).toContain('3 labels corrected, 1 clip left out');
    expect(text({ ...metrics, corrections: { relabelled: 0, leftOut: 2 } })).toContain('(2 clips left out)');
    expect(text(metrics)).not.toContain('correct');
    expect(describeProvenance(metrics).join()).not.toContain('left out');
  });

  it('calls synthetic clips synthetic', () => {
    const synthetic = { ...metrics, dataset: { name: 'sample', synthetic: true } };
    expect(text(synthetic)).toContain('synthetic');
    expect(describeProvenance(synthetic)[0]).toBe('sample (synthetic sound)');
    expect(text(metrics)).not.toContain('synthetic');
  });

  it('names classes without clips', () => {
    const perClass = metrics.perClass.map((entry, index) => (index === 3 ? { ...entry, support: 0 } : entry));
    expect(text({ ...metrics, perClass })).toContain('No clips to score of acoustic guitar.');
  });

  it.each([
    [0.9, 0.45, 'too high'],
    [0.2, 0.3, 'too low'],
    [0.48, 0.03, 'mean what they say'],
  ])('judges a network that is %f sure', (meanConfidence, expectedCalibrationError, verdict) => {
    const calibration = { ...metrics.calibration, meanConfidence, expectedCalibrationError };
    expect(text({ ...metrics, calibration })).toContain(verdict);
  });

  it.each([
    [0.9, 'too high'],
    [0.55, 'cannot be told on so few clips'],
    [0.48, 'cannot be told on so few clips'],
    [0.05, 'too low'],
  ])('says of a network that is %f sure on few clips only what goes beyond chance', (meanConfidence, verdict) => {
    const calibration = { ...metrics.calibration, meanConfidence, expectedCalibrationError: 0.03 };
    const intervals: Metrics['intervals'] = { ...metrics.intervals, accuracy: [0.3, 0.63] };
    const few = text({ ...metrics, clips: 33, calibration, intervals });
    expect(few).toContain(verdict);
    expect(few).not.toContain(': its probabilities mean');
  });

  it('says where a temperature was fitted on the clips that are scored, and then praises nothing', () => {
    const temperature = { value: 2, expectedCalibrationErrorBefore: 0.2 };
    const calibration = { ...metrics.calibration, meanConfidence: 0.47, expectedCalibrationError: 0.02, temperature };
    const own = text({ ...metrics, calibration });
    expect(own).toContain('its temperature of 2.00, fitted on these very clips, which flatters the error');
    expect(own).not.toContain('mean what they say');
    const test = text({ ...metrics, calibration, side: 'test' });
    expect(test).toContain('fitted on validation, that error would be 20.0 %');
    expect(test).toContain('mean what they say');
  });

  it('gives charts split and leak', () => {
    expect(describeProvenance(metrics)).toEqual([
      ...['my-clips', '1,072 validation clips of 355 recordings'],
      ...['split by recording', 'none of the recordings in training'],
    ]);
    expect(describeProvenance(leaking).slice(2)).toEqual([
      ...['split at random by clip', '1,018 of 1,072 clips have a sibling of the same recording in training'],
    ]);
  });
});
