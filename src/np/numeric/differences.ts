/** Differences between neighbours and what is built of them: diff, gradient, trapezoid, unwrap. */
import { bool_, canCast, float64, resultType } from '../../array/dtype.ts';
import type { DType } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { normalizeAxes, normalizeAxis } from '../../array/layout.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import { viewArray, truth } from '../../array/ndarray.ts';
import { beside } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, isScalar, weakKind } from '../../ops/asarray.ts';
import { castInto, castWhere, copyOf } from '../../ops/cast.ts';
import { doubleOn, isRemote, narrowArray } from '../../ops/given.ts';
import { orderedEmpty } from '../../ops/order.ts';
import { broadcastTo, narrow } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind, isKeywords } from '../args.ts';
import { concatenate } from '../shape/join.ts';
import { ravelArray, reshapeArray } from '../shape/reshape.ts';
import { cumsum } from '../statistics/cumulative.ts';
import { all, sum } from '../statistics/reductions.ts';
import {
  absolute,
  add,
  bitwise_and,
  divide,
  equal,
  greater,
  less,
  multiply,
  negative,
  not_equal,
  remainder,
  subtract,
} from '../ufuncs.ts';

interface DiffOptions {
  n?: number;
  axis?: number;
  prepend?: ArrayLike;
  append?: ArrayLike;
}

/**
 * The n-th differences of neighbours along an axis; of bools, where they differ.
 *
 * @param prepend - values before the first.
 * @param append - values after the last.
 * @throws ValueError for a negative `n` or a 0-d array; AxisError.
 * @example
 * np.diff([1, 4, 9]); // [3. 5.]
 */
export function diff(a: ArrayLike, ...args: Args<DiffOptions, ['n', 'axis', 'prepend', 'append']>): NDArray {
  const {
    n = 1,
    axis = -1,
    prepend,
    append,
  } = bind<DiffOptions>('diff', args, ['n', 'axis', 'prepend', 'append']);
  if (n === 0) return asArray(a);
  if (!Number.isInteger(n)) throw new TypeError(`'${n}' object cannot be interpreted as an integer`);
  if (n < 0) throw new ValueError(`order must be non-negative but got ${n}`);
  const x = asArray(a);
  if (x.ndim === 0) throw new ValueError('diff requires input that is at least one dimensional');
  const along = normalizeAxis(axis, x.ndim);
  const ends = [prepend, x, append].filter((part) => part !== undefined).map((part) => asEnd(part, x, along));
  let result = ends.length > 1 ? concatenate(ends, along) : x;
  for (let i = 0; i < n; i++) result = difference(result, along);
  return result;
}

function asEnd(part: ArrayLike, x: NDArray, axis: number): NDArray {
  const a = asArray(part);
  return a.ndim === 0 ? broadcastTo(a, x.shape.with(axis, 1)) : a;
}

function difference(a: NDArray, axis: number): NDArray {
  const length = Math.max(a.shape[axis] - 1, 0);
  const [first, second] = [narrow(a, axis, 0, length), narrow(a, axis, Math.min(1, a.shape[axis]), length)];
  return (a.dtype === bool_ ? not_equal(second, first) : subtract(second, first)) as NDArray;
}

interface EdiffOptions {
  to_end?: ArrayLike | null;
  to_begin?: ArrayLike | null;
}

/**
 * The differences of neighbours of the flattened array, with values put before and after.
 *
 * @throws TypeError if those values cannot be cast to the array's dtype.
 * @example
 * np.ediff1d([1, 2, 4], { to_begin: -9 }); // [-9. 1. 2.]
 */
export function ediff1d(ary: ArrayLike, ...args: Args<EdiffOptions, ['to_end', 'to_begin']>): NDArray {
  const { to_end = null, to_begin = null } = bind<EdiffOptions>('ediff1d', args, ['to_end', 'to_begin']);
  const x = ravelArray(asArray(ary));
  const n = Math.max(x.size - 1, 0);
  const between = subtract(narrow(x, 0, Math.min(1, x.size), n), narrow(x, 0, 0, n)) as NDArray;
  if (to_end === null && to_begin === null) return between;
  const parts = [to_begin, between, to_end].filter((part) => part !== null);
  return concatenate(
    parts.map((part) => (part === between ? between : endOf(part, x.dtype, part === to_begin))),
  );
}

