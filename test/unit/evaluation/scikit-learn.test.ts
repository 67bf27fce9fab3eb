import { readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import { expectReference, ReferenceCasesSchema } from '../../fixtures/evaluation/reference.ts';

const text = readFileSync(new URL('../../fixtures/evaluation/reference.json', import.meta.url), 'utf8');
const cases = ReferenceCasesSchema.parse(JSON.parse(text));

describe('figures agree with the stored ones of scikit-learn', () => {
  it.each(cases)('$name', ({ predictions, expected }) => {
    expectReference(predictions, expected);
  });
});
