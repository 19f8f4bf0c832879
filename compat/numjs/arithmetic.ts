/**
 * Element by element, by numjs's rule: a result has the dtype of the left operand, and is computed in double precision and stored
 * as typed arrays store numbers (integers wrap, fractions are cut off).
 */
import * as np from '../../src/index.ts';
import type { NDArray } from '../../src/index.ts';

/** The keywords of a ufunc that matter here. */
interface Keywords {
  out?: NDArray;
  dtype?: string;
  casting?: 'unsafe';
}

type Binary = (x: NDArray, y: NDArray | number, ...keywords: [] | [Keywords] | [out: NDArray]) => unknown;
type Unary = (x: NDArray, ...keywords: [] | [Keywords]) => unknown;

/** Whether `op(x)` is what is asked for: the most frequent case, and the fastest way. */
const isPlain = (x: NDArray): boolean => x.dtype.name === 'float64' && x.ndim > 0;

/** Dtypes that are not computed in double precision: what is wider or no real number, and what has a loop of its own. */
const hasOwnLoop = ({ dtype }: NDArray): boolean =>
  dtype.kind === 'f' || dtype.kind === 'c' || dtype.itemsize === 8;

/** The integers that an integer dtype of at most 32 bits holds. */
const holds = ({ dtype: { kind, itemsize } }: NDArray, y: number): boolean => {
  const count = 2 ** (8 * itemsize);
  const least = kind === 'i' ? -count / 2 : 0;
  return Number.isInteger(y) && y >= least && y < least + count;
};

/** Whether `op(x, y)` has `x`'s dtype and every element is what double precision and storing give. */
function keepsDType(x: NDArray, y: NDArray | number, double: boolean): boolean {
  const { kind, itemsize, name } = x.dtype;
  const isInteger = kind === 'i' || kind === 'u';
  if (typeof y !== 'number') return y.dtype === x.dtype && (kind === 'f' || (isInteger && !double));
  return name === 'float64' || (isInteger && itemsize < 8 && !double && holds(x, y));
}

/**
 * `op(x, y)` in `x`'s dtype.
 *
 * @param y - a number, or an array of `x`'s shape
 * @param copy - false writes the result to `x`
 * @param double - computes in double precision even where both are integers
 * @throws ValueError for another shape: numjs does not broadcast.
 */
export function binary(op: Binary, x: NDArray, y: NDArray | number, copy: boolean, double = false): NDArray {
  if (typeof y !== 'number') requireShape(x, y);
  if (x.ndim > 0 && keepsDType(x, y, double)) return (copy ? op(x, y) : op(x, y, x)) as NDArray;
  const sameDType = typeof y !== 'number' && y.dtype === x.dtype && !double;
  const ownLoop = sameDType || x.dtype.name === 'float64' || (hasOwnLoop(x) && x.dtype.name !== 'float32');
  return stored(x, copy, (keywords) => op(x, y, ownLoop ? keywords : { ...keywords, dtype: 'float64' }));
}

/** `op(x)` in `x`'s dtype. */
export function unary(op: Unary, x: NDArray, copy: boolean): NDArray {
  if (x.ndim === 0) return np.reshape(unary(op, np.reshape(x, [1]), copy), []);
  if (copy && isPlain(x)) return op(x) as NDArray;
  return stored(x, copy, (keywords) => op(x, hasOwnLoop(x) ? keywords : { ...keywords, dtype: 'float64' }));
}

/** Where `run` writes: to `x`, or to a new array that lies as it does. */
function stored(x: NDArray, copy: boolean, run: (keywords: Keywords) => unknown): NDArray {
  const out = copy ? np.empty_like(x) : x;
  run({ out, casting: 'unsafe' });
  return out;
}

function requireShape(x: NDArray, y: NDArray): void {
  if (x === y || (x.ndim === y.ndim && x.shape.every((n, axis) => n === y.shape[axis]))) return;
  throw new np.ValueError(
    `arrays must have the same shape: got (${x.shape.join(',')}) and (${y.shape.join(',')}); to broadcast, use numgrad's own functions`,
  );
}

/** Copies `y` to `x`. */
export function assign(x: NDArray, y: NDArray | number, copy: boolean): NDArray {
  if (y instanceof np.NDArray) requireShape(x, y);
  return stored(x, copy, ({ out }) => np.copyto(out!, np.asarray(y), { casting: 'unsafe' }));
}

/** Powers that are other functions, and so exact and fast. */
const POWERS: ReadonlyMap<unknown, Unary> = /* @__PURE__ */ new Map([
  [1, np.positive],
  [2, np.square],
  [-1, np.reciprocal],
]);

/** `x` to the power of `y`, in `x`'s dtype. */
export function power(x: NDArray, y: NDArray | number, copy: boolean): NDArray {
  const known = POWERS.get(y);
  return known ? unary(known, x, copy) : binary(np.power, x, y, copy, true);
}

const IN_DOUBLE = { dtype: 'float64' } as const;

/** `op(x, y)` in double precision. */
const inDouble = (op: Binary, x: NDArray, y: NDArray | number): NDArray =>
  (x.dtype.name === 'float64' ? op(x, y) : op(x, y, IN_DOUBLE)) as NDArray;

/** The last step of several: over what the step before left, or to where the result shall be. */
function finish(
  last: (...out: [NDArray | Keywords]) => unknown,
  before: NDArray,
  keywords: Keywords | undefined,
): NDArray {
  const result = last(keywords ?? before) as NDArray;
  if (keywords) before.dispose();
  return result;
}

/** JavaScript's rounding: halves go up. */
export const roundHalfUp: Unary = (x, keywords?) => {
  const even = np.rint(x) as NDArray;
  const rest = np.subtract(x, even) as NDArray;
  const isHalf = np.equal(rest, 0.5) as NDArray;
  const result = finish((out) => np.add(even, isHalf, out as Keywords), even, keywords);
  rest.dispose();
  isHalf.dispose();
  return result;
};

/** 1 / (1 + exp(-t x)). */
export const sigmoid =
  (t: number): Unary =>
  (x, keywords?) => {
    const inverse = inDouble(np.multiply, x, -t);
    np.exp(inverse, inverse);
    np.add(inverse, 1, inverse);
    return finish((out) => np.reciprocal(inverse, out as Keywords), inverse, keywords);
  };

/** exp(x) over its sum; the largest element is subtracted first, so that nothing overflows. */
export const softmax: Unary = (x, keywords?) => {
  const exponential = inDouble(np.subtract, x, np.max(x));
  np.exp(exponential, exponential);
  const total = np.sum(exponential);
  return finish((out) => np.divide(exponential, total, out as Keywords), exponential, keywords);
};

/** The larger of x and alpha x. */
export const leakyRelu =
  (alpha: number): Unary =>
  (x, keywords?) => {
    const scaled = inDouble(np.multiply, x, alpha);
    return finish((out) => np.maximum(scaled, x, out as Keywords), scaled, keywords);
  };

/** Between two limits. */
export const clip =
  (low: number, high: number): Unary =>
  (x, keywords = {}) => {
    const ownLoop = x.dtype.kind !== 'f' && x.dtype.itemsize < 8 && holds(x, low) && holds(x, high);
    return ownLoop ? np.clip(x, low, high, { out: keywords.out }) : np.clip(x, low, high, keywords);
  };
