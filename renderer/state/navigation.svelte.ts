import type { View } from '../../preload/contract.ts';

export type { View };

export const VIEWS = [
  'datasets',
  'train',
  'runs',
  'inspect',
  'classify',
  'settings',
] as const satisfies readonly View[];

const KEY = 'view';

/** Which view is open; remembered over starts. */
class Navigation {
  view = $state<View>(VIEWS.find((view) => view === localStorage.getItem(KEY)) ?? 'datasets');

  go(view: View): void {
    this.view = view;
    localStorage.setItem(KEY, view);
  }
}

export const navigation = new Navigation();
