import type { ClassName } from '../dataset/dataset.ts';
import type { Recipe } from '../features/recipe.ts';
import type { OutputKind } from './output-kind.ts';

/** A trained network with what is needed to use it: its classes and the recipe its images are made by. */
export interface Predictor {
  /** In the order of the network's outputs. */
  readonly classes: readonly ClassName[];
  readonly recipe: Recipe;
  readonly outputs: OutputKind;
  /**
   * @param images `count` images after each other, bytes as `ImageStore.read` gives them (gray or RGB)
   * @returns `count * classes.length` probabilities, those of one image together; with softmax they sum to 1
   */
  predict(images: Uint8Array, count: number): Promise<Float32Array>;
  /** Frees the network's memory. The predictor is of no use afterwards. */
  dispose(): void;
}
