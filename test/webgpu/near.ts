/** What tests of primitives on the GPU share: the device, arrays on it, and comparisons with the processor. */
import { expect } from 'vitest';
import * as np from 'numgrad';

export async function openGpu(): Promise<void> {
  await np.device('webgpu');
}

export async function closeGpu(): Promise<void> {
  (await np.device('webgpu')).gpu.dispose();
}

/** The array as a tensor on the GPU, in its dtype. */
export const onGpu = (a: np.NDArray, requiresGrad = false): np.Tensor =>
  np.tensor(a, { dtype: a.dtype.name as 'float32', device: 'webgpu', requiresGrad });

/** The same on the processor: a tensor keeps its dtype where an array's total is a number of JavaScript. */
export const onCpu = (a: np.NDArray, requiresGrad = false): np.Tensor =>
  np.tensor(a, { dtype: a.dtype.name as 'float32', requiresGrad });

export const tensor = (x: unknown): np.Tensor => {
  expect(x).toBeInstanceOf(np.Tensor);
  expect((x as np.Tensor).device).toBe('webgpu');
  return x as np.Tensor;
};

const generator = new np.Generator(7);
const uniform = (shape: readonly number[]): np.NDArray =>
  np.rand([...shape], { generator, dtype: 'float64' }).numpy() as np.NDArray;

/** Numbers between -4 and 4; small integers in integer dtypes. */
export function random(shape: readonly number[], dtype = 'float32'): np.NDArray {
  const numbers = np.multiply(np.subtract(uniform(shape), 0.5), 8) as np.NDArray;
  if (dtype === 'bool') return np.greater(numbers, 0) as np.NDArray;
  if (dtype === 'complex64')
    return (np.add(numbers, np.multiply(uniform(shape), new np.Complex(0, 1))) as np.NDArray).astype(
      dtype,
    ) as np.NDArray;
  const own = dtype[0] === 'u' ? (np.abs(numbers) as np.NDArray) : numbers;
  return own.astype(dtype as 'float32') as np.NDArray;
}

type View = (a: np.NDArray) => np.NDArray;

/** Arrays of three axes seen in other ways. */
export const views: Readonly<Record<string, View>> = {
  whole: (a) => a,
  transposed: (a) => a.T,
  turned: (a) => np.transpose(a, [1, 2, 0]),
  reversed: (a) => a.get('::-1, :, ::-1') as np.NDArray,
  stepped: (a) => a.get('1:, ::3, ::2') as np.NDArray,
  stretched: (a) => np.broadcast_to(a.get('0:1, :, 0:1') as np.NDArray, [3, a.shape[1], 4]) as np.NDArray,
};

const EPS: Readonly<Record<string, number>> = { float16: 2 ** -10, float32: 2 ** -23, complex64: 2 ** -23 };

/** The first places where arrays differ by more than `allowed`, with both values. */
function differences(got: np.NDArray, want: np.NDArray, rtol: number, atol: number): unknown[] {
  const same = np.isclose(got.astype('complex128'), want.astype('complex128'), {
    rtol,
    atol,
    equal_nan: true,
  }) as unknown as np.NDArray;
  const places = np.argwhere(np.logical_not(same)).tolist() as unknown as number[][];
  return places.slice(0, 4).map((place) => ({ place, got: got.get(...place), want: want.get(...place) }));
}

/** Equal, or for floats within some units in the last place of the largest number. */
export function expectClose(got: np.NDArray, want: np.NDArray, ulps: number, what = ''): void {
  expect(got.shape, what).toEqual(want.shape);
  if (got.dtype.kind !== 'i') expect(got.dtype.name, what).toBe(want.dtype.name);
  const eps = ulps * (EPS[got.dtype.name] ?? 0);
  const finite = np.where(np.isfinite(want), np.abs(want), 0) as np.NDArray;
  const size = want.size === 0 ? 0 : Number(np.max(finite));
  expect(differences(got, want, eps, eps * size), what).toEqual([]);
}
