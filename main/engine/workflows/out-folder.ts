import { EngineError } from '../common/errors.ts';
import { isWithin } from '../common/files.ts';
import { refuseExisting } from '../library/run-folder.ts';

/**
 * Makes sure, before any work, that a run about `folder` can be written to `out`.
 * @throws EngineError `exists` where there is something already, `invalid-argument` where it would lie inside the dataset
 */
export async function refuseOutFolder(out: string, folder: string): Promise<void> {
  await refuseExisting(out);
  refuseInside(out, folder);
}

/** A run inside its own dataset would be scanned as part of it the next time. */
function refuseInside(out: string, folder: string): void {
  if (!isWithin(out, folder)) return;
  throw new EngineError(
    'invalid-argument',
    `The run folder ${out} would lie inside the dataset. Choose one outside it.`,
  );
}
