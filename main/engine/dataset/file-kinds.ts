import { posix } from 'node:path';
import type { ClipKind } from './dataset.ts';

/** Sound files, and films with a sound track, that ffmpeg reads. */
const AUDIO_EXTENSIONS: ReadonlySet<string> = new Set(
  (
    '3g2 3gp aac ac3 aif aifc aiff alac amr ape asf au avi caf dts eac3 flac flv m2ts m4a m4b m4v mka mkv mov mp2 mp3 ' +
    'mp4 mpc mpeg mpg mts oga ogg ogv opus ra rm snd spx tak tta voc vob w64 wav wave weba webm wma wmv wv'
  )
    .split(' ')
    .map((extension) => `.${extension}`),
);

const IMAGE_EXTENSION = '.png';

/** Of files that may hold the labels of the clip beside them. */
export const TEXT_EXTENSION = '.txt';

/** Lower case with its dot; empty where the name has none. */
export function extensionOf(path: string): string {
  return posix.extname(path).toLowerCase();
}

/** What a file of this name would be as a clip; undefined where it would be none. */
export function clipKindOf(path: string): ClipKind | undefined {
  const extension = extensionOf(path);
  if (extension === IMAGE_EXTENSION) return 'image';
  return AUDIO_EXTENSIONS.has(extension) ? 'audio' : undefined;
}

/** The path without its extension. */
export function stemOf(path: string): string {
  return path.slice(0, path.length - posix.extname(path).length);
}
