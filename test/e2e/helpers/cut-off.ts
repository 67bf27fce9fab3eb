import type { Page } from '@playwright/test';

/**
 * What the window cannot show whole: controls that end outside it or of what holds them without a way to scroll there,
 * and a page wider than the window. One line each.
 */
export function cutOff(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    if (document.documentElement.scrollWidth > innerWidth) found.push('the page is wider than the window');
    for (const control of document.querySelectorAll('button, select, input, a')) {
      if (!control.checkVisibility()) continue;
      const { left, right, width } = control.getBoundingClientRect();
      if (width <= 1 || control.closest('.visually-hidden') !== null) continue;
      let edgeLeft = 0;
      let edgeRight = innerWidth;
      for (let holder = control.parentElement; holder !== null; holder = holder.parentElement) {
        const { overflowX } = getComputedStyle(holder);
        if (overflowX === 'visible') continue;
        if (overflowX === 'auto' || overflowX === 'scroll') {
          if (holder.scrollWidth <= holder.clientWidth) continue;
          // What is outside can be scrolled to.
          edgeLeft = -Infinity;
          edgeRight = Infinity;
          break;
        }
        const box = holder.getBoundingClientRect();
        edgeLeft = Math.max(edgeLeft, box.left);
        edgeRight = Math.min(edgeRight, box.right);
      }
      if (left < edgeLeft - 1 || right > edgeRight + 1) {
        found.push(`${control.getAttribute('aria-label') ?? control.textContent.trim()} is cut off`);
      }
    }
    return found;
  });
}