function endOf(part: ArrayLike, dtype: DType, begins: boolean): NDArray {
  const a = isScalar(part) ? asArray(part, dtype) : asArray(part);
  if (!canCast(a.dtype, dtype, 'same_kind')) {
    throw new TypeError(
      `dtype of \`${begins ? 'to_begin' : 'to_end'}\` must be compatible with input \`ary\` under the \`same_kind\` rule.`,
    );
  }
  return copyOf(ravelArray(a), dtype);
}

interface GradientOptions {
  axis?: number | readonly number[] | null;
  edge_order?: number;
}

/**
 * The gradient by second-order central differences, one-sided at the ends.
 *
 * @param args - the spacing: none, one for all axes, or for each axis a distance or the coordinates; then `axis` and `edge_order`.
 * @returns an array, or an array of them for several axes.
 * @throws ValueError for an axis that is too short, coordinates that do not fit or an edge order above 2.
 * @example
 * np.gradient([1, 2, 4, 7]); // [1.  1.5 2.5 3. ]
 */
export function gradient(f: ArrayLike, ...args: (ArrayLike | GradientOptions)[]): NDArray & NDArray[] {
  const last = args.at(-1);
  const options = bind<GradientOptions>(
    'gradient',
    isKeywords(last) ? [last] : [],
    [],
    ['axis', 'edge_order'],
  );
  const { axis = null, edge_order = 1 } = options;
  const given = asArray(f);
  const axes = normalizeAxes(axis, given.ndim);
  const spacing = spacings(given, axes, (isKeywords(last) ? args.slice(0, -1) : args) as ArrayLike[]);
  if (edge_order > 2) throw new ValueError("'edge_order' greater than 2 not supported");
  const isExact = given.dtype.kind !== 'f' && given.dtype.kind !== 'c';
  const values = isExact && given.dtype.kind !== 'b' ? asArray(given, float64) : given;
  const outs = axes.map((along, i) =>
    gradientAlong(values, along, spacing[i], edge_order, isExact ? float64 : values.dtype),
  );
  return (outs.length === 1 ? outs[0] : outs) as NDArray & NDArray[];
}

/** A distance, or the distances between neighbours. */
type Spacing = ArrayLike;

function spacings(f: NDArray, axes: readonly number[], given: readonly ArrayLike[]): Spacing[] {
  if (given.length === 0) return axes.map(() => 1);
  const spacing = given.map((distances) =>
    isScalar(distances) ? distances : isRemote(f) ? narrowArray(distances) : asArray(distances),
  );
  const [first] = spacing;
  if (spacing.length === 1 && (isScalar(first) || (first as NDArray).ndim === 0))
    return axes.map(() => first);
  if (spacing.length !== axes.length) throw new TypeError('invalid number of arguments');
  return spacing.map((x, i) => {
    if (isScalar(x)) return x;
    if (x.ndim === 0) return x;
    if (x.ndim !== 1) throw new ValueError('distances must be either scalars or 1d');
    if (x.size !== f.shape[axes[i]]) {
      throw new ValueError('when 1d, distances must match the length of the corresponding dimension');
    }
    const steps = diff(x.dtype.kind === 'i' || x.dtype.kind === 'u' ? asArray(x, doubleOn(isRemote(f))) : x);
    // What lies on a device is not looked at: that distances are all equal only makes the formulas shorter.
    if (isRemote(steps)) return steps;
    const first = narrow(steps, 0, 0, 1);
    return truth(all(equal(steps, first) as ArrayLike)) ? viewArray(first, [], []) : steps;
  });
}

