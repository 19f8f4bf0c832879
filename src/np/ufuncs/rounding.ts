/** Rounding to whole numbers. */
import * as rounding from '../../ops/ufuncs/rounding.ts';
import { unary } from '../ufunc/make.ts';

/**
 * The greatest whole number that is not above; integers and bools stay as they are.
 *
 * @param x - real numbers or bools.
 * @throws TypeError for complex numbers.
 * @example
 * np.floor([1.7, -1.7]); // [ 1. -2.]
 */
export const floor = /* @__PURE__ */ unary(rounding.floor);

/**
 * The least whole number that is not below; integers and bools stay as they are.
 *
 * @param x - real numbers or bools.
 * @throws TypeError for complex numbers.
 * @example
 * np.ceil([1.2, -1.2]); // [ 2. -1.]
 */
export const ceil = /* @__PURE__ */ unary(rounding.ceil);

/**
 * The whole number next towards zero; integers and bools stay as they are.
 *
 * @param x - real numbers or bools.
 * @throws TypeError for complex numbers.
 * @example
 * np.trunc([1.7, -1.7]); // [ 1. -1.]
 */
export const trunc = /* @__PURE__ */ unary(rounding.trunc);

/**
 * The nearest whole number, of two the even one, as a float.
 *
 * @param x - real or complex numbers; integers are taken as floats.
 * @example
 * np.rint([0.5, 1.5, 2.4]); // [0. 2. 2.]
 */
export const rint = /* @__PURE__ */ unary(rounding.rint);
