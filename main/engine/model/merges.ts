import type { Kernels } from './kernels.ts';
import type { MergingLayer } from './layers.ts';
import * as ops from './operations.ts';
import type { Merge } from './stage.ts';

/** How a layer that takes several results is computed. */
export function mergeOf(kernels: Kernels, { kind }: MergingLayer): Merge {
  return kind === 'Add' ? addition(kernels) : concatenation(kernels);
}

function addition(kernels: Kernels): Merge {
  return {
    merge: ([first, ...others]) => {
      if (first === undefined) throw new Error('there is nothing to add');
      return kernels.tidy(() => others.reduce((sum, other) => ops.add(kernels, sum, other), first));
    },
    split: (gradient, inputs) => inputs.map(() => gradient),
  };
}

function concatenation(kernels: Kernels): Merge {
  const lengthOf = (shape: readonly number[]): number => shape[shape.length - 1] ?? 0;
  return {
    merge: (inputs) => ops.concatLast(kernels, ...inputs),
    split: (gradient, inputs) => {
      let begin = 0;
      return inputs.map(({ shape }) => {
        const part = ops.sliceLast(kernels, gradient, begin, lengthOf(shape));
        begin += lengthOf(shape);
        return part;
      });
    },
  };
}
