import { join } from 'node:path';
import type { EngineMessage, Request } from './protocol.ts';
import { serve } from './serve.ts';

/** What Electron gives a utility process to talk to the process that started it. */
interface ParentPort {
  postMessage(message: EngineMessage): void;
  on(event: 'message', listener: (event: { readonly data: Request }) => void): void;
}

/** Node's own types know nothing of it. */
const { parentPort } = process as unknown as { readonly parentPort: ParentPort };

/** A promise that nobody waits for must not leave a half-dead engine behind: whoever started it starts another. */
process.on('unhandledRejection', (reason) => {
  const words = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
  process.stderr.write(`${words}\n`, () => process.exit(1));
});

const [libraryFolder, starterFolder] = process.argv.slice(2);
if (libraryFolder === undefined) throw new RangeError('the library folder is missing');

serve(
  {
    postMessage: (message) => {
      parentPort.postMessage(message);
    },
    onMessage: (listener) => {
      parentPort.on('message', ({ data }) => {
        listener(data);
      });
    },
  },
  { libraryFolder, workerFile: join(__dirname, 'features-worker.cjs'), starterFolder },
);
