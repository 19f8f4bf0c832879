/** `ufunc.reduceat`: reductions of slices of one axis. */
import { IndexError, ValueError, shapeText } from '../../array/errors.ts';
import { normalizeAxis, sameShape } from '../../array/layout.ts';
import { emptyArray, scalarAt, viewArray } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { castInto } from '../../ops/cast.ts';
import { integersOf } from '../../ops/index/integers.ts';
import { reduce as reduceAxes } from '../../ops/reduce.ts';
import type { UFuncRow } from '../../ops/ufunc.ts';
import { reduceSpec } from '../../ops/ufunc.ts';
import { bind } from '../args.ts';
import type { AccumulateOptions } from './accumulate.ts';
import { ACCUMULATE_POSITIONAL } from './accumulate.ts';
import { requireWriteable } from './call.ts';
import { isTraced } from '../../array/tracing.ts';
import { narrow } from '../../ops/views.ts';
import { concatenate } from '../shape/join.ts';
import { countDType, reduceToArray, reductionLoop, requireBinary, validateAlong } from './reduce.ts';

/**
 * `row.reduceat(array, indices, axis=0, dtype=None, out=None)`: for each index the slice up to the next index, or to the end;
 * where the next index is not greater, the one element.
 */
export function reduceat(row: UFuncRow, a: ArrayLike, indices: ArrayLike, args: readonly unknown[]): NDArray {
  const options = bind<AccumulateOptions>(`${row.name}.reduceat`, args, ACCUMULATE_POSITIONAL);
  requireBinary(row, 'reduceat');
  const x = asArray(a);
  if (x.ndim === 0) throw new TypeError('cannot reduceat on a scalar');
  const axis = normalizeAxis(options.axis ?? 0, x.ndim);
  const starts = startsOf(row.name, indices, x.shape[axis]);
  const loop = reductionLoop(row, x.dtype, options.dtype ?? countDType(row, x), options.out);
  validateAlong(row, loop, x, axis);
  if (!options.out && isTraced(x)) return joined(row, x, starts, axis, options);
  const shape = x.shape.with(axis, starts.length);
  const out = options.out ?? emptyArray(shape, loop.outs[0]);
  if (!sameShape(out.shape, shape)) {
    throw new ValueError(
      `provided out has shape ${shapeText(out.shape)}, the reduceat result ${shapeText(shape)}`,
    );
  }
  requireWriteable(out);
  const spec = reduceSpec(row, loop);
  starts.forEach((start, i) => {
    const stop = i + 1 < starts.length ? starts[i + 1] : x.shape[axis];
    const target = alongAxis(out, axis, i);
    if (stop - start > 1)
      reduceAxes(spec, narrow(x, axis, start, stop - start), [axis], { dtype: loop.outs[0], out: target });
    else castInto(target, alongAxis(x, axis, start));
  });
  return out;
}

/** The same, each piece reduced on its own and then joined. */
function joined(
  row: UFuncRow,
  x: NDArray,
  starts: readonly number[],
  axis: number,
  { dtype }: AccumulateOptions,
): NDArray {
  const pieces = starts.map((start, i) => {
    const stop = i + 1 < starts.length ? starts[i + 1] : x.shape[axis];
    return reduceToArray(row, narrow(x, axis, start, Math.max(stop - start, 1)), {
      axis,
      dtype,
      keepdims: true,
    });
  });
  return concatenate(pieces, axis);
}

/** @throws IndexError for an index out of range; TypeError or ValueError for what is no list of integers. */
export function startsOf(name: string, indices: ArrayLike, length: number): number[] {
  const refuse = (): Error =>
    new TypeError("Cannot cast array data from float64 to int64 according to the rule 'safe'");
  const positions = integersOf(asArray(indices), refuse);
  if (positions.ndim !== 1) throw new ValueError('object of too small depth for desired array');
  return Array.from({ length: positions.size }, (_, i) => {
    const start = Number(scalarAt(positions, positions.offset + i * positions.strides[0]));
    if (start < 0 || start >= length) {
      throw new IndexError(`index ${start} out-of-bounds in ${name}.reduceat [0, ${length})`);
    }
    return start;
  });
}

/** The elements at one position of an axis. */
function alongAxis(a: NDArray, axis: number, position: number): NDArray {
  const kept = (_: number, i: number): boolean => i !== axis;
  return viewArray(a, a.shape.filter(kept), a.strides.filter(kept), a.offset + position * a.strides[axis]);
}
