import type { Mark } from '../../../preload/contract.ts';
import { EngineError } from '../common/errors.ts';
import { toJson, writeFileAtomic } from '../common/files.ts';
import { toCorrectionsCsv } from '../dataset/corrections-csv.ts';
import { correctionsByClip, type Correction } from '../dataset/corrections.ts';
import type { StoredCorrection } from '../library/corrections.ts';
import { clipAddress } from './clip-address.ts';
import type { ShelvedDataset } from './dataset-shelf.ts';
import type { Handlers, Services } from './services.ts';

type Methods = 'marks.list' | 'marks.add' | 'marks.undo' | 'marks.remove' | 'marks.export';

/** What the user says about single clips: kept in the library, applied when a training is told to. */
export function markHandlers({ datasets, tell }: Services): Handlers<Methods> {
  return {
    'marks.list': async ({ dataset }) => marksOf(await datasets.get(dataset), await datasets.corrections(dataset)),

    'marks.add': async ({ dataset: id, clip: path, to, note }) => {
      const shelved = await datasets.get(id);
      const clip = shelved.dataset.clips.find((other) => other.path === path);
      if (clip === undefined) throw new EngineError('not-found', `${path} is no longer in this dataset.`);
      if (to === clip.label) throw new EngineError('invalid-argument', `${path} is labelled ${to} already.`);
      const added = await datasets.inLibrary((library) =>
        library.addCorrection(shelved.dataset.root, { clip: path, sha256: clip.sha256, from: clip.label, to, note }),
      );
      tell('changed', { what: 'marks' });
      return { mark: added.id };
    },

    'marks.undo': async ({ mark }) => {
      if (!(await datasets.inLibrary((library) => library.removeCorrection(mark)))) {
        throw new EngineError('not-found', 'This mark was taken away already.');
      }
      tell('changed', { what: 'marks' });
      return null;
    },

    'marks.remove': async ({ dataset, clip }) => {
      const { root } = (await datasets.get(dataset)).dataset;
      await datasets.inLibrary((library) => library.removeCorrectionsOf(root, clip));
      tell('changed', { what: 'marks' });
      return null;
    },

    'marks.export': async ({ dataset, format, to }) => {
      const marks = latestOfEach(await datasets.corrections(dataset)).map(withoutId);
      await writeFileAtomic(to, format === 'csv' ? toCorrectionsCsv(marks) : toJson(marks));
      return null;
    },
  };
}

function withoutId({ clip, sha256, from, to, note, created }: StoredCorrection): Correction {
  return { clip, sha256, from, to, note, created };
}

/** The newest first. */
function marksOf({ id: dataset, dataset: { clips } }: ShelvedDataset, stored: readonly StoredCorrection[]): Mark[] {
  const byClip = correctionsByClip(clips, stored);
  const clipsOf = new Map<number, string[]>();
  for (const [path, { id }] of byClip) clipsOf.set(id, [...(clipsOf.get(id) ?? []), path]);
  const known = new Map(clips.map((clip) => [clip.path, clip]));
  return latestOfEach(stored)
    .map(({ id, clip, from, to, note, created }): Mark => {
      const about = clipsOf.get(id) ?? [];
      const present = known.get(about[0] ?? '');
      const sound = present === undefined ? null : clipAddress(dataset, present).sound;
      return { id, clip, from, to, note, created, clips: about, sound };
    })
    .reverse();
}

/** Of several corrections of one clip the last, which counts; in the order in which they were made. */
function latestOfEach(stored: readonly StoredCorrection[]): StoredCorrection[] {
  const last = new Map(stored.map((correction) => [correction.clip, correction]));
  return stored.filter((correction) => last.get(correction.clip) === correction);
}
