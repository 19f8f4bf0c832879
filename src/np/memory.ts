/** Memory: freeing what a computation leaves behind, and whether arrays share bytes. */
import { RuntimeError } from '../array/errors.ts';
import { byteExtent } from '../array/layout.ts';
import { NDArray } from '../array/ndarray.ts';
import { adopt, disposeAfter } from '../array/storage.ts';
import type { Storage } from '../array/storage.ts';
import type { ArrayLike } from '../ops/asarray.ts';
import { asArray } from '../ops/asarray.ts';
import type { Args } from './args.ts';
import { bind } from './args.ts';

/**
 * Runs a function and frees at once every array that it made, except those in its result.
 *
 * Nothing has to be freed by hand: arrays are collected as any object. But JavaScript finds out late that a large array is no longer
 * held, and never inside a loop that does not return to the event loop. A scope keeps the memory of such a loop small and warm.
 *
 * @param fn - a synchronous function. Arrays in its result are kept: the result itself, or arrays and typed arrays anywhere in
 *   nested arrays, maps, sets and objects. Any other array made inside must not be used afterwards: doing so throws ValueError.
 * @returns what `fn` returns
 * @throws TypeError if `fn` is asynchronous; whatever `fn` throws, after freeing its arrays.
 * @example
 * let x = np.ones(1_000_000);
 * for (let i = 0; i < 10; i++) {
 *   const next = np.scope(() => np.sqrt(np.add(np.multiply(x, x), 1)));
 *   x.dispose();
 *   x = next;
 * }
 */
export function scope<T>(fn: () => T): T {
  return disposeAfter(fn, (result) => {
    if (typeof (result as { then?: unknown } | null | undefined)?.then === 'function') {
      throw new TypeError('np.scope takes a synchronous function, and this one returned a promise');
    }
    const found = new Set<Storage>();
    collectStorages(result, found, new Set());
    return found;
  });
}

/** Adds the storages of all arrays that can be reached from `value`. */
function collectStorages(value: unknown, found: Set<Storage>, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (value instanceof NDArray) found.add(value.storage);
  if (ArrayBuffer.isView(value)) {
    found.add(adopt(value));
    return;
  }
  if (value instanceof Map || value instanceof Set) {
    for (const item of value as Iterable<unknown>) collectStorages(item, found, seen);
  }
  for (const item of Object.values(value)) collectStorages(item, found, seen);
}

/** Keyword of the functions that compare memory. */
export interface SharesMemoryOptions {
  /** How many candidates to try: -1 for as many as it takes, 0 for comparing only the bounds of the memory. */
  max_work?: number;
}

type SharesArgs = Args<SharesMemoryOptions, ['max_work']>;

/**
 * Whether two arrays have a byte in common.
 *
 * @throws RuntimeError when `max_work` candidates do not decide it; TypeError for a `max_work` that is no integer.
 * @example
 * const a = np.arange(10);
 * np.shares_memory(a.get('::2'), a.get('1::2')); // false
 */
export function shares_memory(a: ArrayLike, b: ArrayLike, ...args: SharesArgs): boolean {
  const { max_work = -1 } = bind<SharesMemoryOptions>('shares_memory', args, ['max_work']);
  return overlap(asArray(a), asArray(b), max_work);
}

/**
 * Whether two arrays might have a byte in common: by default whether the ranges of their memory meet.
 *
 * @throws as `shares_memory`.
 * @example
 * const a = np.arange(10);
 * np.may_share_memory(a.get('::2'), a.get('1::2')); // true
 */
export function may_share_memory(a: ArrayLike, b: ArrayLike, ...args: SharesArgs): boolean {
  const { max_work = 0 } = bind<SharesMemoryOptions>('may_share_memory', args, ['max_work']);
  return overlap(asArray(a), asArray(b), max_work);
}

function overlap(a: NDArray, b: NDArray, work: number): boolean {
  if (!Number.isInteger(work)) throw new TypeError(`max_work must be an integer, got ${String(work)}`);
  if (a.size === 0 || b.size === 0 || !isSameMemory(a.storage, b.storage)) return false;
  const [one, other] = [a, b].map((x) => byteExtent(x.shape, x.strides, x.itemsize));
  const distance = b.offset + other.low - (a.offset + one.low);
  const reach = other.high - other.low - 1;
  if (distance + reach < 0 || distance > one.high - one.low - 1) return false;
  return work === 0 || isSum(termsOf([a, b]), distance + reach, work < 0 ? Infinity : work);
}

/** Whether positions in two storages mean the same bytes. */
function isSameMemory(a: Storage, b: Storage): boolean {
  if (a === b) return true;
  return a.remote === null && b.remote === null && a.views.buffer === b.views.buffer;
}

/** A coefficient that may be taken up to `most` times. */
interface Term {
  readonly coefficient: number;
  readonly most: number;
}

/**
 * The bytes of both arrays as sums. A byte of `a` is a sum of its strides from its lowest byte up, one of `b` a sum of strides from
 * its highest byte down, so a common byte is a way to write the distance between these two ends as a sum of both.
 */
function termsOf(arrays: readonly NDArray[]): Term[] {
  const most = new Map<number, number>();
  const put = (coefficient: number, count: number): void => {
    if (count > 0 && coefficient > 0) most.set(coefficient, (most.get(coefficient) ?? 0) + count);
  };
  for (const { shape, strides, itemsize } of arrays) {
    shape.forEach((length, axis) => put(Math.abs(strides[axis]), length - 1));
    put(1, itemsize - 1);
  }
  return [...most]
    .map(([coefficient, count]) => ({ coefficient, most: count }))
    .sort((x, y) => y.coefficient - x.coefficient);
}

/** Whether `target` is a sum of the terms, tried from the largest coefficient down. */
function isSum(terms: readonly Term[], target: number, work: number): boolean {
  let left = work;
  const reaches = terms.map((_, i) => terms.slice(i + 1).reduce((sum, t) => sum + t.coefficient * t.most, 0));
  const divisors = terms.map((_, i) => terms.slice(i).reduce((d, t) => gcd(d, t.coefficient), 0));
  const attempt = (i: number, rest: number): boolean => {
    if (rest === 0) return true;
    if (i === terms.length || rest % divisors[i] !== 0) return false;
    if (left-- <= 0) throw new RuntimeError('Exceeded max_work');
    const { coefficient, most } = terms[i];
    const least = Math.max(0, Math.ceil((rest - reaches[i]) / coefficient));
    for (let n = Math.min(most, Math.floor(rest / coefficient)); n >= least; n--) {
      if (attempt(i + 1, rest - n * coefficient)) return true;
    }
    return false;
  };
  return attempt(0, target);
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
