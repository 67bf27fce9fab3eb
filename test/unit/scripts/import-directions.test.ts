import { readdirSync } from 'node:fs';
import { ESLint } from 'eslint';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

/** Loading TypeScript's program takes ESLint a few seconds. */
const LIMIT_MS = 60_000;

const DIRECTIONS = ['import-x/no-restricted-paths', 'no-restricted-imports', 'no-restricted-syntax'];

describe('the lint rules', () => {
  let eslint: ESLint;
  beforeAll(() => {
    // Where CI is "true", typescript-eslint takes each file as it is on disk, not the text it is given here.
    vi.stubEnv('TSESTREE_SINGLE_RUN', 'false');
    eslint = new ESLint();
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });

  /** Which rules on import directions the code breaks if it stands in a file that exists. */
  async function broken(file: string, code: string): Promise<string[]> {
    const [result] = await eslint.lintText(`${code}\n`, { filePath: file });
    const rules = (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
    return rules.filter((rule) => DIRECTIONS.includes(rule) || rule.startsWith('Parsing error'));
  }

  it(
    'let a room import those below it and none above',
    async () => {
      const split = `import '../dataset/split.ts';`;
      expect(await broken('main/engine/audio/wav.ts', split)).toEqual(['import-x/no-restricted-paths']);
      expect(await broken('main/engine/audio/wav.ts', `void import('../dataset/split.ts');`)).toEqual([
        'import-x/no-restricted-paths',
      ]);
      expect(await broken('main/engine/training/fit.ts', split)).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'keep the engine free of its callers, and the product of tests and scripts',
    async () => {
      for (const other of ['../../cli/words.ts', '../../../test/helpers/wav.ts', '../../../scripts/build.mjs']) {
        expect(await broken('main/engine/audio/wav.ts', `import '${other}';`)).toEqual([
          'import-x/no-restricted-paths',
        ]);
      }
      expect(await broken('main/cli/words.ts', `import '../engine/workflows/train.ts';`)).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'keep engine and command line free of Electron, however it is imported',
    async () => {
      for (const file of ['main/engine/audio/wav.ts', 'main/cli/words.ts']) {
        expect(await broken(file, `import { app } from 'electron';\nvoid app;`)).toEqual(['no-restricted-imports']);
        expect(await broken(file, `import { app } from 'electron/main';\nvoid app;`)).toEqual([
          'no-restricted-imports',
        ]);
        expect(await broken(file, `void import('electron');`)).toEqual(['no-restricted-syntax']);
      }
    },
    LIMIT_MS,
  );

  it('keep packages out of the scripts that run before any is installed', async () => {
    expect(await broken('scripts/setup/lock.mjs', `import 'esbuild';`)).toEqual(['no-restricted-imports']);
    expect(await broken('scripts/setup/lock.mjs', `import 'node:fs';\nimport './cache.mjs';`)).toEqual([]);
  });

  it(
    'know every room of the engine',
    async () => {
      for (const room of readdirSync('main/engine', { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
        // The highest room: nothing in the engine lies above it.
        if (room.name === 'server') continue;
        const [file] = readdirSync(`main/engine/${room.name}`, { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.ts') && !name.includes('/'))
          .sort();
        expect(await broken(`main/engine/${room.name}/${file ?? ''}`, `import '../server/serve.ts';`)).toEqual([
          'import-x/no-restricted-paths',
        ]);
      }
    },
    LIMIT_MS,
  );
});
