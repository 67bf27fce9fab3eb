import { EngineError } from '../common/errors.ts';
import { isUsable, type Dataset } from './dataset.ts';

/**
 * Checks that a network can be trained on the dataset at all.
 * @throws EngineError `no-clips` without a usable clip, `too-few-classes` with fewer than two classes,
 *   `too-few-recordings` where a class has no usable clip
 */
export function assertTrainable(dataset: Dataset): void {
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
