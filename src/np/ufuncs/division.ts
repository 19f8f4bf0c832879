/** Division with a remainder, powers, common divisors. */
import * as division from '../../ops/ufuncs/division.ts';
import { binary, binaryPair } from '../ufunc/make.ts';

/**
 * The greatest whole number that is not above `x1 / x2`. An integer divided by zero is 0.
 *
 * @param x1 - real numbers.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @throws TypeError for complex numbers.
 * @example
 * np.floor_divide([7, -7], 2); // [ 3. -4.]
 */
export const floor_divide = /* @__PURE__ */ binary(division.floor_divide);

/**
 * What `floor_divide` leaves, with the divisor's sign: Python's `%`. An integer divided by zero leaves 0.
 *
 * @param x1 - real numbers.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @throws TypeError for complex numbers.
 * @example
 * np.remainder([7, -7], 3); // [1. 2.]
 */
export const remainder = /* @__PURE__ */ binary(division.remainder);

/** Another name of {@link remainder}. */
export const mod = remainder;

/**
 * What division towards zero leaves, with the dividend's sign: C's `fmod`, JavaScript's `%`.
 *
 * @param x1 - real numbers.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @throws TypeError for complex numbers.
 * @example
 * np.fmod([7, -7], 3); // [ 1. -1.]
 */
export const fmod = /* @__PURE__ */ binary(division.fmod);

/**
 * `floor_divide` and `remainder` at once.
 *
 * @param x1 - real numbers.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @throws TypeError for complex numbers.
 * @example
 * np.divmod(np.array([7, -7]), 2); // [[ 3. -4.], [1. 1.]]
 */
export const divmod = /* @__PURE__ */ binaryPair(division.divmod);

/**
 * `x1` to the power of `x2`. Integers give integers, which wrap around.
 *
 * @param x1 - numbers of any kind.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @throws ValueError for a negative integer power of integers.
 * @example
 * np.power([1, 2, 3], 2); // [1. 4. 9.]
 */
export const power = /* @__PURE__ */ binary(division.power);

/** Another name of {@link power}. */
export const pow = power;

/**
 * `x1` to the power of `x2` in float64 or complex128, whatever the operands are.
 *
 * @param x1 - numbers of any kind, and bools.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @example
 * np.float_power(np.array([2n, 4n]), -1); // [0.5 0.25]
 */
export const float_power = /* @__PURE__ */ binary(division.float_power);

/**
 * The greatest common divisor of the absolute values.
 *
 * @param x1 - integers.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @throws TypeError for floats and complex numbers.
 * @example
 * np.gcd(12, np.arange(1, 7)); // [1 2 3 4 1 6]
 */
export const gcd = /* @__PURE__ */ binary(division.gcd);

/**
 * The least common multiple of the absolute values.
 *
 * @param x1 - integers.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @throws TypeError for floats and complex numbers.
 * @example
 * np.lcm(4, np.arange(1, 7)); // [ 4 4 12 4 20 12]
 */
export const lcm = /* @__PURE__ */ binary(division.lcm);
