/** Frame and hop of librosa's `effects.trim`, in samples. */
const FRAME_HOPS = 4;
const HOP = 512;

/** Follows the loudness of a stream of samples with one number for every 512, for finding where sound begins and ends. */
export class LoudnessTrack {
  readonly #energies: number[] = [];
  #current = 0;
  #length = 0;
  #peak = 0;

  /** Samples seen. */
  get length(): number {
    return this.#length;
  }

  /** The largest absolute sample value. */
  get peak(): number {
    return this.#peak;
  }

  push(samples: Float32Array): void {
    let peak = this.#peak;
    let index = 0;
    while (index < samples.length) {
      const stop = Math.min(samples.length, index + HOP - (this.#length % HOP));
      this.#length += stop - index;
      let energy = this.#current;
      for (; index < stop; index++) {
        const sample = samples[index] ?? 0;
        energy += sample * sample;
        if (sample > peak) peak = sample;
        else if (-sample > peak) peak = -sample;
      }
      this.#current = energy;
      if (this.#length % HOP !== 0) continue;
      this.#energies.push(energy);
      this.#current = 0;
    }
    this.#peak = peak;
  }

  /**
   * Where the sound lies, as librosa's `effects.trim(y, top_db=trimDb)` defines it: from the first to the last frame
   * (2048 samples, centred every 512) whose RMS is less than `trimDb` below that of the loudest.
   * Both are 0 when every sample is zero.
   */
  soundRange(trimDb: number): { start: number; end: number } {
    const energies = this.#length % HOP === 0 ? this.#energies : [...this.#energies, this.#current];
    const frames = 1 + Math.floor(this.#length / HOP);
    const frameEnergy = (frame: number): number => {
      let sum = 0;
      for (let hop = frame - FRAME_HOPS / 2; hop < frame + FRAME_HOPS / 2; hop++) sum += energies[hop] ?? 0;
      return sum;
    };
    let loudest = 0;
    for (let frame = 0; frame < frames; frame++) loudest = Math.max(loudest, frameEnergy(frame));
    const threshold = loudest * 10 ** (-trimDb / 10);
    let first = 0;
    while (first < frames && frameEnergy(first) <= threshold) first++;
    let last = frames - 1;
    while (last > first && frameEnergy(last) <= threshold) last--;
    if (first >= frames) return { start: 0, end: 0 };
    return { start: first * HOP, end: Math.min(this.#length, (last + 1) * HOP) };
  }
}
