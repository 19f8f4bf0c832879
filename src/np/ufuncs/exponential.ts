/** Exponentials, logarithms and roots. */
import * as elementary from '../../ops/ufuncs/elementary.ts';
import * as floating from '../../ops/ufuncs/floating.ts';
import { binary, unary } from '../ufunc/make.ts';

/**
 * e to the power of the number.
 *
 * @param x - real or complex numbers; integers are taken as floats.
 * @example
 * np.exp([0, 1]); // [1. 2.71828183]
 */
export const exp = /* @__PURE__ */ unary(elementary.exp);

/**
 * 2 to the power of the number.
 *
 * @param x - real or complex numbers; integers are taken as floats.
 * @example
 * np.exp2([0, 1, 3]); // [1. 2. 8.]
 */
export const exp2 = /* @__PURE__ */ unary(elementary.exp2);

/**
 * `exp(x) - 1`, exact where `exp(x)` is close to 1.
 *
 * @param x - real or complex numbers; integers are taken as floats.
 * @example
 * np.expm1(1e-10); // 1.00000000005e-10
 */
export const expm1 = /* @__PURE__ */ unary(elementary.expm1);

/**
 * The natural logarithm. Of 0 it is -infinity, of real numbers below 0 NaN; of complex ones the imaginary part lies
 * from -pi to pi.
 *
 * @param x - real or complex numbers; integers are taken as floats.
 * @example
 * np.log([1, Math.E, 0, -1]); // [ 0. 1. -inf nan]
 */
export const log = /* @__PURE__ */ unary(elementary.log);

/**
 * The logarithm to base 2, exact for powers of 2.
 *
 * @param x - real or complex numbers; integers are taken as floats.
 * @example
 * np.log2([1, 8, 0.25]); // [ 0. 3. -2.]
 */
export const log2 = /* @__PURE__ */ unary(elementary.log2);

/**
 * The logarithm to base 10.
 *
 * @param x - real or complex numbers; integers are taken as floats.
 * @example
 * np.log10([1, 1000, 0.01]); // [ 0. 3. -2.]
 */
export const log10 = /* @__PURE__ */ unary(elementary.log10);

/**
 * `log(1 + x)`, exact where x is small.
 *
 * @param x - real or complex numbers; integers are taken as floats.
 * @example
 * np.log1p(1e-10); // 9.999999999500001e-11
 */
export const log1p = /* @__PURE__ */ unary(elementary.log1p);

/**
 * The square root; of real numbers below 0 NaN, of complex ones the root whose real part is not negative.
 *
 * @param x - real or complex numbers; integers are taken as floats.
 * @example
 * np.sqrt([4, 2]); // [2. 1.41421356]
 * np.sqrt([new np.Complex(-4, 0)]); // [0.+2.j]
 */
export const sqrt = /* @__PURE__ */ unary(elementary.sqrt);

/**
 * The cube root, with the sign of the number.
 *
 * @param x - real numbers; integers are taken as floats.
 * @throws TypeError for complex numbers.
 * @example
 * np.cbrt([27, -8]); // [ 3. -2.]
 */
export const cbrt = /* @__PURE__ */ unary(floating.cbrt);

/**
 * `log(exp(x1) + exp(x2))`, without overflow in between.
 *
 * @param x1 - real numbers; integers are taken as floats.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @throws TypeError for complex numbers.
 * @example
 * np.logaddexp(1000, 1000); // 1000.6931471805599
 */
export const logaddexp = /* @__PURE__ */ binary(floating.logaddexp);

/**
 * `log2(2^x1 + 2^x2)`, without overflow in between.
 *
 * @param x1 - real numbers; integers are taken as floats.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @throws TypeError for complex numbers.
 * @example
 * np.logaddexp2(1000, 1000); // 1001
 */
export const logaddexp2 = /* @__PURE__ */ binary(floating.logaddexp2);
