import type { Attributes, DeviceTensor, Kernels } from '../model/kernels.ts';
import { weightKey, type Weight } from '../model/network.ts';
import type { WeightTensors } from '../model/stage.ts';
import type { WeightSpec } from '../model/layers.ts';

const VARIABLE: Attributes = { types: { dtype: 'float32' } };
const ASSIGN: Attributes = { types: { dtype: 'float32' }, flags: { validate_shape: false } };
/** TensorFlow's name for variables that live as long as their handle. */
const ANONYMOUS = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347';

/** Weights (or their moments) as variables of the TensorFlow library, which its kernels update in place. */
export class Variables {
  readonly #handles = new Map<string, DeviceTensor>();
  readonly #specs: readonly WeightSpec[];

  constructor(
    private readonly kernels: Kernels,
    weights: readonly Weight[],
  ) {
    this.#specs = weights.map(({ layer, name, shape }) => ({ layer, name, shape }));
    for (const weight of weights) this.#handles.set(weightKey(weight), this.#create(weight));
  }

  handle(key: string): DeviceTensor {
    const handle = this.#handles.get(key);
    if (handle === undefined) throw new Error(`there is no variable ${key}`);
    return handle;
  }

  /** The present value as a tensor, which shares the variable's memory until this is updated. */
  read(key: string): DeviceTensor {
    return this.kernels.run('ReadVariableOp', VARIABLE, [this.handle(key)]);
  }

  assign(key: string, value: DeviceTensor): void {
    this.kernels.runMany('AssignVariableOp', ASSIGN, [this.handle(key), value], 0);
  }

  subtract(key: string, value: DeviceTensor): void {
    this.kernels.runMany('AssignSubVariableOp', VARIABLE, [this.handle(key), value], 0);
  }

  /** The present values as tensors, which share the variables' memory until these are updated. Freed by the caller's `tidy`. */
  tensors(): WeightTensors {
    const result = new Map<string, DeviceTensor>();
    for (const key of this.#handles.keys()) result.set(key, this.read(key));
    return result;
  }

  /** The present values, copied. */
  values(): Weight[] {
    return this.#specs.map((spec) => {
      const tensor = this.read(weightKey(spec));
      const values = this.kernels.read(tensor);
      this.kernels.free(tensor);
      return { ...spec, values };
    });
  }

  dispose(): void {
    this.kernels.free(...this.#handles.values());
    this.#handles.clear();
  }

  #create({ shape, values }: Weight): DeviceTensor {
    const { kernels } = this;
    const handle = kernels.run(
      'VarHandleOp',
      { ...VARIABLE, strings: { container: '', shared_name: ANONYMOUS }, shapes: { shape } },
      [],
    );
    // A copy, because the library takes over the array's memory and updates it in place.
    const initial = kernels.tensor(values.slice(), shape);
    kernels.runMany('AssignVariableOp', ASSIGN, [handle, initial], 0);
    kernels.free(initial);
    return handle;
  }
}
