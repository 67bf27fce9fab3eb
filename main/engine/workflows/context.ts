/** Where the engine keeps things and finds its parts; fixed by whoever starts it (the app, the command line, a test). */
export interface EngineContext {
  /** Holds `library.db` and `cache/`. */
  readonly libraryFolder: string;
  /** The bundle the feature workers run; undefined: features are made in this thread. */
  readonly workerFile: string | undefined;
  /** Where the network lies that comes with the app; there may be none. */
  readonly starterFolder?: string | undefined;
}
