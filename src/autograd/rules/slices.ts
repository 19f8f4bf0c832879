/** Derivatives of reductions of slices. */
import { normalizeAxis } from '../../array/layout.ts';
import { RuntimeError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { zeros } from '../../np/creation/filled.ts';
import { where } from '../../np/indexing/choose.ts';
import { take } from '../../np/indexing/take.ts';
import { searchsorted } from '../../np/sorting/search.ts';
import { concatenate } from '../../np/shape/join.ts';
import { reshapeArray } from '../../np/shape/reshape.ts';
import { cumsum } from '../../np/statistics/cumulative.ts';
import { placedOn } from '../../array/remote.ts';
import type { AccumulateOptions } from '../../np/ufunc/accumulate.ts';
import { startsOf } from '../../np/ufunc/reduceat.ts';
import { reduceArray } from '../../np/ufunc/reduce.ts';
import * as np from '../../np/ufuncs.ts';
import { cast } from '../../ops/cast.ts';
import { indexDType } from '../../ops/index/integers.ts';
import { iota } from '../../ops/iota.ts';
import type { Refusal } from '../../ops/refuse.ts';
import { refuseWhere } from '../../ops/refuse.ts';
import { slicesOf } from '../../ops/slices.ts';
import { logical_and as logicalAnd } from '../../ops/ufuncs/comparison.ts';
import { broadcastTo, narrow } from '../../ops/views.ts';
import { onPlainArrays } from '../../tensor/modes.ts';
import type { Derivative, Known } from '../rule.ts';
import { RESULT } from '../rule.ts';
import { scatterAlong } from './moves.ts';
import { REDUCTIONS } from './reductions.ts';

/** What was reduced: where slices start along which axis, and the axis's length. */
interface Slicing {
  readonly starts: NDArray;
  readonly axis: number;
  readonly n: number;
}

function slicingOf(known: Known): Slicing {
  const { shape } = known.kinds[0]!;
  const axis = normalizeAxis((known.args[2] as AccumulateOptions).axis ?? 0, shape.length);
  const n = shape[axis];
  return { starts: onPlainArrays(() => startsOf(known.name, known.y, n)), axis, n };
}

/** The derivative of the reductions of slices with an operation, whose derivative for reductions is `REDUCTIONS[name]`. */
export function ofSlices(name: string): Derivative {
  const { pullback, keeps } = REDUCTIONS[name];
  return {
    keeps,
    pullback: (g, known) => {
      const slicing = slicingOf(known);
      const { starts, axis, n } = slicing;
      const isSum = name === 'add';
      if (starts.storage.remote !== null) {
        if (isSum) return where(isRising(starts), inTurn(g, slicing), overlapping(g, slicing));
        if (EXTREMA.includes(name)) return ofExtremum(name, g, known, slicing);
        throw new RuntimeError(
          `the derivative of '${name}.reduceat' takes one slice after the other, and the positions on a device can't be waited for: give them as a list or an array`,
        );
      }
      const slices = slicesOf(starts, n);
      const areApart = slices.every(([start], i) => i === 0 || start > slices[i - 1][0]);
      if (isSum && areApart) return inTurn(g, slicing);
      const pieces = slices.map(([start, stop], i) => {
        const part = partOf(known, keeps, axis, [start, stop], i);
        return pullback(narrow(g, axis, i, 1), part, 0)!;
      });
      return areApart
        ? concatenate([blank(g, axis, slices[0]?.[0] ?? n), ...pieces], axis)
        : pieces
            .map((piece, i) => padded(piece, axis, slices[i], n))
            .reduce((sum, piece) => np.add(sum, piece) as NDArray);
    },
  };
}

/** One slice and its result as a reduction of their own. */
function partOf(
  known: Known,
  keeps: number,
  axis: number,
  [start, stop]: readonly [number, number],
  i: number,
): Known {
  const { shape, dtype } = known.kinds[0]!;
  const part = {
    args: [null, { axis }],
    kinds: [{ shape: shape.with(axis, stop - start), dtype }],
    ...(keeps & 1 ? { x: narrow(known.x, axis, start, stop - start) } : {}),
    ...(keeps & RESULT ? { o: narrow(known.o, axis, i, 1) } : {}),
  };
  return part as unknown as Known;
}

/** Zeros as long as this along an axis. */
const blank = (g: NDArray, axis: number, length: number): NDArray =>
  zeros(g.shape.with(axis, length), { dtype: g.dtype });

const padded = (piece: NDArray, axis: number, [start, stop]: readonly [number, number], n: number): NDArray =>
  concatenate([blank(piece, axis, start), piece, blank(piece, axis, n - stop)], axis);

/** Whether each position is greater than the one before it: an array without axes. */
const isRising = (starts: NDArray): NDArray =>
  reshapeArray(
    reduceArray(logicalAnd, np.greater(starts.get('1:'), starts.get(':-1')) as NDArray, {
      keepdims: true,
    }) as NDArray,
    [],
  );

/** For each element the gradient of the slice that it lies in, where no two slices overlap. */
function inTurn(g: NDArray, { starts, axis, n }: Slicing): NDArray {
  const slice = besides(starts, () =>
    np.subtract(searchsorted(starts, iota(n, 0, 1, indexDType(starts)), { side: 'right' }), 1),
  );
  const lengths = g.shape.map((_, d) => (d === axis ? n : 1));
  const isBefore = besides(starts, () => np.less(reshapeArray(slice, lengths), 0));
  const chosen = besides(starts, () => np.maximum(slice, 0));
  return where(isBefore, 0, take(g, chosen, axis) as NDArray);
}

/** Of these the elements that are equal to the result share its gradient. */
const EXTREMA: readonly string[] = ['maximum', 'minimum', 'fmax', 'fmin'];

const overlaps = (name: string): Refusal => ({
  name: `derivative of ${name}.reduceat of slices that overlap`,
  error: () =>
    new RuntimeError(
      `the derivative of '${name}.reduceat' where slices overlap takes one after the other, and the positions on a device can't be waited for: give them as a list or an array`,
    ),
});

const OVERLAPS = /* @__PURE__ */ new Map(EXTREMA.map((name) => [name, overlaps(name)]));

/** For each element its share of the gradient of the slice that it lies in. @throws RuntimeError (reads of it do) if slices overlap. */
function ofExtremum(name: string, g: NDArray, { x, o }: Known, slicing: Slicing): NDArray {
  const { starts, axis } = slicing;
  const isMost = np.equal(x, inTurn(o, slicing)) as NDArray;
  onPlainArrays(() => {
    refuseWhere(isMost, np.logical_not(isRising(starts)) as NDArray, OVERLAPS.get(name)!);
  });
  const counts = np.maximum(np.add.reduceat(isMost, starts, axis), 1) as NDArray;
  const share = np.divide(g, cast(counts, g.dtype)) as NDArray;
  return where(isMost, inTurn(share, slicing), 0);
}

/** What is computed of positions, as a constant that lies where they do. */
const besides = (starts: NDArray, fn: () => unknown): NDArray =>
  placedOn(starts.storage.remote?.home ?? null, () => onPlainArrays(fn)) as NDArray;

/** For each element the gradients of all slices that it lies in: running sums of what begins and ends at each place. */
function overlapping(g: NDArray, { starts, axis, n }: Slicing): NDArray {
  const ends = onPlainArrays(() => {
    const stops = concatenate([starts.get('1:') as NDArray, iota(1, n, 1, indexDType(starts))]);
    return np.maximum(stops, np.add(starts, 1)) as NDArray;
  });
  const places = onPlainArrays(() => concatenate([starts, ends]));
  const changes = concatenate([g, np.negative(g) as NDArray], axis);
  const along = reshapeArray(
    places,
    g.shape.map((_, d) => (d === axis ? places.size : 1)),
  );
  const at = scatterAlong(changes, broadcastTo(along, changes.shape), axis, g.shape.with(axis, n + 1));
  return narrow(cumsum(at, axis), axis, 0, n);
}
