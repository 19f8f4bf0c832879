/** Creating arrays. */
export {
  array,
  asanyarray,
  astype,
  asarray,
  asarray_chkfinite,
  ascontiguousarray,
  asfortranarray,
  copy,
} from './array.ts';
export { empty, empty_like, full, full_like, ones, ones_like, zeros, zeros_like } from './filled.ts';
export type { ShapeLike } from './filled.ts';
export { ndarray } from './ndarray.ts';
export { arange, geomspace, linspace, logspace } from './ranges.ts';
export { fromfunction, indices, meshgrid, require } from './grids.ts';
export { diag, diagflat, eye, identity, tri, tril, triu } from './matrices.ts';
