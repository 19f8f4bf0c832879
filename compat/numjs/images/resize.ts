/** Images in another size. */
import * as np from '../../../src/index.ts';
import type { NDArray } from '../../../src/index.ts';
import type { ArrayLike } from '../ndarray.ts';
import { NdArray, array } from '../ndarray.ts';
import { Selection } from '../selection.ts';
import { errors } from '../errors.ts';

/** Lanczos' window of three lobes. */
function lanczos3(x: NDArray): NDArray {
  const window = np.multiply(np.sinc(x), np.sinc(np.divide(x, 3)));
  return np.multiply(window, np.less(np.absolute(x), 3)) as NDArray;
}

/**
 * The matrix that takes `n` samples, of which those from `start` to `start + length` are kept, to `m`. Where samples get fewer the
 * window is as much wider, so that none is missed.
 */
function resampling(n: number, start: number, length: number, m: number): NDArray {
  const scale = length / m;
  const centres = np.add(np.multiply(np.add(np.arange(m), 0.5), scale), start - 0.5);
  const distances = np.subtract(np.arange(n), np.expand_dims(centres as NDArray, 1));
  const weights = lanczos3(np.divide(distances, Math.max(scale, 1)) as NDArray);
  return np.divide(weights, np.sum(weights, { axis: 1, keepdims: true })) as NDArray;
}

/**
 * An image in another size, filtered by Lanczos' window of three lobes. If the proportions differ, what is too much at two sides is cut off.
 *
 * @param img - (h, w) or (h, w, channels)
 * @returns uint8 of that size, with the image's channels
 * @throws ValueError for a size that is no positive integer, or no image.
 */
export function resize(img: ArrayLike, height: number, width: number): NdArray {
  const image = array(img).np;
  if (image.ndim !== 2 && image.ndim !== 3) {
    throw new errors.ValueError(`an image has 2 or 3 dimensions, got shape (${image.shape.join(',')})`);
  }
  if (![height, width].every((n) => Number.isInteger(n) && n > 0)) {
    throw new errors.ValueError(`the size must be positive integers, got ${height} x ${width}`);
  }
  const [h, w] = image.shape;
  const shrink = Math.min(h / height, w / width);
  const [keptH, keptW] = [height * shrink, width * shrink];
  const rows = resampling(h, (h - keptH) / 2, keptH, height);
  const columns = resampling(w, (w - keptW) / 2, keptW, width);
  const pixels = image.astype('float64');
  const resized =
    image.ndim === 2
      ? np.matmul(np.matmul(rows, pixels), columns.T)
      : np.moveaxis(np.matmul(np.matmul(rows, np.moveaxis(pixels, 2, 0)), columns.T) as NDArray, 0, 2);
  const bytes = np.ascontiguousarray(np.clip(np.rint(resized), 0, 255) as NDArray, 'uint8');
  return new NdArray(new Selection(bytes));
}
