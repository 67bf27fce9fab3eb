import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { z } from 'zod';
import { EngineError, toEngineError } from './errors.ts';

/**
 * Writes a file beside its place, flushes it and renames it: a crash leaves the old file or the new one.
 * The folder is made when it is missing.
 * @throws EngineError `disk-full`, `permission-denied`
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw toEngineError(error, path);
  }
}

/** Copies a file beside its place and renames it, over what was there. @throws EngineError as `writeFileAtomic` */
export async function copyFileAtomic(from: string, to: string): Promise<void> {
  const temporary = temporaryBeside(to);
  try {
    await copyFile(from, temporary);
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { force: true });
    throw toEngineError(error, to);
  }
}

/** A name in the same folder for what is being written, so that the rename stays on one file system. */
export function temporaryBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.tmp`);
}

/** JSON with two spaces and a final line end, as every JSON file of the product is written. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Whether an absolute path is that of a folder or of something in it. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return !(way === '..' || way.startsWith(`..${sep}`) || resolve(way) === way);
}

/** Whether anything lies there that can be looked at. */
export function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** @throws EngineError `not-found`, `permission-denied` */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw toEngineError(error, path);
  }
}

/** @throws EngineError `not-found`, `permission-denied` */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw toEngineError(error, path);
  }
}

/**
 * Reads a JSON file and checks it against `schema`.
 * @throws EngineError `not-found`, `permission-denied`; `failed` with the place of the fault when it is no such JSON
 */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readText(path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new EngineError('failed', `${path} is no valid JSON.`, { cause: error });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue === undefined ? '' : ` (${issue.path.join('.')}: ${issue.message})`;
  throw new EngineError('failed', `${path} is not what was expected${where}.`, { cause: result.error });
}
