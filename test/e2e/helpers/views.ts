import type { Page } from '@playwright/test';

export const VIEWS = ['Datasets', 'Train', 'Runs', 'Inspect', 'Classify', 'Settings'] as const;
export type ViewName = (typeof VIEWS)[number];

/** Opens a view by its entry at the left. */
export async function openView(page: Page, view: ViewName): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: view }).click();
}
