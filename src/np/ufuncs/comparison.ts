/** Comparisons, logic and tests of floats: all give bools. */
import * as comparison from '../../ops/ufuncs/comparison.ts';
import { binary, unary } from '../ufunc/make.ts';

/**
 * Whether `x1 == x2`. NaN equals nothing; int64 and uint64 compare exactly.
 *
 * @param x1 - numbers of any kind, and bools.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @example
 * np.equal([1, 2, NaN], [1, 3, NaN]); // [ True False False]
 */
export const equal = /* @__PURE__ */ binary(comparison.equal);

/**
 * Whether `x1 != x2`. NaN differs from everything.
 *
 * @param x1 - numbers of any kind, and bools.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @example
 * np.not_equal([1, 2, NaN], [1, 3, NaN]); // [False True True]
 */
export const not_equal = /* @__PURE__ */ binary(comparison.not_equal);

/**
 * Whether `x1 < x2`; false for NaN. Complex numbers compare by real, then imaginary part.
 *
 * @param x1 - numbers of any kind, and bools.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @example
 * np.less([1, 2, 3], 2); // [ True False False]
 */
export const less = /* @__PURE__ */ binary(comparison.less);

/**
 * Whether `x1 <= x2`; false for NaN. Complex numbers compare by real, then imaginary part.
 *
 * @param x1 - numbers of any kind, and bools.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @example
 * np.less_equal([1, 2, 3], 2); // [ True True False]
 */
export const less_equal = /* @__PURE__ */ binary(comparison.less_equal);

/**
 * Whether `x1 > x2`; false for NaN. Complex numbers compare by real, then imaginary part.
 *
 * @param x1 - numbers of any kind, and bools.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @example
 * np.greater([1, 2, 3], 2); // [False False True]
 */
export const greater = /* @__PURE__ */ binary(comparison.greater);

/**
 * Whether `x1 >= x2`; false for NaN. Complex numbers compare by real, then imaginary part.
 *
 * @param x1 - numbers of any kind, and bools.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @example
 * np.greater_equal([1, 2, 3], 2); // [False True True]
 */
export const greater_equal = /* @__PURE__ */ binary(comparison.greater_equal);

/**
 * Whether both are true, that is, not zero.
 *
 * @param x1 - numbers of any kind, and bools.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @example
 * np.logical_and([0, 1, 2], [1, 1, 0]); // [False True False]
 */
export const logical_and = /* @__PURE__ */ binary(comparison.logical_and);

/**
 * Whether at least one is true, that is, not zero.
 *
 * @param x1 - numbers of any kind, and bools.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @example
 * np.logical_or([0, 1, 0], [1, 1, 0]); // [ True True False]
 */
export const logical_or = /* @__PURE__ */ binary(comparison.logical_or);

/**
 * Whether exactly one is true, that is, not zero.
 *
 * @param x1 - numbers of any kind, and bools.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @example
 * np.logical_xor([0, 1, 0], [1, 1, 0]); // [ True False False]
 */
export const logical_xor = /* @__PURE__ */ binary(comparison.logical_xor);

/**
 * Whether the number is zero.
 *
 * @param x - numbers of any kind, and bools.
 * @example
 * np.logical_not([0, 1, NaN]); // [ True False False]
 */
export const logical_not = /* @__PURE__ */ unary(comparison.logical_not);

/**
 * Whether a number, or a part of a complex one, is NaN.
 *
 * @param x - numbers of any kind, and bools.
 * @example
 * np.isnan([1, NaN, Infinity]); // [False True False]
 */
export const isnan = /* @__PURE__ */ unary(comparison.isnan);

/**
 * Whether a number, or a part of a complex one, is infinite.
 *
 * @param x - numbers of any kind, and bools.
 * @example
 * np.isinf([1, NaN, -Infinity]); // [False False True]
 */
export const isinf = /* @__PURE__ */ unary(comparison.isinf);

/**
 * Whether a number, with both parts of a complex one, is neither infinite nor NaN.
 *
 * @param x - numbers of any kind, and bools.
 * @example
 * np.isfinite([1, NaN, Infinity]); // [ True False False]
 */
export const isfinite = /* @__PURE__ */ unary(comparison.isfinite);

/**
 * Whether the sign bit is set: true for numbers below zero, and for -0.
 *
 * @param x - real numbers; integers are taken as floats.
 * @throws TypeError for complex numbers.
 * @example
 * np.signbit([-1, -0, 0]); // [ True True False]
 */
export const signbit = /* @__PURE__ */ unary(comparison.signbit);
