import { join } from 'node:path';
import { encode } from 'fast-png';
import { EngineError } from '../common/errors.ts';
import { exists, writeFileAtomic } from '../common/files.ts';
import type { ByteImage } from '../features/byte-image.ts';
import { fileToImage } from '../features/clip-image.ts';
import { applyColourMap, colourTable } from '../features/colour-map.ts';
import { DEFAULT_RECIPE, recipeHash } from '../features/recipe.ts';
import { readWaveform } from '../features/waveform.ts';
import { PlayableSounds } from './playable-sounds.ts';
import type { Handlers, Services } from './services.ts';

const RECIPE_ID_LENGTH = 8;

/** Stretches of a waveform: about one for each pixel of the widest panel. */
const WAVEFORM_POINTS = 480;

type Methods = 'media.sound' | 'media.picture' | 'media.waveform' | 'clips.file';

/** Files behind the addresses of clips. The sound is the user's own file where it can be played; its picture is made here and kept. */
export function mediaHandlers({ context, datasets, named }: Services): Handlers<Methods> {
  const sounds = new PlayableSounds(join(context.libraryFolder, 'cache', 'sounds'));
  const pictures = join(context.libraryFolder, 'cache', 'pictures');
  const ofRecipe = recipeHash(DEFAULT_RECIPE).slice(0, RECIPE_ID_LENGTH);
  const locate = async (clipId: string) => {
    const { dataset, clip } = await datasets.clip(clipId);
    return { clip, path: join(dataset.root, ...clip.path.split('/')) };
  };
  const soundOf = async (id: string): Promise<string> => {
    const dropped = named.find(id, 'sound');
    if (dropped !== undefined) return dropped;
    const { clip, path } = await locate(id);
    if (clip.kind !== 'audio') throw new EngineError('not-found', 'A picture has no sound.');
    return path;
  };
  return {
    'clips.file': async ({ clip: id }) => ({
      path: named.find(id, 'sound') ?? named.find(id, 'picture') ?? (await locate(id)).path,
    }),

    'media.sound': async ({ clip }) => ({ path: await sounds.of(await soundOf(clip)) }),

    'media.waveform': async ({ clip }) => readWaveform(await soundOf(clip), WAVEFORM_POINTS, DEFAULT_RECIPE),

    'media.picture': async ({ clip: id }) => {
      const dropped = named.find(id, 'picture');
      if (dropped !== undefined) return { path: dropped };
      const { clip, path } = await locate(id);
      if (clip.kind === 'image') return { path };
      if (clip.sha256 === null) throw new EngineError('not-found', 'This clip could not be read.');
      const picture = join(pictures, `${clip.sha256}-${ofRecipe}.png`);
      if (!(await exists(picture))) {
        const made = await fileToImage(path, clip.kind, DEFAULT_RECIPE);
        if (made.silent) throw new EngineError('not-found', 'A silent clip has no picture.');
        await writeFileAtomic(picture, toPng(made.image));
      }
      return { path: picture };
    },
  };
}

/** As the network sees it: loudness through the recipe's colour map. */
function toPng({ width, height, channels, data }: ByteImage): Uint8Array {
  if (channels === 3) return encode({ width, height, channels, data });
  const rgb = new Uint8Array(3 * data.length);
  applyColourMap(data, colourTable(DEFAULT_RECIPE.colourMap), rgb);
  return encode({ width, height, channels: 3, data: rgb });
}
