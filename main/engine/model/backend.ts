import type * as tfjs from '@tensorflow/tfjs-node';
import { EngineError } from '../common/errors.ts';
import { isRegistered, nativeBinding } from './native-binding.ts';
import { restoreUtilFunctions } from './tfjs-node-compat.ts';

export interface BackendInfo {
  /** Package and version, for example `tfjs-node 4.22.0`. */
  readonly name: string;
  /** Version of the TensorFlow library, for example `2.21.0`. */
  readonly tensorflow: string;
  readonly oneDnn: boolean;
  /** `Node 20.20.2` or `Electron 45.4.1 (Node 24.11.1)`. */
  readonly runtime: string;
}

/** TensorFlow, loaded. Passed to whatever computes, so that nothing imports the native library by itself. */
export interface Backend {
  readonly tf: typeof tfjs;
  readonly info: BackendInfo;
}

/**
 * Loads TensorFlow with oneDNN's kernels on and its logging low; what the user has set in `TF_ENABLE_ONEDNN_OPTS` and
 * `TF_CPP_MIN_LOG_LEVEL` wins. Both are read by the library once, when it is loaded. Newer libraries (2.21) write two lines
 * about oneDNN to stderr before they read either.
 * @throws EngineError `runtime-missing` when the native library is missing or does not fit this system
 */
export async function loadBackend(): Promise<Backend> {
  process.env['TF_ENABLE_ONEDNN_OPTS'] ??= '1';
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  restoreUtilFunctions();
  let tf: typeof tfjs;
  try {
    const loaded: typeof tfjs & { default?: typeof tfjs } = await import('@tensorflow/tfjs-node');
    tf = loaded.default ?? loaded;
    await tf.ready();
  } catch (error) {
    throw new EngineError(
      'runtime-missing',
      'TensorFlow could not be loaded: it is not installed, or its native library does not fit this system. Running the set-up again (npm run setup) installs it.',
      { cause: error, details: error instanceof Error ? (error.stack ?? error.message) : String(error) },
    );
  }
  return { tf, info: describe(tf) };
}

function describe(tf: typeof tfjs): BackendInfo {
  const binding = nativeBinding(tf);
  const node = `Node ${process.versions.node}`;
  const electron = process.versions['electron'];
  return {
    name: `tfjs-node ${tf.version['tfjs-node']}`,
    tensorflow: binding.TF_Version,
    oneDnn: isSwitchedOn(process.env['TF_ENABLE_ONEDNN_OPTS']) && isRegistered(binding, '_MklNativeConv2D'),
    runtime: electron === undefined ? node : `Electron ${electron} (${node})`,
  };
}

/** TensorFlow's own reading of a switch: anything but these words leaves the default, which is off on some processors. */
function isSwitchedOn(value: string | undefined): boolean {
  return value === '1' || value?.toLowerCase() === 'true';
}
