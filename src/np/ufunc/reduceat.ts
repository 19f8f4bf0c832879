/** `ufunc.reduceat`: reductions of slices of one axis. */
import { IndexError, ValueError, shapeText } from '../../array/errors.ts';
import { normalizeAxis, sameShape } from '../../array/layout.ts';
import { scalarAt } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { placedOn } from '../../array/remote.ts';
import type { Primitive } from '../../array/tracing.ts';
import { isTraced, primitive, tracing } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { integersOf } from '../../ops/index/integers.ts';
import type { Refusal } from '../../ops/refuse.ts';
import { refusable, refuseWhere } from '../../ops/refuse.ts';
import { reduceSlices } from '../../ops/slices.ts';
import type { UFuncRow } from '../../ops/ufunc.ts';
import { reduceSpec } from '../../ops/ufunc.ts';
import { bind } from '../args.ts';
import { greater_equal, less, logical_or } from '../ufuncs.ts';
import type { AccumulateOptions } from './accumulate.ts';
import { ACCUMULATE_POSITIONAL } from './accumulate.ts';
import { requireWriteable } from './call.ts';
import { countDType, reductionLoop, requireBinary, validatedAlong } from './reduce.ts';

/**
 * `row.reduceat(array, indices, axis=0, dtype=None, out=None)`: for each index the slice up to the next index, or to the end;
 * where the next index is not greater, the one element.
 */
export function reduceat(row: UFuncRow, a: ArrayLike, indices: ArrayLike, args: readonly unknown[]): NDArray {
  const options = bind<AccumulateOptions>(`${row.name}.reduceat`, args, ACCUMULATE_POSITIONAL);
  return reduceatArray(row, asArray(a), asArray(indices), options);
}

function reduceatArray(row: UFuncRow, x: NDArray, indices: NDArray, options: AccumulateOptions): NDArray {
  if (tracing.tracer !== null && isTraced([x, indices, options.out])) {
    return tracing.tracer.call(slicing(row), [x, indices, options]) as NDArray;
  }
  requireBinary(row, 'reduceat');
  if (x.ndim === 0) throw new TypeError('cannot reduceat on a scalar');
  const axis = normalizeAxis(options.axis ?? 0, x.ndim);
  const starts = startsOf(row.name, indices, x.shape[axis]);
  const loop = reductionLoop(row, x.dtype, options.dtype ?? countDType(row, x), options.out);
  const used = validatedAlong(row, loop, x, axis);
  const shape = x.shape.with(axis, starts.size);
  const { out } = options;
  if (out && !sameShape(out.shape, shape)) {
    throw new ValueError(
      `provided out has shape ${shapeText(out.shape)}, the reduceat result ${shapeText(shape)}`,
    );
  }
  if (out) requireWriteable(out);
  return reduceSlices(reduceSpec(row, loop), used, axis, starts, {
    dtype: loop.outs[0],
    out: out ?? undefined,
  });
}

/** The reductions of slices with a row as a primitive of the array, the positions and the options. */
export function slicing(row: UFuncRow): Primitive {
  return (row.slicing ??= primitive(
    `${row.name}.reduceat`,
    (x: NDArray, indices: NDArray, options: AccumulateOptions) => reduceatArray(row, x, indices, options),
  ));
}

const refusals = /* @__PURE__ */ new Map<string, Refusal>();

/** What is said of a position that is not on the axis. */
function refusalOf(name: string): Refusal {
  let refusal = refusals.get(name);
  if (!refusal) {
    refusal = {
      name: `${name}.reduceat`,
      error: ([index], [length]) =>
        new IndexError(`index ${index} out-of-bounds in ${name}.reduceat [0, ${length})`),
    };
    refusals.set(name, refusal);
  }
  return refusal;
}

/**
 * Where slices start, as integers.
 *
 * @throws IndexError for an index out of range; TypeError or ValueError for what is no list of integers.
 */
export function startsOf(name: string, indices: NDArray, length: number): NDArray {
  const refusal = refusalOf(name);
  if (indices.storage.remote === null) return placedOn(null, () => startsHere(indices, length, refusal));
  const starts = refusable(positionsOf(indices));
  const isOutside = logical_or(less(indices, 0), greater_equal(indices, length)) as NDArray;
  refuseWhere(starts, isOutside, refusal, [indices], [length]);
  return starts;
}

function startsHere(indices: NDArray, length: number, { error }: Refusal): NDArray {
  const starts = positionsOf(indices);
  for (let i = 0; i < starts.size; i++) {
    const start = Number(scalarAt(starts, starts.offset + i * starts.strides[0]));
    if (start < 0 || start >= length) throw error([start], [length]);
  }
  return starts;
}

/** Integers of one axis. */
function positionsOf(indices: NDArray): NDArray {
  const starts = integersOf(
    indices,
    () => new TypeError("Cannot cast array data from float64 to int64 according to the rule 'safe'"),
  );
  if (starts.ndim !== 1) throw new ValueError('object of too small depth for desired array');
  return starts;
}
