import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import pLimit from 'p-limit';
import { EngineError, toEngineError } from '../common/errors.ts';
import type { ClipKind, IgnoredFiles, ScanWarning } from './dataset.ts';
import { clipKindOf, extensionOf, TEXT_EXTENSION } from './file-kinds.ts';
import { compareText } from './order.ts';

/** A file that may be a clip, before anyone looked into it. */
export interface FoundFile {
  /** Path inside the folder, with `/` on every system. */
  readonly path: string;
  readonly kind: ClipKind;
  readonly bytes: number;
  /** Milliseconds since 1970, whole. */
  readonly modified: number;
}

export interface FolderListing {
  /** Sorted by path. */
  readonly files: readonly FoundFile[];
  /** Paths of the files asked for by name, wherever they lie. */
  readonly named: readonly string[];
  /** Paths of text files, sorted; they are counted among the ignored, too. */
  readonly texts: readonly string[];
  readonly ignored: readonly IgnoredFiles[];
  readonly warnings: readonly ScanWarning[];
}

const HIDDEN_FOLDER = '__MACOSX';
const STAT_CONCURRENCY = 32;
/** What stands in a name for bytes that are no text. */
const UNREADABLE_CHARACTER = '\u{fffd}';

/** A folder to be read: where it is in the dataset, and where it really is. */
interface Folder {
  readonly path: string;
  readonly real: string;
}

/**
 * Lists every file below `root` that may be a clip by its extension. Links are followed, unless they lead to a folder
 * around `root`; each folder is read once.
 * What cannot be read becomes a warning; what is no clip is counted.
 * @param named names, in lower case, of files that are not counted as ignored but told of, such as `labels.csv`
 * @throws EngineError `not-found`, `permission-denied`; `invalid-argument` where `root` is no folder
 */
