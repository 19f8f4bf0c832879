/** Images taken a few at a time, with the border of zeros that windows reach into. */
import type { NDArray } from '../../array/ndarray.ts';
import { viewArray } from '../../array/ndarray.ts';
import { sizeOf } from '../../array/layout.ts';
import { castInto } from '../cast.ts';
import { heapArray } from '../index/walk.ts';
import { clearBytes } from '../move.ts';
import { narrow } from '../views.ts';
import { chunkLength, computeDType, isNear, part } from './near.ts';

/** Places of an axis: from `low` up to `high`, which may lie outside it. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** What is done with the second operand of a walk by images. */
export type Use = 'read' | 'write';

/**
 * Calls `fn` with a few images and the same few of another array, both near, until all are done. Of the images the places within `bounds`
 * can be read, with zeros beyond the edge; the array's offset is that of place 0 of every axis, wherever it lies.
 *
 * @param images - (n, channels, ...spatial)
 * @param bounds - for each spatial axis
 * @param other - an array with the same first axis, which `fn` reads or fills
 */
export function inChunks(
  images: NDArray,
  bounds: readonly Bounds[],
  other: NDArray,
  use: Use,
  fn: (images: NDArray, other: NDArray) => void,
): void {
  const [n] = images.shape;
  const source = paddedSource(images, bounds);
  const itemBytes = (shape: readonly number[], { dtype }: NDArray): number =>
    sizeOf(shape.slice(1)) * computeDType(dtype).itemsize;
  const staged = !isNear(other);
  const bytes = (source ? itemBytes(source.shape, images) : 0) + (staged ? itemBytes(other.shape, other) : 0);
  const count = chunkLength(n, bytes);
  const padded = source && heapArray([count, ...source.shape.slice(1)], computeDType(images.dtype));
  const copy = staged ? heapArray([count, ...other.shape.slice(1)], computeDType(other.dtype)) : null;
  try {
    if (padded) clearBytes(padded.storage, padded.offset, padded.nbytes);
    for (let start = 0; start < n; start += count) {
      const taken = Math.min(count, n - start);
      const [from, target] = [part(images, start, taken), part(other, start, taken)];
      const near = copy ? part(copy, 0, taken) : target;
      if (copy && use === 'read') castInto(near, target);
      fn(padded ? source.fill(part(padded, 0, taken), from) : from, near);
      if (copy && use === 'write') castInto(target, near);
    }
  } finally {
    padded?.storage.dispose();
    copy?.storage.dispose();
  }
}

/** How images are copied with a border, or null if they can be read as they lie. */
function paddedSource(images: NDArray, bounds: readonly Bounds[]) {
  const inside = bounds.every(({ low, high }, d) => low >= 0 && high <= images.shape[d + 2]);
  if (inside && isNear(images)) return null;
  const shape = [...images.shape.slice(0, 2), ...bounds.map(({ low, high }) => high - low)];
  const fill = (padded: NDArray, from: NDArray): NDArray => {
    let [inner, source] = [padded, from];
    let empty = false;
    bounds.forEach(({ low, high }, d) => {
      const [first, end] = [Math.max(0, low), Math.min(from.shape[d + 2], high)];
      if (end <= first) empty = true;
      else {
        inner = narrow(inner, d + 2, first - low, end - first);
        source = narrow(source, d + 2, first, end - first);
      }
    });
    if (!empty) castInto(inner, source);
    const origin = bounds.reduce((sum, { low }, d) => sum + low * padded.strides[d + 2], 0);
    return viewArray(padded, padded.shape, padded.strides, padded.offset - origin);
  };
  return { shape, fill };
}
