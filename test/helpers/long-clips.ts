import { join } from 'node:path';
import { noise } from '../fixtures/audio/signals.ts';
import { tone, writeWav } from './wav.ts';

/** Seconds of a clip: three windows. */
const SECONDS = 9;
const RATE = 16_000;

const SOUNDS: Readonly<Record<string, (number: number) => Float32Array>> = {
  hiss: (number) => noise(SECONDS * RATE, number + 1),
  hum: (number) => tone(220 + number, SECONDS, RATE),
};

/** A folder of two classes that are told apart within an epoch or two, so many clips of three windows of each. */
export async function writeLongClips(folder: string, clipsPerClass: number): Promise<void> {
  for (const [label, soundOf] of Object.entries(SOUNDS)) {
    for (let number = 0; number < clipsPerClass; number++) {
      await writeWav(join(folder, label, `${String(number).padStart(2, '0')}.wav`), soundOf(number), RATE);
    }
  }
}