function gradientAlong(f: NDArray, axis: number, spacing: Spacing, edgeOrder: number, dtype: DType): NDArray {
  const n = f.shape[axis];
  if (n < edgeOrder + 1) {
    throw new ValueError(
      'Shape of array too small to calculate a numerical gradient, at least (edge_order + 1) elements are required.',
    );
  }
  const out = beside([f, spacing], () => orderedEmpty(f.shape, dtype, 'K', [f]));
  const at = (start: number, length: number): NDArray => narrow(f, axis, start, length);
  const inner = narrow(out, axis, 1, n - 2);
  const steps = isScalar(spacing) || asArray(spacing).ndim === 0 ? null : asArray(spacing);
  const [before, middle, after] = [at(0, n - 2), at(1, n - 2), at(2, n - 2)];
  if (n > 2)
    castInto(inner, steps ? interior(before, middle, after, steps, axis) : central(before, after, spacing));
  const ends =
    edgeOrder === 1 ? firstOrderEnds(at, n, spacing, steps) : secondOrderEnds(at, n, spacing, steps);
  castInto(narrow(out, axis, 0, 1), ends[0]);
  castInto(narrow(out, axis, n - 1, 1), ends[1]);
  return out;
}

function central(before: NDArray, after: NDArray, spacing: Spacing): NDArray {
  return divide(subtract(after, before), times(2, spacing)) as NDArray;
}

/** A number times a distance: weak beside arrays if that is a number. */
function times(x: number, spacing: Spacing): ArrayLike {
  return typeof spacing === 'number' ? x * spacing : (multiply(x, spacing) as ArrayLike);
}

function interior(before: NDArray, middle: NDArray, after: NDArray, steps: NDArray, axis: number): NDArray {
  const n = steps.size - 1;
  const [dx1, dx2] = [narrow(steps, 0, 0, n), narrow(steps, 0, 1, n)];
  const both = add(dx1, dx2) as NDArray;
  const shape = before.shape.map((_, i) => (i === axis ? n : 1));
  const along = (x: unknown): NDArray => reshapeArray(x as NDArray, shape);
  const a = along(divide(negative(dx2), multiply(dx1, both)));
  const b = along(divide(subtract(dx2, dx1), multiply(dx1, dx2)));
  const c = along(divide(dx1, multiply(dx2, both)));
  return weighted([a, b, c], [before, middle, after]);
}

/** a x + b y + c z, summed from the left. */
function weighted(weights: readonly ArrayLike[], values: readonly NDArray[]): NDArray {
  return weights
    .map((w, i) => multiply(w, values[i]) as ArrayLike)
    .reduce((x, y) => add(x, y) as ArrayLike) as NDArray;
}

function elementOf(steps: NDArray, i: number): NDArray {
  return viewArray(steps, [], [], steps.offset + i * steps.strides[0]);
}

type At = (start: number, length: number) => NDArray;

function firstOrderEnds(at: At, n: number, spacing: Spacing, steps: NDArray | null): [NDArray, NDArray] {
  const [first, last] = steps ? [elementOf(steps, 0), elementOf(steps, steps.size - 1)] : [spacing, spacing];
  return [
    divide(subtract(at(1, 1), at(0, 1)), first) as NDArray,
    divide(subtract(at(n - 1, 1), at(n - 2, 1)), last) as NDArray,
  ];
}

function secondOrderEnds(at: At, n: number, spacing: Spacing, steps: NDArray | null): [NDArray, NDArray] {
  const [front, back] = steps ? unevenEnds(steps) : evenEnds(spacing);
  return [
    weighted(front, [at(0, 1), at(1, 1), at(2, 1)]),
    weighted(back, [at(n - 3, 1), at(n - 2, 1), at(n - 1, 1)]),
  ];
}

function evenEnds(spacing: Spacing): ArrayLike[][] {
  const by = (x: number): ArrayLike =>
    typeof spacing === 'number' ? x / spacing : (divide(x, spacing) as ArrayLike);
  return [
    [by(-1.5), by(2), by(-0.5)],
    [by(0.5), by(-2), by(1.5)],
  ];
}

function unevenEnds(steps: NDArray): ArrayLike[][] {
  const m = steps.size;
  const parts = (dx1: NDArray, dx2: NDArray) => {
    const both = add(dx1, dx2) as ArrayLike;
    return {
      dx1,
      dx2,
      both,
      first: multiply(dx1, both) as ArrayLike,
      cross: multiply(dx1, dx2) as ArrayLike,
      second: multiply(dx2, both) as ArrayLike,
    };
  };
  const f = parts(elementOf(steps, 0), elementOf(steps, 1));
  const b = parts(elementOf(steps, m - 2), elementOf(steps, m - 1));
  const over = (x: unknown, y: ArrayLike): ArrayLike => divide(x as ArrayLike, y) as ArrayLike;
  const twice = (x: NDArray, y: NDArray): ArrayLike => add(multiply(2, x) as ArrayLike, y) as ArrayLike;
  return [
    [over(negative(twice(f.dx1, f.dx2)), f.first), over(f.both, f.cross), over(negative(f.dx1), f.second)],
    [over(b.dx2, b.first), over(negative(b.both), b.cross), over(twice(b.dx2, b.dx1), b.second)],
  ];
}

