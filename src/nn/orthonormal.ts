/** Orthonormal rows out of any. */
import type { NDArray } from '../array/ndarray.ts';
import { dot } from '../np/products/dot.ts';
import { divide, subtract } from '../np/ufuncs.ts';
import { castInto, copyOf } from '../ops/cast.ts';
import { narrow, reshapeView } from '../ops/views.ts';

/**
 * The rows made orthogonal to each other and of length 1, each from those before it: Gram and Schmidt's way, done twice, after which
 * rounding is no concern (Kahan and Parlett's "twice is enough"). Of normally distributed rows every result is equally likely.
 *
 * @param rows - a matrix of at most as many rows as columns, which are linearly independent
 */
export function orthonormalRows(rows: NDArray): NDArray {
  const q = copyOf(rows, rows.dtype, 'C');
  const [count, length] = q.shape;
  for (let i = 0; i < count; i++) {
    const row = reshapeView(narrow(q, 0, i, 1), [length])!;
    const before = narrow(q, 0, 0, i);
    for (let time = 0; time < 2 && i > 0; time++) {
      subtract(row, dot(dot(before, row), before), { out: row });
    }
    castInto(row, divide(row, Math.sqrt(Number(dot(row, row)))) as NDArray);
  }
  return q;
}
