import { readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import { expectMultilabelReference, MultilabelCasesSchema } from '../../fixtures/evaluation/multilabel/reference.ts';

const text = readFileSync(new URL('../../fixtures/evaluation/multilabel/reference.json', import.meta.url), 'utf8');
const cases = MultilabelCasesSchema.parse(JSON.parse(text));

describe('figures of several labels agree with the stored ones of scikit-learn', () => {
  it.each(cases)('$name', ({ heard, thresholds, expected }) => {
    expectMultilabelReference({ heard, thresholds }, expected);
  });
});
