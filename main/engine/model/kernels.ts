import type { Backend } from './backend.ts';
import { isRegistered, nativeBinding, type NativeAttribute, type NativeBinding } from './native-binding.ts';

/** A tensor (or a variable) in the memory of the TensorFlow library, freed by `Kernels.free` or at the end of a `tidy`. */
export interface DeviceTensor {
  readonly id: number;
  readonly shape: readonly number[];
}

export type DeviceType = 'float32' | 'int32' | 'int64' | 'uint8' | 'bool';

/** What an attribute of a kernel may be, by its kind. */
export interface Attributes {
  readonly types?: Readonly<Record<string, DeviceType>>;
  readonly ints?: Readonly<Record<string, number | readonly number[]>>;
  readonly floats?: Readonly<Record<string, number>>;
  readonly flags?: Readonly<Record<string, boolean>>;
  readonly strings?: Readonly<Record<string, string>>;
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
}

/**
 * Runs kernels of the TensorFlow library by name, without tfjs's engine around them. tfjs knows few types and keeps a
 * record of every tensor; training needs bytes, 64-bit indices and variables that the library updates in place.
 */
export class Kernels {
  readonly #binding: NativeBinding;
  readonly #attributes = new WeakMap<Attributes, NativeAttribute[]>();
  readonly #typeCodes: Readonly<Record<DeviceType, number>>;
  /** Whether oneDNN's own max-pooling can be used, whose gradient is many times faster than TensorFlow's. */
  readonly hasOneDnnPooling: boolean;
  #scope: Set<DeviceTensor> | undefined;

  constructor(backend: Backend) {
    this.#binding = nativeBinding(backend.tf);
    this.#typeCodes = {
      float32: this.#binding.TF_FLOAT,
      int32: this.#binding.TF_INT32,
      int64: this.#binding.TF_INT64,
      uint8: this.#binding.TF_UINT8,
      bool: this.#binding.TF_BOOL,
    };
    this.hasOneDnnPooling = backend.info.oneDnn && isRegistered(this.#binding, '_MklNativeMaxPoolGrad');
  }

  /** How many tensors the library holds at present, those of tfjs included. */
  get tensorCount(): number {
    return this.#binding.getNumOfTensors();
  }

  /**
   * Makes a tensor of `values`. The library may read the array itself instead of a copy: it must not change before the
   * tensor has been used for the last time.
   */
  tensor(values: Float32Array | Int32Array | Uint8Array, shape: readonly number[]): DeviceTensor {
    const type = values instanceof Float32Array ? 'float32' : values instanceof Int32Array ? 'int32' : 'uint8';
    return this.#keep({ id: this.#binding.createTensor(shape, this.#typeCodes[type], values), shape });
  }

  scalar(value: number): DeviceTensor {
    return this.tensor(Float32Array.of(value), []);
  }

  /** The values of a float tensor, copied. */
  read(tensor: DeviceTensor): Float32Array {
    return this.#binding.tensorDataSync(tensor.id) as Float32Array;
  }

  /** The same values under another shape (shares their memory). */
  reshape(tensor: DeviceTensor, shape: readonly number[]): DeviceTensor {
    const size = this.tensor(Int32Array.from(shape), [shape.length]);
    const result = this.run('Reshape', RESHAPE, [tensor, size]);
    this.free(size);
    return result;
  }

  /** Runs a kernel with one result. `attributes` should be a constant object: its native form is kept. */
  run(name: string, attributes: Attributes, inputs: readonly DeviceTensor[]): DeviceTensor {
    const [result] = this.runMany(name, attributes, inputs, 1);
    if (result === undefined) throw new Error(`${name} gave no result`);
    return result;
  }

  /** Runs a kernel with `outputs` results (none for kernels that update variables). */
  runMany(name: string, attributes: Attributes, inputs: readonly DeviceTensor[], outputs: number): DeviceTensor[] {
    const ids = inputs.map((input) => input.id);
    return this.#binding
      .executeOp(name, this.#nativeAttributes(attributes), ids, outputs)
      .map(({ id, shape }) => this.#keep({ id, shape }));
  }

  free(...tensors: readonly DeviceTensor[]): void {
    for (const tensor of tensors) {
      this.#scope?.delete(tensor);
      this.#binding.deleteTensor(tensor.id);
    }
  }

  /** Runs `work` and frees every tensor it made and did not free, except those it returns. Synchronous only. */
  tidy<T extends DeviceTensor | readonly DeviceTensor[] | undefined>(work: () => T): T {
    const outer = this.#scope;
    const inner = new Set<DeviceTensor>();
    this.#scope = inner;
    let kept: readonly DeviceTensor[] = [];
    try {
      const result = work();
      kept = result === undefined ? [] : isTensor(result) ? [result] : result;
      return result;
    } finally {
      this.#scope = outer;
      for (const tensor of kept) {
        if (inner.delete(tensor)) outer?.add(tensor);
      }
      for (const tensor of inner) this.#binding.deleteTensor(tensor.id);
    }
  }

  #keep(tensor: DeviceTensor): DeviceTensor {
    this.#scope?.add(tensor);
    return tensor;
  }

  #nativeAttributes(attributes: Attributes): NativeAttribute[] {
    const known = this.#attributes.get(attributes);
    if (known !== undefined) return known;
    const made = this.#makeAttributes(attributes);
    this.#attributes.set(attributes, made);
    return made;
  }

  #makeAttributes({ types, ints, floats, flags, strings, shapes }: Attributes): NativeAttribute[] {
    const binding = this.#binding;
    const list = <T>(
      record: Readonly<Record<string, T>> | undefined,
      type: number,
      value: (entry: T) => NativeAttribute['value'],
    ): NativeAttribute[] => Object.entries(record ?? {}).map(([name, entry]) => ({ name, type, value: value(entry) }));
    return [
      ...list(types, binding.TF_ATTR_TYPE, (type) => this.#typeCodes[type]),
      ...list(ints, binding.TF_ATTR_INT, (value) => value),
      ...list(floats, binding.TF_ATTR_FLOAT, (value) => value),
      ...list(flags, binding.TF_ATTR_BOOL, (value) => value),
      ...list(strings, binding.TF_ATTR_STRING, (value) => value),
      ...list(shapes, binding.TF_ATTR_SHAPE, (value) => value),
    ];
  }
}

const RESHAPE: Attributes = { types: { T: 'float32', Tshape: 'int32' } };

function isTensor(value: DeviceTensor | readonly DeviceTensor[]): value is DeviceTensor {
  return 'id' in value;
}
