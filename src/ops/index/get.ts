/** `a[index]`: a view, a copy of chosen elements, or one element. */
import type { Scalar } from '../../array/element.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { scalarAt, viewArray } from '../../array/ndarray.ts';
import { isTraced, primitive, tracing } from '../../array/tracing.ts';
import { copyOf } from '../cast.ts';
import { gather } from '../gather.ts';
import type { IndexArg } from './parse.ts';
import { parseIndex } from './parse.ts';
import { release, select } from './select.ts';

/**
 * `a[index]` by NumPy's rules.
 *
 * @returns a view for integers, slices, new axes and the ellipsis; a new array where index arrays or masks take part; a scalar for
 *   an integer on every axis.
 * @throws IndexError for an index that is out of range or that cannot be one.
 */
export function getIndex(a: NDArray, index: readonly IndexArg[]): NDArray | Scalar {
  if (tracing.tracer !== null && a.traced) return recordedGet(a, index);
  const selection = select(a, parseIndex(index));
  if (selection.isElement && !tracing.keepsArrays) return scalarAt(a, selection.offset);
  if (selection.operands.length === 0) {
    const view = viewArray(a, selection.shape, selection.strides, selection.offset);
    return selection.copies ? copyOf(view, a.dtype) : view;
  }
  try {
    return gather(a, selection);
  } finally {
    release(selection);
  }
}

/** `getIndex` of a traced array: a view of it, or a gathered copy that is recorded. */
function recordedGet(a: NDArray, index: readonly IndexArg[]): NDArray {
  if (index.some(isTraced)) return tracing.tracer!.call(GET, [a, index]) as NDArray;
  const selection = select(a, parseIndex(index));
  const isView = selection.operands.length === 0;
  release(selection);
  if (!isView) return tracing.tracer!.call(GET, [a, index]) as NDArray;
  const view = viewArray(a, selection.shape, selection.strides, selection.offset);
  return selection.copies ? copyOf(view, a.dtype) : view;
}

/** Indexing with arrays as a primitive of the array and the index. */
export const GET = /* @__PURE__ */ primitive(
  'index',
  getIndex as (a: NDArray, index: readonly IndexArg[]) => NDArray,
);

/** Where the element at integers lies, one for each axis; -1 if they are anything else than integers in range. */
export function elementAddress(a: NDArray, index: readonly unknown[]): number {
  const { shape, strides } = a;
  if (index.length !== shape.length) return -1;
  let address = a.offset;
  for (let axis = 0; axis < shape.length; axis++) {
    const i = index[axis];
    const length = shape[axis];
    if (typeof i !== 'number' || i >= length || i < -length || Math.floor(i) !== i) return -1;
    address += (i < 0 ? i + length : i) * strides[axis];
  }
  return address;
}
