/** NumPy's functions without the methods of arrays, for small bundles: `import { add } from 'numgrad/functions'`. */
export { Complex } from './array/complex.ts';
export {
  AttributeError,
  AxisError,
  BufferError,
  IndexError,
  KeyError,
  LinAlgError,
  MemoryError,
  OverflowError,
  RuntimeError,
  StopIteration,
  ValueError,
  ZeroDivisionError,
} from './array/errors.ts';
export type { ArrayOrScalar } from './array/ndarray.ts';
export { NDArray } from './array/ndarray.ts';
export type { ArrayLike } from './ops/asarray.ts';
export { kernels } from './device/kernels.ts';
export * from './np/constants.ts';
export * from './np/dtypes.ts';
export * from './np/limits.ts';
export * from './np/printing.ts';
export * from './np/ufuncs.ts';
export * from './np/complex.ts';
export * from './np/creation/index.ts';
export { save, savez, savez_compressed } from './np/io/save.ts';
export { load } from './np/io/load.ts';
export { NpzFile } from './np/io/npz.ts';
export type { Npz } from './np/io/npz.ts';
export { frombuffer } from './np/io/frombuffer.ts';
export { fromiter } from './np/io/fromiter.ts';
export { slice } from './array/slice.ts';
export * from './np/shape/index.ts';
export * from './np/statistics/index.ts';
export * from './np/products/index.ts';
export * from './np/sorting/index.ts';
export * from './np/sets/index.ts';
export * from './np/indexing/index.ts';
export * from './np/numeric/index.ts';
export * from './np/iteration/index.ts';
export * as lib from './np/lib/index.ts';
export * from './np/memory.ts';
export * from './np/functional/index.ts';
export * as fft from './np/fft/index.ts';
export * as linalg from './np/linalg/index.ts';
