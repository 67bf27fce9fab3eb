import { describe, expect, test } from 'vitest';
import { EngineError, cancellation } from '../../../main/engine/common/errors.ts';
import { inspectClip, type AudioFacts, type ClipInspector } from '../../../main/engine/dataset/inspect-clip.ts';
import { isUsable } from '../../../main/engine/dataset/dataset.ts';
import { makeClip } from '../../helpers/make-clip.ts';

const good: AudioFacts = { duration: 3, clipped: 0, silent: false, sha256: 'content', warnings: [] };

function inspect(facts: Partial<AudioFacts> | Error, bytes = 100) {
  const inspector: ClipInspector = {
    inspectAudio: () => (facts instanceof Error ? Promise.reject(facts) : Promise.resolve({ ...good, ...facts })),
    inspectImage: () => Promise.reject(new Error('no picture')),
  };
  return inspectClip({ path: 'vio/a.wav', kind: 'audio', bytes, modified: 0 }, '/data/vio/a.wav', inspector);
}

describe('inspectClip', () => {
  test('has nothing to say about a good clip', async () => {
    expect(await inspect({})).toEqual({ sha256: 'content', duration: 3, findings: [] });
  });

  test.each<[string, Partial<AudioFacts>, string, boolean]>([
    ['shorter than half a second', { duration: 0.49 }, 'too-short', false],
    ['silence', { silent: true }, 'silent', false],
    ['a thousandth of the samples at full scale', { clipped: 0.001 }, 'clipped', true],
    ['damage that did not prevent decoding', { warnings: ['It ends early.'] }, 'damaged', true],
    ['no samples', { duration: 0 }, 'empty', false],
  ])('%s is a finding', async (_, facts, kind, usable) => {
    const inspection = await inspect(facts);
    expect(inspection.findings.map((finding) => finding.kind)).toEqual([kind]);
    expect(isUsable(makeClip('vio', 'r', 'a', inspection))).toBe(usable);
  });

  test('half a second and fewer clipped samples are none', async () => {
    expect((await inspect({ duration: 0.5, clipped: 0.0009 })).findings).toEqual([]);
  });

  test('a file of zero bytes is empty without being opened', async () => {
    const inspection = await inspect(new Error('opened'), 0);
    expect(inspection).toMatchObject({ sha256: null, findings: [{ kind: 'empty' }] });
  });

  test('an unreadable file says why', async () => {
    const inspection = await inspect(new EngineError('unreadable-audio', 'a.wav cannot be read as sound: it is text.'));
    expect(inspection).toEqual({
      sha256: null,
      duration: null,
      findings: [{ kind: 'unreadable', message: 'a.wav cannot be read as sound: it is text.' }],
    });
  });

  test('so does one that may not be opened', async () => {
    const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    expect((await inspect(denied)).findings).toEqual([
      { kind: 'unreadable', message: 'vio/a.wav may not be opened: permission denied' },
    ]);
  });

  test('cancellation, a missing file and a missing ffmpeg are no findings', async () => {
    await expect(inspect(cancellation())).rejects.toMatchObject({ name: 'AbortError' });
    await expect(inspect(new EngineError('not-found', 'gone'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(inspect(new EngineError('runtime-missing', 'no ffmpeg'))).rejects.toMatchObject({
      code: 'runtime-missing',
    });
  });
});
