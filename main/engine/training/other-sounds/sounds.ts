import type { Random } from '../../common/random.ts';
import { decibels, exp2, log2, sine } from '../../dataset/sample/exact-math.ts';
import { applyFilters, bandPass, highPass, lowPass } from '../../dataset/sample/filters.ts';
import { addInto, mixAt, Noise, SAMPLE_RATE, seconds, type Signal } from '../../dataset/sample/signal.ts';

type Maker = (length: number, random: Random) => Signal;

/**
 * Sounds in which no instrument plays, one maker a kind. What has the character of speech, applause, traffic or animals is not
 * among them, as it cannot be computed well; digital silence neither, as it is told without asking a network.
 */
const MAKERS = {
  'white noise': whiteNoise,
  'pink noise': pinkNoise,
  'brown noise': brownNoise,
  'band of noise': (length, random) =>
    filtered(whiteNoise(length, random), [bandPass(pitch(random, 150, 6000), random.between(0.3, 4))]),
  rain,
  wind,
  'room tone': roomTone,
  hum,
  tones,
  sweep,
  clicks,
} as const satisfies Record<string, Maker>;

export type OtherSound = keyof typeof MAKERS;

export const OTHER_SOUNDS = Object.keys(MAKERS) as readonly OtherSound[];

/**
 * A sound without an instrument, at the sample rate of the built-in synthesis and with a peak of 0.5. The same numbers on
 * every machine.
 */
export function makeOtherSound(kind: OtherSound, duration: number, random: Random): Float32Array {
  const signal = MAKERS[kind](seconds(duration), random);
  const peak = signal.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0);
  return Float32Array.from(signal, (sample) => (sample * 0.5) / peak);
}

/** Hz, evenly by octaves. */
function pitch(random: Random, low: number, high: number): number {
  return low * exp2(random.between(0, log2(high / low)));
}

function filtered(signal: Signal, filters: Parameters<typeof applyFilters>[1]): Signal {
  applyFilters(signal, filters);
  return signal;
}

function whiteNoise(length: number, random: Random): Signal {
  const noise = new Noise(random);
  return Float64Array.from({ length }, () => noise.next());
}

/** White noise through Kellet's filter, within 0.5 dB of 3 dB an octave at this sample rate. */
function pinkNoise(length: number, random: Random): Signal {
  const white = whiteNoise(length, random);
  let [slow, middle, fast] = [0, 0, 0];
  return white.map((sample) => {
    slow = 0.99765 * slow + 0.099046 * sample;
    middle = 0.963 * middle + 0.2965164 * sample;
    fast = 0.57 * fast + 1.0526913 * sample;
    return slow + middle + fast + 0.1848 * sample;
  });
}

/** White noise summed up, with a leak that keeps it about 0. */
function brownNoise(length: number, random: Random): Signal {
  let sum = 0;
  return whiteNoise(length, random).map((sample) => (sum = 0.995 * sum + sample));
}

/** High noise with drops: short bursts in a band of their own. */
function rain(length: number, random: Random): Signal {
  const result = filtered(whiteNoise(length, random), [highPass(pitch(random, 500, 3000))]);
  const drops = 20 + random.integer(200);
  for (let drop = 0; drop < drops; drop++) {
    const own = burst(seconds(random.between(0.004, 0.03)), random, pitch(random, 800, 7000));
    addAt(result, own, random.integer(length), decibels(random.between(-6, 20)));
  }
  return result;
}

/** Low noise that swells. */
function wind(length: number, random: Random): Signal {
  const noise = filtered(pinkNoise(length, random), [lowPass(pitch(random, 200, 1500))]);
  const rate = random.between(0.2, 1.5);
  const phase = random.next();
  return noise.map((sample, index) => sample * (1 + 0.8 * sine(phase + (rate * index) / SAMPLE_RATE)));
}

/** What a microphone hears where nobody plays: dull noise with some hum. */
function roomTone(length: number, random: Random): Signal {
  const result = filtered(pinkNoise(length, random), [lowPass(pitch(random, 500, 4000))]);
  mixAt(result, hum(length, random), random.between(-40, -10));
  return result;
}

/** Mains hum with harmonics. */
function hum(length: number, random: Random): Signal {
  const mains = random.pick([50, 60]);
  const levels = Array.from({ length: 12 }, (_, index) => decibels(random.between(-12, 0) - 3 * index));
  const phases = levels.map(() => random.next());
  return Float64Array.from({ length }, (_, index) =>
    levels.reduce((sum, level, harmonic) => {
      const turns = ((harmonic + 1) * mains * index) / SAMPLE_RATE;
      return sum + level * sine(turns + (phases[harmonic] ?? 0));
    }, 0),
  );
}

/** One to three steady sines that have nothing to do with each other, as of test equipment. */
function tones(length: number, random: Random): Signal {
  const result = new Float64Array(length);
  const count = 1 + random.integer(3);
  for (let tone = 0; tone < count; tone++) {
    const [frequency, phase, level] = [pitch(random, 60, 7000), random.next(), random.between(0.3, 1)];
    addInto(
      result,
      Float64Array.from({ length }, (_, index) => level * sine(phase + (frequency * index) / SAMPLE_RATE)),
    );
  }
  return result;
}

/** A sine that glides evenly by octaves, up or down, once or again and again. */
function sweep(length: number, random: Random): Signal {
  const [from, to] = [pitch(random, 60, 7000), pitch(random, 60, 7000)];
  const octaves = log2(to / from);
  const times = 1 + random.integer(6);
  let turns = 0;
  return Float64Array.from({ length }, (_, index) => {
    const place = ((index * times) / length) % 1;
    turns += (from * exp2(octaves * place)) / SAMPLE_RATE;
    return sine(turns);
  });
}

/** Knocks at random or in a beat, above faint noise. */
function clicks(length: number, random: Random): Signal {
  const result = whiteNoise(length, random).map((sample) => sample * 0.001);
  const every = random.next() < 0.5 ? seconds(random.between(0.1, 1)) : null;
  const count = every === null ? 2 + random.integer(30) : Math.floor(length / every);
  const frequency = pitch(random, 300, 6000);
  for (let click = 0; click < count; click++) {
    const at = every === null ? random.integer(length) : click * every;
    addAt(result, burst(seconds(random.between(0.002, 0.02)), random, frequency), at, random.between(0.5, 1));
  }
  return result;
}

/** Noise in a band that dies away within its length. */
function burst(length: number, random: Random, frequency: number): Signal {
  const noise = filtered(whiteNoise(length, random), [bandPass(frequency, 1)]);
  return noise.map((sample, index) => sample * exp2((-10 * index) / length));
}

function addAt(target: Signal, source: Signal, at: number, level: number): void {
  const end = Math.min(source.length, target.length - at);
  for (let index = 0; index < end; index++) {
    target[at + index] = (target[at + index] ?? 0) + level * (source[index] ?? 0);
  }
}
