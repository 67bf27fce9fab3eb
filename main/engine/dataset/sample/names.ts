import { EngineError } from '../../common/errors.ts';
import { Random } from '../../common/random.ts';
import { IRMAS_INSTRUMENTS } from '../irmas.ts';
import type { SampleRecording } from './recording.ts';

/** How many clips each class of IRMAS's training set has: 6,705 together. */
export const IRMAS_CLIP_COUNTS: Readonly<Record<string, number>> = {
  cel: 388,
  cla: 505,
  flu: 451,
  gac: 637,
  gel: 760,
  org: 682,
  pia: 721,
  sax: 626,
  tru: 577,
  vio: 580,
  voi: 778,
};

/** Most recordings of IRMAS gave three clips. */
export const CLIPS_PER_RECORDING = 3;

/** IRMAS numbers its recordings with four digits. */
const MAX_RECORDINGS = 9999;

/** A recording of the dataset before it is made. */
export interface PlannedRecording {
  readonly label: string;
  /** Counted within the class, from 0. */
  readonly index: number;
  /** Counted through all classes, from 1. */
  readonly number: number;
  readonly clips: number;
}

/**
 * The recordings of a dataset with so many clips a class, or with IRMAS's own counts.
 * @throws EngineError `invalid-argument` for a count that is no whole number of at least 1, or too large for the names
 */
export function planRecordings(clipsPerClass: number | 'irmas'): PlannedRecording[] {
  if (clipsPerClass !== 'irmas' && !(Number.isInteger(clipsPerClass) && clipsPerClass >= 1)) {
    throw new EngineError('invalid-argument', `The clips per class must be a whole number of at least 1.`);
  }
  const plan: PlannedRecording[] = [];
  for (const label of IRMAS_INSTRUMENTS.keys()) {
    const clips = clipsPerClass === 'irmas' ? (IRMAS_CLIP_COUNTS[label] ?? 0) : clipsPerClass;
    const recordings = Math.ceil(clips / CLIPS_PER_RECORDING);
    if (plan.length + recordings > MAX_RECORDINGS) {
      const most = Math.floor(MAX_RECORDINGS / IRMAS_INSTRUMENTS.size) * CLIPS_PER_RECORDING;
      throw new EngineError('invalid-argument', `The sample dataset has at most ${most} clips per class.`);
    }
    for (let index = 0; index < recordings; index++) {
      const left = clips - index * CLIPS_PER_RECORDING;
      plan.push({ label, index, number: plan.length + 1, clips: Math.min(left, CLIPS_PER_RECORDING) });
    }
  }
  return plan;
}

/**
 * Path of a clip in the dataset, named as IRMAS names its clips: `pia/[pia][jaz_blu]1471__3.wav` (with or without the
 * drum tag) or, for one recording in four, `cel/031__[cel][nod][cla]0020__1.wav`.
 */
export function clipPath(planned: PlannedRecording, recording: SampleRecording, clip: number, seed: number): string {
  const { label, index, number } = planned;
  const random = new Random(seed, `sample name ${label} ${index}`);
  const family = random.integer(4);
  const prefix = family === 0 ? `${digits(1 + random.integer(250), 3)}__` : '';
  const drumTag = family === 0 || family === 1 ? `[${recording.drums ? 'dru' : 'nod'}]` : '';
  return `${label}/${prefix}[${label}]${drumTag}[${recording.genre}]${digits(number, 4)}__${clip}.wav`;
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, '0');
}
