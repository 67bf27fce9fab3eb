import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readStarter, starterFile } from '../../../main/engine/library/starter-folder.ts';
import { readKerasFile } from '../../../main/engine/model/keras-file.ts';
import { modelCard } from '../../../main/engine/workflows/model-card.ts';

const FOLDER = 'resources/starter-model';

describe.skipIf(!existsSync(FOLDER))('the starter network of this repository (skipped where there is none)', () => {
  it('has a card that says what its metrics say', async () => {
    const found = await readStarter(FOLDER);
    if (found === null) throw new Error(`${FOLDER} holds no network`);
    expect(found.card).toBe(modelCard(found.starter, found.metrics));
    expect(found.card).toContain(`Accuracy ${(found.metrics.accuracy * 100).toFixed(1)} %`);
  });

  it('has the classes, the temperature and the thresholds that its record names', async () => {
    const found = await readStarter(FOLDER);
    const { labels } = await readKerasFile(starterFile(FOLDER, 'network'));
    expect(labels?.classes).toEqual(found?.starter.classes);
    expect(labels?.temperature ?? null).toBe(found?.starter.temperature);
    const thresholds = found?.starter.heard?.thresholds;
    expect(labels?.decision ?? null).toEqual(thresholds === undefined ? null : { kind: 'each', thresholds });
    expect(found?.metrics.perClass.map(({ code, name }) => ({ code, name }))).toEqual(found?.starter.classes);
  });
});
