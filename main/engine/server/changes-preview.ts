import { join } from 'node:path';
import type { ClipChanges } from '../../../preload/contract.ts';
import { EngineError } from '../common/errors.ts';
import { isUsable, type Clip } from '../dataset/dataset.ts';
import { splitDataset } from '../dataset/split.ts';
import type { ByteImage } from '../features/byte-image.ts';
import { windowCount } from '../features/clip-windows.ts';
import { applyColourMap, colourTable, type ColourMapName } from '../features/colour-map.ts';
import { clipImages } from '../features/extract.ts';
import { DEFAULT_RECIPE, recipeHash, type Recipe } from '../features/recipe.ts';
import { drawShowing, firstShowings } from '../training/augmentation/showings.ts';
import { memberOptions } from '../training/member.ts';
import { openBase } from '../workflows/open-base.ts';
import { baseRequest } from './bases.ts';
import { correctedDataset } from './corrected-dataset.ts';
import type { Handlers, Services } from './services.ts';

const SHOWINGS = 5;
/** Clips whose images are kept while options change. */
const MOST_HELD = 64;

/** What a training would make of one of its clips, drawn by what it draws with itself. */
export function changesHandlers({ context, datasets, models }: Services): Handlers<'runs.previewChanges'> {
  const held = new Map<string, Promise<readonly [ByteImage, ...ByteImage[]]>>();

  /** Silent windows, which no training learns from, are not known before a clip is read: then the next one stands in. */
  const imageOf = async (root: string, { clip, window }: WindowOfClip, recipe: Recipe): Promise<ByteImage> => {
    const images = await imagesOf(root, clip, recipe);
    return images[window % images.length] ?? images[0];
  };

  const imagesOf = (root: string, clip: Clip, recipe: Recipe): Promise<readonly [ByteImage, ...ByteImage[]]> => {
    const key = `${clip.sha256 ?? clip.path} ${recipeHash(recipe)}`;
    const known = held.get(key);
    const images = known ?? readImages(root, clip, recipe);
    held.delete(key);
    held.set(key, images);
    images.catch(() => held.delete(key));
    const [oldest] = held.keys();
    if (held.size > MOST_HELD && oldest !== undefined) held.delete(oldest);
    return images;
  };

  return {
    'runs.previewChanges': async ({ dataset: id, corrections, split: kind, clip: wanted, from, ...options }) => {
      const { members } = options;
      // The last one sees all that was asked for.
      const shownTo = memberOptions(options, members - 1);
      const { dataset } = await correctedDataset(datasets, id, corrections);
      const recipe = from === null ? DEFAULT_RECIPE : (await openBase(context, await baseRequest(models, from))).recipe;
      const clips = dataset.clips.filter(isUsable);
      const { sides } = splitDataset(clips, dataset.classes, { kind, ...options });
      const trained = clips.filter((_, index) => sides[index] === 'training');
      const windows = trained.flatMap((clip) => windowsOf(clip, recipe));
      const clip = trained[wanted % trained.length];
      const position = windows.findIndex((own) => own.clip === clip);
      const shown = windows[position];
      if (clip === undefined || shown === undefined)
        throw new EngineError('no-clips', 'There is no clip to learn from.');
      const showings = firstShowings(windows.length, position, SHOWINGS, shownTo);
      const images = new Map<number, Uint8Array>();
      for (const place of new Set([position, ...showings.flatMap(({ partner }) => partner ?? [])])) {
        const other = windows[place];
        if (other !== undefined) images.set(place, (await imageOf(dataset.root, other, recipe)).data);
      }
      const layout = await imageOf(dataset.root, shown, recipe);
      return {
        clip: { path: clip.path, label: clip.label },
        width: layout.width,
        height: layout.height,
        unchanged: coloured(layout, recipe.colourMap),
        showings: showings.map((showing) => ({
          epoch: showing.epoch,
          mixedWith: showing.partner === null ? null : (windows[showing.partner]?.clip.path ?? null),
          pixels: coloured({ ...layout, data: drawShowing(showing, images, layout, shownTo) }, recipe.colourMap),
        })),
      } satisfies ClipChanges;
    },
  };
}

/** What is learned from at a time: most clips are one. */
interface WindowOfClip {
  readonly clip: Clip;
  /** From 0. */
  readonly window: number;
}

function windowsOf(clip: Clip, recipe: Recipe): WindowOfClip[] {
  return Array.from({ length: windowCount(clip.duration, recipe) }, (_, window) => ({ clip, window }));
}

async function readImages(
  root: string,
  { path, kind, duration }: Clip,
  recipe: Recipe,
): Promise<readonly [ByteImage, ...ByteImage[]]> {
  const [first, ...more] = await clipImages({ path: join(root, ...path.split('/')), kind, duration, recipe });
  if (first === undefined) throw new EngineError('unreadable-audio', `${path} is silent and has no picture.`);
  return [first, ...more];
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
