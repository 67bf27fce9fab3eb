import type { ClassName } from './dataset.ts';

/** The eleven predominant instruments of IRMAS (Bosch, Janer, Fuhrmann, Herrera 2012), code to full name. */
export const IRMAS_INSTRUMENTS: ReadonlyMap<string, string> = new Map([
  ['cel', 'cello'],
  ['cla', 'clarinet'],
  ['flu', 'flute'],
  ['gac', 'acoustic guitar'],
  ['gel', 'electric guitar'],
  ['org', 'organ'],
  ['pia', 'piano'],
  ['sax', 'saxophone'],
  ['tru', 'trumpet'],
  ['vio', 'violin'],
  ['voi', 'voice'],
]);

/** The class of a code: with its full name where IRMAS has one, otherwise named by the code itself. */
export function classOf(code: string): ClassName {
  return { code, name: IRMAS_INSTRUMENTS.get(code.toLowerCase()) ?? code };
}

export interface IrmasName {
  /** Instrument code, lower case. */
  readonly instrument: string;
  /** Four digits. IRMAS numbers its recordings through all classes. */
  readonly recording: string;
}

const PATTERN = /^(?:\d+__)?\[([^[\]]+)\](?:\[[^[\]]*\])*(\d{4})__\d+$/;

/**
 * Reads a file name of the IRMAS training set, without its extension: an optional number, then tags in brackets, the
 * recording and the clip's number in it, as in `[pia][jaz_blu]1471__3` and `031__[cel][nod][cla]0020__1`.
 * Only the first tag is the instrument: `cla` is also the genre "classical".
 * @returns undefined where the name is no such name or its instrument none of the eleven
 */
export function parseIrmasName(stem: string): IrmasName | undefined {
  const match = PATTERN.exec(stem);
  const instrument = match?.[1]?.toLowerCase();
  const recording = match?.[2];
  if (instrument === undefined || recording === undefined || !IRMAS_INSTRUMENTS.has(instrument)) return undefined;
  return { instrument, recording };
}
