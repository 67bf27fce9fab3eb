import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Random } from '../../main/engine/common/random.ts';
import { SAMPLE_MARKER } from '../../main/engine/dataset/scan.ts';
import { makeRecording } from '../../main/engine/dataset/sample/recording.ts';
import { seconds, type Signal } from '../../main/engine/dataset/sample/signal.ts';
import { encodeWav } from '../../main/engine/dataset/sample/wav.ts';

/** One excerpt of a folder in the shape of IRMAS's test set. */
export interface Mixture {
  /** Without its extension. */
  readonly path: string;
  /** Of the sample's instruments, played together. */
  readonly labels: readonly string[];
  /** Those of them that are heard in the second half alone, in which the others are silent. All play throughout where it is left out. */
  readonly late?: readonly string[] | undefined;
  readonly seconds: number;
}

/** Excerpts of one to three instruments, 5 to 20 seconds long, in `Part1` to `Part3`; two of one piece share its name. */
export function planMixtures(codes: readonly string[], pieces: number, seed: number): Mixture[] {
  const random = new Random(seed, 'mixtures');
  return Array.from({ length: pieces }, (_, piece) => {
    const labels = random.shuffle(codes).slice(0, 1 + (piece % 3));
    const excerpts = piece % 2 === 0 ? 2 : 1;
    return Array.from({ length: excerpts }, (__, excerpt) => ({
      path: `Part${1 + (piece % 3)}/${String(piece).padStart(2, '0')} - Piece ${String.fromCharCode(97 + piece)}-${excerpt + 1}`,
      labels: [...labels].sort(),
      seconds: 5 + ((piece + 3 * excerpt) % 4) * 5,
    }));
  }).flat();
}

/** Writes the excerpts as IRMAS does: `X.wav` and `X.txt`, each code ended by a tab and a line feed. */
export async function writeMixtures(root: string, mixtures: readonly Mixture[], seed: number): Promise<void> {
  for (const mixture of mixtures) {
    const { path, labels } = mixture;
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.wav`, encodeWav(playedTogether(mixture, seed)));
    await writeFile(`${file}.txt`, labels.map((code) => `${code}\t\n`).join(''));
  }
  await writeFile(join(root, SAMPLE_MARKER), JSON.stringify({ synthetic: true }));
}

function playedTogether({ path, labels, late, seconds: length }: Mixture, seed: number): Signal {
  const piece = new Random(seed, path).integer(1_000_000);
  const players = labels.map((label) =>
    makeRecording({ seed, collection: 'mixtures', label, index: piece }).renderClip(1, length),
  );
  const mixture = new Float64Array(seconds(length));
  const half = late === undefined ? null : Math.floor(mixture.length / 2);
  for (const [index, player] of players.entries()) {
    const isLate = late?.includes(labels[index] ?? '') === true;
    const [start, end] = half === null ? [0, mixture.length] : isLate ? [half, mixture.length] : [0, half];
    for (let at = start; at < end; at++) mixture[at] = (mixture[at] ?? 0) + (player[at] ?? 0);
  }
  const peak = mixture.reduce((highest, value) => Math.max(highest, Math.abs(value)), 0);
  return mixture.map((value) => (0.9 * value) / peak);
}
