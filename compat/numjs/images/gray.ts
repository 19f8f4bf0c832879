/** Colours to gray, and whether there are any. */
import * as np from '../../../src/index.ts';
import type { NDArray } from '../../../src/index.ts';
import type { ArrayLike } from '../ndarray.ts';
import { NdArray, array } from '../ndarray.ts';
import { Selection } from '../selection.ts';

/** Luma weights of red, green and blue, in 1/16384. */
const WEIGHTS = [4899, 9617, 1868];
const HALF = 8192;
const BITS = 14;

const channel = (image: NDArray, i: number): NDArray => image.get('...', i);

/**
 * The luma of a colour image.
 *
 * @param img - (h, w, 3) or (h, w, 4)
 * @returns uint8 (h, w); a gray image, (h, w) or (h, w, 1), as it is
 */
export function rgb2gray(img: ArrayLike): NdArray {
  const image = array(img);
  if ((image.shape[2] ?? 1) === 1) return image;
  const [total, ...terms] = WEIGHTS.map(
    (weight, i) =>
      np.multiply(channel(image.np, i), weight, { dtype: 'int32', casting: 'unsafe' }) as NDArray,
  );
  for (const term of terms) np.add(total, term, { out: total });
  const luma = np.right_shift(np.add(total, HALF, { out: total }), BITS, { out: total }) as NDArray;
  return new NdArray(new Selection(luma.astype('uint8')));
}

/** The luma of an image, in two dimensions. */
export function grayPlane(img: ArrayLike): NDArray {
  const gray = rgb2gray(img).np;
  return gray.ndim === 3 ? channel(gray, 0) : gray;
}

/** A gray image in two dimensions; an image whose colours differ anywhere as it is. */
export function withoutGrayChannels(image: NDArray): NDArray {
  const [red, green, blue] = [0, 1, 2].map((i) => (i < image.shape[2] ? channel(image, i) : undefined));
  const isGray = !green || !blue || (np.array_equal(red!, green) && np.array_equal(green, blue));
  return isGray ? red! : image;
}
