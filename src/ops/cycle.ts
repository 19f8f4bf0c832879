/** Values repeated in order until there are enough. */
import type { DTypeName } from '../array/dtype.ts';
import type { NDArray } from '../array/ndarray.ts';
import { emptyArray, viewArray } from '../array/ndarray.ts';
import { beside } from '../array/tracing.ts';
import { castInto } from './cast.ts';

/** The first `count` elements of `values` (one axis, not empty) taken again and again; `values` itself if it has that many. */
export function cycled<D extends DTypeName>(values: NDArray<D>, count: number): NDArray<D> {
  const [length] = values.shape;
  const [stride] = values.strides;
  if (length === count) return values;
  if (length > count) return viewArray(values, [count], [stride], values.offset, values.dtype);
  const result = beside(values, () => emptyArray([count], values.dtype));
  const rounds = Math.floor(count / length);
  const { itemsize } = values;
  castInto(viewArray(result, [rounds, length], [length * itemsize, itemsize]), values);
  const rest = count - rounds * length;
  const end = result.offset + rounds * length * itemsize;
  if (rest > 0) castInto(viewArray(result, [rest], [itemsize], end), viewArray(values, [rest], [stride]));
  return result;
}
