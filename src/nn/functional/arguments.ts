/** Checks of arguments that many functions share, in PyTorch's words. */
import { IndexError, ValueError } from '../../array/errors.ts';
import { broadcastShapes, sameShape } from '../../array/layout.ts';
import type { ArrayOrScalar } from '../../array/ndarray.ts';
import { NDArray } from '../../array/ndarray.ts';
import { onTwoDevices, placedOn } from '../../array/remote.ts';
import type { Storage } from '../../array/storage.ts';
import { disposeAfter } from '../../array/storage.ts';
import { all } from '../../np/statistics/reductions.ts';
import { add, equal, trunc } from '../../np/ufuncs.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import { narrowArray } from '../../ops/given.ts';
import { indexDType } from '../../ops/index/integers.ts';
import type { Refusal } from '../../ops/refuse.ts';
import { refuseWhere } from '../../ops/refuse.ts';
import { onPlainArrays } from '../../tensor/modes.ts';
import { Tensor, unwrap, wrap } from '../../tensor/tensor.ts';
import { floatArray, listed } from './images.ts';

/**
 * An axis counted from the front; a 0-d array counts as one of one axis.
 *
 * @throws TypeError if it is left out; IndexError if there is no such axis.
 */
export function dimOf(fn: string, dim: unknown, ndim: number): number {
  if (typeof dim !== 'number' || !Number.isInteger(dim))
    throw new TypeError(`${fn}(): argument 'dim' must be an integer, not ${String(dim)}`);
  const count = Math.max(ndim, 1);
  if (dim < -count || dim >= count) {
    throw new IndexError(
      `Dimension out of range (expected to be in range of [${-count}, ${count - 1}], but got ${dim})`,
    );
  }
  return dim < 0 ? dim + count : dim;
}

/** A float array of another one's dtype, as operands that belong together must be. */
export function alike(fn: string, x: ArrayLike, { dtype }: NDArray, parameter: string): NDArray {
  const a = x instanceof NDArray ? floatArray(fn, x, parameter) : asArray(x, dtype);
  if (a.dtype !== dtype)
    throw new TypeError(`${fn}: expected ${parameter} of dtype ${dtype.name}, but got ${a.dtype.name}`);
  return a;
}

/** An optional array: of another one's dtype, or null. */
export function optional(
  fn: string,
  x: ArrayLike | null | undefined,
  like: NDArray,
  parameter: string,
): NDArray | null {
  return x === null || x === undefined ? null : alike(fn, x, like, parameter);
}

/** An array of numbers beside a float array: integers and booleans are taken in its dtype. */
export function beside(x: ArrayLike, { dtype }: NDArray): NDArray {
  const a = x instanceof NDArray ? x : asArray(x, dtype);
  return a.dtype.kind === 'f' ? a : cast(a, dtype);
}

/**
 * An array of integers. Numbers in a JavaScript array may be integers too, as they may in an index.
 *
 * @throws TypeError for another dtype.
 */
export function integerArray(fn: string, x: ArrayLike, parameter: string): NDArray {
  const a = x instanceof NDArray ? x : asArray(x);
  if (a.dtype.kind === 'i' || a.dtype.kind === 'u') return cast(a, indexDType(a));
  if (x instanceof NDArray || !isWhole(a))
    throw new TypeError(`${fn}: expected ${parameter} of an integer dtype, but got ${a.dtype.name}`);
  return cast(a, indexDType(a));
}

const isWhole = (a: NDArray): boolean =>
  a.dtype.kind === 'f' && Boolean(Number(peek(() => all(equal(a, trunc(a)) as NDArray))));

/** @throws ValueError unless two shapes are the same. */
export function requireSameShape(fn: string, a: NDArray, b: NDArray, names: readonly [string, string]): void {
  if (sameShape(a.shape, b.shape)) return;
  throw new ValueError(
    `${fn}: ${names[1]} of size ${listed(b.shape)} must have the size of ${names[0]}, which is ${listed(a.shape)}`,
  );
}

/** @throws ValueError unless shapes broadcast. */
export function requireBroadcast(...arrays: readonly NDArray[]): void {
  broadcastShapes(...arrays.map(({ shape }) => shape));
}

/** @throws ValueError for what is no probability. */
export function requireProbability(p: number): void {
  if (!(p >= 0 && p <= 1))
    throw new ValueError(`dropout probability has to be between 0 and 1, but got ${p}`);
}

/** The same values as a constant: no gradient flows to where they come from. */
export function constant(a: NDArray): NDArray {
  return a instanceof Tensor ? wrap(unwrap(a)) : a;
}

/** Whether the values can be looked at now: those on a GPU would have to be waited for. */
export const isReadable = ({ storage }: NDArray): boolean => storage.remote === null;

/** The values of an array computed on the side, for a look at them. */
export function peek<T>(fn: () => T): T {
  return onPlainArrays(fn);
}

/**
 * Computes on the side where an array lies: constants beside it.
 *
 * @param fn - is given what brings another array there, integers of 64 bits as those of 32 that a GPU has
 * @throws RuntimeError for an array that would have to come from a GPU.
 */
export function aside<T>({ storage }: NDArray, fn: (near: (a: NDArray) => NDArray) => T): T {
  const home = storage.remote?.home ?? null;
  const near = (a: NDArray): NDArray => {
    if (home !== null) return home.near(narrowArray(a));
    if (a.storage.remote !== null) throw onTwoDevices(a.storage.remote.home, null);
    return a;
  };
  return placedOn(home, () => peek(() => fn(near)));
}

/**
 * `refuseWhere` of what is computed on the side: nothing of it stays behind.
 *
 * @throws the refusal's error; on a GPU, reads of what is computed of `spoilt` do.
 */
export function refuse(
  spoilt: NDArray,
  wrong: () => ArrayOrScalar,
  refusal: Refusal,
  shown: readonly NDArray[] = [],
  details: readonly number[] = [],
): void {
  const run = (): void => {
    refuseWhere(spoilt, arrayOf(wrong()), refusal, shown, details);
  };
  peek(() => {
    disposeAfter(run, () => NONE);
  });
}

const NONE: ReadonlySet<Storage> = /* @__PURE__ */ new Set();

/** An array, also where a function of arrays gave a number. */
export const arrayOf = (x: unknown): NDArray => (x instanceof NDArray ? x : asArray(x as ArrayLike));

/** Adds a bias that may be missing. */
export const plus = (a: NDArray, bias: NDArray | null): NDArray => (bias ? (add(a, bias) as NDArray) : a);
