/** How operands lie along the elements of a shape, for kernels that count elements in C order. */
import { denseStrides } from '../../array/layout.ts';
import type { GridStride } from '../../kernel/grid/map.ts';

/** Axes of a walk in elements: the innermost first, neighbours that every operand walks as one merged. */
export interface GridAxes {
  readonly lengths: readonly number[];
  /** For each operand its strides along these axes. */
  readonly strides: readonly (readonly number[])[];
}

/**
 * The axes that operands are walked along.
 *
 * @param shape - the common shape
 * @param operands - each operand's strides for that shape
 */
export function gridAxes(shape: readonly number[], operands: readonly (readonly number[])[]): GridAxes {
  const lengths: number[] = [];
  const strides: number[][] = operands.map(() => []);
  for (let d = shape.length - 1; d >= 0; d--) {
    if (shape[d] === 1) continue;
    const last = lengths.length - 1;
    const continues = last >= 0 && operands.every((s, i) => s[d] === strides[i][last] * lengths[last]);
    if (continues) {
      lengths[last] *= shape[d];
      continue;
    }
    lengths.push(shape[d]);
    operands.forEach((s, i) => strides[i].push(s[d]));
  }
  return { lengths, strides };
}

/** How an operand with these strides lies along the axes. */
export function strideKind(lengths: readonly number[], strides: readonly number[]): GridStride {
  if (strides.every((s) => s === 0)) return 'one';
  const dense = denseStrides([...lengths].reverse(), 1).reverse();
  return dense.every((s, d) => s === strides[d]) ? 'dense' : 'strided';
}
