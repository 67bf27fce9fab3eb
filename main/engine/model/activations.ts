import type { DeviceTensor, Kernels } from './kernels.ts';
import type { Activation } from './layers.ts';
import * as ops from './operations.ts';

export function activate(kernels: Kernels, kind: Activation, x: DeviceTensor): DeviceTensor {
  switch (kind) {
    case 'linear':
      return x;
    case 'relu':
      return ops.relu(kernels, x);
    case 'softmax':
      return ops.softmax(kernels, x);
    case 'sigmoid':
      return ops.sigmoid(kernels, x);
  }
}

/** Whether there is a way back through it: softmax and sigmoid are a part of the loss here, not of what is trained. */
export function learnsThrough(kind: Activation): boolean {
  return kind === 'linear' || kind === 'relu';
}
