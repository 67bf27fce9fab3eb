import type { Page } from '@playwright/test';

declare global {
  interface Window {
    /** Everything that was told to play, once `listen` was called. */
    heard?: HTMLMediaElement[];
  }
}

export interface Heard {
  readonly source: string;
  readonly paused: boolean;
  readonly ended: boolean;
  /** Seconds. */
  readonly time: number;
  readonly duration: number;
}

/** From now on remembers every element that plays, wherever it is. */
export async function listen(page: Page): Promise<void> {
  await page.evaluate(() => {
    const heard: HTMLMediaElement[] = [];
    window.heard = heard;
    const play = Reflect.get<object, 'play'>(HTMLMediaElement.prototype, 'play') as HTMLMediaElement['play'];
    HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
      if (!heard.includes(this)) heard.push(this);
      return play.call(this);
    };
  });
}

/** The sound that was begun last; null where nothing was. */
export function lastHeard(page: Page): Promise<Heard | null> {
  return page.evaluate(() => {
    const element = window.heard?.at(-1);
    if (element === undefined) return null;
    const { currentSrc: source, paused, ended, currentTime: time, duration } = element;
    return { source, paused, ended, time, duration };
  });
}

/** Plays on from shortly before the end of the sound that was begun last. */
export async function jumpToEnd(page: Page): Promise<void> {
  await page.evaluate(() => {
    const element = window.heard?.at(-1);
    if (element !== undefined) element.currentTime = element.duration - 0.2;
  });
}
