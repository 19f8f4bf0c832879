/** Shapes: reshaping, moving axes, broadcasting, joining, splitting. */
export { broadcast_arrays, broadcast_shapes, broadcast_to } from './broadcast.ts';
export { block, column_stack, concat, concatenate, dstack, hstack, stack, vstack } from './join.ts';
export { atleast_1d, atleast_2d, atleast_3d, expand_dims, ravel, reshape, squeeze } from './reshape.ts';
export { array_split, dsplit, hsplit, split, unstack, vsplit } from './split.ts';
export { matrix_transpose, moveaxis, permute_dims, rollaxis, swapaxes, transpose } from './transpose.ts';
export { append, delete_ as delete, insert, trim_zeros } from './edit.ts';
export { pad } from './pad.ts';
export { flip, fliplr, flipud, repeat, resize, roll, rot90, tile } from './rearrange.ts';
