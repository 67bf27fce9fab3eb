import type { Random } from '../../common/random.ts';
import { decibels, log2 } from './exact-math.ts';
import type { Biquad } from './filters.ts';
import { applyFilters, highPass, highShelf, lowPass, lowShelf, peaking } from './filters.ts';
import type { Signal } from './signal.ts';
import { mixAt, Noise, rootMeanSquare, SAMPLE_RATE, seconds } from './signal.ts';

/** Where and with what a recording was made: the same for all its clips, and audible in each. */
export interface Room {
  /** Adds the room's echo, the microphone's colour and the recorder's hiss, in place. */
  readonly record: (signal: Signal, random: Random) => void;
}

interface Comb {
  readonly delay: number;
  readonly feedback: number;
}

export function makeRoom(random: Random): Room {
  const reverberation = 0.25 + 2.2 * random.next() * random.next();
  const wetness = random.between(-26, -7);
  const absorption = random.between(0.15, 0.6);
  const combs = [0.0297, 0.0371, 0.0411, 0.0437].map((delay): Comb => {
    const samples = seconds(delay * random.between(0.8, 1.2));
    return { delay: samples, feedback: decibels((-60 * samples) / (reverberation * SAMPLE_RATE)) };
  });
  const diffusers = [seconds(random.between(0.0045, 0.0055)), seconds(random.between(0.0015, 0.0019))];
  const microphone = makeMicrophone(random);
  const background = makeBackground(random);
  return {
    record: (signal, numbers) => {
      addEcho(signal, combs, diffusers, absorption, wetness);
      applyFilters(signal, microphone);
      background(signal, numbers);
    },
  };
}

/** What is heard where nobody plays: tape, air or amplifier, each with its own colour and level against the music. */
function makeBackground(random: Random): (signal: Signal, random: Random) => void {
  const level = random.between(-76, -42);
  const colour = [
    highShelf(random.between(200, 2000), random.between(-26, 0)),
    peaking(random.between(150, 6000), random.between(0.7, 3), random.between(0, 12)),
  ];
  return (signal, numbers) => {
    const noise = new Noise(numbers);
    const hiss = new Float64Array(signal.length);
    for (let i = 0; i < hiss.length; i++) hiss[i] = noise.next();
    applyFilters(hiss, colour);
    mixAt(signal, hiss, level + 6.0206 * log2(Math.max(1e-9, rootMeanSquare(signal))));
  };
}

/** The tilt and the bumps of a microphone and its place; one in ten is an old or poor one without treble. */
function makeMicrophone(random: Random): Biquad[] {
  const filters = [
    lowShelf(random.between(150, 400), random.between(-5, 4)),
    highShelf(random.between(1800, 4500), random.between(-5, 4)),
    peaking(random.between(300, 1200), random.between(0.6, 1.6), random.between(-4, 4)),
    peaking(random.between(1200, 5000), random.between(0.6, 1.6), random.between(-4, 4)),
    highPass(random.between(25, 90)),
  ];
  if (random.next() < 0.1) filters.push(lowPass(random.between(2800, 6000)));
  return filters;
}

/** A Schroeder reverberator (1962): four combs that lose treble in each turn, then two all-passes. */
function addEcho(
  signal: Signal,
  combs: readonly Comb[],
  diffusers: readonly number[],
  absorption: number,
  wetness: number,
): void {
  const echo = new Float64Array(signal.length);
  for (const { delay, feedback } of combs) {
    const line = new Float64Array(delay);
    let place = 0;
    let dull = 0;
    for (let i = 0; i < signal.length; i++) {
      const out = line[place] ?? 0;
      dull = out + absorption * (dull - out);
      line[place] = (signal[i] ?? 0) + feedback * dull;
      echo[i] = (echo[i] ?? 0) + out;
      place = place + 1 === delay ? 0 : place + 1;
    }
  }
  for (const delay of diffusers) {
    const line = new Float64Array(delay);
    let place = 0;
    for (let i = 0; i < echo.length; i++) {
      const stored = line[place] ?? 0;
      const value = (echo[i] ?? 0) + 0.7 * stored;
      line[place] = value;
      echo[i] = stored - 0.7 * value;
      place = place + 1 === delay ? 0 : place + 1;
    }
  }
  const gain = decibels(wetness);
  for (let i = 0; i < signal.length; i++) signal[i] = (signal[i] ?? 0) + gain * (echo[i] ?? 0);
}
