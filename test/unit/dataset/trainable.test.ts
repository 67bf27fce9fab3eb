import { describe, expect, it, test } from 'vitest';
import { assertTrainable } from '../../../main/engine/dataset/trainable.ts';
import { makeClip, makeDataset } from '../../helpers/make-clip.ts';

const silent = { findings: [{ kind: 'silent', message: 'Nothing but silence.' }] } as const;

test('two classes with a usable clip each can be trained on', () => {
  expect(() => {
    assertTrainable(
      makeDataset([makeClip('vio', 'a', 'a'), makeClip('cel', 'b', 'b'), makeClip('cel', 'c', 'c', silent)]),
      'one',
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
    assertTrainable(makeDataset(clips), 'one');
  }).toThrow(expect.objectContaining({ code }));
});

test('the class that is alone, and the class without usable clips, are named', () => {
  expect(() => {
    assertTrainable(makeDataset([makeClip('vio', 'a', 'a')]), 'one');
  }).toThrow(/of one class, vio;/);
  expect(() => {
    assertTrainable(makeDataset([makeClip('vio', 'a', 'a'), makeClip('cel', 'b', 'b', silent)]), 'one');
  }).toThrow(/No clip of cel/);
});

describe('recordings with several labels', () => {
  const duet = makeClip('vio', 'a', 'a', { furtherLabels: ['pia'] });
  const dataset = makeDataset([duet, makeClip('cel', 'b', 'b'), makeClip('pia', 'c', 'c')]);

  it('are for a network that judges each class by itself, and it says how many they are', () => {
    expect(() => {
      assertTrainable(dataset, 'one');
    }).toThrow(/one of 3 clips has several labels.*\(sigmoid outputs\)/);
    const single = makeDataset([makeClip('cel', 'b', 'b'), makeClip('pia', 'c', 'c')]);
    expect(() => {
      assertTrainable({ ...single, layout: 'irmas-test' }, 'one');
    }).toThrow(/laid out as IRMAS's test set/);
    expect(() => {
      assertTrainable(dataset, 'several');
    }).not.toThrow();
  });

  it('are clips of each of their classes', () => {
    const further = makeDataset([duet, makeClip('vio', 'b', 'b')]);
    expect(() => {
      assertTrainable(further, 'several');
    }).not.toThrow();
  });
});
