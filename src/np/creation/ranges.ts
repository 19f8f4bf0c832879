/** Evenly spaced numbers: arange, linspace, logspace, geomspace. */
import type { DType, DTypeLike, Weak } from '../../array/dtype.ts';
import { dtype as toDType, float64, resultType } from '../../array/dtype.ts';
import { ValueError, ZeroDivisionError } from '../../array/errors.ts';
import type { ArrayOrScalar } from '../../array/ndarray.ts';
import { NDArray, scalarAt, viewArray, truth } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, isScalar, weakKind } from '../../ops/asarray.ts';
import { cast, castInto } from '../../ops/cast.ts';
import { holdsRemote } from '../../ops/given.ts';
import { iota } from '../../ops/iota.ts';
import type { Refusal } from '../../ops/refuse.ts';
import { refuseWhere } from '../../ops/refuse.ts';
import { broadcastTo } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { where } from '../indexing/choose.ts';
import { expand_dims, reshapeArray } from '../shape/reshape.ts';
import { moveaxis } from '../shape/transpose.ts';
import { any } from '../statistics/reductions.ts';
import { add, divide, equal, floor, log10, multiply, power, sign, subtract } from '../ufuncs.ts';

type Real = number | bigint;

export interface ArangeOptions {
  start?: Real;
  stop?: Real | null;
  step?: Real | null;
  dtype?: DTypeLike | null;
}

/**
 * Numbers from `start` (0) up to but not including `stop`, `step` (1) apart. Integers give int64, other numbers float64.
 *
 * @throws ZeroDivisionError if `step` is 0; ValueError for a length that is no number or too large.
 * @example
 * np.arange(2, 10, 3); // [2 5 8]
 */
export function arange(...args: Args<ArangeOptions, ['start', 'stop', 'step', 'dtype']>): NDArray {
  const options = bind<ArangeOptions>('arange', args, ['start', 'stop', 'step', 'dtype']);
  if (options.start === undefined && (options.stop === undefined || options.stop === null)) {
    throw new TypeError('arange() requires stop to be specified.');
  }
  const only = options.stop === undefined || options.stop === null;
  const start = scalarOf(only ? 0 : (options.start ?? 0));
  const stop = scalarOf(only ? options.start! : options.stop!);
  const step = scalarOf(options.step ?? 1);
  const dtype = options.dtype
    ? toDType(options.dtype)
    : resultType([start, stop, step].map(weakKind) as (DType | Weak)[]);
  if (Number(step) === 0) throw new ZeroDivisionError('division by zero');
  const length = rangeLength(start, stop, step);
  if (dtype.kind === 'b' && length > 2) throw new TypeError('no fill-function for data-type.');
  if (dtype.kind !== 'f' && dtype.kind !== 'c') return integerRange(length, start, step, dtype);
  return iota(length, start, step, dtype);
}

function scalarOf(x: unknown): Real {
  if (typeof x === 'number' || typeof x === 'bigint') return x;
  if (typeof x === 'boolean') return Number(x);
  if (x instanceof NDArray && x.size === 1) return scalarAt(x, x.offset) as Real;
  throw new TypeError(`arange() takes numbers, got ${String(x)}`);
}

function rangeLength(start: Real, stop: Real, step: Real): number {
  const exact = [start, stop, step].every((x) => typeof x === 'bigint' || Number.isSafeInteger(x));
  const length = exact
    ? Number((BigInt(stop) - BigInt(start) + BigInt(step) - (BigInt(step) > 0n ? 1n : -1n)) / BigInt(step))
    : Math.ceil((Number(stop) - Number(start)) / Number(step));
  if (Number.isNaN(length)) throw new ValueError('arange: cannot compute length');
  if (length > Number.MAX_SAFE_INTEGER) throw new ValueError('Maximum allowed size exceeded');
  return Math.max(length, 0);
}

/** Of an integer dtype, the first two elements are truncated, and their difference is the step. */
function integerRange(length: number, start: Real, step: Real, dtype: DType): NDArray {
  const whole = (x: Real): bigint => (typeof x === 'bigint' ? x : BigInt(Math.trunc(x)));
  const first = whole(start);
  const isExact = typeof step === 'bigint' || Number.isInteger(step);
  const delta =
    isExact && (typeof start === 'bigint' || Number.isInteger(start))
      ? whole(step)
      : whole(Number(start) + Number(step)) - first;
  return iota(length, first, delta, dtype);
}

