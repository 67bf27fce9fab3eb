import { isCancellation, toEngineError } from '../common/errors.ts';
import type { Clip, Finding } from './dataset.ts';
import type { FoundFile } from './list-files.ts';

/** Shorter sound says too little about an instrument, and is mostly a slip of the cutting tool. */
const MIN_SECONDS = 0.5;

/** From this share of samples at full scale on, clipping is heard and changes the spectrum. */
const CLIPPED_SHARE = 0.001;

/** What one clip's content gives, whichever clip it is. */
export type Inspection = Pick<Clip, 'sha256' | 'duration' | 'findings'>;

export interface AudioFacts {
  /** Seconds. */
  readonly duration: number;
  /** Share of samples at full scale, 0 to 1. */
  readonly clipped: number;
  readonly silent: boolean;
  readonly sha256: string;
  /** Sentences about damage that did not prevent reading. */
  readonly warnings: readonly string[];
}

export interface ImageFacts {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly sha256: string;
}

/** Reads clips; in the product the audio and features rooms do. */
export interface ClipInspector {
  inspectAudio(file: string, options: { readonly signal?: AbortSignal | undefined }): Promise<AudioFacts>;
  inspectImage(file: string): Promise<ImageFacts>;
}

/**
 * Looks into one file. Whatever is wrong with it becomes a finding.
 * @param absolute where the file lies
 * @throws AbortError; EngineError `not-found` where the file is gone, `runtime-missing` where no file could be read
 */
export async function inspectClip(
  file: FoundFile,
  absolute: string,
  inspector: ClipInspector,
  signal?: AbortSignal,
): Promise<Inspection> {
  if (file.bytes === 0) return unusable('empty', 'The file is empty (0 bytes).');
  try {
    if (file.kind === 'image') {
      const { sha256 } = await inspector.inspectImage(absolute);
      return { sha256, duration: null, findings: [] };
    }
    return judgeAudio(await inspector.inspectAudio(absolute, { signal }));
  } catch (error) {
    if (isCancellation(error)) throw error;
    const cause = toEngineError(error, file.path);
    if (cause.code === 'not-found' || cause.code === 'runtime-missing') throw cause;
    return unusable('unreadable', cause.message);
  }
}

function judgeAudio(facts: AudioFacts): Inspection {
  const { duration, sha256 } = facts;
  if (duration === 0) return unusable('empty', 'There is no sound in the file.');
  const findings: Finding[] = [];
  if (duration < MIN_SECONDS) {
    const message = `Only ${duration.toFixed(2)} seconds long; at least ${MIN_SECONDS} are needed.`;
    findings.push({ kind: 'too-short', message });
  }
  if (facts.silent) findings.push({ kind: 'silent', message: 'Nothing but silence.' });
  if (facts.clipped >= CLIPPED_SHARE) {
    const message = `Clipped: ${(facts.clipped * 100).toFixed(1)} % of the samples are at full scale.`;
    findings.push({ kind: 'clipped', message });
  }
  if (facts.warnings.length > 0) findings.push({ kind: 'damaged', message: facts.warnings.join(' ') });
  return { sha256, duration, findings };
}

function unusable(kind: Finding['kind'], message: string): Inspection {
  return { sha256: null, duration: null, findings: [{ kind, message }] };
}
