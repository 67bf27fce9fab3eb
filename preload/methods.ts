import type { Events, Method } from './contract.ts';

/** The names of all methods, apart from their schemas, so that the preload need not carry those. */
export const METHODS: Readonly<Record<Method, true>> = {
  'app.info': true,
  'app.openExternal': true,
  'app.revealLog': true,
  'app.licences': true,
  'app.setTheme': true,
  'datasets.choose': true,
  'datasets.open': true,
  'datasets.makeSample': true,
  'datasets.list': true,
  'datasets.get': true,
  'datasets.clips': true,
  'datasets.rescan': true,
  'datasets.remove': true,
  'datasets.previewSplit': true,
  'runs.presets': true,
  'runs.train': true,
  'runs.resume': true,
  'runs.list': true,
  'runs.get': true,
  'runs.rename': true,
  'runs.remove': true,
  'runs.reveal': true,
  'runs.clips': true,
  'classify.choose': true,
  'classify.start': true,
  'jobs.list': true,
  'jobs.cancel': true,
};

/** The names of all events. */
export const EVENTS: Readonly<Record<keyof Events, true>> = {
  job: true,
  changed: true,
  batch: true,
  epoch: true,
  classified: true,
  engine: true,
  command: true,
  files: true,
};
