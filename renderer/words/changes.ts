import type { Events } from '../../preload/contract.ts';
import { integer } from './format.ts';

/** What a scan found different from the last one, in a sentence. */
export function changesInWords({ added, removed, changed }: NonNullable<Events['scanned']['changes']>): string {
  const counts = [
    [added, 'new'],
    [removed, 'gone'],
    [changed, 'changed'],
  ] as const;
  const words = counts.filter(([count]) => count > 0).map(([count, word]) => `${integer(count)} ${word}`);
  return words.length === 0 ? 'nothing has changed.' : `${words.join(', ')}.`;
}
