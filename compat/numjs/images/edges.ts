/** The magnitude of edges. */
import * as np from '../../../src/index.ts';
import type { NDArray } from '../../../src/index.ts';
import type { ArrayLike } from '../ndarray.ts';
import { NdArray } from '../ndarray.ts';
import { Selection } from '../selection.ts';
import { grayPlane } from './gray.ts';

/** The plane but for `before` lines at the start and `2 - before` at the end of an axis. */
const shifted = (x: NDArray, axis: 0 | 1, before: number): NDArray => {
  const lines = np.slice(before, x.shape[axis] - 2 + before);
  return axis === 0 ? x.get(lines) : x.get('...', lines);
};

/** Three neighbours along an axis with the weights side, middle, side. */
function smoothed(x: NDArray, axis: 0 | 1, side: number, middle: number): NDArray {
  const sides = np.add(shifted(x, axis, 0), shifted(x, axis, 2));
  return np.add(np.multiply(sides, side), np.multiply(shifted(x, axis, 1), middle)) as NDArray;
}

const difference = (x: NDArray, axis: 0 | 1): NDArray =>
  np.subtract(shifted(x, axis, 0), shifted(x, axis, 2)) as NDArray;

/** sqrt(v^2 + h^2) / scale of the smoothed differences; the border is 0. */
function magnitude(img: ArrayLike, side: number, middle: number, scale: number): NdArray {
  const plane = grayPlane(img).astype('float64');
  const result = np.zeros(plane.shape as number[], 'float32') as NDArray;
  if (Math.min(...plane.shape) > 2) {
    const vertical = difference(smoothed(plane, 1, side, middle), 0);
    const horizontal = difference(smoothed(plane, 0, side, middle), 1);
    const squares = np.add(np.square(vertical), np.square(horizontal)) as NDArray;
    np.divide(np.sqrt(squares), scale, { out: result.get('1:-1, 1:-1'), casting: 'same_kind' });
  }
  return new NdArray(new Selection(result));
}

/**
 * Edges by the Sobel operator.
 *
 * @returns float32 (h, w), of which the border is 0
 */
export const sobel = (img: ArrayLike): NdArray => magnitude(img, 1, 2, 4 * Math.SQRT2);

/**
 * Edges by the Scharr operator, which depends on their direction less.
 *
 * @returns float32 (h, w), of which the border is 0
 */
export const scharr = (img: ArrayLike): NdArray => magnitude(img, 3, 10, 16 * Math.SQRT2);
