import { join } from 'node:path';
import type { ClipChanges } from '../../../preload/contract.ts';
import { EngineError } from '../common/errors.ts';
import { isUsable, type Clip } from '../dataset/dataset.ts';
import { splitDataset } from '../dataset/split.ts';
import type { ByteImage } from '../features/byte-image.ts';
import { fileToImage } from '../features/clip-image.ts';
import { applyColourMap, colourTable, type ColourMapName } from '../features/colour-map.ts';
import { DEFAULT_RECIPE, recipeHash, type Recipe } from '../features/recipe.ts';
import { drawShowing, firstShowings } from '../training/augmentation/showings.ts';
import { openBase } from '../workflows/open-base.ts';
import { baseRequest } from './bases.ts';
import { correctedDataset } from './corrected-dataset.ts';
import type { Handlers, Services } from './services.ts';

const SHOWINGS = 5;
/** Images that are kept while options change. */
const MOST_HELD = 64;

/** What a training would make of one of its clips, drawn by what it draws with itself. */
export function changesHandlers({ context, datasets, models }: Services): Handlers<'runs.previewChanges'> {
  const held = new Map<string, Promise<ByteImage>>();

  const imageOf = (root: string, clip: Clip, recipe: Recipe): Promise<ByteImage> => {
    const key = `${clip.sha256 ?? clip.path} ${recipeHash(recipe)}`;
    const known = held.get(key);
    const image = known ?? readImage(root, clip, recipe);
    held.delete(key);
    held.set(key, image);
    image.catch(() => held.delete(key));
    const [oldest] = held.keys();
    if (held.size > MOST_HELD && oldest !== undefined) held.delete(oldest);
    return image;
  };

  return {
    'runs.previewChanges': async ({ dataset: id, corrections, split: kind, clip: wanted, from, ...options }) => {
      const { dataset } = await correctedDataset(datasets, id, corrections);
      const recipe = from === null ? DEFAULT_RECIPE : (await openBase(context, await baseRequest(models, from))).recipe;
      const clips = dataset.clips.filter(isUsable);
      const { sides } = splitDataset(clips, dataset.classes, { kind, ...options });
      const trained = clips.filter((_, index) => sides[index] === 'training');
      const position = wanted % trained.length;
      const clip = trained[position];
      if (clip === undefined) throw new EngineError('no-clips', 'There is no clip to learn from.');
      const showings = firstShowings(trained.length, position, SHOWINGS, options);
      const images = new Map<number, Uint8Array>();
      for (const place of new Set([position, ...showings.flatMap(({ partner }) => partner ?? [])])) {
        const other = trained[place];
        if (other !== undefined) images.set(place, (await imageOf(dataset.root, other, recipe)).data);
      }
      const layout = await imageOf(dataset.root, clip, recipe);
      return {
        clip: { path: clip.path, label: clip.label },
        width: layout.width,
        height: layout.height,
        unchanged: coloured(layout, recipe.colourMap),
        showings: showings.map((showing) => ({
          epoch: showing.epoch,
          mixedWith: showing.partner === null ? null : (trained[showing.partner]?.path ?? null),
          pixels: coloured({ ...layout, data: drawShowing(showing, images, layout, options) }, recipe.colourMap),
        })),
      } satisfies ClipChanges;
    },
  };
}

async function readImage(root: string, { path, kind }: Clip, recipe: Recipe): Promise<ByteImage> {
  const made = await fileToImage(join(root, ...path.split('/')), kind, recipe);
  if (made.silent) throw new EngineError('unreadable-audio', `${path} is silent and has no picture.`);
  return made.image;
}

/** Red, green, blue and full opacity, as a canvas takes it. */
function coloured({ channels, data }: ByteImage, colourMap: ColourMapName): Uint8Array {
  const pixels = data.length / channels;
  const rgb = channels === 3 ? data : new Uint8Array(3 * pixels);
  if (channels === 1) applyColourMap(data, colourTable(colourMap), rgb);
  const rgba = new Uint8Array(4 * pixels).fill(255);
  for (let pixel = 0; pixel < pixels; pixel++) rgba.set(rgb.subarray(3 * pixel, 3 * pixel + 3), 4 * pixel);
  return rgba;
}
