import { expect, test } from 'vitest';
import { assertTrainable } from '../../../main/engine/dataset/trainable.ts';
import { makeClip, makeDataset } from '../../helpers/make-clip.ts';

const silent = { findings: [{ kind: 'silent', message: 'Nothing but silence.' }] } as const;

test('two classes with a usable clip each can be trained on', () => {
  expect(() => {
    assertTrainable(
      makeDataset([makeClip('vio', 'a', 'a'), makeClip('cel', 'b', 'b'), makeClip('cel', 'c', 'c', silent)]),
    );
  }).not.toThrow();
});

test.each([
  ['no usable clip', 'no-clips', [makeClip('vio', 'a', 'a', silent), makeClip('cel', 'b', 'b', { sha256: null })]],
  ['one class', 'too-few-classes', [makeClip('vio', 'a', 'a'), makeClip('vio', 'b', 'b')]],
  [
    'a class without usable clips',
    'too-few-recordings',
    [makeClip('vio', 'a', 'a'), makeClip('cel', 'b', 'b', silent)],
  ],
])('%s cannot be trained on', (_, code, clips) => {
  expect(() => {
    assertTrainable(makeDataset(clips));
  }).toThrow(expect.objectContaining({ code }));
});

test('the class that is alone, and the class without usable clips, are named', () => {
  expect(() => {
    assertTrainable(makeDataset([makeClip('vio', 'a', 'a')]));
  }).toThrow(/of one class, vio;/);
  expect(() => {
    assertTrainable(makeDataset([makeClip('vio', 'a', 'a'), makeClip('cel', 'b', 'b', silent)]));
  }).toThrow(/No clip of cel/);
});

test('recordings with several labels are there to score on, and it says how many they are', () => {
  const duet = makeClip('vio', 'a', 'a', { furtherLabels: ['pia'] });
  const dataset = makeDataset([duet, makeClip('cel', 'b', 'b'), makeClip('pia', 'c', 'c')]);
  expect(() => {
    assertTrainable(dataset);
  }).toThrow(/one of 3 clips has several labels.*Score a finished network/);
  expect(() => {
    assertTrainable({ ...makeDataset([makeClip('cel', 'b', 'b'), makeClip('pia', 'c', 'c')]), layout: 'irmas-test' });
  }).toThrow(/laid out as IRMAS's test set/);
});
