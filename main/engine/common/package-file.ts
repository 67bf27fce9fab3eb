import { createRequire } from 'node:module';

/**
 * Absolute path of a file inside an installed npm package, for example `some-package/data/table.bin`, whether this
 * code runs from source or bundled.
 * @throws Error `MODULE_NOT_FOUND` where the package or the file is missing
 */
export function packageFile(specifier: string): string {
  return createRequire(__filename).resolve(specifier);
}
