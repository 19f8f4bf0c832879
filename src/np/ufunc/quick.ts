/**
 * The quick way through a ufunc call: one or two operands that are arrays or plain numbers, a third that is a number, and at most an `out`. What such a
 * call comes down to follows from the operands' kinds alone, so it is found once and kept.
 */
import type { DType, Weak } from '../../array/dtype.ts';
import { placement } from '../../array/remote.ts';
import { broadcastPair, sameShape } from '../../array/layout.ts';
import { NDArray, emptyArray } from '../../array/ndarray.ts';
import { tracing } from '../../array/tracing.ts';
import { weakKind } from '../../ops/asarray.ts';
import type { MapKernel } from '../../ops/map.ts';
import { mapKernel, runMap } from '../../ops/map.ts';
import { orderedEmpty } from '../../ops/order.ts';
import type { UFuncRow } from '../../ops/ufunc.ts';
import { resolveLoop, specOf } from '../../ops/ufunc.ts';
import { isKeywords } from '../args.ts';

/** A loop and its kernel, for operands of certain kinds. */
interface Plan {
  readonly kernel: MapKernel;
  /** The result's dtype. */
  readonly dtype: DType;
  /** The range of integers that a scalar operand may have; a float takes any number. */
  readonly least: number;
  readonly most: number;
}

/** The result of the call, or `undefined` where it needs the general way. */
export function quickCall(row: UFuncRow, args: readonly unknown[]): NDArray | undefined {
  const { nin } = row;
  if (row.nout !== 1 || nin > 3 || row.validate || args.length > nin + 1) return undefined;
  const x = args[0];
  const y = nin > 1 ? args[1] : x;
  const z = nin > 2 ? args[2] : y;
  const given = args.length > nin ? onlyOut(args[nin]) : null;
  if (given === undefined || (nin > 2 && typeof z !== 'number')) return undefined;
  const shape = x instanceof NDArray ? (y instanceof NDArray ? commonShape(x, y) : x.shape) : shapeOf(y);
  if (shape === undefined || (shape.length === 0 && given === null && !tracing.keepsArrays)) return undefined;
  const plan = planFor(row, x, y, z);
  if (!plan || !takes(plan, x) || !takes(plan, y) || !takes(plan, z)) return undefined;
  if (given !== null && !isResult(given, plan, shape)) return undefined;
  const out = given ?? newResult(shape, plan.dtype, x, y);
  runMap(plan.kernel, (nin === 1 ? [x] : nin === 2 ? [x, y] : [x, y, z]) as (NDArray | number)[], [out]);
  return out;
}

/** The `out` of a call that has no other keyword; `null` for none, `undefined` where there is more to look at. */
function onlyOut(argument: unknown): NDArray | null | undefined {
  if (argument instanceof NDArray) return argument;
  if (!isKeywords(argument)) return undefined;
  for (const name in argument) if (name !== 'out') return undefined;
  const { out } = argument;
  return out instanceof NDArray ? out : (out ?? null) === null ? null : undefined;
}

function shapeOf(x: unknown): readonly number[] | undefined {
  return x instanceof NDArray ? x.shape : undefined;
}

function commonShape(x: NDArray, y: NDArray): readonly number[] | undefined {
  return x === y ? x.shape : broadcastPair(x.shape, y.shape);
}

/** Whether the kernel takes an operand as it is. */
function takes(plan: Plan, x: unknown): boolean {
  return x instanceof NDArray || ((x as number) >= plan.least && (x as number) <= plan.most) || x !== x;
}

function isResult(out: NDArray, plan: Plan, shape: readonly number[]): boolean {
  return out.dtype === plan.dtype && out.writeable && sameShape(out.shape, shape);
}

function newResult(shape: readonly number[], dtype: DType, x: unknown, y: unknown): NDArray {
  if (!placement.live && isDense(x) && isDense(y)) return emptyArray(shape, dtype);
  return orderedEmpty(
    shape,
    dtype,
    'K',
    [x, y].filter((operand) => operand instanceof NDArray),
  );
}

function isDense(x: unknown): boolean {
  return !(x instanceof NDArray) || x.cContiguous;
}

/** Codes of the two kinds of plain numbers, beside the numbers of dtypes. */
const INTEGER = 30;
const FLOAT = 31;

function kindOf(x: unknown): number {
  if (x instanceof NDArray) return x.dtype.num;
  if (typeof x !== 'number') return -1;
  return Number.isInteger(x) ? INTEGER : FLOAT;
}

function planFor(row: UFuncRow, x: unknown, y: unknown, z: unknown): Plan | null {
  const first = kindOf(x);
  const second = kindOf(y);
  if (first < 0 || second < 0) return null;
  const ofRow = (row.calls ??= []) as (Plan | null)[];
  const code = 32 * first + second + (row.nin > 2 ? 1024 * kindOf(z) : 0);
  const known = ofRow[code];
  return known === undefined ? (ofRow[code] = makePlan(row, [x, y, z].slice(0, row.nin))) : known;
}

/** A plan; `null` where a scalar of this kind needs converting, or a loop has none. */
function makePlan(row: UFuncRow, operands: readonly unknown[]): Plan | null {
  const kinds = operands.map((x): DType | Weak =>
    x instanceof NDArray ? x.dtype : (weakKind(x as number) as Weak),
  );
  const loop = resolveLoop(row, kinds);
  const [out] = loop.outs;
  const inputs = kinds.map((kind) => (typeof kind === 'string' ? ('scalar' as const) : kind.element));
  const scalar = inputs.indexOf('scalar');
  const range = scalar < 0 ? ANYTHING : scalarRange(loop.ins[scalar]);
  return range && { kernel: mapKernel(specOf(row, loop), inputs, [out.element]), dtype: out, ...range };
}

const ANYTHING = { least: -Infinity, most: Infinity };

/** The plain numbers that may be handed to a loop of this dtype unconverted. */
function scalarRange({ kind, itemsize }: DType): typeof ANYTHING | null {
  if (kind === 'f') return itemsize > 2 ? ANYTHING : null;
  if ((kind !== 'i' && kind !== 'u') || itemsize > 4) return null;
  const values = 2 ** (8 * itemsize);
  return kind === 'u' ? { least: 0, most: values - 1 } : { least: -values / 2, most: values / 2 - 1 };
}
