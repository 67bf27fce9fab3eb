import type * as tfjs from '@tensorflow/tfjs-node';

/** An attribute of a TensorFlow kernel as the native addon takes it. */
export interface NativeAttribute {
  readonly name: string;
  /** One of the binding's `TF_ATTR_…`. */
  readonly type: number;
  readonly value: boolean | number | string | readonly number[];
}

/** What tfjs-node's native addon offers and is used here (its own declarations are classes, which values are not). */
export interface NativeBinding {
  createTensor(shape: readonly number[], type: number, values: Float32Array | Int32Array | Uint8Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  executeOp(
    name: string,
    attributes: readonly NativeAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): { readonly id: number; readonly shape: readonly number[] }[];
  getNumOfTensors(): number;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_INT64: number;
  readonly TF_BOOL: number;
  readonly TF_UINT8: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  readonly TF_Version: string;
}

/** The addon behind tfjs-node's backend, through which any kernel of the TensorFlow library can be run. */
export function nativeBinding(tf: typeof tfjs): NativeBinding {
  const backend: object = tf.backend();
  if (!isNative(backend)) throw new Error('the present tfjs backend is not that of tfjs-node');
  return backend.binding;
}

function isNative(backend: object): backend is { binding: NativeBinding } {
  return 'binding' in backend;
}

/** Whether the library has an operation of this name, which not all its builds do. */
export function isRegistered(binding: NativeBinding, operation: string): boolean {
  try {
    binding.executeOp(operation, [], [], 1);
    return true;
  } catch (error) {
    // Where it is there, the complaint is about its missing inputs.
    return !String(error).includes('neither a type of a primitive operation');
  }
}
