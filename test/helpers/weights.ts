import { createHash } from 'node:crypto';
import { readKerasFile } from '../../main/engine/model/keras-file.ts';

/** SHA-256 over all weights of a `.keras` file: comparing two million numbers one by one takes a test half a minute. */
export async function weightsHash(file: string): Promise<string> {
  const { network } = await readKerasFile(file);
  const hash = createHash('sha256');
  for (const { values } of network.weights)
    hash.update(Buffer.from(values.buffer, values.byteOffset, values.byteLength));
  return hash.digest('hex');
}
