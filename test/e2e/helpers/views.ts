import type { Page } from '@playwright/test';

export const VIEWS = ['Datasets', 'Train', 'Runs', 'Inspect', 'Classify', 'Settings'] as const;
export type ViewName = (typeof VIEWS)[number];

/** Opens a view by its entry at the left. */
export async function openView(page: Page, view: ViewName): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: view }).click();
}

declare global {
  interface Window {
    /** Milliseconds from the click to the painted frame, while `timeView` waits for it. */
    answered?: Promise<number>;
  }
}

/**
 * Opens a view by its entry at the left.
 * @returns milliseconds from the click, as the system stamped it, to the first painted frame that shows the view
 */
export async function timeView(page: Page, view: ViewName): Promise<number> {
  await page.evaluate((name) => {
    const link = [...document.querySelectorAll('nav a')].find(({ textContent }) => textContent.trim() === name);
    const title = (): string | undefined => document.querySelector('h1')?.textContent;
    const before = title();
    window.answered = new Promise((done) => {
      link?.addEventListener(
        'click',
        ({ timeStamp }) => {
          const look = (): void => {
            const shown = link.getAttribute('aria-current') === 'page' && title() !== before;
            requestAnimationFrame(() => {
              // The frame after the one in which it was drawn: by then that one has been painted.
              if (shown) done(performance.now() - timeStamp);
              else look();
            });
          };
          requestAnimationFrame(look);
        },
        { once: true, capture: true },
      );
    });
  }, view);
  await openView(page, view);
  return page.evaluate(() => window.answered ?? Promise.reject(new Error('nobody waits for a click')));
}
