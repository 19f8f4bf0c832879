/** NumPy's functions without the methods of arrays, for small bundles: `import { add } from 'numgrad/functions'`. */
export { Complex } from './array/complex.ts';
export * from './array/errors.ts';
export type { ArrayOrScalar } from './array/ndarray.ts';
export { NDArray } from './array/ndarray.ts';
export type { ArrayLike } from './ops/asarray.ts';
export { kernels } from './device/kernels.ts';
export * from './np/constants.ts';
export * from './np/dtypes.ts';
export * from './np/limits.ts';
export * from './np/printing.ts';
export * from './np/ufuncs.ts';
