/** Slaney's mel scale: linear below 1 kHz, logarithmic above (Auditory Toolbox, 1998; librosa's default). */
function mel(hertz: number): number {
  const linear = hertz / (200 / 3);
  return hertz < 1000 ? linear : 15 + Math.log(hertz / 1000) / (Math.log(6.4) / 27);
}

/** Where a frequency lies on the height of a mel spectrogram: 0 at the bottom, 1 at the top. */
export function melPosition(hertz: number, lowest: number, highest: number): number {
  return (mel(hertz) - mel(lowest)) / (mel(highest) - mel(lowest));
}
