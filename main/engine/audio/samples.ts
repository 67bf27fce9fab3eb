/** Pieces of a signal in one; a single piece is given back itself. */
export function concatenate(pieces: readonly Float32Array[]): Float32Array {
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) return first;
  const result = new Float32Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    result.set(piece, offset);
    offset += piece.length;
  }
  return result;
}
