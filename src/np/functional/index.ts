/** Functional programming: JavaScript functions over arrays. */
export { apply_along_axis, apply_over_axes } from './apply.ts';
export type { ElementFunction } from './elementwise.ts';
export { frompyfunc } from './frompyfunc.ts';
export type { FromPyFuncOptions, PyFuncUFunc } from './frompyfunc.ts';
export { piecewise } from './piecewise.ts';
export type { Piece } from './piecewise.ts';
export { vectorize } from './vectorize.ts';
export type { VectorizedFunction, VectorizeOptions } from './vectorize.ts';
