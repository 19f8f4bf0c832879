/** What tests of linear algebra on the GPU share. */
import * as np from 'numgrad';
import { tensor } from './near.ts';

export const DTYPES = ['float32', 'complex64'] as const;
export type DType = (typeof DTYPES)[number];
export const EPS = 2 ** -23;
/** Milliseconds that a test of many kernels may take: drivers in software compile them slowly. */
export const LIMIT = 300_000;

export const wide = (a: np.ArrayLike): np.NDArray => np.asarray(a).astype('complex128') as np.NDArray;
export const adjoint = (a: np.NDArray): np.NDArray => np.conj(np.swapaxes(a, -1, -2)) as np.NDArray;
export const product = (a: np.NDArray, b: np.NDArray): np.NDArray =>
  np.matmul(wide(a), wide(b)) as np.NDArray;
export const largest = (a: np.NDArray): number => (a.size === 0 ? 0 : Number(np.max(np.abs(a))));
export const array = async (x: unknown): Promise<np.NDArray> => (await tensor(x).array()) as np.NDArray;
