/** `ufunc.reduce`, on which sum, prod, max, all and their kind stand. */
import type { DType, DTypeLike } from '../../array/dtype.ts';
import { bool_, dtype as toDType, int32, int64, promote, uint64 } from '../../array/dtype.ts';
import { RuntimeError, ValueError, shapeText } from '../../array/errors.ts';
import { normalizeAxes, normalizeAxis, sameShape } from '../../array/layout.ts';
import type { ArrayOrScalar } from '../../array/ndarray.ts';
import { NDArray, arrayOrScalar, scalarAt, viewArray } from '../../array/ndarray.ts';
import type { Primitive } from '../../array/tracing.ts';
import { isTraced, primitive, tracing } from '../../array/tracing.ts';
import type { Scalar } from '../../array/element.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, convertScalar, integerRange, isScalar } from '../../ops/asarray.ts';
import { broadcastTo, narrow } from '../../ops/views.ts';
import { reduce as reduceAxes } from '../../ops/reduce.ts';
import type { Reducer } from '../../ops/reducer.ts';
import { everyAxis, reducerOf } from '../../ops/reducer.ts';
import type { Loop, UFuncRow } from '../../ops/ufunc.ts';
import { loopsOf, reduceSpec, resolveLoop, validated } from '../../ops/ufunc.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { maskOf, requireWriteable } from './call.ts';

export interface ReduceOptions {
  /** The axes to reduce; `null` for all. */
  axis?: number | readonly number[] | null;
  /** The dtype to compute in. */
  dtype?: DTypeLike | null;
  out?: NDArray | null;
  /** Keep reduced axes with length 1. */
  keepdims?: boolean;
  /** The value to start from. */
  initial?: Scalar | null;
  /** Which elements take part. */
  where?: ArrayLike;
}

/** The positional order of `ufunc.reduce`. */
export type ReduceArgs = Args<ReduceOptions, ['axis', 'dtype', 'out', 'keepdims', 'initial', 'where']>;

const POSITIONAL = ['axis', 'dtype', 'out', 'keepdims', 'initial', 'where'] as const;

/** `row.reduce(a, axis=0, dtype=None, out=None, keepdims=False, initial, where=True)`. */
export function reduce(row: UFuncRow, a: ArrayLike, args: readonly unknown[]): ArrayOrScalar {
  const options = bind<ReduceOptions>(`${row.name}.reduce`, args, POSITIONAL);
  return reduceArray(row, asArray(a), { ...options, axis: options.axis === undefined ? 0 : options.axis });
}

/**
 * Reduces an array with parsed options; no `axis` means all axes.
 *
 * @throws ValueError for an empty reduction without identity, several axes of an operation that is not reorderable, or an `out`
 *   of another shape; AxisError; TypeError where the ufunc cannot reduce.
 */
export function reduceArray(row: UFuncRow, a: NDArray, options: ReduceOptions): ArrayOrScalar {
  const total = quickTotal(row, a, options);
  if (total !== undefined) return total as ArrayOrScalar;
  const result = reduceToArray(row, a, options);
  return (options.out ? result : arrayOrScalar(result)) as ArrayOrScalar;
}

/** The reduction of all elements where it is a scalar and takes one kernel call; else `undefined`. */
export function quickTotal(row: UFuncRow, a: NDArray, options: ReduceOptions): Scalar | undefined {
  if ((options.axis !== undefined && options.axis !== null) || options.keepdims || !hasDefaults(options))
    return undefined;
  if (tracing.keepsArrays || (tracing.tracer !== null && a.traced)) return undefined;
  if (row.validate || (a.ndim > 1 && !row.reorderable)) return undefined;
  const { dtype } = options;
  const known = knownCase(row, a.dtype, dtype ? toDType(dtype) : undefined);
  return known && known.reducer.total(a, known.initial);
}

/** Whether no more is given than axes and a dtype. */
function hasDefaults({ out, where, initial }: ReduceOptions): boolean {
  return !out && where === undefined && initial === undefined;
}

/** What a reduction without further options comes down to, by dtypes. */
interface Case {
  readonly loop: Loop;
  /** What it starts from, unless there is no identity. */
  readonly initial: Scalar | undefined;
  readonly reducer: Reducer;
}

/** Beside the numbers of dtypes: none is asked for. */
const NO_DTYPE = 31;

const caseOf = (input: DType, wanted: DType | undefined): number =>
  32 * input.num + (wanted ? wanted.num : NO_DTYPE);

