import { setImmediate as nextTurn } from 'node:timers/promises';
import { EngineError } from '../common/errors.ts';
import type { ClassName } from '../dataset/dataset.ts';
import { colourTable } from '../features/colour-map.ts';
import type { Recipe } from '../features/recipe.ts';
import type { Backend } from './backend.ts';
import { infer } from './graph.ts';
import { checkImageSize, ImageInput } from './image-input.ts';
import { Kernels, type DeviceTensor } from './kernels.ts';
import { lastActivation, outputKind, outputUnits, weightKey, type Network } from './network.ts';
import * as ops from './operations.ts';
import type { Predictor } from './predictor.ts';
import { planStages } from './stages.ts';

/** Images computed at once: few enough to leave the event loop free again soon, and for their intermediate values to stay small. */
const BATCH_SIZE = 32;

/**
 * Puts a network into TensorFlow's memory, ready to predict.
 * @throws EngineError `unsupported-model` when its input does not fit the recipe's images or its outputs the classes
 */
export function createPredictor(
  backend: Backend,
  network: Network,
  classes: readonly ClassName[],
  recipe: Recipe,
): Predictor {
  checkImageSize(network, { height: recipe.imageHeight, width: recipe.imageWidth, channels: 1 });
  const units = outputUnits(network);
  if (units !== classes.length) {
    throw new EngineError(
      'unsupported-model',
      `The model tells ${units} classes apart, but ${classes.length} class names go with it.`,
    );
  }
  const kernels = new Kernels(backend);
  const stages = planStages(kernels, network);
  const isProbability = ['softmax', 'sigmoid'].includes(lastActivation(network));
  const input = new ImageInput(kernels, network, colourTable(recipe.colourMap));
  const weights = new Map<string, DeviceTensor>();
  for (const weight of network.weights) weights.set(weightKey(weight), kernels.tensor(weight.values, weight.shape));

  const predictBatch = (images: Uint8Array, count: number): Float32Array => {
    const result = kernels.tidy(() => {
      const output = infer(kernels, stages, input.upload(images, count), weights);
      return isProbability ? output : ops.softmax(kernels, output);
    });
    const probabilities = kernels.read(result);
    kernels.free(result);
    return probabilities;
  };

  return {
    classes,
    recipe,
    outputs: outputKind(network),
    async predict(images, count) {
      const probabilities = new Float32Array(count * units);
      const size = count === 0 ? 0 : images.length / count;
      for (let start = 0; start < count; start += BATCH_SIZE) {
        const end = Math.min(start + BATCH_SIZE, count);
        probabilities.set(predictBatch(images.subarray(start * size, end * size), end - start), start * units);
        await nextTurn();
      }
      return probabilities;
    },
    dispose() {
      input.dispose();
      kernels.free(...weights.values());
      weights.clear();
    },
  };
}