export async function listFiles(
  root: string,
  named: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<FolderListing> {
  const listing = new Listing(root, await realFolder(root), named);
  await listing.read(signal);
  return listing.result(signal);
}

async function realFolder(root: string): Promise<string> {
  try {
    if ((await stat(root)).isDirectory()) return await realpath(root);
  } catch (error) {
    throw toEngineError(error, root);
  }
  throw new EngineError('invalid-argument', `${root} is a file. Choose the folder that holds the clips.`);
}

class Listing {
  readonly #candidates: { readonly path: string; readonly kind: ClipKind }[] = [];
  readonly #named: string[] = [];
  readonly #texts: string[] = [];
  readonly #ignored = new Map<string, number>();
  readonly #warnings: ScanWarning[] = [];
  readonly #visited = new Set<string>();
  /** Folders behind links wait until all real ones are read, so that a clip keeps its real path. */
  readonly #folders: Folder[] = [];
  readonly #links: string[] = [];

  constructor(
    private readonly root: string,
    private readonly realRoot: string,
    private readonly named: ReadonlySet<string>,
  ) {}

  async read(signal?: AbortSignal): Promise<void> {
    await this.#readFolder({ path: '', real: this.realRoot }, true);
    for (;;) {
      signal?.throwIfAborted();
      const folder = this.#folders.pop();
      if (folder !== undefined) {
        await this.#readFolder(folder, false);
        continue;
      }
      const link = this.#links.shift();
      if (link === undefined) return;
      await this.#readLink(link);
    }
  }

  async result(signal?: AbortSignal): Promise<FolderListing> {
    const limit = pLimit(STAT_CONCURRENCY);
    const files = await Promise.all(
      this.#candidates.map((candidate) =>
        limit(async () => {
          signal?.throwIfAborted();
          return this.#stat(candidate.path, candidate.kind);
        }),
      ),
    );
    return {
      files: files.filter((file) => file !== undefined).sort((a, b) => compareText(a.path, b.path)),
      named: this.#named.sort(compareText),
      texts: this.#texts.sort(compareText),
      ignored: [...this.#ignored]
        .map(([extension, count]) => ({ extension, count }))
        .sort((a, b) => compareText(a.extension, b.extension)),
      warnings: this.#warnings,
    };
  }

  async #readFolder(folder: Folder, isRoot: boolean): Promise<void> {
    if (this.#visited.has(folder.real)) {
      this.#warn(folder.path, 'leads to a folder that was read already under another name; it was not read twice.');
      return;
    }
    this.#visited.add(folder.real);
    let entries: Dirent[];
    try {
      entries = await readdir(this.#absolute(folder.path), { withFileTypes: true });
    } catch (error) {
      if (isRoot) throw toEngineError(error, this.root);
      this.#warnOfError(folder.path, error);
      return;
    }
    for (const entry of entries.sort((a, b) => compareText(a.name, b.name))) {
      await this.#readEntry(folder, entry);
    }
  }

  async #readEntry(folder: Folder, entry: Dirent): Promise<void> {
    const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
    if (entry.name.startsWith('.') || entry.name === HIDDEN_FOLDER) {
      this.#ignore('hidden');
    } else if (entry.isSymbolicLink()) {
      await this.#readSymbolicLink(path);
    } else if (entry.isDirectory()) {
      this.#addFolder({ path, real: join(folder.real, entry.name) });
    } else {
      this.#addFile(path, entry.name);
    }
  }

  async #readSymbolicLink(path: string): Promise<void> {
    try {
      const target = await stat(this.#absolute(path));
      if (target.isDirectory()) this.#links.push(path);
      else this.#addFile(path, path.slice(path.lastIndexOf('/') + 1));
    } catch (error) {
      if (toEngineError(error).code === 'permission-denied') this.#warnOfError(path, error);
      else this.#warn(path, 'is a link that leads nowhere.');
    }
  }

  async #readLink(path: string): Promise<void> {
    try {
      const real = await realpath(this.#absolute(path));
      if (this.#isAbove(real))
        this.#warn(path, 'leads to a folder that holds the dataset itself; it was not followed.');
      else this.#addFolder({ path, real });
    } catch (error) {
      this.#warnOfError(path, error);
    }
  }

  /** Whether the dataset lies somewhere in this folder, whose other content is none of its clips. */
  #isAbove(real: string): boolean {
    const way = relative(real, this.realRoot);
    return way !== '' && !isAbsolute(way) && way.split(sep)[0] !== '..';
  }

  #addFolder(folder: Folder): void {
    if (clipKindOf(folder.path) !== undefined) {
      this.#warn(folder.path, 'is a folder in spite of its name; what lies in it was read as in any folder.');
    }
    this.#folders.push(folder);
  }

  #addFile(path: string, name: string): void {
    const kind = clipKindOf(name);
    if (this.named.has(name.toLowerCase())) this.#named.push(path);
    else if (kind !== undefined) this.#candidates.push({ path, kind });
    else {
      if (extensionOf(name) === TEXT_EXTENSION) this.#texts.push(path);
      this.#ignore(extensionOf(name) || 'no extension');
    }
  }

  async #stat(path: string, kind: ClipKind): Promise<FoundFile | undefined> {
    try {
      const found = await stat(this.#absolute(path));
      if (found.isFile()) return { path, kind, bytes: found.size, modified: Math.floor(found.mtimeMs) };
      this.#warn(path, 'is no ordinary file and was left out.');
    } catch (error) {
      this.#warnOfError(path, error);
    }
    return undefined;
  }

  #ignore(extension: string): void {
    this.#ignored.set(extension, (this.#ignored.get(extension) ?? 0) + 1);
  }

  #warn(path: string, words: string): void {
    this.#warnings.push({ message: `${path} ${words}`, paths: [path] });
  }

  #warnOfError(path: string, error: unknown): void {
    const { code, message } = toEngineError(error, path);
    if (code === 'not-found' && path.includes(UNREADABLE_CHARACTER)) {
      this.#warn(path, 'has a name that is not in UTF-8, under which it cannot be opened; rename it.');
    } else this.#warnings.push({ message: `${message}.`, paths: [path] });
  }

  #absolute(path: string): string {
    return join(this.root, ...path.split('/'));
  }
}
