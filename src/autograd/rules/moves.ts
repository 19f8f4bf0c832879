/** Derivatives of what moves elements: casts, copies, indexing. */
import type { NDArray } from '../../array/ndarray.ts';
import type { Primitive } from '../../array/tracing.ts';
import { primitive, tracing } from '../../array/tracing.ts';
import { zeros } from '../../np/creation/filled.ts';
import { WHERE, where } from '../../np/indexing/choose.ts';
import { take, take_along_axis } from '../../np/indexing/take.ts';
import { searchsorted } from '../../np/sorting/search.ts';
import { sum } from '../../np/statistics/reductions.ts';
import { reshapeArray } from '../../np/shape/reshape.ts';
import { CONCATENATE } from '../../np/shape/join.ts';
import { at, atOf } from '../../np/ufunc/at.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { CAST_INTO, CAST_WHERE, COPY, copyOf } from '../../ops/cast.ts';
import { GET, getIndex } from '../../ops/index/get.ts';
import { indexDType } from '../../ops/index/integers.ts';
import { iota } from '../../ops/iota.ts';
import { chosenShape, maskedView, maskOver, trueBefore } from '../../ops/index/masked.ts';
import type { IndexArg } from '../../ops/index/parse.ts';
import { indexArgs, parseIndex } from '../../ops/index/parse.ts';
import { MOVE } from '../../ops/place.ts';
import { narrow } from '../../ops/views.ts';
import { FILL, SET, setIndex } from '../../ops/index/set.ts';
import { add as addRow } from '../../ops/ufuncs/arithmetic.ts';
import { onPlainArrays } from '../../tensor/modes.ts';
import { CLEAR, REVIEW, UNVIEW } from '../../tensor/geometry.ts';
import { by, define, rule } from '../rule.ts';

/** Runs a primitive from within a derivative: recorded where its first argument is. */
export function perform(p: Primitive, g: NDArray, ...rest: unknown[]): NDArray {
  if (tracing.tracer !== null && g.traced) return tracing.tracer.call(p, [g, ...rest]) as NDArray;
  return onPlainArrays(() => (p.run as (...args: unknown[]) => NDArray)(g, ...rest));
}

/** Zeros with a gradient added at indexed places, repeated ones each time. */
const INDEX_ADD = /* @__PURE__ */ primitive(
  'indexAdd',
  (g: NDArray, shape: readonly number[], index: readonly IndexArg[]): NDArray => {
    const result = zeros(shape, { dtype: g.dtype });
    at(addRow, result, itemsOf(index), g);
    return result;
  },
);

/** The items of an index, nested lists as the arrays that they stand for: a list of lists would be one array. */
function itemsOf(index: readonly IndexArg[]): IndexArg {
  return index.map((item) => (Array.isArray(item) ? asArray(item as ArrayLike) : item)) as IndexArg;
}

/** A copy with zeros at indexed places. */
const INDEX_CLEAR = /* @__PURE__ */ primitive(
  'indexClear',
  (g: NDArray, index: readonly IndexArg[]): NDArray => {
    const result = copyOf(g, g.dtype, 'C');
    setIndex(result, index, 0);
    return result;
  },
);

/** The gradient of what was written at indexed places: what there is, summed where it is not known how many a mask of a device chooses. */
function ofValue(g: NDArray, index: readonly IndexArg[], shape: readonly number[]): NDArray {
  const masked = maskedView(g, parseIndex(index));
  if (masked === null) return getIndex(g, index) as NDArray;
  const { view, mask, axis } = masked;
  const place = shape.length - (view.ndim - axis - mask.ndim) - 1;
  const count = place < 0 ? 1 : shape[place];
  if (count === 1) {
    const axes = mask.shape.map((_, i) => axis + i);
    const total = sum(where(maskOver(masked), view, 0), { axis: axes, keepdims: true }) as NDArray;
    return reshapeArray(total, chosenShape(masked, 1));
  }
  const places = onPlainArrays(() => {
    const counts = narrow(trueBefore(mask), 0, 1, mask.size);
    return searchsorted(counts, iota(count, 1, 1, indexDType(mask))) as NDArray;
  });
  return take(reshapeArray(view, chosenShape(masked, mask.size)), places, { axis, mode: 'clip' }) as NDArray;
}

