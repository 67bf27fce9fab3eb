import { existsSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What cannot be bundled: packages that find a program or a library beside themselves. */
const EXTERNAL = ['ffmpeg-static', '@ffmpeg-installer/ffmpeg', 'libsql'];

/**
 * Bundles a module of the engine as the product's build does, for Node 16, so that a process or thread of its own can run it.
 * @param entry path inside the repository
 * @returns `outfile`
 */
export async function bundleModule(entry: string, outfile: string): Promise<string> {
  await build({
    entryPoints: [join(ROOT, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node16',
    supported: { 'dynamic-import': false },
    external: EXTERNAL,
    logLevel: 'error',
  });
  // What is not bundled is looked up beside the bundle.
  const packages = join(dirname(outfile), 'node_modules');
  if (!existsSync(packages)) symlinkSync(join(ROOT, 'node_modules'), packages, 'junction');
  return outfile;
}

/** The worker thread that makes images of clips. */
export function bundleWorker(outfile: string): Promise<string> {
  return bundleModule('main/engine/features/worker.ts', outfile);
}
