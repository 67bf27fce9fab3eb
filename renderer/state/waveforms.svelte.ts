import { SvelteMap } from 'svelte/reactivity';
import type { Failure, Outputs } from '../../preload/contract.ts';
import { call, failureOf } from './bridge.ts';

export type Waveform = Outputs['media.waveform'];

/** Enough to go back and forth between clips. */
const MOST_HELD = 100;

/** Outlines of the sounds that were looked at last, by their addresses. */
class Waveforms {
  readonly #held = new SvelteMap<string, Waveform>();
  /** Why there is none; asked for anew when the sound is looked at again. */
  readonly #failures = new SvelteMap<string, Failure>();
  readonly #asked = new Set<string>();

  /** Null while it is on its way, and where there is none. */
  of(sound: string | null): Waveform | null {
    return sound === null ? null : (this.#held.get(sound) ?? null);
  }

  failure(sound: string): Failure | null {
    return this.#failures.get(sound) ?? null;
  }

  async need(sound: string): Promise<void> {
    if (this.#asked.has(sound)) return;
    this.#asked.add(sound);
    try {
      this.#held.set(sound, await call('media.waveform', { sound }));
      this.#failures.delete(sound);
    } catch (error) {
      this.#failures.set(sound, failureOf(error));
      this.#asked.delete(sound);
    }
    const [oldest] = this.#held.keys();
    if (this.#held.size > MOST_HELD && oldest !== undefined) {
      this.#held.delete(oldest);
      this.#asked.delete(oldest);
    }
  }
}

export const waveforms = new Waveforms();
