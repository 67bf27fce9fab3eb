import { BridgeError } from './bridge.ts';
import { notices } from './notices.svelte.ts';

/** The one sound that is heard. */
class Player {
  source = $state<string | null>(null);
  playing = $state(false);
  loop = $state(false);
  /** Seconds. */
  time = $state(0);
  duration = $state(0);
  readonly #audio = new Audio();

  constructor() {
    const audio = this.#audio;
    audio.addEventListener('play', () => {
      this.playing = true;
      this.#tick();
    });
    audio.addEventListener('pause', () => {
      this.playing = false;
    });
    audio.addEventListener('ended', () => {
      this.playing = false;
      this.time = 0;
    });
    audio.addEventListener('durationchange', () => {
      this.duration = Number.isFinite(audio.duration) ? audio.duration : 0;
    });
  }

  isPlaying(source: string | null): boolean {
    return this.playing && source !== null && this.source === source;
  }

  /** Plays from the beginning, or stops what is playing. */
  toggle(source: string): void {
    if (this.isPlaying(source)) this.stop();
    else this.playFrom(source, 0);
  }

  /** @param time seconds */
  playFrom(source: string, time: number): void {
    if (this.source !== source) {
      this.source = source;
      this.duration = 0;
      this.#audio.src = source;
    }
    this.#audio.loop = this.loop;
    this.#audio.currentTime = time;
    this.time = time;
    this.#audio.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'AbortError') return;
      const details = error instanceof Error ? error.message : String(error);
      notices.fail(new BridgeError({ code: 'unreadable-audio', message: 'This sound could not be played.', details }));
    });
  }

  stop(): void {
    this.#audio.pause();
  }

  setLoop(loop: boolean): void {
    this.loop = loop;
    this.#audio.loop = loop;
  }

  readonly #tick = (): void => {
    this.time = this.#audio.currentTime;
    if (this.playing) requestAnimationFrame(this.#tick);
  };
}

export const player = new Player();
