/** Generalised ufuncs: functions of vectors and matrices that broadcast over all other axes. */
import type { DType } from '../../array/dtype.ts';
import { canCast, dtype as toDType } from '../../array/dtype.ts';
import { ValueError, broadcastError, shapeText } from '../../array/errors.ts';
import { broadcastShapes, denseStrides, normalizeAxis, sizeOf } from '../../array/layout.ts';
import type { ArrayOrScalar } from '../../array/ndarray.ts';
import { NDArray, emptyArray, arrayOrScalar, viewArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, isScalar, weakKind } from '../../ops/asarray.ts';
import { isTraced } from '../../array/tracing.ts';
import { cast, castInto, copyOf } from '../../ops/cast.ts';
import { contract } from '../../ops/contract.ts';
import type { Order } from '../../ops/order.ts';
import { orderedEmpty } from '../../ops/order.ts';
import type { Loop, UFuncRow } from '../../ops/ufunc.ts';
import { loopForDType, resolveLoop } from '../../ops/ufunc.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { transpose } from '../../ops/views.ts';
import type { UFuncOptions } from '../ufunc/call.ts';
import { requireWriteable } from '../ufunc/call.ts';
import { conjugate } from '../ufuncs.ts';

/** What an axis of an operand's core is: rows, columns or the axis summed over, as in `(m,k),(k,n)->(m,n)`. */
type Core = 'm' | 'k' | 'n';

/** A product of cores; all of them are the matrix product of operands with axes of length 1 put in. */
export interface ProductRow extends UFuncRow {
  readonly signature: string;
  readonly cores: readonly [readonly Core[], readonly Core[], readonly Core[]];
  /** Core axes that an operand may lack. */
  readonly optional?: boolean;
  /** The first operand is conjugated. */
  readonly conjugates?: boolean;
}

export interface ProductOptions extends Omit<UFuncOptions, 'where' | 'out'> {
  out?: NDArray | readonly [NDArray | null] | null;
  /** Where the core axes of each operand and of the result are. */
  axes?: readonly (number | readonly number[])[];
  /** The core axis, of operands that have one. */
  axis?: number;
  keepdims?: boolean;
}

export type ProductArgs = Args<ProductOptions & { out0?: NDArray | null }, ['out0']>;

const KEYWORDS = ['out', 'dtype', 'casting', 'order', 'axes', 'axis', 'keepdims'] as const;

/** Calls a product with NumPy's arguments. */
export function callProduct(
  row: ProductRow,
  x1: ArrayLike,
  x2: ArrayLike,
  args: readonly unknown[],
): ArrayOrScalar {
  if (args.length === 0 && areMatrices(row, x1, x2)) return contract(x1, x2 as NDArray) as ArrayOrScalar;
  const bound = bind<ProductOptions & { out0?: NDArray | null }>(row.name, args, ['out0'], KEYWORDS);
  const out =
    bound.out0 ??
    (Array.isArray(bound.out) ? (bound.out[0] as NDArray | null) : (bound.out as NDArray | null)) ??
    null;
  const loop = loopOf(row, [x1, x2], bound);
  const given = [asArray(x1), asArray(x2)];
  given.forEach((x, i) => checkRank(row, x, i));
  const axes = coreAxes(row, given, bound);
  const cores = given.map((x, i) => coresPresent(row, x, i));
  const operands = given.map((x, i) => toEnd(cast(x, loop.ins[i]), axes[i]));
  checkSizes(row, operands, cores);
  return finish(row, operands, cores, axes[2], loop, out, bound);
}

/** Whether the call is a matrix product as it stands: of matrices, of lists of them, or of stacks whose order nobody sees. */
function areMatrices(row: ProductRow, a: ArrayLike, b: ArrayLike): a is NDArray {
  if (row.optional !== true || !(a instanceof NDArray) || !(b instanceof NDArray)) return false;
  const { ndim } = a;
  const fit = ndim >= 2 && b.ndim >= 2 && a.dtype === b.dtype && a.shape[ndim - 1] === b.shape[b.ndim - 2];
  return fit && (areLists(a, b) || (isTraced(a) && isTraced(b)));
}

/** Whether both are matrices or equally long lists of them. */
function areLists(a: NDArray, b: NDArray): boolean {
  if (a.ndim > 3 || b.ndim > 3) return false;
  return a.ndim === 2 || b.ndim === 2 || a.shape[0] === b.shape[0];
}

function loopOf(
  row: ProductRow,
  inputs: readonly ArrayLike[],
  { dtype, casting = 'same_kind' }: ProductOptions,
): Loop {
  if (!dtype)
    return resolveLoop(
      row,
      inputs.map((x) => (isScalar(x) ? weakKind(x) : asArray(x).dtype)),
    );
  const loop = loopForDType(
    row,
    toDType(dtype),
    inputs.map((x) => (isScalar(x) ? weakKind(x) : asArray(x).dtype)),
  );
  inputs.forEach((x, i) => requireCast(row, asArray(x).dtype, loop.ins[i], casting, `input ${i}`));
  return loop;
}

