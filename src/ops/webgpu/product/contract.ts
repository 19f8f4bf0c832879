/** Matrix products on the GPU. */
import { broadcastShapes, broadcastStrides } from '../../../array/layout.ts';
import type { NDArray } from '../../../array/ndarray.ts';
import { castInto } from '../../cast.ts';
import { gridAxes } from '../axes.ts';
import { leafOf } from '../formula.ts';
import type { MatrixLeaf, Product } from './product.ts';
import { putOff } from './product.ts';
import { clearBytesOn } from '../move.ts';
import { deviceBytes, isWhole, requireDType } from '../webgpu.ts';
import type { WebGpu } from '../webgpu.ts';

/** `contract` for operands that fit together. The result is put off until it is needed. */
export function contractOn(home: WebGpu, a: NDArray, b: NDArray, out?: NDArray): NDArray {
  for (const { dtype } of [a, b]) requireDType(dtype);
  const stack = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...stack, a.shape[a.ndim - 2], b.shape[b.ndim - 1]];
  const result = out && isWhole(out) ? out : home.empty(shape, a.dtype);
  if (result.size > 0) {
    if (a.shape[a.ndim - 1] === 0) clearBytesOn(home, result.storage, 0, result.storage.byteLength);
    else deviceBytes(result.storage).deferBilinear(putOff(home, productOf(home, a, b, stack)));
  }
  if (!out || out === result) return result;
  castInto(out, result);
  result.storage.dispose();
  return out;
}

function productOf(home: WebGpu, a: NDArray, b: NDArray, stack: readonly number[]): Product {
  const arrays = [home.near(a), home.near(b)];
  // Later writes to the operands must not be seen: they are computed, or uploaded, now.
  for (const { storage } of arrays) home.bytesOf(home.contentOf(storage));
  const k = a.shape[a.ndim - 1];
  const axes = gridAxes(
    stack,
    arrays.map((x) =>
      broadcastStrides(x.shape.slice(0, -2), x.strides.slice(0, -2), stack).map((s) => s / x.itemsize),
    ),
  );
  const [left, right] = arrays.map((x, i): MatrixLeaf => {
    const { offset, strides, content } = leafOf(x, home.contentOf(x.storage), x.shape);
    const [row, column] = strides.slice(-2);
    return { content, offset, row, column, steps: axes.strides[i] };
  });
  return folded({
    element: a.dtype.element,
    m: a.shape[a.ndim - 2],
    n: b.shape[b.ndim - 1],
    k,
    lengths: axes.lengths,
    leaves: [left, right],
  });
}

/** Where one right matrix serves a stack of left ones that lie like one tall matrix, they are taken as that. */
function folded(product: Product): Product {
  const { m, lengths, leaves } = product;
  const [left, right] = leaves;
  const [length] = lengths;
  const row = m === 1 ? left.steps[0] : left.row;
  if (lengths.length === 0 || right.steps[0] !== 0 || left.steps[0] !== m * row) return product;
  return folded({
    ...product,
    m: m * length,
    lengths: lengths.slice(1),
    leaves: [
      { ...left, row, steps: left.steps.slice(1) },
      { ...right, steps: right.steps.slice(1) },
    ],
  });
}