/** The transposed `take_along_axis`: gradients added at the indices along an axis. */
const SCATTER_ALONG = /* @__PURE__ */ primitive(
  'scatterAlong',
  (g: NDArray, indices: NDArray, axis: number, shape: readonly number[]): NDArray => {
    const result = zeros(shape, { dtype: g.dtype });
    const places: NDArray[] = shape.map((_, i) =>
      i === axis
        ? indices
        : reshapeArray(
            iota(g.shape[i], 0, 1, indexDType(g)),
            g.shape.map((n, j) => (j === i ? n : 1)),
          ),
    );
    at(addRow, result, places as unknown as IndexArg, g);
    return result;
  },
);

export function scatterAlong(g: NDArray, indices: NDArray, axis: number, shape: readonly number[]): NDArray {
  return perform(SCATTER_ALONG, g, indices, axis, shape);
}

/** The part of a joined array's gradient that belongs to one of the parts. */
function partOf(g: NDArray, axis: number, lengths: readonly number[], i: number): NDArray {
  const start = lengths.slice(0, i).reduce((sum, n) => sum + n, 0);
  return narrow(g, axis, start, lengths[i]);
}

export function defineMoves(): void {
  define(COPY, rule(by('', (g) => g)));
  define(
    MOVE,
    rule(
      by('', (g) => g),
      null,
    ),
  );
  define(
    CAST_INTO,
    rule(
      by('', () => null),
      by('', (g) => g),
    ),
  );
  define(
    CAST_WHERE,
    rule(
      by('z', (g, { z }) => where(z, 0, g)),
      by('z', (g, { z }) => where(z, g, 0)),
      null,
    ),
  );
  define(
    FILL,
    rule(
      by('', () => null),
      null,
    ),
  );
  define(CONCATENATE, {
    derivatives: [by('', (g, { args }, i) => partOf(g, args[1] as number, args[3] as number[], i))],
    operands: (args) => args[0] as readonly unknown[],
  });
  define(
    atOf(addRow),
    rule(
      by('', (g) => g),
      null,
      by('', (g, { args }) => getIndex(g, indexArgs(args[1] as IndexArg)) as NDArray),
    ),
  );
  define(
    WHERE,
    rule(
      null,
      by('x', (g, { x }) => where(x, g, 0)),
      by('x', (g, { x }) => where(x, 0, g)),
      null,
    ),
  );
  define(
    GET,
    rule(
      by('', (g, { kinds, args }) => perform(INDEX_ADD, g, kinds[0]!.shape, args[1])),
      null,
    ),
  );
  define(
    INDEX_ADD,
    rule(
      by('', (g, { args }) => getIndex(g, args[2] as IndexArg[]) as NDArray),
      null,
    ),
  );
  define(
    INDEX_CLEAR,
    rule(
      by('', (g, { args }) => perform(INDEX_CLEAR, g, args[1])),
      null,
    ),
  );
  define(
    SET,
    rule(
      by('', (g, { args }) => perform(INDEX_CLEAR, g, args[1])),
      null,
      by('', (g, { args, kinds }) => ofValue(g, args[1] as IndexArg[], kinds[2]!.shape)),
    ),
  );
  define(
    SCATTER_ALONG,
    rule(
      by('', (g, { args }) => take_along_axis(g, args[1] as NDArray, args[2] as number)),
      null,
    ),
  );
  define(
    UNVIEW,
    rule(
      by('', (g, { args }) => perform(REVIEW, g, args[1], args[2])),
      null,
    ),
  );
  define(
    REVIEW,
    rule(
      by('', (g, { args }) => perform(UNVIEW, g, args[1], args[2])),
      null,
    ),
  );
  define(
    CLEAR,
    rule(
      by('', (g, { args }) => perform(CLEAR, g, args[1], args[2])),
      null,
    ),
  );
}
