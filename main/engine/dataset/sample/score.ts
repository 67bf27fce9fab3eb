import { Random } from '../../common/random.ts';

/** One note to be played; times in seconds from the start of the signal (a note may begin before it). */
export interface Note {
  readonly start: number;
  readonly duration: number;
  /** MIDI pitch with fractions of a semitone: the recording's tuning is in it. */
  readonly pitch: number;
  /** 0 (barely) to 1 (as loud as it goes). */
  readonly velocity: number;
}

/** How a part is laid out in time. */
export type Texture = 'melody' | 'block-chords' | 'arpeggio' | 'strum' | 'sustained-chords' | 'melody-and-chords';

/** The lowest and the highest MIDI pitch a part uses. */
export interface Register {
  readonly low: number;
  readonly high: number;
}

/** What the clips of one recording share as music: key, tuning, tempo, harmony and rhythm. */
export interface Piece {
  /** MIDI pitch of the key note, between 0 and 12, tuning included. */
  readonly tonic: number;
  /** Semitones above the key note. */
  readonly scale: readonly number[];
  /** Seconds. */
  readonly beat: number;
  /** Scale degree of each bar's chord, repeated. */
  readonly progression: readonly number[];
  /** Durations in beats; each fills a bar of four. */
  readonly rhythms: readonly (readonly number[])[];
  readonly restShare: number;
  /** Share of a note's time that it sounds: short is staccato, 1 and more is legato. */
  readonly legato: number;
  readonly loudness: number;
  /** What the notes of each bar are drawn from: the piece repeats its four bars, as music does. */
  readonly seed: number;
}

/** Which part of the piece is heard, and when. Seconds. */
export interface Excerpt {
  readonly from: number;
  readonly to: number;
  /** How far into the piece it is at `from`. */
  readonly position: number;
}

const SCALES = [
  [0, 2, 4, 5, 7, 9, 11],
  [0, 2, 3, 5, 7, 8, 10],
  [0, 2, 3, 5, 7, 8, 11],
  [0, 2, 3, 5, 7, 9, 10],
  [0, 2, 4, 5, 7, 9, 10],
] as const;

const PROGRESSIONS = [
  [0, 3, 4, 0],
  [0, 5, 3, 4],
  [0, 4, 5, 3],
  [1, 4, 0, 0],
  [0, 0, 3, 0],
  [5, 3, 0, 4],
] as const;

