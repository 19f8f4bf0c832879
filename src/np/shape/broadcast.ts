/** Broadcasting, made explicit. */
import { broadcastShapes, normalizeShape, sameShape } from '../../array/layout.ts';
import { viewArray } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { broadcastTo } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import type { ShapeLike } from '../creation/filled.ts';

/**
 * An array shown in a larger shape: a read-only view.
 *
 * @throws ValueError if the shape does not fit.
 * @example
 * np.broadcast_to([1, 2, 3], [2, 3]);
 */
export function broadcast_to(
  array: ArrayLike,
  shape: ShapeLike,
  ...args: Args<{ subok: boolean }, ['subok']>
): NDArray {
  bind<{ subok: boolean }>('broadcast_to', args, ['subok']);
  const a = asArray(array);
  const view = broadcastTo(a, normalizeShape(shape));
  return viewArray(a, view.shape, view.strides, a.offset, a.dtype, false);
}

/**
 * Arrays shown in their common shape: views, read-only where stretched.
 *
 * @throws ValueError if the shapes do not broadcast.
 * @example
 * const [a, b] = np.broadcast_arrays([[1], [2]], [1, 2, 3]);
 */
export function broadcast_arrays(...args: ArrayLike[]): NDArray[] {
  const arrays = args.map((x) => asArray(x));
  const shape = broadcastShapes(...arrays.map((a) => a.shape));
  return arrays.map((a) => {
    if (sameShape(a.shape, shape)) return a;
    const view = broadcastTo(a, shape);
    return viewArray(
      a,
      shape,
      view.strides,
      a.offset,
      a.dtype,
      a.writeable && view.strides.every((s, i) => s !== 0 || shape[i] <= 1),
    );
  });
}

/**
 * The shape that shapes broadcast to.
 *
 * @throws ValueError if they do not.
 * @example
 * np.broadcast_shapes([2, 1], [3]); // [2, 3]
 */
export function broadcast_shapes(...shapes: ShapeLike[]): number[] {
  return broadcastShapes(...shapes.map(normalizeShape));
}
