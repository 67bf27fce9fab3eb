import { spawn } from 'node:child_process';
import { once } from 'node:events';

const SCREEN = '1600x1200x24';
const START_MS = 15_000;

export interface VirtualDisplay {
  /** What goes into `DISPLAY`. */
  readonly name: string;
  stop(): Promise<void>;
}

/**
 * Starts a screen without a monitor under a number that is free.
 * @returns null where there is no Xvfb
 * @throws Error where it is there and does not start
 */
export async function startXvfb(): Promise<VirtualDisplay | null> {
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (text: Buffer) => {
    said += text.toString();
  });
  const number = await new Promise<string | null>((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill();
      reject(new Error(`Xvfb did not start within ${START_MS / 1000} s. ${said}`));
    }, START_MS);
    child.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(late);
      if (error.code === 'ENOENT') resolve(null);
      else reject(error);
    });
    child.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`Xvfb ended with ${String(code)}. ${said}`));
    });
    child.stdio[3]?.once('data', (text: Buffer) => {
      clearTimeout(late);
      resolve(text.toString().trim());
    });
  });
  if (number === null) return null;
  return {
    name: `:${number}`,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
}
