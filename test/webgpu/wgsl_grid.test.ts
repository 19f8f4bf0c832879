/** Grid kernels printed as WGSL: the control flow, memory and places of a grid. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { func, k } from '../../src/kernel/build.ts';
import { at, gridKernel } from '../../src/kernel/grid.ts';
import { buildGridMap } from '../../src/kernel/grid/map.ts';
import { v } from '../../src/kernel/value.ts';
import { openDevice } from './device.ts';
import { launch } from './wgsl_launch.ts';

let device: GPUDevice;
beforeAll(async () => {
  device = await openDevice();
});
afterAll(() => device.destroy());

const words = (n: number, at: (i: number) => number = () => 0): Uint32Array<ArrayBuffer> =>
  Uint32Array.from({ length: n }, (_, i) => at(i));
const bitsOf = (x: Float32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> => new Uint32Array(x.buffer);

test('a map of strided float32 elements and a scalar', async () => {
  const operand = { element: 'f32', stride: 'strided' } as const;
  const kernel = buildGridMap({
    name: 'add',
    rank: 2,
    buffers: 2,
    leaves: [{ ...operand, buffer: 0 }],
    scalars: ['f32'],
    results: [{ element: 'f32', stride: 'dense', buffer: 1, whole: true, loop: 'f32' }],
    masked: false,
    value: ([x], [y]) => [v.add(x!, v.mul(x!, y!))],
  });
  const x = Float32Array.from({ length: 600 }, (_, i) => i / 8);
  // A transposed 20 by 30 matrix, and then times three.
  const params = [600, 20, 0, 30, 1, 0, 0x40000000];
  const [, result] = await launch(device, kernel, [bitsOf(x), words(600)], params, 3);
  const expected = Float32Array.from({ length: 600 }, (_, i) => 3 * x[30 * (i % 20) + Math.floor(i / 20)]!);
  expect(new Float32Array(result!.buffer)).toEqual(expected);
});