function requireCast(
  row: ProductRow,
  from: DType,
  to: DType,
  casting: UFuncOptions['casting'],
  which: string,
): void {
  if (canCast(from, to, casting)) return;
  throw new TypeError(
    `Cannot cast ufunc '${row.name}' ${which} from dtype('${from.name}') to dtype('${to.name}') with casting rule '${casting}'`,
  );
}

function checkRank(row: ProductRow, x: NDArray, i: number): void {
  const least = row.optional ? 1 : row.cores[i].length;
  if (x.ndim >= least) return;
  throw new ValueError(
    `${row.name}: Input operand ${i} does not have enough dimensions (has ${x.ndim}, gufunc core with signature ${row.signature} requires ${least})`,
  );
}

/** The core axes that an operand really has: a vector lacks the optional one. */
function coresPresent(row: ProductRow, x: NDArray, i: number): readonly Core[] {
  return row.optional && x.ndim === 1 ? ['k'] : row.cores[i];
}

/** Positions of the core axes in both operands and in the result. */
function coreAxes(
  row: ProductRow,
  operands: readonly NDArray[],
  { axes, axis, keepdims }: ProductOptions,
): number[][] {
  const last = (n: number): number[] => Array.from({ length: n }, (_, i) => i - n);
  const present = [...operands.map((x, i) => coresPresent(row, x, i).length), row.cores[2].length];
  if (row.optional && operands.some((x) => x.ndim === 1))
    present[2] -= operands.filter((x) => x.ndim === 1).length;
  if (keepdims && row.cores[2].length > 0) {
    throw new TypeError(
      `${row.name} does not support keepdims: its signature ${row.signature} requires output 0 to have ${row.cores[2].length} core dimensions, but keepdims can only be used when all inputs have the same number of core dimensions and all outputs have no core dimensions.`,
    );
  }
  if (axis !== undefined) {
    if (axes !== undefined) throw new TypeError("cannot specify both 'axis' and 'axes'");
    if (row.cores.slice(0, 2).some((core) => core.length !== 1)) {
      throw new TypeError(
        `${row.name}: axis can only be used with a single shared core dimension, not with the 2 distinct ones implied by signature ${row.signature}.`,
      );
    }
    return [[axis], [axis], keepdims ? [axis] : []];
  }
  if (axes === undefined) return present.map(last);
  const lists = axes.map((one) => (typeof one === 'number' ? [one] : [...one]));
  if (lists.length === 2 && present[2] === 0) lists.push([]);
  if (lists.length !== 3)
    throw new ValueError(
      'axes should be a list with an entry for all 3 inputs and outputs; entries for outputs can only be omitted if none of them has core axes.',
    );
  lists.forEach((list, i) => {
    if (list.length !== present[i])
      throw new ValueError(
        `${row.name}: operand ${i} has ${present[i]} core dimensions, but ${list.length} dimensions are specified by axes tuple.`,
      );
  });
  return lists;
}

/** The core axes moved behind all others. */
function toEnd(x: NDArray, axes: readonly number[]): NDArray {
  const positions = axes.map((axis) => normalizeAxis(axis, x.ndim));
  const repeated = positions.find((p, i) => positions.indexOf(p) !== i);
  if (repeated !== undefined) throw new ValueError(`axes item has value ${repeated} repeated`);
  if (positions.every((p, i) => p === x.ndim - axes.length + i)) return x;
  const others = x.shape.map((_, i) => i).filter((i) => !positions.includes(i));
  return transpose(x, [...others, ...positions]);
}

function checkSizes(
  row: ProductRow,
  operands: readonly NDArray[],
  cores: readonly (readonly Core[])[],
): void {
  const sizes = new Map<Core, number>();
  operands.forEach((x, i) =>
    cores[i].forEach((core, j) => {
      const n = x.shape[x.ndim - cores[i].length + j];
      const known = sizes.get(core) ?? n;
      sizes.set(core, known);
      if (known !== n) {
        throw new ValueError(
          `${row.name}: Input operand ${i} has a mismatch in its core dimension ${j}, with gufunc signature ${row.signature} (size ${n} is different from ${known})`,
        );
      }
    }),
  );
}

/** The operand with axes of length 1 where its core lacks the row or the column axis. */
function asMatrix(x: NDArray, core: readonly Core[], full: readonly [Core, Core]): NDArray {
  const lead = x.ndim - core.length;
  const from = (c: Core): number => core.indexOf(c);
  const shape = full.map((c) => (from(c) < 0 ? 1 : x.shape[lead + from(c)]));
  const strides = full.map((c) => (from(c) < 0 ? 0 : x.strides[lead + from(c)]));
  return viewArray(x, [...x.shape.slice(0, lead), ...shape], [...x.strides.slice(0, lead), ...strides]);
}

