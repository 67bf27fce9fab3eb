import { EngineError } from '../common/errors.ts';
import type { DeviceTensor, Kernels } from './kernels.ts';
import type { Rescaling } from './layers.ts';
import { leadingRescalings, type Architecture } from './network.ts';
import * as ops from './operations.ts';

/** The size of the images of a store. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

/**
 * Whether a network can be shown images of this size.
 * @throws EngineError `unsupported-model` saying what it takes instead
 */
export function checkImageSize({ name, inputShape }: Architecture, { height, width, channels }: ImageSize): void {
  const [modelHeight, modelWidth, modelChannels] = inputShape;
  if (modelHeight !== height || modelWidth !== width) {
    throw new EngineError(
      'unsupported-model',
      `The model ${name} takes images of ${modelHeight} x ${modelWidth} pixels, but these have ${height} x ${width}.`,
    );
  }
  if (modelChannels !== channels && modelChannels !== 3) {
    throw new EngineError(
      'unsupported-model',
      `The model ${name} takes images with ${modelChannels} channel(s), but these have ${channels}.`,
    );
  }
}

/**
 * Turns the bytes of images into what a network's layers take: gray ones coloured by a table where it sees RGB, rescaled
 * by the `Rescaling` layers it begins with. Of a table only the 256 entries need rescaling.
 */
export class ImageInput {
  readonly #table: DeviceTensor;
  readonly #rescalings: readonly Rescaling[];

  /** @param colourTable 256 times red, green, blue */
  constructor(
    private readonly kernels: Kernels,
    private readonly architecture: Architecture,
    colourTable: Uint8Array,
  ) {
    this.#rescalings = leadingRescalings(architecture);
    this.#table = kernels.tidy(() => this.#rescale(kernels.tensor(Float32Array.from(colourTable), [256, 3])));
  }

  /**
   * @param images bytes of `count` images, gray or RGB, which must not change until the result has been freed
   * @throws EngineError `unsupported-model` when the network cannot be shown them
   */
  upload(images: Uint8Array, count: number): DeviceTensor {
    const { kernels } = this;
    const [height, width, networkChannels] = this.architecture.inputShape;
    const channels = images.length === count * height * width ? 1 : 3;
    if (images.length !== count * height * width * channels) {
      throw new RangeError(`${images.length} bytes are not ${count} images of ${height} x ${width} pixels`);
    }
    checkImageSize(this.architecture, { height, width, channels });
    return kernels.tidy(() => {
      if (channels === networkChannels) {
        const bytes = kernels.tensor(images, [count, height, width, channels]);
        return this.#rescale(ops.byteToFloat(kernels, bytes));
      }
      const bytes = kernels.tensor(images, [count, height, width]);
      return ops.gatherRows(kernels, this.#table, ops.byteToIndex(kernels, bytes));
    });
  }

  dispose(): void {
    this.kernels.free(this.#table);
  }

  #rescale(x: DeviceTensor): DeviceTensor {
    return this.#rescalings.reduce((value, { scale, offset }) => ops.rescale(this.kernels, value, scale, offset), x);
  }
}
