import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const RUNTIMES_FILE = resolve('node_modules/.instrunet/runtimes.json');

/** What set-up resolved, as far as tests use it; `path` is null for what it could not get. */
type Runtimes = Readonly<Record<string, { readonly path?: string | null } | undefined>>;

const VARIABLES = {
  INSTRUNET_PYTHON: 'python',
  INSTRUNET_NODE24: 'node24',
  INSTRUNET_ELECTRON: 'electron',
} as const;

/**
 * Tells the tests where set-up put the runtimes that only tests use, so that `npx vitest` finds them as `npm test`
 * does. A variable set by hand wins; what set-up could not get stays unset.
 */
export default function exportRuntimes(): void {
  if (!existsSync(RUNTIMES_FILE)) {
    return;
  }
  const runtimes = JSON.parse(readFileSync(RUNTIMES_FILE, 'utf8')) as Runtimes;
  for (const [variable, name] of Object.entries(VARIABLES)) {
    const path = runtimes[name]?.path;
    if (path !== undefined && path !== null) {
      process.env[variable] ??= path;
    }
  }
}
