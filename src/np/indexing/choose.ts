/** Elements chosen from several arrays: where, choose, select. */
import type { DType, Weak } from '../../array/dtype.ts';
import { bool_, canCast, resultType } from '../../array/dtype.ts';
import type { Scalar } from '../../array/element.ts';
import { IndexError, ValueError, shapeText } from '../../array/errors.ts';
import { broadcastShapes, sameShape } from '../../array/layout.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import { emptyArray, arrayOrScalar, scalarAt, viewArray } from '../../array/ndarray.ts';
import { placedOn } from '../../array/remote.ts';
import { equal, greater_equal, less, logical_or } from '../ufuncs.ts';
import { rowsOf } from '../shape/join.ts';
import { inRange } from './take.ts';
import { isTraced, primitive, tracing } from '../../array/tracing.ts';
import type { Refusal } from '../../ops/refuse.ts';
import { refusable, refuseWhere } from '../../ops/refuse.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, convertScalar, isScalar, weakKind } from '../../ops/asarray.ts';
import { cast, castInto } from '../../ops/cast.ts';
import { gather, gatherInto } from '../../ops/gather.ts';
import { isRemote, narrowed } from '../../ops/given.ts';
import type { Selection } from '../../ops/index/select.ts';
import { mapKernel, runMap } from '../../ops/map.ts';
import { orderedEmpty } from '../../ops/order.ts';
import type { ElementType } from '../../kernel/element.ts';
import type { MapSpec } from '../../kernel/map.ts';
import type { Expr } from '../../kernel/ir.ts';
import { v } from '../../kernel/value.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import type { ClipMode } from './arguments.ts';
import { castError, indexArray, requireMode } from './arguments.ts';
import { nonzero } from './nonzero.ts';

/** An operand, and how it takes part in promotion. */
interface Choice {
  readonly array: NDArray;
  readonly kind: DType | Weak;
}

/** Scalars are weak: they take part by kind only. Their values are converted as casts do, so that they wrap. */
function choiceOf(x: ArrayLike): Choice {
  if (!isScalar(x)) {
    const array = asArray(x);
    return { array, kind: array.dtype };
  }
  const kind = weakKind(x);
  // On the processor, which has all dtypes, until the common one is known.
  const whole = placedOn(null, () => (kind === 'int' ? asArray(BigInt(x as number | bigint)) : asArray(x)));
  return { array: whole, kind };
}

/** The operand, a scalar in the common dtype. */
const arrayOf = ({ array, kind }: Choice, dtype: DType): NDArray =>
  typeof kind === 'string' ? placedOn(null, () => cast(array, dtype)) : array;

/**
 * The dtype that choices come to. Numbers alone are of 32 bits beside masks of a device.
 *
 * @throws OverflowError for an integer that those do not hold.
 */
function commonDType(choices: readonly Choice[], masks: readonly NDArray[] = []): DType {
  const dtype = resultType(choices.map((c) => c.kind));
  const areNumbers = choices.every(({ kind }) => typeof kind === 'string' || kind === bool_);
  if (!areNumbers || !masks.some(isRemote)) return dtype;
  const narrow = narrowed(dtype);
  for (const { array, kind } of choices)
    if (kind === 'int') convertScalar(scalarAt(array, array.offset) as Scalar, narrow);
  return narrow;
}

const selectSpec = (element: ElementType): MapSpec => ({
  name: `where ${element}`,
  inputs: ['bool', element, element],
  outputs: [element],
  expr: (condition, x, y) => v.select(condition as Expr, x, y),
});

/** A new array with `x` where the condition holds and `y` elsewhere, computed as `dtype`. */
function chooseBetween(condition: NDArray, x: NDArray, y: NDArray, dtype: DType): NDArray {
  if (tracing.tracer !== null && (condition.traced || x.traced || y.traced)) {
    return tracing.tracer.call(WHERE, [condition, x, y, dtype]) as NDArray;
  }
  const operands = [condition, x, y];
  const shape = broadcastShapes(...operands.map((a) => a.shape));
  const result = orderedEmpty(shape, dtype, 'K', operands);
  const kernel = mapKernel(
    selectSpec(dtype.element),
    operands.map((a) => a.dtype.element),
    [dtype.element],
  );
  runMap(kernel, operands, [result]);
  return result;
}

