import type { Random } from '../../common/random.ts';
import { decibels } from './exact-math.ts';
import { applyFilters, bandPass, highPass } from './filters.ts';
import type { Mode } from './modes.ts';
import { addModes } from './modes.ts';
import type { Excerpt, Piece } from './score.ts';
import { barsOf } from './score.ts';
import type { Signal } from './signal.ts';
import { addInto, Noise, seconds } from './signal.ts';

type Drummer = (length: number, excerpt: Excerpt, random: Random) => Signal;

/** A drum set for pop and jazz recordings: bass drum on one and three, snare on two and four, hi-hat in eighths. */
export function makeDrummer(piece: Piece, random: Random): Drummer {
  const bassDrum: readonly Mode[] = [
    { frequency: random.between(48, 70), amplitude: 1, decay: random.between(0.2, 0.5) },
    { frequency: random.between(90, 140), amplitude: 0.5, decay: 0.12 },
  ];
  const snare: readonly Mode[] = [{ frequency: random.between(170, 240), amplitude: 0.6, decay: 0.15 }];
  const rattle = { level: random.between(0.3, 0.8), decay: random.between(0.1, 0.3) };
  const hat = { level: random.between(0.08, 0.35), decay: random.between(0.04, 0.18) };
  const snareBand = bandPass(random.between(1800, 3500), 0.5);
  const hatBand = highPass(random.between(5000, 7000));
  return (length, excerpt, numbers) => {
    const output = new Float64Array(length);
    const rattling = new Float64Array(length);
    const hissing = new Float64Array(length);
    const noise = new Noise(numbers);
    for (const bar of barsOf(piece, excerpt)) {
      for (let eighth = 0; eighth < 8; eighth++) {
        const at = seconds(bar.start + (eighth * piece.beat) / 2 - excerpt.from);
        if (eighth % 4 === 0 || numbers.next() < 0.1) addModes(output, at, seconds(0.6), bassDrum);
        if (eighth % 4 === 2) {
          addModes(output, at, seconds(0.3), snare);
          addBurst(rattling, at, rattle.level, rattle.decay, noise);
        }
        addBurst(hissing, at, hat.level * numbers.between(0.6, 1), hat.decay, noise);
      }
    }
    applyFilters(rattling, [snareBand]);
    applyFilters(hissing, [hatBand]);
    addInto(output, rattling);
    addInto(output, hissing);
    return output;
  };
}

function addBurst(output: Signal, begin: number, level: number, decay: number, noise: Noise): void {
  const fall = decibels(-60 / seconds(decay));
  const end = Math.min(output.length, begin + seconds(decay));
  let gain = level;
  for (let i = begin; i < end; i++) {
    if (i >= 0) output[i] = (output[i] ?? 0) + gain * noise.next();
    gain *= fall;
  }
}
