/** Anything older is the Electron that set-up falls back on, never one that InstruNet is shipped with. */
const OLDEST_OFFICIAL = 25;

/** Where this Electron was taken from. */
export function runtime(electron = process.versions.electron): 'official' | 'fallback' {
  return Number.parseInt(electron, 10) < OLDEST_OFFICIAL ? 'fallback' : 'official';
}
