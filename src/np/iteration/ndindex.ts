/** Loops over positions: ndindex, ndenumerate. */
import { normalizeShape } from '../../array/layout.ts';
import type { DTypeName, ScalarOf } from '../../array/dtype.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { scalarAt } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';

/**
 * Every position of a shape, the last axis fastest.
 *
 * @param shape - integers, or one array of them
 * @throws ValueError for a negative length; TypeError for what is no integer.
 * @example
 * for (const [i, j] of np.ndindex(3, 2)) console.log(i, j);
 */
export function ndindex(...shape: number[] | [readonly number[]]): IterableIterator<number[]> {
  const [first] = shape;
  return positions(normalizeShape(shape.length === 1 && Array.isArray(first) ? first : (shape as number[])));
}

/** Every position of a shape in C order, each as a new array. */
export function* positions(shape: readonly number[]): Generator<number[]> {
  if (shape.includes(0)) return;
  const at = shape.map(() => 0);
  for (;;) {
    yield at.slice();
    let axis = shape.length - 1;
    while (axis >= 0 && ++at[axis] === shape[axis]) at[axis--] = 0;
    if (axis < 0) return;
  }
}

/**
 * Every position of an array together with the element there.
 *
 * @example
 * for (const [[i, j], x] of np.ndenumerate([[1, 2], [3, 4]])) console.log(i, j, x);
 */
export function ndenumerate<D extends DTypeName>(arr: NDArray<D>): IterableIterator<[number[], ScalarOf<D>]>;
export function ndenumerate(arr: ArrayLike): IterableIterator<[number[], ScalarOf<DTypeName>]>;
export function ndenumerate(arr: ArrayLike): IterableIterator<[number[], ScalarOf<DTypeName>]> {
  return withElements(asArray(arr));
}

function* withElements(a: NDArray): Generator<[number[], ScalarOf<DTypeName>]> {
  for (const at of positions(a.shape)) {
    yield [
      at,
      scalarAt(
        a,
        at.reduce((address, i, axis) => address + i * a.strides[axis], a.offset),
      ),
    ];
  }
}
