/** NumPy's universal functions, made of their rows. */
import * as arithmetic from '../ops/ufuncs/arithmetic.ts';
import * as bitwise from '../ops/ufuncs/bitwise.ts';
import * as comparison from '../ops/ufuncs/comparison.ts';
import * as rounding from '../ops/ufuncs/rounding.ts';
import { binary, unary } from './ufunc/make.ts';

/* eslint-disable prettier/prettier */
export const add = /* @__PURE__ */ binary(arithmetic.add);
export const subtract = /* @__PURE__ */ binary(arithmetic.subtract);
export const multiply = /* @__PURE__ */ binary(arithmetic.multiply);
export const divide = /* @__PURE__ */ binary(arithmetic.divide);
export const true_divide = divide;
export const negative = /* @__PURE__ */ unary(arithmetic.negative);
export const positive = /* @__PURE__ */ unary(arithmetic.positive);
export const conjugate = /* @__PURE__ */ unary(arithmetic.conjugate);
export const conj = conjugate;
export const square = /* @__PURE__ */ unary(arithmetic.square);
export const fabs = /* @__PURE__ */ unary(arithmetic.fabs);
export const reciprocal = /* @__PURE__ */ unary(arithmetic.reciprocal);
export const deg2rad = /* @__PURE__ */ unary(arithmetic.deg2rad);
export const radians = /* @__PURE__ */ unary(arithmetic.radians);
export const rad2deg = /* @__PURE__ */ unary(arithmetic.rad2deg);
export const degrees = /* @__PURE__ */ unary(arithmetic.degrees);
export const maximum = /* @__PURE__ */ binary(arithmetic.maximum);
export const minimum = /* @__PURE__ */ binary(arithmetic.minimum);
export const fmax = /* @__PURE__ */ binary(arithmetic.fmax);
export const fmin = /* @__PURE__ */ binary(arithmetic.fmin);

export const equal = /* @__PURE__ */ binary(comparison.equal);
export const not_equal = /* @__PURE__ */ binary(comparison.not_equal);
export const less = /* @__PURE__ */ binary(comparison.less);
export const less_equal = /* @__PURE__ */ binary(comparison.less_equal);
export const greater = /* @__PURE__ */ binary(comparison.greater);
export const greater_equal = /* @__PURE__ */ binary(comparison.greater_equal);
export const logical_and = /* @__PURE__ */ binary(comparison.logical_and);
export const logical_or = /* @__PURE__ */ binary(comparison.logical_or);
export const logical_xor = /* @__PURE__ */ binary(comparison.logical_xor);
export const logical_not = /* @__PURE__ */ unary(comparison.logical_not);
export const isnan = /* @__PURE__ */ unary(comparison.isnan);
export const isinf = /* @__PURE__ */ unary(comparison.isinf);
export const isfinite = /* @__PURE__ */ unary(comparison.isfinite);
export const signbit = /* @__PURE__ */ unary(comparison.signbit);

export const bitwise_and = /* @__PURE__ */ binary(bitwise.bitwise_and);
export const bitwise_or = /* @__PURE__ */ binary(bitwise.bitwise_or);
export const bitwise_xor = /* @__PURE__ */ binary(bitwise.bitwise_xor);
export const invert = /* @__PURE__ */ unary(bitwise.invert);
export const bitwise_not = invert;
export const bitwise_invert = invert;
export const left_shift = /* @__PURE__ */ binary(bitwise.left_shift);
export const bitwise_left_shift = left_shift;
export const right_shift = /* @__PURE__ */ binary(bitwise.right_shift);
export const bitwise_right_shift = right_shift;
export const bitwise_count = /* @__PURE__ */ unary(bitwise.bitwise_count);

export const floor = /* @__PURE__ */ unary(rounding.floor);
export const ceil = /* @__PURE__ */ unary(rounding.ceil);
export const trunc = /* @__PURE__ */ unary(rounding.trunc);
export const rint = /* @__PURE__ */ unary(rounding.rint);
/* eslint-enable prettier/prettier */
