import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import { expectReference, ReferenceSchema } from '../../fixtures/evaluation/reference.ts';
import {
  IRMAS_CLASSES,
  longNamedClasses,
  syntheticPredictions,
} from '../../fixtures/evaluation/synthetic-predictions.ts';

const python = process.env['INSTRUNET_PYTHON'];
const script = fileURLToPath(new URL('../../fixtures/evaluation/make_reference.py', import.meta.url));

describe.skipIf(python === undefined)('figures agree with scikit-learn (needs INSTRUNET_PYTHON)', () => {
  it.each([
    { name: 'a mediocre network on eleven classes', classes: IRMAS_CLASSES, recordings: 32, skill: 1.6 },
    { name: 'a network that guesses', classes: IRMAS_CLASSES, recordings: 10, skill: 0 },
    { name: 'thirty classes', classes: longNamedClasses(30), recordings: 20, skill: 3 },
    { name: 'two classes', classes: IRMAS_CLASSES.slice(0, 2), recordings: 15, skill: 1 },
  ])('$name', ({ classes, recordings, skill }) => {
    const predictions = syntheticPredictions(classes, recordings, { skill });
    const answer = execFileSync(python ?? '', [script, '--score'], { input: JSON.stringify(predictions) });
    expectReference(predictions, ReferenceSchema.parse(JSON.parse(answer.toString())));
  });
});
