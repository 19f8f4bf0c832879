/** The Cholesky factorisation on the GPU. */
import type { NDArray } from '../../../array/ndarray.ts';
import type { Check } from '../../../device/webgpu/checks.ts';
import { buildCholeskyBlock, choleskyTeams } from '../../../kernel/grid/linalg/cholesky.ts';
import type { MatrixElement } from '../../../kernel/grid/linalg/matrix.ts';
import { BLOCK } from '../../../kernel/grid/linalg/matrix.ts';
import { FAILURE } from '../failures.ts';
import type { WebGpu } from '../webgpu.ts';
import type { Stack } from './stack.ts';
import { elementOf, launch, makePattern, partOf, placed, sideOf, turned, workCopy } from './stack.ts';
import { solveStacks } from './triangular.ts';
import { multiplyStacks } from './update.ts';

/**
 * `cholesky` for arrays on the GPU. An upper triangle is a lower one by columns: that of the transposed, which is the conjugated, matrix,
 * whose factor is the transpose of U.
 */
export function choleskyOn(home: WebGpu, a: NDArray, upper: boolean): NDArray {
  const element = elementOf(a);
  const work = workCopy(home, a);
  const { array, count, matrices } = work;
  if (array.size === 0) return array;
  const n = array.shape[array.ndim - 1];
  factorStacks(home, element, count, n, upper ? turned(matrices) : matrices);
  makePattern(home, work, upper ? 'upper' : 'lower');
  return array;
}

/** Factors the lower triangles of matrices of n rows: a block on the diagonal, what is below it, and what that leaves of the rest. */
function factorStacks(home: WebGpu, element: MatrixElement, count: number, n: number, a: Stack): void {
  const check = home.gpu.newCheck();
  for (let first = 0; first < n; first += BLOCK) {
    const size = Math.min(BLOCK, n - first);
    const block = partOf(a, first, first);
    factorBlock(home, element, count, size, block, check);
    const left = n - first - size;
    const below = partOf(block, size, 0);
    // L21 L11^H = A21, transposed.
    const system = { count, n: size, columns: left, a: block, x: turned(below) };
    solveStacks(home, element, { ...system, unit: false, conjugate: true });
    multiplyStacks(home, element, {
      count,
      m: left,
      n: left,
      k: size,
      a: below,
      b: turned(below),
      c: partOf(block, size, size),
      subtracts: true,
      conjugate: 'b',
      triangle: 'lower',
    });
  }
}

function factorBlock(
  home: WebGpu,
  element: MatrixElement,
  count: number,
  n: number,
  a: Stack,
  check: Check,
): void {
  const block = { element, side: sideOf(n), code: FAILURE.notPositiveDefinite };
  launch(
    home,
    home.kernel(`linalg cholesky ${block.side} ${element}`, () => buildCholeskyBlock(block)),
    [a.bytes, check],
    { count, n, check: check.first, ...placed('a', a) },
    count / choleskyTeams(block).teams,
  );
}
