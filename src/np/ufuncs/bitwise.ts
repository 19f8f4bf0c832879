/** Operations on the bits of integers. */
import * as bitwise from '../../ops/ufuncs/bitwise.ts';
import { binary, unary } from '../ufunc/make.ts';

/**
 * The bits that both numbers have; of bools the logical and.
 *
 * @param x1 - integers or bools.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @throws TypeError for floats and complex numbers.
 * @example
 * np.bitwise_and(12, np.array([10n, 6n])); // [8 4]
 */
export const bitwise_and = /* @__PURE__ */ binary(bitwise.bitwise_and);

/**
 * The bits that at least one number has; of bools the logical or.
 *
 * @param x1 - integers or bools.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @throws TypeError for floats and complex numbers.
 * @example
 * np.bitwise_or(12, np.array([10n, 6n])); // [14 14]
 */
export const bitwise_or = /* @__PURE__ */ binary(bitwise.bitwise_or);

/**
 * The bits that exactly one number has; of bools the logical exclusive or.
 *
 * @param x1 - integers or bools.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @throws TypeError for floats and complex numbers.
 * @example
 * np.bitwise_xor(12, np.array([10n, 6n])); // [ 6 10]
 */
export const bitwise_xor = /* @__PURE__ */ binary(bitwise.bitwise_xor);

/**
 * The number with all bits turned: `-x - 1` for signed integers; of bools the logical not.
 *
 * @param x - integers or bools.
 * @throws TypeError for floats and complex numbers.
 * @example
 * np.invert(np.array([0, 5], { dtype: 'uint8' })); // [255 250]
 */
export const invert = /* @__PURE__ */ unary(bitwise.invert);

/** Another name of {@link invert}. */
export const bitwise_not = invert;

/** Another name of {@link invert}. */
export const bitwise_invert = invert;

/**
 * The bits moved to the left, as `x1 << x2`. A count that reaches the width gives 0.
 *
 * @param x1 - integers.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @throws TypeError for floats and complex numbers.
 * @example
 * np.left_shift(1, np.arange(4)); // [1 2 4 8]
 */
export const left_shift = /* @__PURE__ */ binary(bitwise.left_shift);

/** Another name of {@link left_shift}. */
export const bitwise_left_shift = left_shift;

/**
 * The bits moved to the right, as `x1 >> x2`: signed numbers keep their sign.
 *
 * @param x1 - integers.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @throws TypeError for floats and complex numbers.
 * @example
 * np.right_shift(np.array([16n, -16n]), 2); // [ 4 -4]
 */
export const right_shift = /* @__PURE__ */ binary(bitwise.right_shift);

/** Another name of {@link right_shift}. */
export const bitwise_right_shift = right_shift;

/**
 * How many bits the absolute value has, as uint8.
 *
 * @param x - integers.
 * @throws TypeError for floats and complex numbers.
 * @example
 * np.bitwise_count(np.array([0n, 7n, -8n])); // [0 3 1]
 */
export const bitwise_count = /* @__PURE__ */ unary(bitwise.bitwise_count);
