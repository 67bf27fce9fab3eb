import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

function makeFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'instrunet-test-'));
}

function removeFolder(folder: string): Promise<void> {
  // A browser that was killed may still be writing its cache.
  return rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** An empty folder that is removed when the running test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await makeFolder();
  onTestFinished(() => removeFolder(folder));
  return folder;
}

/** An empty folder for all tests of the suite that calls this; to be asked for inside hooks and tests. */
export function suiteFolder(): () => string {
  let folder: string | undefined;
  beforeAll(async () => {
    folder = await makeFolder();
  });
  afterAll(async () => {
    if (folder !== undefined) await removeFolder(folder);
  });
  return () => {
    if (folder === undefined) throw new Error('the folder of a suite exists only while its tests run');
    return folder;
  };
}

/** As {@link suiteFolder}, but gives paths inside the folder. */
export function suitePaths(): (...names: string[]) => string {
  const folder = suiteFolder();
  return (...names) => join(folder(), ...names);
}
