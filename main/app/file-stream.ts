import { open, type FileHandle } from 'node:fs/promises';
import { ReadableStream } from 'node:stream/web';
import type { ByteRange } from './range.ts';

const CHUNK_BYTES = 1 << 16;

/** The bytes of a file's range, read as they are asked for; the file is closed at the end and when the reader leaves. */
export function streamFile(file: FileHandle, { start, end }: ByteRange): ReadableStream<Uint8Array> {
  let position = start;
  return new ReadableStream({
    async pull(controller) {
      const buffer = new Uint8Array(Math.min(CHUNK_BYTES, end + 1 - position));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
      position += bytesRead;
      if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
      if (bytesRead === 0 || position > end) {
        await file.close();
        controller.close();
      }
    },
    cancel: () => file.close(),
  });
}

/** Opens an ordinary file. @returns null for anything else and for what cannot be read */
export async function openFile(path: string): Promise<{ readonly file: FileHandle; readonly size: number } | null> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const stats = await file.stat();
    if (stats.isFile()) return { file, size: stats.size };
  } catch {
    // Gone, or not to be read: the same answer as for a file that never was.
  }
  await file?.close();
  return null;
}
