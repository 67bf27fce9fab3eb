import { Random } from '../../common/random.ts';
import { decibels } from './exact-math.ts';
import { makeDrummer } from './drums.ts';
import { cello, violin } from './instruments/bowed.ts';
import { clarinet, flute, saxophone, trumpet } from './instruments/blown.ts';
import { acousticGuitar, electricGuitar } from './instruments/guitar.ts';
import type { Instrument } from './instruments/instrument.ts';
import { organ } from './instruments/organ.ts';
import { piano } from './instruments/piano.ts';
import { voice } from './instruments/voice.ts';
import { makeRoom } from './room.ts';
import type { Excerpt, Piece, Register, Texture } from './score.ts';
import { composePiece, pieceLength, playTexture } from './score.ts';
import type { Signal } from './signal.ts';
import { mixAt, seconds } from './signal.ts';

/** The instruments by IRMAS code, in the order of the codes. */
export const INSTRUMENTS: Readonly<Record<string, Instrument>> = {
  cel: cello,
  cla: clarinet,
  flu: flute,
  gac: acousticGuitar,
  gel: electricGuitar,
  org: organ,
  pia: piano,
  sax: saxophone,
  tru: trumpet,
  vio: violin,
  voi: voice,
};

/** IRMAS's tags for classical, pop and rock, jazz and blues, country and folk, Latin and soul. */
export type Genre = 'cla' | 'pop_roc' | 'jaz_blu' | 'cou_fol' | 'lat_sou';

/** Something played once in one room, from which clips are cut. */
export interface SampleRecording {
  /** Class code of the instrument in front. */
  readonly label: string;
  readonly genre: Genre;
  readonly drums: boolean;
  /** The clip of this number (from 1), `duration` seconds of it; the same number is the same music. */
  readonly renderClip: (clip: number, duration: number) => Signal;
}

/** Which recording: the same three always give the same sound. */
export interface RecordingKey {
  readonly seed: number;
  /** Recordings of different collections share nothing. */
  readonly collection: string;
  readonly label: string;
  /** Counted within the class. */
  readonly index: number;
}

interface Part {
  readonly play: (length: number, excerpt: Excerpt, random: Random) => Signal;
  /** Decibels against the instrument in front. */
  readonly level: number;
}

const GENRES_OF: Readonly<Record<string, readonly Genre[]>> = {
  cel: ['cla', 'cla', 'pop_roc', 'cou_fol'],
  cla: ['cla', 'cla', 'jaz_blu'],
  flu: ['cla', 'cla', 'jaz_blu', 'lat_sou'],
  gac: ['cou_fol', 'pop_roc', 'cla', 'lat_sou'],
  gel: ['pop_roc', 'pop_roc', 'jaz_blu'],
  org: ['jaz_blu', 'pop_roc', 'cla'],
  pia: ['cla', 'jaz_blu', 'pop_roc'],
  sax: ['jaz_blu', 'jaz_blu', 'pop_roc', 'lat_sou'],
  tru: ['jaz_blu', 'cla', 'lat_sou'],
  vio: ['cla', 'cla', 'cou_fol'],
  voi: ['pop_roc', 'jaz_blu', 'cla', 'cou_fol'],
};

const ACCOMPANISTS: Readonly<Record<Genre, readonly string[]>> = {
  cla: ['pia', 'vio', 'cel', 'org'],
  pop_roc: ['gel', 'gac', 'org', 'pia'],
  jaz_blu: ['pia', 'gel', 'org', 'cel'],
  cou_fol: ['gac', 'vio', 'pia'],
  lat_sou: ['gac', 'pia', 'gel'],
};

/** Music heard before the clip begins, so that it starts in the middle of things. */
const LEAD_IN = 0.4;

/** Makes a recording: its piece, its players, its room. @throws RangeError for an unknown label */
export function makeRecording(key: RecordingKey): SampleRecording {
  const { seed, label } = key;
  const instrument = INSTRUMENTS[label];
  const genres = GENRES_OF[label];
  if (instrument === undefined || genres === undefined) throw new RangeError(`no instrument is called ${label}`);
  const name = `${key.collection} ${label} ${key.index}`;
  const random = new Random(seed, `sample recording ${name}`);
  const genre = random.pick(genres);
  const piece = composePiece(random);
  const texture = random.pick(instrument.solo);
  const front = makePart(instrument, texture, tessitura(instrument.range, texture, random), piece, 0, label, random);
  const drums = genre !== 'cla' && random.next() < 0.45;
  const parts = [front, ...accompaniment(label, genre, piece, random)];
  if (drums) parts.push(drumPart(piece, random));
  const room = makeRoom(random);
  const loudness = random.between(-18, -0.5);
  return {
    label,
    genre,
    drums,
    renderClip: (clip, duration) => {
      const numbers = new Random(seed, `sample clip ${name} ${clip}`);
      const signal = playTogether(parts, piece, duration, numbers);
      room.record(signal, numbers);
      return normalise(signal.subarray(seconds(LEAD_IN)), loudness + numbers.between(-1.5, 0));
    },
  };
}

function makePart(
  instrument: Instrument,
  texture: Texture,
  register: Register,
  piece: Piece,
  level: number,
  part: string,
  random: Random,
): Part {
  const player = instrument.makePlayer(random);
  return {
    level,
    play: (length, excerpt, numbers) => player(playTexture(texture, piece, register, excerpt, part), length, numbers),
  };
}

/** A player stays in a part of the instrument's range: an octave and a half for a melody, more for chords. */
function tessitura(range: Register, texture: Texture, random: Random): Register {
  const width = Math.min(texture === 'melody' ? 16 : 30, range.high - range.low);
  const low = random.between(range.low, range.high - width);
  return { low, high: low + width };
}

/** None, one or two other instruments behind the one in front, well below its level. */
function accompaniment(label: string, genre: Genre, piece: Piece, random: Random): Part[] {
  const others = ACCOMPANISTS[genre].filter((other) => other !== label);
  const count = random.pick([0, 0, 1, 1, 2]);
  return random
    .shuffle(others)
    .slice(0, count)
    .flatMap((other) => {
      const instrument = INSTRUMENTS[other];
      if (instrument === undefined || instrument.accompaniment.length === 0) return [];
      const texture = random.pick(instrument.accompaniment);
      const register = { low: instrument.range.low, high: Math.min(instrument.range.low + 26, instrument.range.high) };
      return [makePart(instrument, texture, register, piece, random.between(-32, -14), other, random)];
    });
}

function drumPart(piece: Piece, random: Random): Part {
  const play = makeDrummer(piece, random);
  return { level: random.between(-30, -14), play };
}

function playTogether(parts: readonly Part[], piece: Piece, duration: number, random: Random): Signal {
  const mix = new Float64Array(seconds(LEAD_IN) + seconds(duration));
  const excerpt = { from: 0, to: LEAD_IN + duration, position: random.next() * pieceLength(piece) };
  for (const part of parts) mixAt(mix, part.play(mix.length, excerpt, random), part.level);
  return mix;
}

/** Brings the peak to `level` decibels of full scale, in place. */
function normalise(signal: Signal, level: number): Signal {
  let peak = 0;
  for (let i = 0; i < signal.length; i++) peak = Math.max(peak, Math.abs(signal[i] ?? 0));
  if (peak === 0) return signal;
  const gain = decibels(level) / peak;
  for (let i = 0; i < signal.length; i++) signal[i] = (signal[i] ?? 0) * gain;
  return signal;
}
