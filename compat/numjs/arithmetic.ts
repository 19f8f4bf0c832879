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

/** Whether a function's own result is what is asked for: the most frequent case, and the fastest way. */
const isPlain = (x: NDArray): boolean => x.dtype.name === 'float64' && x.ndim > 0;

/** Dtypes that are not computed in double precision: what is wider or no real number, and what has a loop of its own. */
const hasOwnLoop = ({ dtype }: NDArray): boolean =>
  dtype.kind === 'f' || dtype.kind === 'c' || dtype.itemsize === 8;

/**
 * `op(x, y)` in `x`'s dtype.
 *
 * @param y - a number, or an array of `x`'s shape
 * @param copy - false writes the result to `x`
 * @param double - computes in double precision even where both are integers
 * @throws ValueError for another shape: numjs does not broadcast.
 */
export function binary(op: Binary, x: NDArray, y: NDArray | number, copy: boolean, double = false): NDArray {
  if (y instanceof np.NDArray) requireShape(x, y);
  if (isPlain(x) && (typeof y === 'number' || y.dtype === x.dtype)) {
    return (copy ? op(x, y) : op(x, y, x)) as NDArray;
  }
  const sameDType = y instanceof np.NDArray && y.dtype === x.dtype && !(double && x.dtype.kind !== 'f');
  const ownLoop = sameDType || x.dtype.name === 'float64' || (hasOwnLoop(x) && x.dtype.name !== 'float32');
  return stored(x, copy, (keywords) => op(x, y, ownLoop ? keywords : { ...keywords, dtype: 'float64' }));
}

/** `op(x)` in `x`'s dtype. */
export function unary(op: Unary, x: NDArray, copy: boolean): NDArray {
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
  if (x.ndim === y.ndim && x.shape.every((n, axis) => n === y.shape[axis])) return;
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

/** JavaScript's rounding: halves go up. */
export const roundHalfUp: Unary = (x, { out } = {}) => {
  const even = np.rint(x) as NDArray;
  const isHalf = np.equal(np.subtract(x, even), 0.5);
  return np.add(even, isHalf, { out, casting: 'unsafe' });
};

/** 1 / (1 + exp(-t x)). */
export const sigmoid =
  (t: number): Unary =>
  (x, { out } = {}) => {
    const exponential = np.exp(np.multiply(x, -t, { dtype: 'float64' }) as NDArray) as NDArray;
    const denominator = np.add(exponential, 1, { out: exponential }) as NDArray;
    return np.reciprocal(denominator, { out, casting: 'unsafe' });
  };

/** exp(x) over its sum; the largest element is subtracted first, so that nothing overflows. */
export const softmax: Unary = (x, { out } = {}) => {
  const shifted = np.subtract(x, np.max(x), { dtype: 'float64' }) as NDArray;
  const exponential = np.exp(shifted, { out: shifted }) as NDArray;
  return np.divide(exponential, np.sum(exponential), { out, casting: 'unsafe' });
};

/** The larger of x and alpha x. */
export const leakyRelu =
  (alpha: number): Unary =>
  (x, { out } = {}) =>
    np.maximum(np.multiply(x, alpha, { dtype: 'float64' }), x, { out, casting: 'unsafe' });

/** Between two limits. */
export const clip =
  (low: number, high: number): Unary =>
  (x, keywords = {}) =>
    np.clip(x, low, high, keywords);
