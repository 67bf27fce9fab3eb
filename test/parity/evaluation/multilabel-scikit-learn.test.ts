import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import {
  expectMultilabelReference,
  MultilabelReferenceSchema,
} from '../../fixtures/evaluation/multilabel/reference.ts';
import { syntheticHeard } from '../../fixtures/evaluation/multilabel/synthetic-heard.ts';
import { IRMAS_CLASSES, longNamedClasses } from '../../fixtures/evaluation/synthetic-predictions.ts';

const python = process.env['INSTRUNET_PYTHON'];
const script = fileURLToPath(new URL('../../fixtures/evaluation/multilabel/make_reference.py', import.meta.url));

describe.skipIf(python === undefined)(
  'figures of several labels agree with scikit-learn (needs INSTRUNET_PYTHON)',
  () => {
    it.each([
      { name: 'as many clips as IRMAS’s test set', classes: IRMAS_CLASSES, clips: 2874, skill: 1.6, unknown: 0 },
      { name: 'a network that guesses', classes: IRMAS_CLASSES, clips: 200, skill: 0, unknown: 0 },
      { name: 'labels that the network does not know', classes: IRMAS_CLASSES, clips: 300, skill: 2, unknown: 0.3 },
      { name: 'thirty classes', classes: longNamedClasses(30), clips: 200, skill: 3, unknown: 0.05 },
      {
        name: 'three classes, all of them in some clips',
        classes: IRMAS_CLASSES.slice(0, 3),
        clips: 90,
        skill: 1,
        unknown: 0,
      },
    ])('$name', ({ classes, clips, skill, unknown }) => {
      const heard = syntheticHeard(classes, clips, { skill, unknown });
      const asked = { heard, thresholds: { mean: 0.17, 'sum-max': 0.5 } };
      const answer = execFileSync(python ?? '', [script, '--score'], { input: JSON.stringify(asked) });
      expectMultilabelReference(asked, MultilabelReferenceSchema.parse(JSON.parse(answer.toString())));
    });
  },
);