interface TrapezoidOptions {
  x?: ArrayLike | null;
  dx?: ArrayLike;
  axis?: number;
}

/**
 * The integral along an axis by the trapezoidal rule.
 *
 * @param x - the sample points; otherwise they are `dx` (1) apart.
 * @throws ValueError if `x` does not fit; AxisError.
 * @example
 * np.trapezoid([1, 2, 3]); // 4
 */
export function trapezoid(y: ArrayLike, ...args: Args<TrapezoidOptions, ['x', 'dx', 'axis']>): ArrayOrScalar {
  const { x = null, dx = 1, axis = -1 } = bind<TrapezoidOptions>('trapezoid', args, ['x', 'dx', 'axis']);
  const values = asArray(y);
  const along = normalizeAxis(axis, values.ndim);
  const n = Math.max(values.shape[along] - 1, 0);
  const steps = x === null ? dx : stepsOf(asArray(x), values, along, axis);
  const pairs = add(
    narrow(values, along, Math.min(1, values.shape[along]), n),
    narrow(values, along, 0, n),
  ) as ArrayLike;
  return sum(divide(multiply(steps, pairs) as ArrayLike, asHalfable(pairs)) as ArrayLike, { axis });
}

/** The divisor two as a float that is weak beside the values. */
function asHalfable(pairs: ArrayLike): ArrayLike {
  const kind = asArray(pairs).dtype.kind;
  return kind === 'f' || kind === 'c' ? 2 : asArray(2, float64);
}

function stepsOf(x: NDArray, y: NDArray, along: number, axis: number): NDArray {
  if (x.ndim !== 1) return diff(x, { axis });
  const steps = diff(x);
  return reshapeArray(
    steps,
    y.shape.map((_, i) => (i === along ? steps.size : 1)),
  );
}

interface UnwrapOptions {
  discont?: number | null;
  axis?: number;
  period?: number;
}

/**
 * Angles made continuous: jumps larger than `discont` are taken modulo the period.
 *
 * @param discont - half of the period by default.
 * @param period - 2 pi by default.
 * @throws AxisError.
 * @example
 * np.unwrap([0, 1, 2, -1], { period: 4 }); // [0. 1. 2. 3.]
 */
export function unwrap(p: ArrayLike, ...args: Args<UnwrapOptions, ['discont', 'axis']>): NDArray {
  const options = bind<UnwrapOptions>('unwrap', args, ['discont', 'axis'], ['period']);
  const { axis = -1, period = 2 * Math.PI } = options;
  const values = asArray(p);
  const along = normalizeAxis(axis, values.ndim);
  const steps = diff(values, { axis });
  const dtype = resultType([steps.dtype, weakKind(period)]);
  const isInteger = dtype.kind === 'i' || dtype.kind === 'u';
  const high = isInteger ? Math.floor(period / 2) : period / 2;
  const discont = options.discont ?? period / 2;
  const wrapped = asArray(add(remainder(subtract(steps, -high), period), -high) as ArrayLike);
  if (!isInteger || period % 2 === 0) {
    const ambiguous = bitwise_and(equal(wrapped, -high), greater(steps, 0)) as NDArray;
    castWhere(wrapped, broadcastTo(asArray(high, wrapped.dtype), wrapped.shape), ambiguous);
  }
  const correction = asArray(subtract(wrapped, steps) as ArrayLike);
  castWhere(
    correction,
    broadcastTo(asArray(0, correction.dtype), correction.shape),
    asArray(less(absolute(steps), discont) as ArrayLike),
  );
  const result = copyOf(values, dtype);
  const rest = narrow(values, along, 1, values.shape[along] - 1);
  castInto(narrow(result, along, 1, values.shape[along] - 1), add(rest, cumsum(correction, axis)) as NDArray);
  return result;
}
