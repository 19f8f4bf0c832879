/** Angles, trigonometric and hyperbolic functions. Angles are in radians. */
import * as arithmetic from '../../ops/ufuncs/arithmetic.ts';
import * as elementary from '../../ops/ufuncs/elementary.ts';
import * as floating from '../../ops/ufuncs/floating.ts';
import { binary, unary } from '../ufunc/make.ts';

/**
 * The sine, right for angles of any size.
 *
 * @param x - real or complex numbers; integers are taken as floats.
 * @example
 * np.sin([0, np.pi / 2]); // [0. 1.]
 */
export const sin = /* @__PURE__ */ unary(elementary.sin);

/**
 * The cosine, right for angles of any size.
 *
 * @param x - real or complex numbers; integers are taken as floats.
 * @example
 * np.cos([0, np.pi]); // [ 1. -1.]
 */
export const cos = /* @__PURE__ */ unary(elementary.cos);

/**
 * The tangent, right for angles of any size.
 *
 * @param x - real or complex numbers; integers are taken as floats.
 * @example
 * np.tan([0, np.pi / 4]); // [0. 1.]
 */
export const tan = /* @__PURE__ */ unary(elementary.tan);

/**
 * The angle from -pi/2 to pi/2 with this sine; NaN for real numbers beyond 1 and -1.
 *
 * @param x - real or complex numbers; integers are taken as floats.
 * @example
 * np.arcsin([0, 1]); // [0. 1.57079633]
 */
export const arcsin = /* @__PURE__ */ unary(elementary.arcsin);

/** Another name of {@link arcsin}. */
export const asin = arcsin;

/**
 * The angle from 0 to pi with this cosine; NaN for real numbers beyond 1 and -1.
 *
 * @param x - real or complex numbers; integers are taken as floats.
 * @example
 * np.arccos([1, -1]); // [0. 3.14159265]
 */
export const arccos = /* @__PURE__ */ unary(elementary.arccos);

/** Another name of {@link arccos}. */
export const acos = arccos;

/**
 * The angle from -pi/2 to pi/2 with this tangent.
 *
 * @param x - real or complex numbers; integers are taken as floats.
 * @example
 * np.arctan([0, 1, Infinity]); // [0. 0.78539816 1.57079633]
 */
export const arctan = /* @__PURE__ */ unary(elementary.arctan);

/** Another name of {@link arctan}. */
export const atan = arctan;

/**
 * The angle of the point (x2, x1), from -pi to pi; the signs of zeros count.
 *
 * @param x1 - real numbers; integers are taken as floats.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @throws TypeError for complex numbers.
 * @example
 * np.arctan2([1, -1], [-1, 1]); // [ 2.35619449 -0.78539816]
 */
export const arctan2 = /* @__PURE__ */ binary(floating.arctan2);

/** Another name of {@link arctan2}. */
export const atan2 = arctan2;

/**
 * The length `sqrt(x1**2 + x2**2)`, without overflow in between.
 *
 * @param x1 - real numbers; integers are taken as floats.
 * @param x2 - the same, of a shape that broadcasts with that of `x1`.
 * @throws TypeError for complex numbers.
 * @example
 * np.hypot([3, 5], [4, 12]); // [ 5. 13.]
 */
export const hypot = /* @__PURE__ */ binary(floating.hypot);

/**
 * The hyperbolic sine.
 *
 * @param x - real or complex numbers; integers are taken as floats.
 * @example
 * np.sinh([0, 1]); // [0. 1.17520119]
 */
export const sinh = /* @__PURE__ */ unary(elementary.sinh);

/**
 * The hyperbolic cosine.
 *
 * @param x - real or complex numbers; integers are taken as floats.
 * @example
 * np.cosh([0, 1]); // [1. 1.54308063]
 */
export const cosh = /* @__PURE__ */ unary(elementary.cosh);

/**
 * The hyperbolic tangent.
 *
 * @param x - real or complex numbers; integers are taken as floats.
 * @example
 * np.tanh([0, 1]); // [0. 0.76159416]
 */
export const tanh = /* @__PURE__ */ unary(elementary.tanh);

/**
 * The number with this hyperbolic sine.
 *
 * @param x - real or complex numbers; integers are taken as floats.
 * @example
 * np.arcsinh([0, 1]); // [0. 0.88137359]
 */
export const arcsinh = /* @__PURE__ */ unary(elementary.arcsinh);

/** Another name of {@link arcsinh}. */
export const asinh = arcsinh;

/**
 * The number, 0 or above, with this hyperbolic cosine; NaN for real numbers below 1.
 *
 * @param x - real or complex numbers; integers are taken as floats.
 * @example
 * np.arccosh([1, 2]); // [0. 1.3169579]
 */
export const arccosh = /* @__PURE__ */ unary(elementary.arccosh);

/** Another name of {@link arccosh}. */
export const acosh = arccosh;

/**
 * The number with this hyperbolic tangent; NaN for real numbers beyond 1 and -1.
 *
 * @param x - real or complex numbers; integers are taken as floats.
 * @example
 * np.arctanh([0, 0.5, 1]); // [0. 0.54930614 inf]
 */
export const arctanh = /* @__PURE__ */ unary(elementary.arctanh);

/** Another name of {@link arctanh}. */
export const atanh = arctanh;

/**
 * Degrees as radians.
 *
 * @param x - real numbers; integers are taken as floats.
 * @throws TypeError for complex numbers.
 * @example
 * np.deg2rad([0, 180]); // [0. 3.14159265]
 */
export const deg2rad = /* @__PURE__ */ unary(arithmetic.deg2rad);

/**
 * Degrees as radians, as `deg2rad`.
 *
 * @param x - real numbers; integers are taken as floats.
 * @throws TypeError for complex numbers.
 * @example
 * np.radians([0, 180]); // [0. 3.14159265]
 */
export const radians = /* @__PURE__ */ unary(arithmetic.radians);

/**
 * Radians as degrees.
 *
 * @param x - real numbers; integers are taken as floats.
 * @throws TypeError for complex numbers.
 * @example
 * np.rad2deg([0, np.pi]); // [ 0. 180.]
 */
export const rad2deg = /* @__PURE__ */ unary(arithmetic.rad2deg);

/**
 * Radians as degrees, as `rad2deg`.
 *
 * @param x - real numbers; integers are taken as floats.
 * @throws TypeError for complex numbers.
 * @example
 * np.degrees([0, np.pi]); // [ 0. 180.]
 */
export const degrees = /* @__PURE__ */ unary(arithmetic.degrees);
