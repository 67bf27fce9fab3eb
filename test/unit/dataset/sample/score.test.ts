import { describe, expect, it } from 'vitest';
import { Random } from '../../../../main/engine/common/random.ts';
import { composePiece, pieceLength, playTexture, type Texture } from '../../../../main/engine/dataset/sample/score.ts';

const TEXTURES: readonly Texture[] = [
  'melody',
  'block-chords',
  'arpeggio',
  'strum',
  'sustained-chords',
  'melody-and-chords',
];
const PIECES = Array.from({ length: 30 }, (_, seed) => composePiece(new Random(seed)));

describe('the music of a recording', () => {
  it.each(TEXTURES)('%s stays in its register, in the key, and sounds within the excerpt', (texture) => {
    for (const piece of PIECES) {
      const register = { low: 48.2, high: 75.9 };
      const excerpt = { from: 0, to: 3, position: 0.3 * pieceLength(piece) };
      const notes = playTexture(texture, piece, register, excerpt, 'pia');
      expect(notes.length).toBeGreaterThan(0);
      for (const { pitch, start, duration, velocity } of notes) {
        expect(pitch).toBeGreaterThanOrEqual(register.low);
        expect(pitch).toBeLessThanOrEqual(register.high + 3);
        const step = (((pitch - piece.tonic) % 12) + 12) % 12;
        expect(piece.scale.some((degree) => Math.abs(degree - step) < 1e-9 || Math.abs(step - 12) < 1e-9)).toBe(true);
        expect(start).toBeLessThan(3);
        expect(start + duration).toBeGreaterThan(0);
        expect(velocity).toBeGreaterThan(0);
        expect(velocity).toBeLessThanOrEqual(1);
      }
    }
  });

  it('repeats itself after its last bar, as the clips of a recording do', () => {
    for (const piece of PIECES) {
      const length = pieceLength(piece);
      const at = (position: number): number[] =>
        playTexture('melody', piece, { low: 50, high: 70 }, { from: 0, to: 3, position }, 'vio').map(
          ({ pitch }) => pitch,
        );
      expect(at(0.4 * length)).toEqual(at(1.4 * length));
    }
  });

  it('gives different parts different notes', () => {
    const [piece] = PIECES;
    if (piece === undefined) throw new Error('no piece');
    const excerpt = { from: 0, to: 10, position: 0 };
    const play = (part: string): unknown => playTexture('melody', piece, { low: 50, high: 70 }, excerpt, part);
    expect(play('vio')).not.toEqual(play('cel'));
  });
});
