/**
 * Sine, powers and logarithms made of + - * / alone, which IEEE 754 fixes to the last bit. `Math.sin`, `Math.exp`,
 * `Math.pow` and `Math.log` may differ between versions of V8, and one bit would change the sample dataset's hash.
 */

const TAU = 6.283185307179586;
const LN2 = 0.6931471805599453;
const LOG2_OF_10 = 3.321928094887362;

/** sin(2 pi `turns`), within 1e-12. */
export function sine(turns: number): number {
  let folded = turns - Math.floor(turns);
  if (folded > 0.75) folded -= 1;
  else if (folded > 0.25) folded = 0.5 - folded;
  const x = folded * TAU;
  const s = x * x;
  const tail = 1 - (s / 156) * (1 - (s / 210) * (1 - s / 272));
  return x * (1 - (s / 6) * (1 - (s / 20) * (1 - (s / 42) * (1 - (s / 72) * (1 - (s / 110) * tail)))));
}

/** cos(2 pi `turns`), within 1e-12. */
export function cosine(turns: number): number {
  return sine(turns + 0.25);
}

/** 2 to the power of `x`, within a relative 1e-14 for |x| up to 60. */
export function exp2(x: number): number {
  const whole = Math.floor(x + 0.5);
  const f = (x - whole) * LN2;
  let series = 1;
  for (let n = 13; n >= 1; n--) series = 1 + (f / n) * series;
  const step = whole < 0 ? 0.5 : 2;
  for (let n = Math.abs(whole); n > 0; n--) series *= step;
  return series;
}

/** The logarithm of a positive number to the base 2, within 1e-13. */
export function log2(x: number): number {
  let mantissa = x;
  let whole = 0;
  for (; mantissa > 1.4142135623730951; whole++) mantissa /= 2;
  for (; mantissa < 0.7071067811865476; whole--) mantissa *= 2;
  const z = (mantissa - 1) / (mantissa + 1);
  const s = z * z;
  let series = 0;
  for (let n = 19; n >= 1; n -= 2) series = series * s + 1 / n;
  return whole + (2 * z * series) / LN2;
}

/** The amplitude factor of a level in decibels: 10^(`level` / 20). */
export function decibels(level: number): number {
  return exp2((level * LOG2_OF_10) / 20);
}

/** Frequency in Hz of a MIDI pitch (69 = A4 = 440 Hz), fractions of a semitone included. */
export function hertz(pitch: number): number {
  return 440 * exp2((pitch - 69) / 12);
}
