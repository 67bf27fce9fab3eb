import type { Clip } from '../dataset/dataset.ts';
import { clipIdOf } from './dataset-shelf.ts';

/** Where the page finds the sound and the picture of a clip; null for what it has none of. */
export interface ClipAddress {
  readonly sound: string | null;
  readonly picture: string | null;
}

export const NO_ADDRESS: ClipAddress = { sound: null, picture: null };

export function clipAddress(
  dataset: string,
  { path, kind, sha256 }: Pick<Clip, 'path' | 'kind' | 'sha256'>,
): ClipAddress {
  if (sha256 === null) return NO_ADDRESS;
  const id = clipIdOf(dataset, path);
  return { sound: kind === 'audio' ? soundAddress(id) : null, picture: pictureAddress(id) };
}

export function soundAddress(id: string): string {
  return `media://clip/${id}/sound`;
}

export function pictureAddress(id: string): string {
  return `media://clip/${id}/picture`;
}
