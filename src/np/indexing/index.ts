/** Choosing elements, writing to them, and making indices. */
export type { ClipMode } from './arguments.ts';
export {
  argwhereAsync,
  compressAsync,
  extractAsync,
  flatnonzeroAsync,
  getAsync,
  nonzeroAsync,
} from './async.ts';
export { choose, select, where } from './choose.ts';
export { ix_ } from './cross.ts';
export { diag_indices, diag_indices_from, diagonal, fill_diagonal } from './diagonal.ts';
export { mgrid, ogrid } from './grids.ts';
export { c_, r_ } from './join.ts';
export { argwhere, flatnonzero, nonzero } from './nonzero.ts';
export { copyto, place, put, put_along_axis, putmask } from './put.ts';
export { ravel_multi_index, unravel_index } from './ravel_index.ts';
export { index_exp, s_ } from './slices.ts';
export { compress, extract, take, take_along_axis } from './take.ts';
export {
  mask_indices,
  tril_indices,
  tril_indices_from,
  triu_indices,
  triu_indices_from,
} from './triangles.ts';
