import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { runNode } from './run-node.mjs';
import { TEST_STEPS, setUp } from './setup.mjs';
import { ROOT } from './setup/places.mjs';
import { countResults, summaryLine } from './test-summary.mjs';

await setUp(TEST_STEPS);
await build();

const folder = await mkdtemp(join(tmpdir(), 'instrunet-test-'));
const reportFile = join(folder, 'report.json');
let counts;
try {
  const exitCode = await runNode(
    [
      join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportFile}`,
      ...process.argv.slice(2),
    ],
    { cwd: ROOT },
  );
  counts = countResults(readReport(), exitCode);
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.stdout.write(`\n${summaryLine(counts)}\n`);
process.exitCode = counts.failed === 0 ? 0 : 1;

function readReport() {
  try {
    return JSON.parse(readFileSync(reportFile, 'utf8'));
  } catch {
    return null;
  }
}