/** The choice between two as a primitive. */
export const WHERE = /* @__PURE__ */ primitive('where', chooseBetween);

/**
 * With one argument `nonzero(condition)`; with three, elements of `x` where the condition holds and of `y` elsewhere.
 *
 * @param condition - taken as bool; NaN is true
 * @param x - broadcasts with `condition` and `y`; a scalar takes part in promotion by its kind only
 * @returns an array of the common shape and dtype; beside a condition on a GPU numbers alone are int32 or float32
 * @throws ValueError if one of `x` and `y` is missing or the shapes do not broadcast.
 * @example
 * const a = np.array([1, -2, 3]);
 * np.where(np.greater(a, 0), a, 0); // [1. 0. 3.]
 */
export function where(condition: ArrayLike): NDArray[];
export function where(condition: ArrayLike, x: ArrayLike, y: ArrayLike): NDArray;
export function where(condition: ArrayLike, x?: ArrayLike, y?: ArrayLike): NDArray | NDArray[] {
  if (x === undefined && y === undefined) return nonzero(asArray(condition));
  if (x === undefined || y === undefined)
    throw new ValueError('either both or neither of x and y should be given');
  const [first, second] = [choiceOf(x), choiceOf(y)];
  const mask = asArray(condition);
  const dtype = commonDType([first, second], [mask]);
  return chooseBetween(mask, arrayOf(first, dtype), arrayOf(second, dtype), dtype);
}

export interface ChooseOptions {
  /** Where to write the result. */
  out?: NDArray | null;
  /** What to do with entries out of range. */
  mode?: ClipMode;
}

/**
 * At every place an element of one of the choices, the one whose number stands there.
 *
 * @param a - integers, the numbers of choices
 * @param choices - arrays that broadcast with `a` and each other; of one array its first axis
 * @returns an array of the common shape and dtype
 * @throws ValueError for an entry out of range with mode 'raise', no choices, or shapes that do not broadcast; TypeError for entries
 *   that are no integers or an unsuitable `out`.
 * @example
 * np.choose([0, 1, 0], [[1, 2, 3], [10, 20, 30]]); // [ 1. 20.  3.]
 */
export function choose(
  a: ArrayLike,
  choices: ArrayLike,
  ...args: Args<ChooseOptions, ['out', 'mode']>
): ArrayOrScalar {
  const { out = null, mode = 'raise' } = bind<ChooseOptions>('choose', args, ['out', 'mode']);
  const entries = indexArray(a);
  if (!out && isTraced(choices)) return chooseTraced(entries, choices, requireMode(mode));
  const stacked = stackChoices(entries, choices);
  const selection = chosen(entries, stacked, requireMode(mode));
  if (out) checkOut(out, stacked.dtype, selection.shape);
  try {
    if (!out) {
      const result = gather(stacked, selection);
      return arrayOrScalar(result);
    }
    gatherInto(stacked, selection, out);
    return out as ArrayOrScalar;
  } catch (error) {
    throw error instanceof IndexError ? new ValueError('invalid entry in choice array') : error;
  }
}

const NO_CHOICE: Refusal = {
  name: 'entry that is no choice',
  error: () => new ValueError('invalid entry in choice array'),
};

/** `choose` as choices between two, one after the other. */
function chooseTraced(entries: NDArray, choices: ArrayLike, mode: ClipMode): ArrayOrScalar {
  const list = (Array.isArray(choices) ? choices : rowsOf(asArray(choices))).map((x: ArrayLike) =>
    choiceOf(x),
  );
  if (list.length === 0) throw new ValueError('0-length sequence.');
  const wanted = refusable(inRange(entries, list.length, mode));
  const isOutside = logical_or(less(wanted, 0), greater_equal(wanted, list.length));
  refuseWhere(wanted, asArray(isOutside as ArrayLike), NO_CHOICE);
  const dtype = commonDType(list);
  return list.reduce(
    (result: NDArray, { array }: Choice, i: number) =>
      chooseBetween(asArray(equal(wanted, i) as ArrayLike), array, result, dtype),
    list[0].array,
  ) as ArrayOrScalar;
}

