/** WebGPU may take floats that are too small to be normal for zeros, as arguments and as results. */
import { gather } from '../elements.ts';
import { isArray } from '../namespace.ts';
import type { ArrayLike, TypedArray } from '../namespace.ts';

const LEAST_NORMAL = 2 ** -126;

const isSubnormal = (x: number): boolean => x !== 0 && Math.abs(x) < LEAST_NORMAL;

const isSingle = (dtype: string): boolean => dtype === 'float32' || dtype === 'complex64';

/** Whether two numbers differ in that only: both are zero or subnormal, or the least normal number, if what it is rounded from was not. */
export function areFlushed(dtype: string, x: number | bigint, y: number | bigint): boolean {
  if (!isSingle(dtype)) return false;
  const [a, b] = [Number(x), Number(y)];
  return Math.abs(a) <= LEAST_NORMAL && Math.abs(b) <= LEAST_NORMAL && (a !== 0 || b !== 0);
}

/**
 * The expected elements of an elementwise result, without those that a subnormal argument went into: there what was found will do.
 *
 * @param shape - of the result; arguments that broadcast to it are looked at.
 */
export function freed(
  expected: TypedArray,
  found: TypedArray,
  shape: readonly number[],
  { given }: { readonly given: readonly unknown[] },
): TypedArray {
  const tiny = given.filter(
    (x) => isArray(x) && isSingle(x.dtype.name) && gather(x).some((part) => isSubnormal(Number(part))),
  ) as ArrayLike[];
  const reaching = tiny.map((a) => ({ a, strides: stridesTo(a.shape, shape) }));
  if (!reaching.some(({ strides }) => strides !== null)) return expected;
  const result = expected.slice();
  const size = shape.reduce((product, n) => product * n, 1);
  const width = size === 0 ? 1 : expected.length / size;
  for (let i = 0; i < size; i++) {
    const isFree = reaching.some(
      ({ a, strides }) => strides !== null && holdsSubnormal(a, elementAt(i, shape, strides)),
    );
    if (isFree) for (let part = i * width; part < (i + 1) * width; part++) result[part] = found[part];
  }
  return result;
}

/** Steps in elements with which an array is repeated in a shape; null if it does not broadcast to it. */
function stridesTo(from: readonly number[], shape: readonly number[]): number[] | null {
  if (from.length > shape.length) return null;
  const strides = new Array<number>(shape.length).fill(0);
  let step = 1;
  for (let axis = from.length - 1; axis >= 0; axis--) {
    const at = axis + shape.length - from.length;
    if (from[axis] !== 1 && from[axis] !== shape[at]) return null;
    if (from[axis] !== 1) strides[at] = step;
    step *= from[axis];
  }
  return strides;
}

function elementAt(i: number, shape: readonly number[], strides: readonly number[]): number {
  let at = 0;
  for (let axis = shape.length - 1, rest = i; axis >= 0; axis--) {
    at += strides[axis] * (rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return at;
}

function holdsSubnormal(a: ArrayLike, at: number): boolean {
  const elements = gather(a);
  const width = a.dtype.name === 'complex64' ? 2 : 1;
  for (let part = at * width; part < (at + 1) * width; part++)
    if (isSubnormal(Number(elements[part]))) return true;
  return false;
}
