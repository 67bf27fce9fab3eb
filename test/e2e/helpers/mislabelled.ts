import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSampleDataset } from '../../../main/engine/dataset/sample/sample-dataset.ts';

const KEPT = ['pia', 'vio', 'voi'];
const OTHER: Readonly<Record<string, string>> = { vio: 'voi', voi: 'vio' };
const RECORDING = /(\d{4})__\d\.wav$/u;

/**
 * Writes synthetic piano, violin and voice, every second recording of violin labelled voice and the other way round: no
 * network can tell those two apart, so that there are mistakes to be heard and marked.
 */
export async function writeMislabelled(folder: string, clipsPerClass: number): Promise<void> {
  await writeSampleDataset(folder, { clipsPerClass });
  for (const { name: label } of (await readdir(folder, { withFileTypes: true })).filter((entry) =>
    entry.isDirectory(),
  )) {
    if (!KEPT.includes(label)) await rm(join(folder, label), { recursive: true });
  }
  const names = new Map<string, readonly string[]>();
  for (const label of Object.keys(OTHER)) names.set(label, await readdir(join(folder, label)));
  for (const [label, files] of names) {
    const other = OTHER[label] ?? label;
    await mkdir(join(folder, other), { recursive: true });
    for (const file of files) {
      if (Number(RECORDING.exec(file)?.[1]) % 2 === 0) continue;
      await rename(join(folder, label, file), join(folder, other, file.replace(`[${label}]`, `[${other}]`)));
    }
  }
}
