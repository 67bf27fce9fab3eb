import { join } from 'node:path';
import { buildBundles, OUT } from './build.mjs';
import { runNode } from './run-node.mjs';
import { BENCH_STEPS, setUp } from './setup.mjs';
import { ROOT } from './setup/places.mjs';
import { readRuntimes } from './setup/steps.mjs';

await setUp(BENCH_STEPS);
await buildBundles();
const python = readRuntimes().python?.path ?? undefined;
process.exitCode = await runNode([join(OUT, 'bench.cjs')], {
  cwd: ROOT,
  env: { ...process.env, ...(python === undefined ? {} : { INSTRUNET_PYTHON: python }) },
});