export interface SpaceOptions {
  num?: number;
  /** Whether `stop` is the last number. */
  endpoint?: boolean;
  /** Return the spacing as well. */
  retstep?: boolean;
  dtype?: DTypeLike | null;
  /** Where the new axis lies, for arrays as limits. */
  axis?: number;
}

const LINSPACE = ['num', 'endpoint', 'retstep', 'dtype', 'axis'] as const;
type LinspaceArgs = Args<SpaceOptions, ['num', 'endpoint', 'retstep', 'dtype', 'axis']>;

/**
 * `num` numbers evenly spaced from `start` to `stop`.
 *
 * @param num - how many, 50 by default.
 * @returns the array; with `retstep` a pair of it and the spacing.
 * @throws ValueError for a negative `num`; TypeError for one that is no integer.
 * @example
 * np.linspace(0, 1, 5); // [0.   0.25 0.5  0.75 1.  ]
 */
export function linspace(
  start: ArrayLike,
  stop: ArrayLike,
  ...args: [...([] | [number]), SpaceOptions & { retstep: true }]
): [NDArray, ArrayOrScalar];
export function linspace(start: ArrayLike, stop: ArrayLike, ...args: LinspaceArgs): NDArray;
export function linspace(
  start: ArrayLike,
  stop: ArrayLike,
  ...args: unknown[]
): NDArray | [NDArray, ArrayOrScalar] {
  const options = bind<SpaceOptions>('linspace', args, LINSPACE);
  const { values, step } = evenlySpaced(start, stop, options);
  return options.retstep ? [values, step] : values;
}

function countOf(num: number): number {
  if (!Number.isInteger(num)) throw new TypeError(`'${num}' cannot be interpreted as an integer`);
  if (num < 0) throw new ValueError(`Number of samples, ${num}, must be non-negative.`);
  return num;
}

/** The order of operations is NumPy's, so the bits are too. */
function evenlySpaced(
  start: ArrayLike,
  stop: ArrayLike,
  options: SpaceOptions,
): { values: NDArray; step: ArrayOrScalar } {
  const { endpoint = true, axis = 0 } = options;
  const num = countOf(options.num ?? 50);
  const kind = resultType([kindOf(start), kindOf(stop), 'float']);
  const dtype = options.dtype ? toDType(options.dtype) : kind;
  const [from, to] = [asArray(start, kind), asArray(stop, kind)];
  const delta = asArray(subtract(to, from) as ArrayLike, kind);
  const positions = column(iota(num, 0, 1, kind), delta.ndim);
  const intervals = endpoint ? num - 1 : num;
  const step = intervals > 0 ? divide(delta, intervals) : NaN;
  const scaled =
    intervals > 0 ? spread(positions, delta, step as ArrayLike, intervals) : multiply(positions, delta);
  const values = asArray(add(scaled as ArrayLike, from) as ArrayLike, kind);
  if (endpoint && num > 1) setRow(values, num - 1, to);
  const moved = axis === 0 ? values : moveaxis(values, 0, axis);
  const rounded = dtype.kind === 'i' || dtype.kind === 'u' ? (floor(moved) as NDArray) : moved;
  return { values: cast(rounded, dtype), step: step as ArrayOrScalar };
}

function kindOf(x: ArrayLike): DType | Weak {
  return isScalar(x) ? weakKind(x) : asArray(x).dtype;
}

/** Positions along a first axis, with axes of length 1 for those of the limits. */
function column(positions: NDArray, ndim: number): NDArray {
  return reshapeArray(positions, [positions.size, ...new Array<number>(ndim).fill(1)]);
}

/** A step that has vanished by underflow would lose everything, so then the division comes last. */
function spread(positions: NDArray, delta: NDArray, step: ArrayLike, intervals: number): ArrayOrScalar {
  const vanished = any(equal(step, 0) as ArrayLike) as ArrayOrScalar | boolean;
  if (holdsRemote(vanished)) {
    const late = multiply(divide(positions, intervals), delta) as ArrayLike;
    return where(vanished as NDArray, late, multiply(positions, step) as ArrayLike) as ArrayOrScalar;
  }
  return truth(vanished) ? multiply(divide(positions, intervals), delta) : multiply(positions, step);
}

