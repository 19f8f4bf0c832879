/** `ufunc.accumulate`, on which cumsum and cumprod stand. */
import type { DTypeLike } from '../../array/dtype.ts';
import { canCast } from '../../array/dtype.ts';
import { ValueError, shapeText } from '../../array/errors.ts';
import { normalizeAxes, sameShape } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { Primitive } from '../../array/tracing.ts';
import { isTraced, primitive, tracing } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { scan } from '../../ops/scan.ts';
import type { UFuncRow } from '../../ops/ufunc.ts';
import { reduceSpec } from '../../ops/ufunc.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { requireWriteable } from './call.ts';
import { countDType, reductionLoop, requireBinary, validatedAlong } from './reduce.ts';

export interface AccumulateOptions {
  axis?: number;
  /** The dtype to compute in. */
  dtype?: DTypeLike | null;
  out?: NDArray | null;
}

/** The positional order of `accumulate` and `reduceat`. */
export type AccumulateArgs = Args<AccumulateOptions, ['axis', 'dtype', 'out']>;

export const ACCUMULATE_POSITIONAL = ['axis', 'dtype', 'out'] as const;

/** `row.accumulate(array, axis=0, dtype=None, out=None)`. */
export function accumulate(row: UFuncRow, a: ArrayLike, args: readonly unknown[]): NDArray {
  const options = bind<AccumulateOptions>(`${row.name}.accumulate`, args, ACCUMULATE_POSITIONAL);
  return accumulateArray(row, asArray(a), options);
}

/**
 * Accumulates along one axis with parsed options.
 *
 * @throws TypeError for a 0-d array or a ufunc that cannot; AxisError; ValueError for an `out` of another shape.
 */
export function accumulateArray(row: UFuncRow, a: NDArray, options: AccumulateOptions): NDArray {
  if (tracing.tracer !== null && isTraced([a, options.out])) {
    return tracing.tracer.call(accumulation(row), [a, options]) as NDArray;
  }
  requireBinary(row, 'accumulate');
  if (a.ndim === 0) throw new TypeError('cannot accumulate on a scalar');
  const axis = oneAxis(options.axis, a.ndim);
  const out = options.out ?? undefined;
  const loop = reductionLoop(row, a.dtype, options.dtype ?? countDType(row, a), out);
  const used = validatedAlong(row, loop, a, axis);
  if (out) {
    if (!sameShape(out.shape, a.shape)) {
      throw new ValueError(
        `provided out is the wrong size for the accumulation: expected ${shapeText(a.shape)}, got ${shapeText(out.shape)}`,
      );
    }
    if (!canCast(loop.outs[0], out.dtype, 'same_kind')) {
      throw new TypeError(
        `Cannot cast ufunc '${row.name}' output from dtype('${loop.outs[0].name}') to dtype('${out.dtype.name}') with casting rule 'same_kind'`,
      );
    }
    requireWriteable(out);
  }
  return scan(reduceSpec(row, loop), used, axis, { dtype: loop.outs[0], out });
}

/** The accumulation with a row as a primitive of the array and the options. */
export function accumulation(row: UFuncRow): Primitive {
  return (row.accumulation ??= primitive(`${row.name}.accumulate`, (a: NDArray, options: AccumulateOptions) =>
    accumulateArray(row, a, options),
  ));
}

/** The axis as a position: `null` stands for the only one, a list must hold one. */
function oneAxis(axis: number | readonly number[] | null | undefined, ndim: number): number {
  const axes = axis === undefined ? [0] : normalizeAxes(axis, ndim);
  if (axes.length !== 1) throw new ValueError('accumulate does not allow multiple axes');
  return axes[0];
}
