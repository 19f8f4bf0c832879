/** Numeric functions of arrays: closeness, rounding, differences, interpolation, convolution. */
export { allclose, array_equal, array_equiv, isclose } from './closeness.ts';
export { convolve, correlate } from './convolution.ts';
export { diff, ediff1d, gradient, trapezoid, unwrap } from './differences.ts';
export { interp } from './interpolation.ts';
export { iscomplex, isneginf, isposinf, isreal, isscalar, ndim, shape, size } from './kinds.ts';
export { around, clip, fix, nan_to_num, real_if_close, round } from './rounding.ts';
export { cross, i0, sinc } from './special.ts';
