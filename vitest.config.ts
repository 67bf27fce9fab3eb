import { defineConfig } from 'vitest/config';

/** All share a few cores with ffmpeg and TensorFlow, and a busy machine is no fault: the limit only ends what hangs. */
const LIMIT_MS = 180_000;

export default defineConfig({
  test: {
    globalSetup: ['test/global-setup.ts'],
    environment: 'node',
    maxWorkers: 2,
    testTimeout: LIMIT_MS,
    hookTimeout: LIMIT_MS,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      { extends: true, test: { name: 'engine', include: ['test/engine/**/*.test.ts'], pool: 'forks' } },
      { extends: true, test: { name: 'parity', include: ['test/parity/**/*.test.ts'], pool: 'forks' } },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/global-setup.ts'],
          pool: 'forks',
          // One window at a time, after everything else: what is timed here must not wait for other tests' work.
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
