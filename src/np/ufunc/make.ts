/** The callable ufunc object: `np.add(a, b)` with `np.add.reduce`, `np.add.types` and the rest. */
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import type { Scalar } from '../../array/element.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import type { UFuncRow } from '../../ops/ufunc.ts';
import type { Args } from '../args.ts';
import type { UFuncOptions } from './call.ts';
import { callUFunc } from './call.ts';

/** What every ufunc has besides being callable. Its methods are attached by np/methods/ufunc.ts. */
export interface UFunc {
  readonly name: string;
  /** The number of operands. */
  readonly nin: number;
  /** The number of results. */
  readonly nout: number;
  /** Operands and results together. */
  readonly nargs: number;
  readonly ntypes: number;
  /** The loops, as `'dd->d'`. */
  readonly types: readonly string[];
  /** What an empty reduction gives; `null` where there is no such value. */
  readonly identity: number | boolean | null;
  /** The core dimensions of a generalised ufunc, else `null`. */
  readonly signature: string | null;
}

type Outs<N extends number> = N extends 1
  ? Args<UFuncOptions & { out0?: NDArray | null }, ['out0']>
  : Args<UFuncOptions & { out0?: NDArray | null; out1?: NDArray | null }, ['out0', 'out1']>;

/** The result of a call: an array as soon as an operand is one, a scalar for scalars only. */
type Result<X> = X extends NDArray ? ArrayOrScalar : X extends Scalar ? number : NDArray;

export interface UnaryUFunc extends UFunc {
  <X extends ArrayLike>(x: X, ...args: Outs<1>): Result<X>;
}

export interface BinaryUFunc extends UFunc {
  <X extends ArrayLike, Y extends ArrayLike>(
    x1: X,
    x2: Y,
    ...args: Outs<1>
  ): X extends NDArray ? ArrayOrScalar : X extends Scalar ? Result<Y> : Result<X>;
}

/** One operand, two results: `modf`, `frexp`. */
export interface UnaryPairUFunc extends UFunc {
  <X extends ArrayLike>(x: X, ...args: Outs<2>): [Result<X>, Result<X>];
}

/** Two operands, two results: `divmod`. */
export interface BinaryPairUFunc extends UFunc {
  (x1: ArrayLike, x2: ArrayLike, ...args: Outs<2>): [ArrayOrScalar, ArrayOrScalar];
}

export const unary = (row: UFuncRow): UnaryUFunc => make(row) as UnaryUFunc;
export const binary = (row: UFuncRow): BinaryUFunc => make(row) as BinaryUFunc;
export const unaryPair = (row: UFuncRow): UnaryPairUFunc => make(row) as UnaryPairUFunc;
export const binaryPair = (row: UFuncRow): BinaryPairUFunc => make(row) as BinaryPairUFunc;

/** The ufunc of a row. */
export function make(row: UFuncRow): UFunc {
  const call = (...args: unknown[]): unknown => callUFunc(row, args);
  return withMembers(call, row);
}

const rows = /* @__PURE__ */ new WeakMap<object, UFuncRow>();

/** What all ufuncs inherit from. */
export const ufuncPrototype: object = /* @__PURE__ */ Object.create(Function.prototype);

/** The row that a ufunc object was made of; `undefined` for anything else. */
export function rowOf(x: unknown): UFuncRow | undefined {
  return typeof x === 'function' ? rows.get(x) : undefined;
}

/** Makes a function a ufunc: gives it the members that follow from its row. */
export function withMembers(call: object, row: UFuncRow): UFunc {
  rows.set(call, row);
  Object.setPrototypeOf(call, ufuncPrototype);
  const members = {
    nin: row.nin,
    nout: row.nout,
    nargs: row.nin + row.nout,
    ntypes: row.types.length,
    types: row.types,
    identity: row.identity ?? null,
    signature: row.signature ?? null,
  };
  Object.defineProperty(call, 'name', { value: row.name });
  Object.defineProperty(call, 'toString', { value: () => `<ufunc '${row.name}'>` });
  return Object.assign(call, members) as UFunc;
}
