/** Sums, products, quotients and their kin. */
import * as arithmetic from '../../ops/ufuncs/arithmetic.ts';
import { binary, unary } from '../ufunc/make.ts';

/**
 * The sum `x1 + x2`; of bools their logical or.
 *
 * @param x1 - numbers of any kind, and bools.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @example
 * np.add([1, 2], [[10], [20]]); // [[11. 12.] [21. 22.]]
 */
export const add = /* @__PURE__ */ binary(arithmetic.add);

/**
 * The difference `x1 - x2`.
 *
 * @param x1 - numbers of any kind.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @throws TypeError for two bools.
 * @example
 * np.subtract([5, 7], 2); // [3. 5.]
 */
export const subtract = /* @__PURE__ */ binary(arithmetic.subtract);

/**
 * The product `x1 * x2`; of bools their logical and.
 *
 * @param x1 - numbers of any kind, and bools.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @example
 * np.multiply([1, 2, 3], [4, 5, 6]); // [ 4. 10. 18.]
 */
export const multiply = /* @__PURE__ */ binary(arithmetic.multiply);

/**
 * The quotient `x1 / x2`; of integers and bools it is a float64. A float divided by zero is infinite or NaN.
 *
 * @param x1 - numbers of any kind, and bools.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @example
 * np.divide([1, -1, 0], 0); // [ inf -inf nan]
 */
export const divide = /* @__PURE__ */ binary(arithmetic.divide);

/** Another name of {@link divide}. */
export const true_divide = divide;

/**
 * The number with the other sign; of unsigned integers the complement that wraps around.
 *
 * @param x - numbers of any kind.
 * @throws TypeError for bools.
 * @example
 * np.negative([1, -2]); // [-1. 2.]
 */
export const negative = /* @__PURE__ */ unary(arithmetic.negative);

/**
 * The number itself, copied.
 *
 * @param x - numbers of any kind.
 * @throws TypeError for bools.
 * @example
 * np.positive([1, -2]); // [ 1. -2.]
 */
export const positive = /* @__PURE__ */ unary(arithmetic.positive);

/**
 * The complex conjugate: the imaginary part has the other sign.
 *
 * @param x - numbers of any kind.
 * @example
 * np.conjugate([new np.Complex(1, 2)]); // [1.-2.j]
 */
export const conjugate = /* @__PURE__ */ unary(arithmetic.conjugate);

/** Another name of {@link conjugate}. */
export const conj = conjugate;

/**
 * The square `x * x`.
 *
 * @param x - numbers of any kind.
 * @example
 * np.square([-2, 3]); // [4. 9.]
 */
export const square = /* @__PURE__ */ unary(arithmetic.square);

/**
 * The absolute value, as a float.
 *
 * @param x - real numbers; integers are taken as floats.
 * @throws TypeError for complex numbers.
 * @example
 * np.fabs(np.array([-1n, 2n])); // [1. 2.]
 */
export const fabs = /* @__PURE__ */ unary(arithmetic.fabs);

/**
 * One divided by the number. Of an integer it is an integer: 0 beyond 1 and -1.
 *
 * @param x - numbers of any kind.
 * @example
 * np.reciprocal([2, 4]); // [0.5 0.25]
 */
export const reciprocal = /* @__PURE__ */ unary(arithmetic.reciprocal);

/**
 * The greater of two; NaN if one of them is NaN. Complex numbers compare by real, then imaginary part.
 *
 * @param x1 - numbers of any kind, and bools.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @example
 * np.maximum([1, 5, NaN], 3); // [ 3. 5. nan]
 */
export const maximum = /* @__PURE__ */ binary(arithmetic.maximum);

/**
 * The smaller of two; NaN if one of them is NaN. Complex numbers compare by real, then imaginary part.
 *
 * @param x1 - numbers of any kind, and bools.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @example
 * np.minimum([1, 5, NaN], 3); // [ 1. 3. nan]
 */
export const minimum = /* @__PURE__ */ binary(arithmetic.minimum);

/**
 * The greater of two; the other one if one of them is NaN.
 *
 * @param x1 - numbers of any kind, and bools.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @example
 * np.fmax([1, 5, NaN], 3); // [3. 5. 3.]
 */
export const fmax = /* @__PURE__ */ binary(arithmetic.fmax);

/**
 * The smaller of two; the other one if one of them is NaN.
 *
 * @param x1 - numbers of any kind, and bools.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @example
 * np.fmin([1, 5, NaN], 3); // [1. 3. 3.]
 */
export const fmin = /* @__PURE__ */ binary(arithmetic.fmin);
