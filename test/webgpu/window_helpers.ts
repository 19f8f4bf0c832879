/** Calls on both devices, compared. */
import { expect } from 'vitest';
import * as np from 'numgrad';
import { random } from './near.ts';

type Arrays = readonly np.NDArray[];
type Call = (arrays: Arrays) => np.NDArray;

/** Checks that an array has the shape and dtype of another, and values that are as large apart as `tolerance` of the largest. */
export function closeTo(actual: np.NDArray, expected: np.NDArray, tolerance: number): void {
  expect(actual.shape).toEqual(expected.shape);
  expect(actual.dtype).toBe(expected.dtype);
  const [a, b] = [actual, expected].map((x) => np.ravel(x).astype('float64').tolist() as number[]);
  const scale = b.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 1);
  const apart = b.findIndex(
    (x, i) => !(Object.is(x, a[i]) || x === a[i] || Math.abs(x - a[i]) <= tolerance * scale),
  );
  if (apart >= 0) throw new Error(`element ${apart} of [${expected.shape}] is ${a[apart]}, not ${b[apart]}`);
}

/** Calls a function with arrays on the processor and on the GPU, and compares. */
export async function onBoth(arrays: Arrays, call: Call, tolerance = 1e-5): Promise<void> {
  const expected = call(arrays);
  const result = call(
    arrays.map((a) => np.tensor(a, { device: 'webgpu', dtype: a.dtype.name as 'float32' })),
  );
  expect((result as np.Tensor).device).toBe('webgpu');
  closeTo(await (result as np.Tensor).array(), expected, tolerance);
}

/** Compares results for arrays of random numbers, and the gradients of all of them. */
export async function gradients(
  shapes: readonly (readonly number[])[],
  call: Call,
  { dtype = 'float32', tolerance = 2e-5 }: { dtype?: string; tolerance?: number } = {},
): Promise<void> {
  const draw = (shape: readonly number[]): np.NDArray => random(shape, dtype);
  const arrays = shapes.map(draw);
  const leaves = (device: 'cpu' | 'webgpu'): np.Tensor[] =>
    arrays.map((a) => np.tensor(a, { device, dtype: dtype as 'float32', requiresGrad: true }));
  const [host, gpu] = [leaves('cpu'), leaves('webgpu')];
  const [expected, result] = [host, gpu].map((x) => call(x) as np.Tensor);
  expect(result.device).toBe('webgpu');
  closeTo(await result.array(), expected.detach(), tolerance);
  const seed = draw(expected.shape);
  expected.backward(seed);
  result.backward(np.tensor(seed, { device: 'webgpu', dtype: dtype as 'float32' }));
  for (let i = 0; i < arrays.length; i++) {
    expect(gpu[i].grad!.device).toBe('webgpu');
    closeTo(await gpu[i].grad!.array(), host[i].grad!, 2 * tolerance);
  }
}
