/** Derivatives of matrix products. */
import type { NDArray } from '../../array/ndarray.ts';
import { CONTRACT, contract } from '../../ops/contract.ts';
import { LINEAR } from '../../ops/linear.ts';
import { transpose } from '../../ops/views.ts';
import { by, define, rule } from '../rule.ts';
import { cj } from './elementwise.ts';

/** The last two axes exchanged. */
function transposed(a: NDArray): NDArray {
  const axes = a.shape.map((_, i) => i);
  const { ndim } = a;
  [axes[ndim - 2], axes[ndim - 1]] = [ndim - 1, ndim - 2];
  return transpose(a, axes);
}

export function defineProducts(): void {
  define(
    CONTRACT,
    rule(
      by('y', (g, { y }) => contract(g, cj(transposed(y)))),
      by('x', (g, { x }) => contract(cj(transposed(x)), g)),
    ),
  );
  define(
    LINEAR,
    rule(
      by('y', (g, { y }) => contract(g, y)),
      by('x', (g, { x }) => contract(transposed(g), x)),
      by('', (g) => g),
    ),
  );
}
