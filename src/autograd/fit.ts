/** Gradients in the shape and dtype of what they are gradients of. */
import type { DType } from '../array/dtype.ts';
import { floatPart } from '../array/dtype.ts';
import { sameShape } from '../array/layout.ts';
import type { NDArray } from '../array/ndarray.ts';
import { cast } from '../ops/cast.ts';
import { add as addRow } from '../ops/ufuncs/arithmetic.ts';
import { broadcastTo } from '../ops/views.ts';
import { real } from '../np/complex.ts';
import { reshapeArray } from '../np/shape/reshape.ts';
import { reduceToArray } from '../np/ufunc/reduce.ts';

/** A gradient summed over the axes that its operand was broadcast along, in the operand's dtype; of a real operand its real part. */
export function fit(g: NDArray, shape: readonly number[], dtype: DType): NDArray {
  const summed = sameShape(g.shape, shape) ? g : sumTo(g, shape);
  if (summed.dtype === dtype) return summed;
  if (summed.dtype.kind === 'c' && dtype.kind !== 'c') {
    return cast(real(summed) as NDArray, dtype.kind === 'f' ? dtype : floatPart(summed.dtype));
  }
  return cast(summed, dtype);
}

/** The sum of a broadcast array to the shape that was broadcast; an array of fewer elements is broadcast. */
export function sumTo(g: NDArray, shape: readonly number[]): NDArray {
  const lead = g.ndim - shape.length;
  if (lead < 0) return broadcastTo(g, shape);
  const axes: number[] = [];
  let stretched = false;
  for (let i = 0; i < g.ndim; i++) {
    const to = i < lead ? 1 : shape[i - lead];
    if (i < lead || (to === 1 && g.shape[i] !== 1)) axes.push(i);
    else if (g.shape[i] !== to) stretched = true;
  }
  const summed = axes.length > 0 ? reduceToArray(addRow, g, { axis: axes, dtype: g.dtype }) : g;
  if (stretched) return broadcastTo(summed, shape);
  return summed.ndim === shape.length && axes.length === lead ? summed : reshapeArray(summed, shape);
}
