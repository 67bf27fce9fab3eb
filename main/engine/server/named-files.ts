import { randomUUID } from 'node:crypto';
import type { Listening } from '../../../preload/contract.ts';
import type { ClassifiedFile } from '../classify/result.ts';
import { EngineError } from '../common/errors.ts';
import { clipKindOf } from '../dataset/file-kinds.ts';
import { NO_ADDRESS, pictureAddress, soundAddress, type ClipAddress } from './clip-address.ts';

/** By which network files were named, and how. */
export interface Naming {
  /** Path of the run folder or the `.keras` file. */
  readonly model: string;
  readonly listening: Listening;
}

interface NamedInJob extends Naming {
  readonly files: ClassifiedFile[];
  readonly addresses: string[];
}

/** What jobs have named since the engine began, for export, for listening to it and for looking at it. */
export class NamedFiles {
  readonly #jobs = new Map<string, NamedInJob>();
  readonly #paths = new Map<string, { readonly path: string; readonly kind: 'sound' | 'picture' }>();

  begin(job: string, naming: Naming): void {
    this.#jobs.set(job, { ...naming, files: [], addresses: [] });
  }

  /** Keeps a result. @returns where the page finds the file itself; nowhere if its job was forgotten meanwhile */
  add(job: string, result: ClassifiedFile): ClipAddress {
    const named = this.#jobs.get(job);
    if (named === undefined) return NO_ADDRESS;
    named.files.push(result);
    if (result.error !== null) return NO_ADDRESS;
    const id = randomUUID();
    const kind = clipKindOf(result.file) === 'image' ? 'picture' : 'sound';
    this.#paths.set(id, { path: result.file, kind });
    named.addresses.push(id);
    return kind === 'sound' ? { sound: soundAddress(id), picture: null } : { sound: null, picture: pictureAddress(id) };
  }

  /** The path behind an address; undefined where it is none of these. */
  find(id: string, kind: 'sound' | 'picture'): string | undefined {
    const found = this.#paths.get(id);
    return found?.kind === kind ? found.path : undefined;
  }

  /**
   * What several jobs have named, in their order, as if it had been one.
   * @throws EngineError `not-found` where a job is not known (any more) or there are no results, `invalid-argument`
   *   where not all were named by the same network in the same way
   */
  collect(jobs: readonly string[]): { readonly model: string; readonly files: readonly ClassifiedFile[] } {
    const named = jobs.map((job) => {
      const found = this.#jobs.get(job);
      if (found === undefined) throw gone();
      return found;
    });
    const [first, ...others] = named;
    if (first === undefined) throw gone();
    if (others.some((other) => wayOf(other) !== wayOf(first))) {
      throw new EngineError(
        'invalid-argument',
        'These files were named by different networks or with different options. Name them all again first.',
      );
    }
    const files = named.flatMap((job) => job.files);
    if (files.length === 0) throw new EngineError('not-found', 'Nothing has been named yet.');
    return { model: first.model, files };
  }

  forget(jobs: readonly string[]): void {
    for (const job of jobs) {
      for (const id of this.#jobs.get(job)?.addresses ?? []) this.#paths.delete(id);
      this.#jobs.delete(job);
    }
  }
}

function wayOf({ model, listening: { hopSeconds, aggregation, topK } }: Naming): string {
  return JSON.stringify([model, hopSeconds, aggregation, topK]);
}

function gone(): EngineError {
  return new EngineError(
    'not-found',
    'The engine was started anew after these files were named, and no longer has what it heard. Name them again to export it.',
  );
}
