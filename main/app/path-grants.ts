import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, isAbsolute, resolve } from 'node:path';
import type { DroppedItem } from '../../preload/contract.ts';

/** Beyond this the oldest are forgotten. */
const MOST_GRANTS = 100_000;

interface Grant {
  readonly path: string;
  readonly kind: DroppedItem['kind'];
}

/** Paths that the user dropped or chose, by the ids under which the page may name them. */
export class PathGrants {
  readonly #grants = new Map<string, Grant>();

  /** Grants what is there of these paths; what is neither file nor folder is passed over. */
  async grant(paths: readonly string[]): Promise<DroppedItem[]> {
    const found = await Promise.all(paths.map((path) => this.#look(path)));
    return found.flatMap((grant) => (grant === null ? [] : this.#add(grant)));
  }

  /** @returns null where nothing was granted under this id, or something of another kind */
  resolve(id: string, kind?: DroppedItem['kind']): string | null {
    const grant = this.#grants.get(id);
    return grant === undefined || (kind !== undefined && grant.kind !== kind) ? null : grant.path;
  }

  async #look(path: string): Promise<Grant | null> {
    if (!isAbsolute(path) || path.includes('\0')) return null;
    const stats = await stat(path).catch(() => null);
    if (stats === null || !(stats.isFile() || stats.isDirectory())) return null;
    return { path: resolve(path), kind: stats.isFile() ? 'file' : 'folder' };
  }

  #add(grant: Grant): DroppedItem {
    const id = randomUUID();
    this.#grants.set(id, grant);
    const [oldest] = this.#grants.keys();
    if (this.#grants.size > MOST_GRANTS && oldest !== undefined) this.#grants.delete(oldest);
    return { grant: id, name: basename(grant.path), kind: grant.kind };
  }
}
