import { chooseClassThresholds, columnsOf, type ClassThreshold } from './class-thresholds.ts';
import { labelScores, type HeardClips } from './heard-clips.ts';

/**
 * The thresholds of each fold of a cross-validation, chosen on the clips of all others: no clip has a say in the thresholds
 * that it is judged by.
 * @param folds each as the network heard it that had not been trained on it
 * @returns for each fold one threshold a class
 */
export function crossFittedThresholds(folds: readonly HeardClips[]): ClassThreshold[][] {
  return folds.map((fold) => {
    const others = folds.filter((other) => other !== fold).flatMap(({ rows }) => rows);
    const clips = labelScores({ classes: fold.classes, rows: others }, 'mean').rows;
    return chooseClassThresholds(columnsOf(fold.classes.length, clips));
  });
}
