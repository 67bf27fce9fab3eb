import { EngineError } from '../common/errors.ts';
import { holdsSeveralLabels, isUsable, labelsOf, type Dataset } from './dataset.ts';

/**
 * Checks that a network can be trained on the dataset at all.
 * @param labels how many the network can learn of a clip: `several` where it judges each class by itself
 * @throws EngineError `invalid-argument` where clips have several and it learns one, `no-clips` without a usable clip, `too-few-classes` with fewer than two classes,
 *   `too-few-recordings` where a class has no usable clip
 */
export function assertTrainable(dataset: Dataset, labels: 'one' | 'several'): void {
  if (labels === 'one' && holdsSeveralLabels(dataset)) throw needsOneLabel(dataset);
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
  const withClips = new Set(usable.flatMap(labelsOf));
  const empty = dataset.classes.filter(({ code }) => !withClips.has(code)).map(({ code }) => code);
  if (empty.length > 0) {
    throw new EngineError(
      'too-few-recordings',
      `No clip of ${empty.join(', ')} can be used. Repair the clips (the findings say what is wrong) or take the class out.`,
    );
  }
}

function needsOneLabel({ root, clips }: Dataset): EngineError {
  const several = clips.filter((clip) => labelsOf(clip).length > 1).length;
  const count = several === 1 ? 'one' : String(several);
  const found =
    several === 0
      ? `${root} is laid out as IRMAS's test set`
      : `In ${root} ${count} of ${clips.length} clips ${several === 1 ? 'has' : 'have'} several labels`;
  return new EngineError(
    'invalid-argument',
    `${found}: that is learned by a network that judges each class by itself (sigmoid outputs), not by one that names one class out of all (softmax outputs).`,
  );
}