/** Sets one element of the first axis. */
function setRow(a: NDArray, i: number, value: NDArray): void {
  const row = viewArray(a, a.shape.slice(1), a.strides.slice(1), a.offset + i * a.strides[0]);
  castInto(row, broadcastTo(value, row.shape));
}

export interface LogspaceOptions extends Omit<SpaceOptions, 'retstep'> {
  base?: ArrayLike;
}

/**
 * Numbers evenly spaced on a logarithmic scale, from `base ** start` to `base ** stop`.
 *
 * @throws ValueError for a negative `num`.
 * @example
 * np.logspace(0, 2, 3); // [  1.  10. 100.]
 */
export function logspace(
  start: ArrayLike,
  stop: ArrayLike,
  ...args: Args<LogspaceOptions, ['num', 'endpoint', 'base', 'dtype', 'axis']>
): NDArray {
  const {
    base = 10,
    dtype = null,
    ...rest
  } = bind<LogspaceOptions>('logspace', args, ['num', 'endpoint', 'base', 'dtype', 'axis']);
  const ndim = Math.max(...[start, stop, base].map((x) => (isScalar(x) ? 0 : asArray(x).ndim)));
  const exponents = evenlySpaced(withAxes(start, ndim), withAxes(stop, ndim), rest).values;
  const values = power(
    isScalar(base) ? base : expand_dims(withAxes(base, ndim), rest.axis ?? 0),
    exponents,
  ) as NDArray;
  return dtype === null ? values : cast(values, toDType(dtype));
}

/** `x` with axes of length 1 in front, up to `ndim`. */
function withAxes(x: ArrayLike, ndim: number): ArrayLike {
  if (ndim === 0) return x;
  const a = asArray(x);
  return reshapeArray(a, [...new Array<number>(ndim - a.ndim).fill(1), ...a.shape]);
}

const ZERO_LIMIT: Refusal = {
  name: 'limits of geomspace',
  error: () => new ValueError('Geometric sequence cannot include zero'),
};

/**
 * Numbers in geometric progression from `start` to `stop`.
 *
 * @throws ValueError if a limit is 0 or `num` is negative.
 * @example
 * np.geomspace(1, 1000, 4); // [   1.   10.  100. 1000.]
 */
export function geomspace(
  start: ArrayLike,
  stop: ArrayLike,
  ...args: Args<Omit<SpaceOptions, 'retstep'>, ['num', 'endpoint', 'dtype', 'axis']>
): NDArray {
  const {
    num = 50,
    endpoint = true,
    dtype = null,
    axis = 0,
  } = bind<Omit<SpaceOptions, 'retstep'>>('geomspace', args, ['num', 'endpoint', 'dtype', 'axis']);
  const limits = [kindOf(start), kindOf(stop)];
  const given = dtype ? [toDType(dtype)] : [];
  // Beside arrays of a device, which has no float64, the float is a weak one.
  const kind = resultType([...limits, ...given, holdsRemote([start, stop]) ? 'float' : float64]);
  const outSign = asArray(sign(asArray(start, kind)) as ArrayLike, kind);
  const from = asArray(divide(asArray(start, kind), outSign) as ArrayLike, kind);
  const to = asArray(divide(asArray(stop, kind), outSign) as ArrayLike, kind);
  refuseWhere(from, asArray(equal(start, 0) as ArrayLike), ZERO_LIMIT);
  refuseWhere(to, asArray(equal(stop, 0) as ArrayLike), ZERO_LIMIT);
  const result = logspace(log10(from) as ArrayLike, log10(to) as ArrayLike, {
    num,
    endpoint,
    base: 10,
    dtype: kind,
  });
  if (num > 0) setRow(result, 0, from);
  if (num > 1 && endpoint) setRow(result, num - 1, to);
  multiply(result, outSign, { out: result });
  const moved = axis === 0 ? result : moveaxis(result, 0, axis);
  return cast(moved, dtype ? toDType(dtype) : kind);
}
