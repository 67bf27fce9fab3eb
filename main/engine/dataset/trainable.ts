import { EngineError } from '../common/errors.ts';
import { holdsSeveralLabels, isUsable, labelsOf, type Dataset } from './dataset.ts';

/**
 * Checks that a network can be trained on the dataset at all.
 * @throws EngineError `invalid-argument` where it is there to score on, `no-clips` without a usable clip, `too-few-classes` with fewer than two classes,
 *   `too-few-recordings` where a class has no usable clip
 */
export function assertTrainable(dataset: Dataset): void {
  if (holdsSeveralLabels(dataset)) throw forScoring(dataset);
  const usable = dataset.clips.filter(isUsable);
  if (usable.length === 0) {
    const found = dataset.clips.length === 1 ? 'The one clip' : `None of the ${dataset.clips.length} clips`;
    const words = dataset.clips.length === 1 ? 'cannot be used' : 'can be used';
    throw new EngineError('no-clips', `${found} in ${dataset.root} ${words}; the findings say why.`);
  }
  const [only, second] = dataset.classes;
  if (only !== undefined && second === undefined) {
    throw new EngineError(
      'too-few-classes',
      `All clips in ${dataset.root} are of one class, ${only.code}; a network needs at least two to tell apart. ` +
        'If the folders inside it are the classes, choose that folder instead.',
    );
  }
  const withClips = new Set(usable.map(({ label }) => label));
  const empty = dataset.classes.filter(({ code }) => !withClips.has(code)).map(({ code }) => code);
  if (empty.length > 0) {
    throw new EngineError(
      'too-few-recordings',
      `No clip of ${empty.join(', ')} can be used. Repair the clips (the findings say what is wrong) or take the class out.`,
    );
  }
}

function forScoring({ root, clips, layout }: Dataset): EngineError {
  const several = clips.filter((clip) => labelsOf(clip).length > 1).length;
  const count = several === 1 ? 'one' : String(several);
  const found =
    several === 0
      ? `${root} is laid out as IRMAS's test set`
      : `In ${root} ${count} of ${clips.length} clips ${several === 1 ? 'has' : 'have'} several labels`;
  const instead = layout === 'labels-csv' ? ', or list only clips with one label in labels.csv to train on them' : '';
  return new EngineError(
    'invalid-argument',
    `${found}: a network learns from clips with one label each. Score a finished network on this folder instead (evaluate)${instead}.`,
  );
}