/** The case, if it has come up before. */
function knownCase(row: UFuncRow, input: DType, wanted: DType | undefined): Case | undefined {
  return row.reductions?.[caseOf(input, wanted)] as Case | undefined;
}

function keepCase(row: UFuncRow, input: DType, wanted: DType | undefined, found: Case): void {
  (row.reductions ??= [])[caseOf(input, wanted)] = found;
}

/** `reduceArray` whose result is an array even if it is 0-d. */
export function reduceToArray(row: UFuncRow, a: NDArray, options: ReduceOptions): NDArray {
  if (tracing.tracer !== null && (a.traced || isTraced(options.out))) {
    return tracing.tracer.call(reduction(row), [a, options]) as NDArray;
  }
  requireBinary(row, 'reduce');
  const out = options.out ?? null;
  const axes = reductionAxes(a, options.axis);
  const plain = hasDefaults(options);
  const wanted = options.dtype ? toDType(options.dtype) : countDType(row, a);
  const known = plain && a.size > 0 ? knownCase(row, a.dtype, wanted) : undefined;
  const loop = known ? known.loop : reductionLoop(row, a.dtype, wanted, out);
  requireReorderable(row, axes);
  const used = validatedAlong(row, loop, a, axes[0]);
  const where = options.where === undefined || options.where === true ? undefined : maskOf(options.where);
  const initial = known ? known.initial : initialValue(row, loop, a, axes, options, where !== undefined);
  const [dtype] = loop.outs;
  const spec = reduceSpec(row, loop);
  if (plain && !known)
    keepCase(row, a.dtype, wanted, { loop, initial, reducer: reducerOf(spec, a.dtype, dtype) });
  if (out)
    checkOut(row, out, options.keepdims ? keptShape(a, axes) : a.shape.filter((_, i) => !axes.includes(i)));
  const result = reduceAxes(spec, used, axes, {
    dtype,
    initial,
    where: where && broadcastTo(where, a.shape),
    out: out ? withoutAxes(out, options.keepdims ? axes : []) : undefined,
  });
  if (out) return out;
  return options.keepdims ? withAxes(result, keptShape(a, axes), axes) : result;
}

/** What truth values are counted in where there are no 64-bit integers; else `undefined`, for the row's own dtype. */
export function countDType(row: UFuncRow, a: NDArray): DType | undefined {
  const counts = a.storage.remote !== null && a.dtype === bool_;
  return counts && (row.name === 'add' || row.name === 'multiply') ? int32 : undefined;
}

/** The shape with reduced axes as length 1. */
function keptShape(a: NDArray, axes: readonly number[]): number[] {
  return a.shape.map((n, i) => (axes.includes(i) ? 1 : n));
}

/** The reduction with a row as a primitive of the array and the options. */
export function reduction(row: UFuncRow): Primitive {
  return (row.reduction ??= primitive(`${row.name}.reduce`, (a: NDArray, options: ReduceOptions) =>
    reduceToArray(row, a, options),
  ));
}

/** @throws ValueError unless `row` takes two operands and gives one. */
export function requireBinary(row: UFuncRow, method: string): void {
  if (row.nin !== 2) throw new ValueError(`${method} only supported for binary functions`);
  if (row.nout !== 1) throw new ValueError(`${method} only supported for functions returning a single value`);
  if (row.signature) throw new RuntimeError(`Reduction not defined on ufunc with signature`);
}

/** Refuses the elements behind the first by their values: each of them is once the second operand. Returns the array to be used. */
export function validatedAlong(row: UFuncRow, loop: Loop, a: NDArray, axis: number | undefined): NDArray {
  if (!row.validate || axis === undefined || a.shape[axis] < 2) return a;
  return validated(row, [a, narrow(a, axis, 1, a.shape[axis] - 1)], loop, a);
}

function reductionAxes(a: NDArray, axis: ReduceOptions['axis']): readonly number[] {
  if (axis === undefined || axis === null) return everyAxis(a.ndim);
  if (a.ndim === 0 && typeof axis === 'number') {
    normalizeAxis(axis, 1);
    return [];
  }
  return normalizeAxes(axis, a.ndim);
}

function requireReorderable(row: UFuncRow, axes: readonly number[]): void {
  if (axes.length <= 1 || row.reorderable) return;
  throw new ValueError(
    `reduction operation '${row.name}' is not reorderable, so at most one axis may be specified`,
  );
}

