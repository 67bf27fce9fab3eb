import { SvelteMap } from 'svelte/reactivity';
import type { Outputs } from '../../preload/contract.ts';
import { call } from './bridge.ts';

export type Waveform = Outputs['media.waveform'];

/** Enough to go back and forth between clips. */
const MOST_HELD = 100;

/** Outlines of the sounds that were looked at last, by their addresses. */
class Waveforms {
  readonly #held = new SvelteMap<string, Waveform | 'none'>();
  readonly #asked = new Set<string>();

  /** Null while it is on its way, `none` where there is none. */
  of(sound: string | null): Waveform | 'none' | null {
    return sound === null ? 'none' : (this.#held.get(sound) ?? null);
  }

  async need(sound: string): Promise<void> {
    if (this.#asked.has(sound)) return;
    this.#asked.add(sound);
    const waveform = await call('media.waveform', { sound }).catch(() => 'none' as const);
    this.#held.set(sound, waveform);
    const [oldest] = this.#held.keys();
    if (this.#held.size > MOST_HELD && oldest !== undefined) {
      this.#held.delete(oldest);
      this.#asked.delete(oldest);
    }
  }
}

export const waveforms = new Waveforms();