/** The choices as one array, along its first axis; the other axes are those that everything broadcasts to. */
function stackChoices(entries: NDArray, choices: ArrayLike): NDArray {
  const list = Array.isArray(choices) ? choices.map(choiceOf) : [];
  if (!Array.isArray(choices)) {
    const array = asArray(choices);
    if (array.ndim > 0 && array.shape[0] > 0)
      return broadcastRows(array, commonShape([entries, rowOf(array)]));
  }
  if (list.length === 0) throw new ValueError('0-length sequence.');
  const shape = commonShape([entries, ...list.map((c) => c.array)]);
  const stacked = emptyArray([list.length, ...shape], commonDType(list));
  list.forEach((choice, i) => castInto(viewRow(stacked, i), choice.array));
  return stacked;
}

const rowOf = (a: NDArray): NDArray => viewArray(a, a.shape.slice(1), a.strides.slice(1));

const viewRow = (a: NDArray, i: number): NDArray =>
  viewArray(a, a.shape.slice(1), a.strides.slice(1), a.offset + i * a.strides[0]);

/** Every row of `a` broadcast to `shape`. */
function broadcastRows(a: NDArray, shape: readonly number[]): NDArray {
  const lead = shape.length - (a.ndim - 1);
  const strides = shape.map((_, d) =>
    d < lead || a.shape[d - lead + 1] === 1 ? 0 : a.strides[d - lead + 1],
  );
  return viewArray(a, [a.shape[0], ...shape], [a.strides[0], ...strides]);
}

function commonShape(arrays: readonly NDArray[]): number[] {
  const shapes = arrays.map((x) => x.shape);
  try {
    return broadcastShapes(...shapes);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new ValueError(
      `shape mismatch: objects cannot be broadcast to a single shape: ${shapes.map(shapeText).join(' ')}`,
    );
  }
}

/** The places of `stacked` whose first index is the entry. */
function chosen(entries: NDArray, stacked: NDArray, mode: ClipMode): Selection {
  const [length] = stacked.shape;
  return {
    shape: stacked.shape.slice(1),
    strides: stacked.strides.slice(1),
    offset: stacked.offset,
    operands: [
      {
        array: entries,
        length,
        axis: 0,
        stride: stacked.strides[0],
        mode: mode === 'raise' ? 'strict' : mode,
      },
    ],
  };
}

function checkOut(out: NDArray, from: DType, shape: readonly number[]): void {
  if (!sameShape(out.shape, shape)) throw new TypeError('choose: invalid shape for output array.');
  if (!canCast(from, out.dtype, 'unsafe')) throw castError(from, out.dtype);
  if (!out.writeable) throw new ValueError('output array is read-only');
}

/**
 * At every place the element of the first choice whose condition holds there, else the default.
 *
 * @param condlist - bool arrays
 * @param choicelist - as many arrays or scalars; everything broadcasts
 * @param default - where no condition holds, 0 if not given
 * @throws ValueError for lists of different lengths or empty ones; TypeError for a condition that is not bool.
 * @example
 * const x = np.arange(6);
 * np.select([np.less(x, 3), np.greater(x, 3)], [x, np.square(x)], 42); // [ 0  1  2 42 16 25]
 */
export function select(
  condlist: readonly ArrayLike[],
  choicelist: readonly ArrayLike[],
  ...args: Args<{ default: ArrayLike }, ['default']>
): NDArray {
  const options = bind<{ default: ArrayLike }>('select', args, ['default']);
  if (condlist.length !== choicelist.length) {
    throw new ValueError('list of cases must be same length as list of conditions');
  }
  if (condlist.length === 0) throw new ValueError('select with an empty condition list is not possible');
  const conditions = condlist.map((x) => asArray(x));
  conditions.forEach((condition, i) => {
    if (condition.dtype !== bool_)
      throw new TypeError(`invalid entry ${i} in condlist: should be boolean ndarray`);
  });
  const choices = choicelist.map(choiceOf);
  const fallback = choiceOf(options.default ?? 0);
  const dtype = commonDType([...choices, fallback], conditions);
  return choices.reduceRight(
    (result, choice, i) => chooseBetween(conditions[i], arrayOf(choice, dtype), result, dtype),
    arrayOf(fallback, dtype),
  );
}
