/** Operators as methods: `a.add(b)` is `a + b`, `a.add_(b)` is `a += b`. PyTorch's short names beside NumPy's. */
import type { DTypeName } from '../../array/dtype.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { matmul } from '../products/matmul.ts';
import * as ufuncs from '../ufuncs.ts';
import type { UFunc } from '../ufunc/make.ts';
import { defineMethods } from './define.ts';

/** The ufunc behind each method name. */
export const BINARY = {
  add: ufuncs.add,
  sub: ufuncs.subtract,
  subtract: ufuncs.subtract,
  mul: ufuncs.multiply,
  multiply: ufuncs.multiply,
  div: ufuncs.divide,
  divide: ufuncs.divide,
  floor_divide: ufuncs.floor_divide,
  remainder: ufuncs.remainder,
  mod: ufuncs.remainder,
  pow: ufuncs.power,
  power: ufuncs.power,
  matmul,
  bitwise_and: ufuncs.bitwise_and,
  bitwise_or: ufuncs.bitwise_or,
  bitwise_xor: ufuncs.bitwise_xor,
  left_shift: ufuncs.left_shift,
  right_shift: ufuncs.right_shift,
  maximum: ufuncs.maximum,
  minimum: ufuncs.minimum,
} as const;

const COMPARISONS = {
  equal: ufuncs.equal,
  not_equal: ufuncs.not_equal,
  less: ufuncs.less,
  less_equal: ufuncs.less_equal,
  greater: ufuncs.greater,
  greater_equal: ufuncs.greater_equal,
  eq: ufuncs.equal,
  ne: ufuncs.not_equal,
  lt: ufuncs.less,
  le: ufuncs.less_equal,
  gt: ufuncs.greater,
  ge: ufuncs.greater_equal,
  logical_and: ufuncs.logical_and,
  logical_or: ufuncs.logical_or,
  logical_xor: ufuncs.logical_xor,
} as const;

const UNARY = {
  neg: ufuncs.negative,
  negative: ufuncs.negative,
  abs: ufuncs.absolute,
  invert: ufuncs.invert,
  logical_not: ufuncs.logical_not,
  exp: ufuncs.exp,
  log: ufuncs.log,
  sqrt: ufuncs.sqrt,
  square: ufuncs.square,
  sin: ufuncs.sin,
  cos: ufuncs.cos,
  tan: ufuncs.tan,
  tanh: ufuncs.tanh,
  reciprocal: ufuncs.reciprocal,
  sign: ufuncs.sign,
  floor: ufuncs.floor,
  ceil: ufuncs.ceil,
  trunc: ufuncs.trunc,
} as const;

type BinaryMethods = { [N in keyof typeof BINARY | keyof typeof COMPARISONS]: (other: ArrayLike) => NDArray };
type UnaryMethods = { [N in keyof typeof UNARY | 'conj' | 'conjugate']: () => NDArray };
type InPlaceMethods = { [N in keyof typeof BINARY as `${N}_`]: (other: ArrayLike) => NDArray };

declare module '../../array/ndarray.ts' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface NDArray<D extends DTypeName = DTypeName> extends BinaryMethods, UnaryMethods, InPlaceMethods {}
}

type Call = (...args: unknown[]) => unknown;

function methodsOf(table: Readonly<Record<string, UFunc>>): object {
  return Object.fromEntries(
    Object.entries(table).map(([name, ufunc]) => [
      name,
      function (this: NDArray, ...args: unknown[]): unknown {
        return (ufunc as unknown as Call)(this, ...args);
      },
    ]),
  );
}

/** The result goes to the array itself, under NumPy's same-kind casting rule. */
function inPlaceMethodsOf(table: Readonly<Record<string, UFunc>>): object {
  return Object.fromEntries(
    Object.entries(table).map(([name, ufunc]) => [
      `${name}_`,
      function (this: NDArray, other: ArrayLike): unknown {
        return (ufunc as unknown as Call)(this, other, { out: this });
      },
    ]),
  );
}

defineMethods(methodsOf({ ...BINARY, ...COMPARISONS, ...UNARY }));
defineMethods(inPlaceMethodsOf(BINARY));

/** A real array is its own conjugate. */
function conjugateOf(this: NDArray): NDArray {
  return this.dtype.kind === 'c' ? (ufuncs.conjugate(this) as NDArray) : this;
}

defineMethods({ conj: conjugateOf, conjugate: conjugateOf });
