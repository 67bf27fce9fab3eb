import type { RunCard } from '../../preload/contract.ts';

export const RUN_COLUMNS = ['name', 'dataset', 'network', 'split', 'accuracy', 'macroF1', 'date', 'state'] as const;
export type RunColumn = (typeof RUN_COLUMNS)[number];

export interface RunOrder {
  readonly column: RunColumn;
  readonly descending: boolean;
}

type NetworkOf = (run: RunCard['run']) => string;

function key({ run }: RunCard, column: RunColumn, networkOf: NetworkOf): string | number | null {
  const score = run.result?.scores[0];
  switch (column) {
    case 'name':
      return run.name;
    case 'dataset':
      return run.dataset.name;
    case 'network':
      return networkOf(run);
    case 'split':
      return run.training?.split ?? null;
    case 'accuracy':
      return score?.accuracy ?? null;
    case 'macroF1':
      return score?.macroF1 ?? null;
    case 'date':
      return run.created;
    case 'state':
      return run.status;
  }
}

/** Sorted by a column, equal ones by date, the newest first. What has no value comes last, either way. @param networkOf as the column of networks shows it */
export function inOrder(cards: readonly RunCard[], { column, descending }: RunOrder, networkOf: NetworkOf): RunCard[] {
  const sign = descending ? -1 : 1;
  return [...cards].sort((a, b) => {
    const [one, other] = [key(a, column, networkOf), key(b, column, networkOf)];
    if (one === null || other === null) return one === other ? newest(a, b) : one === null ? 1 : -1;
    const order =
      typeof one === 'string' && typeof other === 'string'
        ? one.localeCompare(other, undefined, { numeric: true })
        : Number(one) - Number(other);
    return order === 0 ? newest(a, b) : sign * order;
  });
}

function newest(a: RunCard, b: RunCard): number {
  return b.run.created.localeCompare(a.run.created);
}
