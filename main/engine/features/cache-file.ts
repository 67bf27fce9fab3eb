import { createHash } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { toEngineError } from '../common/errors.ts';
import { readJson, toJson, writeFileAtomic } from '../common/files.ts';
import type { ByteImage } from './byte-image.ts';
import { recipeHash, RecipeSchema, type Recipe } from './recipe.ts';

const MANIFEST_VERSION = 1;
const CHECK_DIGITS = 16;

const entrySchema = z.object({
  /** Content hash of the clip. */
  sha256: z.string(),
  /** Where its images begin in the data file. */
  offset: z.int().min(0),
  channels: z.union([z.literal(1), z.literal(3)]),
  /** First digits of the SHA-256 of all their bytes. */
  check: z.string().length(CHECK_DIGITS),
  /** How many windows of a long clip follow each other there; left out where it is the one image of a clip. */
  windows: z.int().min(1).optional(),
});

/** Where the image of one clip, or those of its windows, lie in the data file. */
export type CacheEntry = Readonly<z.infer<typeof entrySchema>>;

const manifestSchema = z.object({
  version: z.literal(MANIFEST_VERSION),
  recipe: RecipeSchema,
  recipeHash: z.string(),
  height: z.int(),
  width: z.int(),
  entries: z.array(entrySchema),
});

export interface CachePaths {
  readonly data: string;
  readonly manifest: string;
  readonly lock: string;
}

/** The files of one dataset's features by one recipe. */
export function cachePaths(folder: string, name: string, recipe: Recipe): CachePaths {
  const safe = name.replace(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^\.+/, '_');
  const base = join(folder, `${safe.slice(0, 80)}-${recipeHash(recipe).slice(0, 12)}`);
  return { data: `${base}.images`, manifest: `${base}.json`, lock: `${base}.lock` };
}

function checkOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, CHECK_DIGITS);
}

/**
 * The data file and its manifest, open. Images are only ever appended, so that whoever reads is never disturbed; the
 * manifest names those that are complete and is replaced as a whole, so that a crash costs the images since then.
 */
export class CacheFile {
  readonly #entries = new Map<string, CacheEntry>();
  #end = 0;
  #changed = false;
  #flushing: Promise<void> = Promise.resolve();

  private constructor(
    readonly paths: CachePaths,
    private readonly recipe: Recipe,
    private readonly data: FileHandle,
  ) {}

  /**
   * Opens the cache, making it when there is none.
   * @param onWarning told when the manifest cannot be used, and all is made anew
   * @throws EngineError `permission-denied`, `disk-full`
   */
  static async open(paths: CachePaths, recipe: Recipe, onWarning: (message: string) => void): Promise<CacheFile> {
    let data: FileHandle;
    try {
      await mkdir(join(paths.data, '..'), { recursive: true });
      data = await open(paths.data, constants.O_RDWR | constants.O_CREAT);
    } catch (error) {
      throw toEngineError(error, paths.data);
    }
    const cache = new CacheFile(paths, recipe, data);
    try {
      await cache.reload(onWarning);
    } catch (error) {
      await cache.close();
      throw error;
    }
    return cache;
  }

  /** Takes over what the manifest on disk says now. */
  async reload(onWarning: (message: string) => void): Promise<void> {
    this.#entries.clear();
    this.#end = 0;
    if (!existsSync(this.paths.manifest)) return;
    let manifest: z.infer<typeof manifestSchema>;
    try {
      manifest = await readJson(this.paths.manifest, manifestSchema);
    } catch (error) {
      const cause = toEngineError(error, this.paths.manifest);
      if (cause.code !== 'failed') throw cause;
      onWarning(`The feature cache could not be used and is made anew: ${cause.message}`);
      await this.#leaveOldImages();
      return;
    }
    if (manifest.recipeHash !== recipeHash(this.recipe)) {
      onWarning('The feature cache was made by another recipe and is made anew.');
      await this.#leaveOldImages();
      return;
    }
    for (const entry of manifest.entries) {
      this.#entries.set(entry.sha256, entry);
      this.#end = Math.max(this.#end, entry.offset + this.bytesOf(entry));
    }
  }

  /** Someone may still be reading images that the lost manifest named, so new ones are put behind them. */
  async #leaveOldImages(): Promise<void> {
    this.#end = (await this.data.stat()).size;
  }

  bytesOf({ channels, windows = 1 }: Pick<CacheEntry, 'channels' | 'windows'>): number {
    return this.recipe.imageHeight * this.recipe.imageWidth * channels * windows;
  }

  /**
   * The entry of a clip whose bytes are there and unharmed; a damaged one is forgotten and `onDamage` told.
   * @param inWindows whether it is heard in windows: before that was possible, caches took the beginning of every clip
   */
  async find(sha256: string, inWindows: boolean, onDamage: () => void): Promise<CacheEntry | undefined> {
    const entry = this.#entries.get(sha256);
    if (entry === undefined || (entry.windows !== undefined) !== inWindows) return undefined;
    const bytes = Buffer.allocUnsafe(this.bytesOf(entry));
    const { bytesRead } = await this.data.read(bytes, 0, bytes.length, entry.offset);
    if (bytesRead === bytes.length && checkOf(bytes) === entry.check) return entry;
    this.#entries.delete(sha256);
    onDamage();
    return undefined;
  }

  /**
   * @param images the one of a clip, or with `inWindows` those of its windows, which have the same number of channels
   * @throws EngineError `disk-full`
   */
  async append(sha256: string, images: readonly ByteImage[], inWindows: boolean): Promise<CacheEntry> {
    const [{ channels } = { channels: 1 as const }] = images;
    const data = Buffer.concat(images.map((image) => image.data));
    const windows = inWindows ? { windows: images.length } : {};
    const entry: CacheEntry = { sha256, offset: this.#end, channels, check: checkOf(data), ...windows };
    this.#end += data.length;
    try {
      let written = 0;
      while (written < data.length) {
        const at = entry.offset + written;
        written += (await this.data.write(data, written, data.length - written, at)).bytesWritten;
      }
    } catch (error) {
      throw toEngineError(error, this.paths.data);
    }
    this.#entries.set(sha256, entry);
    this.#changed = true;
    return entry;
  }

  /** Makes everything appended so far survive a crash. */
  async flush(): Promise<void> {
    this.#flushing = this.#flushing.catch(() => undefined).then(() => this.#writeManifest());
    await this.#flushing;
  }

  async #writeManifest(): Promise<void> {
    if (!this.#changed) return;
    const entries = [...this.#entries.values()];
    await this.data.datasync();
    const { imageHeight: height, imageWidth: width } = this.recipe;
    const hash = recipeHash(this.recipe);
    const manifest = { version: MANIFEST_VERSION, recipe: this.recipe, recipeHash: hash, height, width, entries };
    await writeFileAtomic(this.paths.manifest, toJson(manifest));
    this.#changed = this.#entries.size !== entries.length;
  }

  async close(): Promise<void> {
    await this.data.close();
  }
}