function finish(
  row: ProductRow,
  operands: readonly NDArray[],
  cores: readonly (readonly Core[])[],
  outAxes: readonly number[],
  loop: Loop,
  out: NDArray | null,
  options: ProductOptions,
): ArrayOrScalar {
  const [a, b] = [asMatrix(operands[0], cores[0], ['m', 'k']), asMatrix(operands[1], cores[1], ['k', 'n'])];
  const stack = stackShape(operands, cores);
  const product = contract(row.conjugates ? conjugated(a) : a, b);
  const kept = resultCore(row, cores);
  const result = dropped(product, stack.length, kept, options.keepdims ?? false);
  const placed = fromEnd(
    (options.order ?? 'K') === 'K' && !isTraced(result) ? likeStacks(result, operands, cores) : result,
    outAxes,
  );
  if (!out) return inOrder(placed, options.order ?? 'K');
  if (!broadcastsTo(placed.shape, out.shape)) {
    throw new ValueError(
      `non-broadcastable output operand with shape ${shapeText(out.shape)} doesn't match the broadcast shape ${shapeText(placed.shape)}`,
    );
  }
  requireCast(row, loop.outs[0], out.dtype, options.casting ?? 'same_kind', 'output');
  requireWriteable(out);
  castInto(out, placed);
  return out as ArrayOrScalar;
}

/** The result with its stack lying as the operands' stacks do. */
function likeStacks(
  result: NDArray,
  operands: readonly NDArray[],
  cores: readonly (readonly Core[])[],
): NDArray {
  const stacks = operands.map((x, i) => {
    const lead = x.ndim - cores[i].length;
    return viewArray(x, x.shape.slice(0, lead), x.strides.slice(0, lead));
  });
  const lead = Math.max(...stacks.map((s) => s.ndim));
  const pattern = orderedEmpty(
    result.shape.slice(0, lead),
    result.dtype,
    'K',
    stacks.filter((s) => s.ndim === lead),
  );
  if (lead < 2 || pattern.cContiguous) return result;
  const core = result.shape.slice(lead);
  const flat = emptyArray([result.size], result.dtype);
  const strides = [...pattern.strides.map((s) => s * sizeOf(core)), ...denseStrides(core, result.itemsize)];
  const placed = new NDArray(flat.storage, result.dtype, result.shape, strides, flat.offset, null);
  castInto(placed, result);
  return placed;
}

function inOrder(result: NDArray, order: Order): ArrayOrScalar {
  if (result.ndim === 0) return arrayOrScalar(result);
  return (order === 'F' ? copyOf(result, result.dtype, 'F') : result) as ArrayOrScalar;
}

function stackShape(operands: readonly NDArray[], cores: readonly (readonly Core[])[]): number[] {
  try {
    return broadcastShapes(...operands.map((x, i) => x.shape.slice(0, x.ndim - cores[i].length)));
  } catch {
    throw broadcastError(operands.map((x) => x.shape));
  }
}

/** The result's core axes, without those that an operand lacked. */
function resultCore(row: ProductRow, cores: readonly (readonly Core[])[]): Core[] {
  return row.cores[2].filter((c) => cores[0].includes(c) || cores[1].includes(c));
}

function dropped(product: NDArray, lead: number, kept: readonly Core[], keepdims: boolean): NDArray {
  const full: readonly Core[] = ['m', 'n'];
  const keeps = (_: unknown, i: number): boolean =>
    i < lead || kept.includes(full[i - lead]) || (keepdims && kept.length === 0 && i === lead);
  return viewArray(product, product.shape.filter(keeps), product.strides.filter(keeps));
}

function broadcastsTo(shape: readonly number[], target: readonly number[]): boolean {
  const lead = target.length - shape.length;
  return lead >= 0 && shape.every((n, i) => n === target[lead + i]);
}

/** The last axes moved to the places asked for. */
function fromEnd(x: NDArray, axes: readonly number[]): NDArray {
  const positions = axes.map((axis) => normalizeAxis(axis, x.ndim));
  const lead = x.ndim - axes.length;
  if (positions.every((p, i) => p === lead + i)) return x;
  const order: number[] = [];
  for (let i = 0, other = 0; i < x.ndim; i++) {
    const core = positions.indexOf(i);
    order.push(core >= 0 ? lead + core : other++);
  }
  return transpose(x, order);
}

function conjugated(x: NDArray): NDArray {
  return x.dtype.kind === 'c' ? (conjugate(x) as NDArray) : x;
}
