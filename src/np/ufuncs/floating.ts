/** Magnitude and sign, and the parts that a float consists of. */
import * as floating from '../../ops/ufuncs/floating.ts';
import { binary, unary, unaryPair } from '../ufunc/make.ts';

/**
 * The absolute value; of a complex number its length, a float. The least signed integer has none and stays.
 *
 * @param x - numbers of any kind, and bools.
 * @example
 * np.absolute([-1.5, 2]); // [1.5 2. ]
 * np.absolute([new np.Complex(3, 4)]); // [5.]
 */
export const absolute = /* @__PURE__ */ unary(floating.absolute);

/** Another name of {@link absolute}. */
export const abs = absolute;

/**
 * -1, 0 or 1 by the sign, NaN for NaN; of a complex number `x / abs(x)`.
 *
 * @param x - numbers of any kind.
 * @throws TypeError for bools.
 * @example
 * np.sign([-3, 0, 5]); // [-1. 0. 1.]
 */
export const sign = /* @__PURE__ */ unary(floating.sign);

/**
 * 0 where `x1` is below zero, `x2` where it is zero, 1 above.
 *
 * @param x1 - real numbers; integers are taken as floats.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @throws TypeError for complex numbers.
 * @example
 * np.heaviside([-1, 0, 2], 0.5); // [0. 0.5 1. ]
 */
export const heaviside = /* @__PURE__ */ binary(floating.heaviside);

/**
 * The magnitude of `x1` with the sign of `x2`.
 *
 * @param x1 - real numbers; integers are taken as floats.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @throws TypeError for complex numbers.
 * @example
 * np.copysign([1, -2], -5); // [-1. -2.]
 */
export const copysign = /* @__PURE__ */ binary(floating.copysign);

/**
 * The float next to `x1` towards `x2`.
 *
 * @param x1 - real numbers; integers are taken as floats.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @throws TypeError for complex numbers.
 * @example
 * np.nextafter(1, 2); // 1.0000000000000002
 */
export const nextafter = /* @__PURE__ */ binary(floating.nextafter);

/**
 * The distance to the next float away from zero, with the sign of the number.
 *
 * @param x - real numbers; integers are taken as floats.
 * @throws TypeError for complex numbers.
 * @example
 * np.spacing([1, -1]); // [ 2.22044605e-16 -2.22044605e-16]
 */
export const spacing = /* @__PURE__ */ unary(floating.spacing);

/**
 * The mantissa, from 1/2 to 1 in magnitude, and the int32 exponent of 2 that make up the number.
 *
 * @param x - real numbers; integers are taken as floats.
 * @throws TypeError for complex numbers.
 * @example
 * np.frexp([8, 0.75]); // [[0.5 0.75], [4 0]]
 */
export const frexp = /* @__PURE__ */ unaryPair(floating.frexp);

/**
 * `x1 * 2**x2` for an integer `x2`: what `frexp` takes apart.
 *
 * @param x1 - real numbers; integers are taken as floats.
 * @param x2 - integers, of a shape that broadcasts with that of `x1`.
 * @throws TypeError for complex numbers or a power that is no integer.
 * @example
 * np.ldexp([0.5, 0.75], np.array([4n, 0n])); // [8. 0.75]
 */
export const ldexp = /* @__PURE__ */ binary(floating.ldexp);

/**
 * The fraction and the whole part, each with the sign of the number.
 *
 * @param x - real numbers; integers are taken as floats.
 * @throws TypeError for complex numbers.
 * @example
 * np.modf([2.5, -0.25]); // [[ 0.5 -0.25], [ 2. -0.]]
 */
export const modf = /* @__PURE__ */ unaryPair(floating.modf);
