import type { Input, SplitPreview } from '../../../preload/contract.ts';
import { EngineError } from '../common/errors.ts';
import { isUsable, labelsOf, type Clip, type Dataset } from '../dataset/dataset.ts';
import type { Side } from '../dataset/split.ts';
import { DEFAULT_PRESET, presetTraining } from '../workflows/preset-training.ts';
import { previewSplit } from './split-preview.ts';

export type ClipQuery = Omit<Input<'datasets.exportClips'>, 'dataset'>;

/** Lists held; each is four bytes a clip. */
const MOST_LISTS = 24;

interface ListKey {
  /** Everything but the search. */
  readonly filters: string;
  /** The words, with one space between. */
  readonly search: string;
}

interface List extends ListKey {
  readonly places: Uint32Array;
}

interface ProposedSplit {
  /** Null where the clips cannot be split so. */
  readonly preview: SplitPreview | null;
  readonly sides: ReadonlyMap<Clip, Side>;
}

/**
 * Finds clips of one dataset, fast enough that a list of 100,000 follows what is typed: what was filtered and sorted once
 * is kept for all its pages, and a longer search looks only through what the shorter one found.
 */
export class ClipIndex {
  readonly #dataset: Dataset;
  /** The one asked for last is the last. */
  #lists: readonly List[] = [];
  #texts: readonly string[] | undefined;
  #split: ProposedSplit | undefined;
  #byContent: ReadonlyMap<string, readonly Clip[]> | undefined;

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
  }

  /** The clips that fit, as places in the dataset. Clips equal in what is sorted by stay in the order of their paths. */
  find(query: ClipQuery): Uint32Array {
    const key = keyOf(query);
    const list = this.#lists.find((kept) => isSame(kept, key)) ?? { ...key, places: this.#filter(query) };
    this.#keep(list);
    return list.places;
  }

  /** Null where no clip of that path is in the list. */
  position(query: ClipQuery, path: string): number | null {
    const clip = this.#dataset.clips.findIndex((candidate) => candidate.path === path);
    const position = clip < 0 ? -1 : this.find(query).indexOf(clip);
    return position < 0 ? null : position;
  }

  /** The other usable clips of the same content. */
  twins(path: string): readonly Clip[] {
    const { clips } = this.#dataset;
    this.#byContent ??= byContent(clips);
    const clip = clips.find((candidate) => candidate.path === path);
    if (clip === undefined || clip.sha256 === null) return [];
    return (this.#byContent.get(clip.sha256) ?? []).filter((twin) => twin !== clip);
  }

  /** The split that is proposed first. */
  get split(): ProposedSplit {
    this.#split ??= proposedSplit(this.#dataset);
    return this.#split;
  }

  #filter(query: ClipQuery): Uint32Array {
    const { clips } = this.#dataset;
    const { search, label, finding, recording, side } = query;
    const words = wordsOf(search);
    const sides = side === null ? null : this.split.sides;
    const texts = words.length === 0 ? [] : this.#searchable();
    const fits = (index: number): boolean => {
      const clip = clips[index];
      if (clip === undefined) return false;
      return (
        (label === null || labelsOf(clip).includes(label)) &&
        (recording === null || clip.recording === recording) &&
        (finding === null || clip.findings.some(({ kind }) => kind === finding)) &&
        (sides === null || sides.get(clip) === side) &&
        words.every((word) => texts[index]?.includes(word) === true)
      );
    };
    return this.#wider(query).filter(fits);
  }

  /** Of the lists in the same order that hold everything which can fit, the shortest. */
  #wider(query: ClipQuery): Uint32Array {
    const { filters, search } = keyOf(query);
    const shorter = this.#lists
      .filter((kept) => kept.filters === filters && search.startsWith(kept.search))
      .map(({ places }) => places);
    if (shorter.length > 0) return shorter.reduce((least, places) => (places.length < least.length ? places : least));
    const everything = keyOf({ ...EVERYTHING, sort: query.sort, descending: query.descending });
    const known = this.#lists.find((kept) => isSame(kept, everything));
    const list = known ?? { ...everything, places: sorted(this.#dataset.clips, query) };
    this.#keep(list);
    return list.places;
  }

  #keep(list: List): void {
    this.#lists = [...this.#lists.filter((kept) => kept !== list), list].slice(-MOST_LISTS);
  }

  #searchable(): readonly string[] {
    if (this.#texts === undefined) {
      const names = new Map(this.#dataset.classes.map(({ code, name }) => [code, name]));
      this.#texts = this.#dataset.clips.map((clip) => {
        const labels = labelsOf(clip).map((label) => names.get(label) ?? '');
        return [clip.path, clip.recording, ...labels].join(' ').toLowerCase();
      });
    }
    return this.#texts;
  }
}

const EVERYTHING = { search: '', label: null, finding: null, recording: null, side: null } as const;

function wordsOf(search: string): string[] {
  return search.toLowerCase().split(/\s+/u).filter(Boolean);
}

function keyOf({ search, label, finding, recording, side, sort, descending }: ClipQuery): ListKey {
  return {
    filters: JSON.stringify([sort, descending, label, finding, recording, side]),
    search: wordsOf(search).join(' '),
  };
}

function isSame(a: ListKey, b: ListKey): boolean {
  return a.filters === b.filters && a.search === b.search;
}

function sorted(clips: readonly Clip[], { sort, descending }: Pick<ClipQuery, 'sort' | 'descending'>): Uint32Array {
  // They are in this order already.
  if (sort === 'path') {
    const places = Uint32Array.from(clips.keys());
    return descending ? places.reverse() : places;
  }
  const places = new Map<string | number, number[]>();
  for (const [index, clip] of clips.entries()) {
    const value = sort === 'duration' ? (clip.duration ?? -1) : clip[sort];
    const same = places.get(value);
    if (same === undefined) places.set(value, [index]);
    else same.push(index);
  }
  // Few values are sorted, each with all its clips, instead of all clips.
  const values = sort === 'duration' ? [...Float64Array.from(places.keys(), Number).sort()] : [...places.keys()].sort();
  if (descending) values.reverse();
  const list = new Uint32Array(clips.length);
  let filled = 0;
  for (const value of values) {
    for (const index of places.get(value) ?? []) list[filled++] = index;
  }
  return list;
}

function byContent(clips: readonly Clip[]): Map<string, Clip[]> {
  const found = new Map<string, Clip[]>();
  for (const clip of clips) {
    if (clip.sha256 === null || !isUsable(clip)) continue;
    const twins = found.get(clip.sha256);
    if (twins === undefined) found.set(clip.sha256, [clip]);
    else twins.push(clip);
  }
  return found;
}

function proposedSplit(dataset: Dataset): ProposedSplit {
  const { split: kind, validation, test, seed } = presetTraining(DEFAULT_PRESET);
  const usable = dataset.clips.filter(isUsable);
  try {
    const { preview, sides } = previewSplit(usable, dataset.classes, { kind, validation, test, seed });
    return {
      preview: { ...preview, corrections: null },
      sides: new Map(usable.map((clip, index) => [clip, sides[index] ?? 'training'])),
    };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { preview: null, sides: new Map() };
  }
}
