/** Layer normalisation of rows, with or without mean, weight and bias. */
import { sizeOf } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray } from '../../array/ndarray.ts';
import { primitive, tracing } from '../../array/tracing.ts';
import type { NormForm } from '../../kernel/rows/norm.ts';
import { norm, normGradient } from '../../kernel/rows/norm.ts';
import { clearBytes } from '../move.ts';
import { computeDType } from '../window/near.ts';
import type { RowKernel, RowOperand } from './run.ts';
import { rowKernel, runRows } from './run.ts';

export interface NormOptions {
  /** How many of the last axes make a row. */
  readonly axes: number;
  /** Whether the mean is subtracted; the mean square is taken of what is left. */
  readonly centered: boolean;
  /** Added to the mean square. */
  readonly eps: number;
}

interface Kernels {
  readonly forward: RowKernel;
  readonly backward: RowKernel;
}

const made = /* @__PURE__ */ new Map<string, Kernels>();

function kernelsOf(form: NormForm): Kernels {
  const key = `${form.centered} ${form.weight} ${form.bias}`;
  let kernels = made.get(key);
  if (!kernels) {
    const affine = Number(form.weight) + Number(form.bias);
    kernels = {
      forward: rowKernel(`norm ${key}`, 2 + affine, 1, norm(form)),
      backward: rowKernel(`norm gradient ${key}`, 3 + Number(form.weight) + affine, 1, normGradient(form)),
    };
    made.set(key, kernels);
  }
  return kernels;
}

const formOf = (weight: NDArray | null, bias: NDArray | null, { centered }: NormOptions): NormForm => ({
  centered,
  weight: weight !== null,
  bias: bias !== null,
});

const lengthOf = (x: NDArray, { axes }: NormOptions): number => sizeOf(x.shape.slice(x.ndim - axes));

/**
 * Every row less its mean and divided by its deviation, times a weight, plus a bias.
 *
 * @param weight - of the shape of a row, in `x`'s dtype, or null
 * @param bias - the same
 */
export function normalizeRows(
  x: NDArray,
  weight: NDArray | null,
  bias: NDArray | null,
  options: NormOptions,
): NDArray {
  if (tracing.tracer !== null && (x.traced || weight?.traced || bias?.traced))
    return tracing.tracer.call(NORM, [x, weight, bias, options]) as NDArray;
  const result = emptyArray(x.shape, x.dtype);
  if (x.size === 0) return result;
  const n = lengthOf(x, options);
  const operands: RowOperand[] = [
    [x, 'read'],
    [result, 'write'],
  ];
  if (weight) operands.push([weight, 'shared']);
  if (bias) operands.push([bias, 'shared']);
  runRows(kernelsOf(formOf(weight, bias, options)).forward, x.size / n, n, operands, [options.eps]);
  return result;
}

export const NORM = /* @__PURE__ */ primitive('layerNorm', normalizeRows);

/** The gradients of x, weight and bias; on plain arrays. */
export function normGradients(
  g: NDArray,
  x: NDArray,
  weight: NDArray | null,
  bias: boolean,
  options: NormOptions,
): (NDArray | null)[] {
  const result = emptyArray(x.shape, x.dtype);
  const n = lengthOf(x, options);
  const sums = (): NDArray => {
    const zeros = emptyArray(x.shape.slice(x.ndim - options.axes), computeDType(x.dtype));
    clearBytes(zeros.storage, zeros.offset, zeros.nbytes);
    return zeros;
  };
  const weightSums = weight ? sums() : null;
  const biasSums = bias ? sums() : null;
  if (x.size === 0) return [result, weightSums, biasSums];
  const operands: RowOperand[] = [
    [g, 'read'],
    [x, 'read'],
    [result, 'write'],
  ];
  if (weight) operands.push([weight, 'shared'], [weightSums!, 'summed']);
  if (biasSums) operands.push([biasSums, 'summed']);
  const form = { centered: options.centered, weight: weight !== null, bias };
  runRows(kernelsOf(form).backward, x.size / n, n, operands, [options.eps]);
  return [result, weightSums, biasSums];
}
