/** Determinants of factored matrices. */
import { floatPart } from '../../array/dtype.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray } from '../../array/ndarray.ts';
import { buildDeterminant } from '../../kernel/linalg/determinant.ts';
import type { LuFactors } from './lu.ts';
import { byElement, inHeap, matrixCount, stackOf, withStack } from './work.ts';

const kernels = /* @__PURE__ */ byElement<'determinant'>(buildDeterminant);

/**
 * Sign and logarithm of the absolute value of determinants. Of a singular matrix they are 0 and minus infinity.
 *
 * @param factors - of square matrices, on the processor
 * @returns two new arrays: of complex matrices the sign is a number on the unit circle
 */
export function signAndLogarithm({ lu, pivots }: LuFactors): NDArray[] {
  const stack = stackOf(lu);
  const results = [emptyArray(stack, lu.dtype), emptyArray(stack, floatPart(lu.dtype))];
  if (results[0].size === 0) return results;
  inHeap(results, (sign, logarithm) =>
    withStack(lu, stack, 2, (matrices) =>
      withStack(pivots, stack, 1, (exchanges) => {
        const { determinant } = kernels(lu.dtype);
        const n = lu.shape[lu.ndim - 1];
        determinant(matrixCount(lu), n, matrices.offset, exchanges.offset, sign.offset, logarithm.offset);
      }),
    ),
  );
  return results;
}
