/** Sums over rectangles from summed area tables. */
import * as np from '../../../src/index.ts';
import type { NDArray } from '../../../src/index.ts';
import type { ArrayLike } from '../ndarray.ts';
import { NdArray } from '../ndarray.ts';
import { Selection } from '../selection.ts';
import { grayPlane } from './gray.ts';

/** At each place the sum of all elements above and to the left, itself included. */
function summedAreas(plane: NDArray): NdArray {
  const down = np.cumsum(plane, 0, 'uint32');
  return new NdArray(new Selection(np.cumsum(down, 1, 'uint32')));
}

/**
 * The summed area table of an image's luma.
 *
 * @returns uint32 (h, w)
 */
export const sat = (img: ArrayLike): NdArray => summedAreas(grayPlane(img));

/**
 * The summed area table of the squares of an image's luma.
 *
 * @returns uint32 (h, w)
 */
export const ssat = (img: ArrayLike): NdArray =>
  summedAreas(np.square(grayPlane(img).astype('uint32')) as NDArray);

/**
 * The sum over a rectangle.
 *
 * @param h0 - its first row; `w0` its first column
 * @param H - its height; `W` its width
 * @param SAT - a summed area table
 * @throws IndexError for a rectangle that leaves the table.
 */
export function areaSum(h0: number, w0: number, H: number, W: number, SAT: NdArray): number {
  const upTo = (row: number, column: number): number => (row < 0 || column < 0 ? 0 : SAT.get(row, column));
  const [top, left, bottom, right] = [h0 - 1, w0 - 1, h0 + H - 1, w0 + W - 1];
  return upTo(bottom, right) - upTo(top, right) - upTo(bottom, left) + upTo(top, left);
}

/** The mean over a rectangle; parameters and errors as of `areaSum`. */
export const areaValue = (h0: number, w0: number, H: number, W: number, SAT: NdArray): number =>
  areaSum(h0, w0, H, W, SAT) / (H * W);
