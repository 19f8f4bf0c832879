/** np.piecewise: a function given by parts. */
import { beside } from '../../array/tracing.ts';
import { ValueError, shapeText } from '../../array/errors.ts';
import { sameShape } from '../../array/layout.ts';
import { NDArray, truth } from '../../array/ndarray.ts';
import type { ArrayOrScalar } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import { bool_ } from '../../array/dtype.ts';
import { zeros_like } from '../creation/filled.ts';
import { extract } from '../indexing/take.ts';
import { place } from '../indexing/put.ts';
import { any } from '../statistics/reductions.ts';
import { logical_not, logical_or } from '../ufuncs.ts';

/** A value for a part, or a function of the elements there. */
export type Piece = ArrayLike | ((elements: NDArray, ...args: never[]) => ArrayLike);

/**
 * Evaluates a function given by parts: where a condition is true, the value or function that belongs to it; of several, the last.
 *
 * @param condlist - boolean arrays of `x`'s shape, or one
 * @param funclist - a value or function for each condition, and maybe one more for where none is true (otherwise 0)
 * @param args - passed on to the functions
 * @returns an array of `x`'s shape and dtype
 * @throws ValueError if the lists do not fit each other, or a condition has another shape.
 * @example
 * const x = np.linspace(-1, 1, 5);
 * np.piecewise(x, [np.less(x, 0), np.greater_equal(x, 0)], [(v) => np.negative(v), (v) => v]); // [1. 0.5 0. 0.5 1. ]
 */
export function piecewise(
  x: ArrayLike,
  condlist: ArrayLike,
  funclist: readonly Piece[],
  ...args: readonly unknown[]
): NDArray {
  const a = asArray(x);
  const conditions = conditionsOf(condlist, a).map((one) => cast(asArray(one), bool_));
  if (funclist.length === conditions.length + 1) {
    let some = zeros_like(a, { dtype: bool_ });
    for (const condition of conditions) some = asArray(logical_or(some, condition) as ArrayOrScalar);
    conditions.push(asArray(logical_not(some) as ArrayOrScalar));
  }
  if (conditions.length !== funclist.length) {
    const n = conditions.length;
    throw new ValueError(`with ${n} condition(s), either ${n} or ${n + 1} functions are expected`);
  }
  for (const condition of conditions) {
    if (!sameShape(condition.shape, a.shape)) {
      throw new ValueError(
        `boolean index did not match the array: condition ${shapeText(condition.shape)}, array ${shapeText(a.shape)}`,
      );
    }
  }
  const result = beside(a, () => zeros_like(a));
  conditions.forEach((condition, i) => {
    if (!truth(any(condition))) return;
    const piece = funclist[i];
    const value = typeof piece === 'function' ? piece(extract(condition, a), ...(args as never[])) : piece;
    place(result, condition, cast(asArray(value), result.dtype));
  });
  return result;
}

/** One condition stands for a list of one. */
function conditionsOf(condlist: ArrayLike, x: NDArray): ArrayLike[] {
  const single = !Array.isArray(condlist) || condlist.length === 0;
  if (single) return condlist instanceof NDArray && condlist.ndim > x.ndim ? rows(condlist) : [condlist];
  const nested = (condlist as readonly unknown[]).some((one) => typeof one === 'object');
  return nested || x.ndim === 0 ? [...(condlist as readonly ArrayLike[])] : [condlist];
}

function rows(a: NDArray): NDArray[] {
  return [...(a as unknown as Iterable<NDArray>)];
}
