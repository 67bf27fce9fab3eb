import type { ClassifiedFile, ClassifiedWindow, ScoredClass } from '../../../main/engine/classify/result.ts';

export function scored(label: string, probability: number, name = label): ScoredClass {
  return { label, name, probability };
}

export function heard(start: number, ...top: ScoredClass[]): ClassifiedWindow {
  return { start, end: start + 3, silent: top.length === 0, top };
}

export function result(
  file: string,
  windows: readonly ClassifiedWindow[],
  changes: Partial<ClassifiedFile> = {},
): ClassifiedFile {
  const top = windows.find(({ silent }) => !silent)?.top ?? [];
  return {
    file,
    verdict: top[0]?.label ?? 'silent',
    top,
    windows,
    error: null,
    silent: top.length === 0,
    duration: windows.at(-1)?.end ?? 0,
    padded: false,
    aggregation: 'mean',
    warnings: [],
    ...changes,
  };
}
