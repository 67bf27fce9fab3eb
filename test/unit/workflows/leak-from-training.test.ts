import { describe, expect, it } from 'vitest';
import type { Clip, Dataset } from '../../../main/engine/dataset/dataset.ts';
import { splitRows } from '../../../main/engine/dataset/split-rows.ts';
import type { Side } from '../../../main/engine/dataset/split.ts';
import { leakFrom } from '../../../main/engine/workflows/leak-from-training.ts';
import { makeClip, makeDataset } from '../../helpers/make-clip.ts';

/** A run on a training clip, a validation clip and another training clip of the same recording, and a validation recording. */
const old = [
  makeClip('vio', 'bach', 'bach_1'),
  makeClip('vio', 'bach', 'bach_2'),
  makeClip('vio', 'brahms', 'brahms_1'),
  makeClip('cel', 'casals', 'casals_1'),
];
const sides: Side[] = ['training', 'validation', 'validation', 'training'];

function leak(clips: readonly Clip[], changes: Partial<Dataset> = {}, side: 'training' | 'validation' = 'training') {
  const trained = { ...makeDataset(old), ...changes };
  const trainedIn = { run: { dataset: { ...runDataset, ...pick(trained) } }, split: splitRows(old, sides) };
  return leakFrom(side, { ...makeDataset(clips), ...changes }, clips, trainedIn);
}

function pick({ layout, synthetic }: Dataset) {
  return { layout, synthetic };
}

const runDataset = {
  ...{ name: 'instruments', root: '/data/instruments', kinds: ['audio'], fingerprint: '' },
  ...{ clips: 4, usableClips: 4, recordings: 3, groups: 3, seconds: 12, findings: {} },
};

describe('what a folder has in common with training', () => {
  it('is every clip of the training side, and every sibling of one, when the folder is the same', () => {
    expect(leak(old)).toEqual({ validationClips: 4, sharedRecording: 3, identicalClip: 2, either: 3 });
  });

  it('holds for a clip that was added later to a recording the network has heard', () => {
    const added = makeClip('vio', 'bach', 'bach_3');
    expect(leak([...old, added]).either).toBe(4);
    expect(leak([added, makeClip('vio', 'bach', 'bach_1')])).toMatchObject({ sharedRecording: 2, identicalClip: 1 });
  });

  it('is nothing where only the name of the recording is the same, which may be chance', () => {
    expect(leak([makeClip('vio', 'bach', 'new')]).either).toBe(0);
  });

  it('goes by the numbers of IRMAS, but not by those of two sample datasets', () => {
    const other = [makeClip('vio', 'bach', 'new')];
    expect(leak(other, { layout: 'irmas-names' }).sharedRecording).toBe(1);
    expect(leak(other, { layout: 'irmas-names', synthetic: true }).either).toBe(0);
  });

  it('can be asked of the validation side, on which an epoch may have been chosen', () => {
    expect(leak([makeClip('cel', 'casals', 'casals_1')], {}, 'validation').either).toBe(0);
    expect(leak([makeClip('vio', 'brahms', 'brahms_1')], {}, 'validation').identicalClip).toBe(1);
  });
});