const RHYTHMS = [
  [1, 1, 1, 1],
  [2, 2],
  [4],
  [1.5, 0.5, 2],
  [0.5, 0.5, 1, 0.5, 0.5, 1],
  [1, 0.5, 0.5, 2],
  [0.5, 0.5, 0.5, 0.5, 1, 1],
  [3, 1],
  [0.75, 0.25, 1, 0.75, 0.25, 1],
  [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
] as const;

const BEATS_PER_BAR = 4;

export function composePiece(random: Random): Piece {
  return {
    tonic: random.integer(12) + random.between(-0.35, 0.35),
    scale: random.pick(SCALES),
    beat: 60 / random.between(66, 152),
    progression: random.pick(PROGRESSIONS),
    rhythms: random.shuffle(RHYTHMS).slice(0, 3),
    restShare: random.between(0, 0.2),
    legato: random.between(0.55, 1.03),
    loudness: random.between(0.35, 0.9),
    seed: random.integer(0x7fffffff),
  };
}

/** Seconds after which the piece begins again. */
export function pieceLength(piece: Piece): number {
  return piece.progression.length * barLength(piece);
}

/** When the bars of `excerpt` begin, in seconds, and which of the piece's bars each is. */
export function barsOf(piece: Piece, excerpt: Excerpt): { start: number; index: number }[] {
  const length = barLength(piece);
  const first = Math.floor(excerpt.position / length);
  const begin = excerpt.from - (excerpt.position - first * length);
  const count = Math.ceil((excerpt.to - begin) / length);
  return Array.from({ length: count }, (_, i) => ({
    start: begin + i * length,
    index: (first + i) % piece.progression.length,
  }));
}

/** The notes that `part` plays in `texture` and that sound in `excerpt`; the same bar gives the same notes again. */
export function playTexture(
  texture: Texture,
  piece: Piece,
  register: Register,
  excerpt: Excerpt,
  part: string,
): Note[] {
  const notes = barsOf(piece, excerpt).flatMap(({ start, index }) => {
    const random = new Random(piece.seed, `bar ${index} of ${part}`);
    return playBar(texture, piece, register, { start, degree: piece.progression[index] ?? 0 }, random);
  });
  return notes.filter((note) => note.start < excerpt.to && note.start + note.duration > excerpt.from);
}

function barLength(piece: Piece): number {
  return BEATS_PER_BAR * piece.beat;
}

interface Bar {
  readonly degree: number;
  readonly start: number;
}

function playBar(texture: Texture, piece: Piece, register: Register, bar: Bar, random: Random): Note[] {
  switch (texture) {
    case 'melody':
      return melody(piece, register, bar, random);
    case 'melody-and-chords':
      return [
        ...melody(piece, upperPart(register), bar, random),
        ...chords(piece, lowerPart(register), bar, 0, random),
      ];
    case 'block-chords':
      return chords(piece, register, bar, 0, random);
    case 'strum':
      return chords(piece, register, bar, random.between(0.008, 0.02), random);
    case 'arpeggio':
      return arpeggio(piece, register, bar, random);
    case 'sustained-chords':
      return chordPitches(piece, register, bar.degree, random).map((pitch) => ({
        start: bar.start,
        duration: BEATS_PER_BAR * piece.beat * 0.98,
        pitch,
        velocity: velocity(piece, random),
      }));
  }
}

function upperPart({ low, high }: Register): Register {
  return { low: (low + high) / 2, high };
}

function lowerPart({ low, high }: Register): Register {
  return { low, high: (low + high) / 2 + 3 };
}

function velocity(piece: Piece, random: Random): number {
  return Math.min(1, Math.max(0.1, piece.loudness + random.between(-0.15, 0.15)));
}

function pitchOf(piece: Piece, degree: number): number {
  const size = piece.scale.length;
  const octave = Math.floor(degree / size);
  return piece.tonic + 12 * octave + (piece.scale[degree - octave * size] ?? 0);
}

/** A wandering line in the key: mostly steps, some leaps, turned back at the ends of its register. */
function melody(piece: Piece, register: Register, bar: Bar, random: Random): Note[] {
  let low = 0;
  while (pitchOf(piece, low) < register.low) low++;
  let high = low;
  while (pitchOf(piece, high + 1) <= register.high) high++;
  let degree = low + random.integer(high - low + 1);
  let time = bar.start;
  const notes: Note[] = [];
  for (const beats of random.pick(piece.rhythms)) {
    const step = random.next() < 0.75 ? random.pick([-2, -1, -1, 1, 1, 2]) : random.pick([-4, -3, 0, 3, 4, 5]);
    const next = degree + step < low || degree + step > high ? degree - step : degree + step;
    degree = Math.min(high, Math.max(low, next));
    if (time === bar.start || random.next() >= piece.restShare) {
      const duration = beats * piece.beat * piece.legato;
      notes.push({ start: time, duration, pitch: pitchOf(piece, degree), velocity: velocity(piece, random) });
    }
    time += beats * piece.beat;
  }
  return notes;
}

/** Three to five notes of the triad on `degree`, spread over the register from a root near its bottom. */
function chordPitches(piece: Piece, register: Register, degree: number, random: Random): number[] {
  const pitches: number[] = [];
  const count = 3 + random.integer(3);
  for (let step = 0; pitches.length < count && step < 40; step++) {
    const pitch = pitchOf(piece, degree + 7 * Math.floor(step / 3) + 2 * (step % 3));
    if (pitch > register.high) break;
    if (pitch >= register.low) pitches.push(pitch);
  }
  return pitches;
}

/** The bar's chord struck in one of the piece's rhythms; `spread` seconds between the strings of a strum. */
function chords(piece: Piece, register: Register, bar: Bar, spread: number, random: Random): Note[] {
  const pitches = chordPitches(piece, register, bar.degree, random);
  const notes: Note[] = [];
  let time = bar.start;
  for (const [stroke, beats] of random.pick(piece.rhythms).entries()) {
    const loudness = velocity(piece, random);
    const order = stroke % 2 === 0 ? pitches : [...pitches].reverse();
    for (const [index, pitch] of order.entries()) {
      const start = time + index * spread;
      notes.push({ start, duration: beats * piece.beat * Math.max(0.8, piece.legato), pitch, velocity: loudness });
    }
    time += beats * piece.beat;
  }
  return notes;
}

/** The bar's chord note by note, in eighths or sixteenths, each ringing on under the next ones. */
function arpeggio(piece: Piece, register: Register, bar: Bar, random: Random): Note[] {
  const pitches = chordPitches(piece, register, bar.degree, random);
  const step = piece.beat > 0.6 ? piece.beat / 4 : piece.beat / 2;
  const count = Math.round((BEATS_PER_BAR * piece.beat) / step);
  const turn = Math.max(1, 2 * pitches.length - 2);
  return Array.from({ length: pitches.length === 0 ? 0 : count }, (_, index) => {
    const place = index % turn;
    const pitch = pitches[place < pitches.length ? place : turn - place] ?? 0;
    return { start: bar.start + index * step, duration: step * 3, pitch, velocity: velocity(piece, random) };
  });
}
