import type { Clip, Dataset } from '../../main/engine/dataset/dataset.ts';
import { classesOf, findIdentical, fingerprintOf, groupRecordings } from '../../main/engine/dataset/relations.ts';

/** A usable clip `<label>/<name>.wav`; its content is its path unless it is given. */
export function makeClip(label: string, recording: string, name: string, changes: Partial<Clip> = {}): Clip {
  const path = `${label}/${name}.wav`;
  return {
    path,
    kind: 'audio',
    label,
    recording,
    group: recording,
    bytes: 100,
    modified: 1_700_000_000_000,
    sha256: path,
    duration: 3,
    findings: [],
    ...changes,
  };
}

/** The dataset a scan would make of the clips. */
export function makeDataset(found: readonly Clip[]): Dataset {
  const clips = findIdentical(groupRecordings(found));
  return {
    root: '/data/instruments',
    name: 'instruments',
    layout: 'class-folders',
    kinds: ['audio'],
    classes: classesOf(clips),
    clips,
    fingerprint: fingerprintOf(clips),
    synthetic: false,
    warnings: [],
    ignored: [],
  };
}

/** So many clips in forty classes, ten of each recording; every hundredth is silent. */
export function makeLargeDataset(count: number): Dataset {
  const clips = Array.from({ length: count }, (_, index) => {
    const label = `class ${index % 40}`;
    const number = String(Math.floor(index / 400)).padStart(4, '0');
    const recording = `${label} rec ${number}`;
    const silent = index % 100 === 99;
    return makeClip(label, recording, `rec ${number}_${Math.floor(index / 40) % 10}`, {
      duration: 1 + ((index * 7919) % 10_000) / 1000,
      findings: silent ? [{ kind: 'silent', message: 'Nothing but silence.' }] : [],
    });
  });
  return makeDataset(clips.sort((a, b) => (a.path < b.path ? -1 : 1)));
}
