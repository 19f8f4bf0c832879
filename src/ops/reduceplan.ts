/**
 * The order in which NumPy takes the elements of a reduction, which decides the bits of float sums: the axes of its iterator
 * (nditer in KEEPORDER), and the pieces that its buffers cut a run of elements into.
 */
import type { Walk } from './iterate.ts';

/** Operands of a reduction's walk. */
export const OUT = 0;
export const IN = 1;

/** Elements in NumPy's buffers. */
const BUFFER = 8192;

export interface ReducePlan {
  /** Axes and addresses of the operands result, input and, if there is one, mask; axes of length 1 are left out. */
  readonly walk: Walk;
  /** How many of the innermost axes are summed as if they were one, and how many of their elements at a time. */
  readonly run: number;
  readonly chunk: number;
}

/**
 * How NumPy's buffered iterator walks over coalesced axes.
 *
 * @param casts - whether the input's elements are converted, which goes through a buffer
 *
 * Source: npyiter_find_buffering_setup in numpy/_core/src/multiarray/nditer_constr.c (NumPy 2.3 and later).
 */
export function planBuffers(walk: Walk, casts: boolean): ReducePlan {
  const { axes } = walk;
  const operands = walk.addresses.map((_, i) => ({ cast: casts && i === IN, single: 1 }));
  let cost = casts ? 2 : 1;
  let size = axes[0].length;
  let outerReduce = 0;
  let best = { dim: 0, cost, size, core: 1 };
  for (let d = 1; d < axes.length && !outerReduce && !(size >= BUFFER && cost > 1); d++) {
    const [inner, axis] = [axes[d - 1], axes[d]];
    for (const [i, operand] of operands.entries()) {
      if (operand.single === d) {
        if (inner.strides[i] * inner.length === axis.strides[i]) {
          operand.single++;
          continue;
        }
        if (!operand.cast) cost++;
      }
      if (i === OUT && (axis.strides[i] === 0 || inner.strides[i] === 0)) outerReduce = d;
    }
    const core = size;
    size *= axis.length;
    const buffered = cost > 1 ? Math.min(size, BUFFER) : size;
    if (cost * best.size <= best.cost * buffered) best = { dim: d, cost, size, core };
  }
  const usesReduce = outerReduce > 0 && best.dim === outerReduce;
  if (usesReduce) return { walk, run: best.dim, chunk: best.core };
  const mustBuffer = operands.some((operand) => operand.cast || operand.single <= best.dim);
  const chunk = mustBuffer && best.size > BUFFER ? best.core * Math.floor(BUFFER / best.core) : best.size;
  return { walk, run: best.dim + 1, chunk };
}