/**
 * The loop of a reduction maps a dtype to itself: the dtype asked for, or the one that holds the array's and the output's. Sums and
 * products of small integers are computed in 64 bits.
 */
export function reductionLoop(
  row: UFuncRow,
  input: DType,
  dtype: DTypeLike | null | undefined,
  out: NDArray | null | undefined,
): Loop {
  const wanted = dtype ? toDType(dtype) : undefined;
  const isTest = row.types.every((t) => t.endsWith('->?'));
  const type = wanted ?? (isTest ? input : out ? promote(input, out.dtype) : defaultDType(row, input));
  if (isTest) return boolLoop(row, type, wanted);
  const exact = loopsOf(row).find((l) => l.ins.every((d) => d === type) && l.outs[0] === type);
  if (wanted && !exact) throw noLoop(row);
  const loop = exact ?? resolveLoop(row, [type, type]);
  if (loop.ins[0] === loop.outs[0] && loop.ins[1] === loop.outs[0]) return loop;
  throw notReducible(row, input);
}

function boolLoop(row: UFuncRow, type: DType, wanted: DType | undefined): Loop {
  if (wanted && wanted !== bool_) throw noLoop(row);
  if (!row.name.startsWith('logical_') && type !== bool_) throw notReducible(row, type);
  return loopsOf(row).find((l) => l.ins[0] === bool_)!;
}

function noLoop(row: UFuncRow): TypeError {
  return new TypeError(
    `No loop matching the specified signature and casting was found for ufunc ${row.name}`,
  );
}

function notReducible(row: UFuncRow, dtype: DType): TypeError {
  return new TypeError(
    `The resolved dtypes are not compatible with ${row.name}.reduce. Resolved (dtype('bool'), dtype('${dtype.name}'), dtype('bool'))`,
  );
}

function defaultDType(row: UFuncRow, input: DType): DType {
  if (row.name !== 'add' && row.name !== 'multiply') return input;
  if (input.kind === 'b' || input.kind === 'i') return int64;
  return input.kind === 'u' ? uint64 : input;
}

function initialValue(
  row: UFuncRow,
  loop: Loop,
  a: NDArray,
  axes: readonly number[],
  options: ReduceOptions,
  masked: boolean,
): Scalar | undefined {
  const { initial } = options;
  if (initial !== undefined && initial !== null) {
    const value = isScalar(initial) ? initial : scalarOf(initial);
    return convertScalar(value, loop.ins[0]);
  }
  const identity = initial === null ? undefined : row.identity;
  if (identity !== undefined) return identityOf(Number(identity), loop.ins[0]);
  if (masked) {
    throw new ValueError(
      `reduction operation '${row.name}' does not have an identity, so to use a where mask one has to specify 'initial'`,
    );
  }
  const empty = axes.some((axis) => a.shape[axis] === 0);
  if (empty && a.shape.every((n, axis) => n > 0 || axes.includes(axis))) {
    throw new ValueError(`zero-size array to reduction operation ${row.name} which has no identity`);
  }
  return undefined;
}

/** The identity in a dtype: -1 has all bits set, also where that is the largest number. */
function identityOf(identity: number, dtype: DType): Scalar {
  return identity < 0 && dtype.kind === 'u' ? integerRange(dtype).max : convertScalar(identity, dtype);
}

function scalarOf(x: ArrayLike): Scalar {
  const array = asArray(x);
  if (array.size !== 1) throw new ValueError('Input object to FillWithScalar is not a scalar');
  return scalarAt(array, array.offset);
}

function checkOut(row: UFuncRow, out: NDArray, shape: readonly number[]): void {
  if (!sameShape(out.shape, shape)) {
    throw new ValueError(
      `output parameter for reduction operation ${row.name} has the wrong shape: expected ${shapeText(shape)}, got ${shapeText(out.shape)}`,
    );
  }
  requireWriteable(out);
}

function withoutAxes(a: NDArray, axes: readonly number[]): NDArray {
  const kept = (_: unknown, i: number): boolean => !axes.includes(i);
  return viewArray(a, a.shape.filter(kept), a.strides.filter(kept));
}

/** `result` with reduced axes back as length 1. It is a fresh array, so this is no view of another. */
function withAxes(result: NDArray, shape: readonly number[], axes: readonly number[]): NDArray {
  let next = 0;
  const strides = shape.map((_, i) => (axes.includes(i) ? result.itemsize : result.strides[next++]));
  return new NDArray(result.storage, result.dtype, shape, strides, result.offset, null);
}
