import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../../main/engine/model/backend.ts';
import { Kernels, type DeviceTensor } from '../../../main/engine/model/kernels.ts';
import * as ops from '../../../main/engine/model/operations.ts';

let kernels: Kernels;

beforeAll(async () => {
  kernels = new Kernels(await loadBackend());
});

describe('Kernels.tidy', () => {
  it('frees what was made within, except what is returned', () => {
    const before = kernels.tensorCount;
    const sum = kernels.tidy(() =>
      ops.add(
        kernels,
        kernels.scalar(1),
        kernels.tidy(() => kernels.scalar(2)),
      ),
    );
    expect(kernels.tensorCount).toBe(before + 1);
    expect(kernels.read(sum)).toEqual(Float32Array.of(3));
    kernels.free(sum);
    expect(kernels.tensorCount).toBe(before);
  });

  it('frees everything when the work fails', () => {
    const before = kernels.tensorCount;
    const fail = (): DeviceTensor => {
      kernels.scalar(1);
      return kernels.run('NoSuchKernel', {}, []);
    };
    expect(() => kernels.tidy(fail)).toThrow(/NoSuchKernel/);
    expect(kernels.tensorCount).toBe(before);
  });

  it('leaves what was made outside alone, also when it is returned', () => {
    const outside = kernels.scalar(5);
    kernels.tidy(() => {
      kernels.tidy(() => outside);
      return undefined;
    });
    expect(kernels.read(outside)).toEqual(Float32Array.of(5));
    kernels.free(outside);
  });
});

it('keeps the shape of tensors, also of a reshaped one', () => {
  const matrix = kernels.tensor(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
  const reshaped = kernels.reshape(matrix, [3, 2]);
  expect([matrix.shape, reshaped.shape]).toEqual([
    [2, 3],
    [3, 2],
  ]);
  expect(kernels.read(reshaped)).toEqual(kernels.read(matrix));
  kernels.free(matrix, reshaped);
});
