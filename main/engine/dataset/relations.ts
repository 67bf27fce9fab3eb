import { sha256 } from '../common/hash.ts';
import { isUsable, labelsOf, type Clip, type ClassName, type Finding } from './dataset.ts';
import { classOf } from './irmas.ts';
import { compareText } from './order.ts';

/** The findings that come from comparing clips with each other, as against looking at one. */
const RELATIONS: ReadonlySet<string> = new Set<Finding['kind']>(['duplicate', 'contradictory-label']);

/** How many other clips a message names before it counts the rest. */
const NAMED = 3;

/** The findings of the clip by itself. */
export function ownFindings(clip: Clip): readonly Finding[] {
  return clip.findings.filter(({ kind }) => !RELATIONS.has(kind));
}

/**
 * Joins recordings that share an identical clip, also over several steps, and tells each clip its group: the smallest
 * name among the recordings joined. Clips that cannot be used join nothing: two silences are no common recording.
 */
export function groupRecordings(clips: readonly Clip[]): Clip[] {
  const parents = new Map<string, string>();
  const find = (recording: string): string => {
    let top = recording;
    for (let above = parents.get(top); above !== undefined; above = parents.get(top)) top = above;
    let below = recording;
    for (let above = parents.get(below); above !== undefined; above = parents.get(below)) {
      parents.set(below, top);
      below = above;
    }
    return top;
  };
  for (const twins of identicalClips(clips).values()) {
    for (const { recording } of twins) {
      const [first, second] = [find(twins[0]?.recording ?? recording), find(recording)].sort();
      if (first !== undefined && second !== undefined && first !== second) parents.set(second, first);
    }
  }
  return clips.map((clip) => ({ ...clip, group: find(clip.recording) }));
}

/** The clips with the findings `duplicate` and `contradictory-label` as they are among these clips. */
export function findIdentical(clips: readonly Clip[]): Clip[] {
  const identical = identicalClips(clips);
  return clips.map((clip) => {
    const twins = clip.sha256 === null || !isUsable(clip) ? undefined : identical.get(clip.sha256);
    return { ...clip, findings: [...ownFindings(clip), ...(twins === undefined ? [] : relations(clip, twins))] };
  });
}

/** Usable clips of the same content, where there is more than one. */
function identicalClips(clips: readonly Clip[]): Map<string, readonly Clip[]> {
  const byContent = new Map<string, Clip[]>();
  for (const clip of clips) {
    if (clip.sha256 === null || !isUsable(clip)) continue;
    const twins = byContent.get(clip.sha256);
    if (twins === undefined) byContent.set(clip.sha256, [clip]);
    else twins.push(clip);
  }
  return new Map([...byContent].filter(([, twins]) => twins.length > 1));
}

function relations(clip: Clip, twins: readonly Clip[]): Finding[] {
  const others = listed(twins, (twin) => twin.path !== clip.path, pathOf);
  const contrary = listed(twins, (twin) => labelText(twin) !== labelText(clip), pathAndLabelOf);
  const findings: Finding[] = [{ kind: 'duplicate', message: `Identical to ${others}.` }];
  if (contrary === '') return findings;
  return [
    ...findings,
    { kind: 'contradictory-label', message: `Labelled ${labelText(clip)}, but identical to ${contrary}.` },
  ];
}

const pathOf = ({ path }: Clip): string => path;
/** The same for the same labels, in whatever order they were given. */
const labelText = (clip: Clip): string => [...labelsOf(clip)].sort(compareText).join(', ');
const pathAndLabelOf = (clip: Clip): string => `${clip.path} (${labelText(clip)})`;

/** The first few of the clips that fit, and how many more there are; empty where none fits. */
function listed(clips: readonly Clip[], fits: (clip: Clip) => boolean, words: (clip: Clip) => string): string {
  const named: string[] = [];
  let more = 0;
  for (const clip of clips) {
    if (!fits(clip)) continue;
    if (named.length < NAMED) named.push(words(clip));
    else more++;
  }
  return more > 0 ? `${named.join(', ')} and ${more} more` : named.join(', ');
}

/** The classes that occur, in alphabetical order of the code. */
export function classesOf(clips: readonly Clip[]): ClassName[] {
  return [...new Set(clips.flatMap(labelsOf))].sort(compareText).map(classOf);
}

/** SHA-256 over paths, labels, recordings and contents; `clips` are sorted by path. */
export function fingerprintOf(clips: readonly Clip[]): string {
  const lines = clips.map(({ path, label, furtherLabels = [], recording, sha256: content }) =>
    JSON.stringify([path, label, recording, content, ...furtherLabels]),
  );
  return sha256(lines.join('\n'));
}
