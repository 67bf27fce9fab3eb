import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './places.mjs';
import { SetupProblem } from './problem.mjs';

/** @type {import('./steps.mjs').Step} */
export const nodeVersion = {
  id: 'node',
  title: 'Node.js',
  key: () => process.version,
  install() {
    const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const needed = engines.node.replace(/^>=/, '');
    if (!isAtLeast(process.versions.node, needed)) {
      throw new SetupProblem(
        `this is Node.js ${process.versions.node}, and InstruNet needs ${needed} or newer`,
        'install a current version from nodejs.org, or by your version manager, and start again.',
      );
    }
    return Promise.resolve({ version: process.versions.node, source: process.execPath, files: [] });
  },
};

/**
 * @param {string} version
 * @param {string} needed
 */
export function isAtLeast(version, needed) {
  const have = version.split('.').map(Number);
  const want = needed.split('.').map(Number);
  for (const [index, least] of want.entries()) {
    const part = have[index] ?? 0;
    if (part !== least) {
      return part > least;
    }
  }
  return true;
}
