/** Calling a ufunc: operands in, loop found, outputs checked or made, one kernel run. */
import type { Casting, DType, DTypeLike, Weak } from '../../array/dtype.ts';
import { canCast, dtype as toDType } from '../../array/dtype.ts';
import type { Scalar } from '../../array/element.ts';
import { ValueError, broadcastError, shapeText } from '../../array/errors.ts';
import { broadcastShapes, sameShape } from '../../array/layout.ts';
import { NDArray, arrayOrScalar, scalarAt } from '../../array/ndarray.ts';
import { placedOn, placement } from '../../array/remote.ts';
import type { Primitive } from '../../array/tracing.ts';
import { isTraced, primitive, tracing } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, convertScalar, integerRange, isScalar, weakKind } from '../../ops/asarray.ts';
import { mapKernel, runMap } from '../../ops/map.ts';
import type { Order } from '../../ops/order.ts';
import { orderedEmpty } from '../../ops/order.ts';
import type { Loop, UFuncRow } from '../../ops/ufunc.ts';
import { loopForDType, resolveLoop, specOf, validated } from '../../ops/ufunc.ts';
import { bind } from '../args.ts';
import { quickCall } from './quick.ts';

/** Keywords of a ufunc call. */
export interface UFuncOptions {
  /** Where to write the result: an array, or one for each result (`null`: a new one). */
  out?: NDArray | readonly (NDArray | null)[] | null;
  /** Compute only where true; elsewhere `out` keeps its values. */
  where?: ArrayLike;
  /** The loop's result dtype. */
  dtype?: DTypeLike | null;
  casting?: Casting;
  order?: Order;
}

const KEYWORDS = ['where', 'dtype', 'casting', 'order'] as const;

type Operand = NDArray | Scalar;

/** The result of a ufunc: a scalar when all operands are 0-d and no `out` is given, else an array. */
export type UFuncResult = NDArray | Scalar;

/** Calls `row` with NumPy's arguments: operands, then outputs, then keywords. */
export function callUFunc(row: UFuncRow, args: readonly unknown[]): UFuncResult | UFuncResult[] {
  if (args.length < row.nin) {
    throw new TypeError(
      `${row.name}() takes from ${row.nin} to ${row.nin + row.nout} positional arguments but ${args.length} were given`,
    );
  }
  if (tracing.tracer !== null && isTraced(args)) {
    return tracing.tracer.call(primitiveOf(row), args) as UFuncResult | UFuncResult[];
  }
  return quickCall(row, args) ?? generalCall(row, args);
}

/** The row as a primitive of its operands, outputs and keywords. */
export function primitiveOf(row: UFuncRow): Primitive {
  return (row.primitive ??= primitive(row.name, (...args: unknown[]) => callUFunc(row, args)));
}

function generalCall(row: UFuncRow, args: readonly unknown[]): UFuncResult | UFuncResult[] {
  const { inputs, outs, options } = parseCall(row, args);
  const where = options.where === undefined || options.where === true ? undefined : maskOf(options.where);
  if (placement.home !== null && !where && ![...inputs, ...outs].some((x) => x instanceof NDArray))
    return ofNumbers(row, args);
  const kinds = inputs.map((x) => (x instanceof NDArray ? x.dtype : weakKind(x)));
  const loop = options.dtype ? loopForDType(row, toDType(options.dtype), kinds) : resolveLoop(row, kinds);
  const casting = options.casting ?? 'same_kind';
  const operands = withArray(inputs, loop);
  checkInputs(row, loop, kinds, casting);
  const shape = resultShape(operands, outs, where);
  outs.forEach((out, i) => out && checkOutput(row, out, loop.outs[i], shape, casting));
  if (row.validate) {
    // Scalars are looked at here, wherever the arrays are.
    const last = placedOn(null, () =>
      validated(
        row,
        operands.map((x, i) => (x instanceof NDArray ? x : asArray(x, loop.ins[i]))),
        loop,
      ),
    );
    if (operands.at(-1) instanceof NDArray) operands[operands.length - 1] = last;
  }
  const results = outs.map(
    (out, i) => out ?? orderedEmpty(shape, loop.outs[i], options.order ?? 'K', operands.filter(isArray)),
  );
  runLoop(row, loop, operands, results, where);
  const values = results.map((result, i) => (outs[i] || shape.length > 0 ? result : arrayOrScalar(result)));
  return row.nout === 1 ? values[0] : values;
}

/** Numbers beside what is computed on a device: they need not lie there, and a number takes the dtype of what it meets. */
function ofNumbers(row: UFuncRow, args: readonly unknown[]): UFuncResult | UFuncResult[] {
  const result = placedOn(null, () => generalCall(row, args));
  const toNumber = (x: UFuncResult): UFuncResult => (x instanceof NDArray ? scalarAt(x, x.offset) : x);
  return Array.isArray(result) ? result.map(toNumber) : toNumber(result);
}

/** The operands as the loop takes them, scalars converted; of scalars only, the first is made an array. */
function withArray(inputs: readonly Operand[], loop: Loop): Operand[] {
  const operands = inputs.map((x, i) => (x instanceof NDArray ? x : convertScalar(x, loop.ins[i])));
  if (!operands.some(isArray)) operands[0] = asArray(operands[0], loop.ins[0]);
  return operands;
}

/** Runs the kernel of one loop; operands and results fit each other. */
function runLoop(
  row: UFuncRow,
  loop: Loop,
  inputs: readonly Operand[],
  outputs: readonly NDArray[],
  where?: NDArray,
): void {
  const kernel = mapKernel(
    specOf(row, loop),
    inputs.map((x) => (x instanceof NDArray ? x.dtype.element : 'scalar')),
    outputs.map((x) => x.dtype.element),
    where !== undefined,
  );
  runMap(kernel, inputs, outputs, where);
}

interface ParsedCall {
  readonly inputs: readonly Operand[];
  readonly outs: readonly (NDArray | null)[];
  readonly options: Partial<UFuncOptions>;
}

function parseCall(row: UFuncRow, args: readonly unknown[]): ParsedCall {
  const rest = args.slice(row.nin);
  const names = Array.from({ length: row.nout }, (_, i) => `out${i}`);
  const bound = bind<Record<string, unknown>>(row.name, rest, names, ['out', ...KEYWORDS]);
  const positional = names.map((name) => (bound[name] ?? null) as NDArray | null);
  const options = bound as Partial<UFuncOptions>;
  if (positional.some((x) => x !== null) && options.out) {
    throw new TypeError("cannot specify 'out' as both a positional and keyword argument");
  }
  return {
    inputs: operandsOf(row, args.slice(0, row.nin)),
    outs: options.out ? outputList(row, options.out) : positional.map((x) => requireArray(row, x)),
    options,
  };
}

function operandsOf(row: UFuncRow, args: readonly unknown[]): Operand[] {
  const operands = args.map((x) => (isScalar(x) ? x : asArray(x as ArrayLike)));
  return row.anyInteger ? operands.map((x, i) => fitting(x, operands[1 - i])) : operands;
}

/** An integer scalar that the other operand's dtype cannot hold becomes an array of 64-bit integers. */
function fitting(x: Operand, other: Operand | undefined): Operand {
  if (x instanceof NDArray || !(other instanceof NDArray) || weakKind(x) !== 'int') return x;
  if (other.dtype.kind !== 'i' && other.dtype.kind !== 'u') return x;
  const { min, max } = integerRange(other.dtype);
  const value = BigInt(x as number | bigint);
  return value >= min && value <= max ? x : asArray(value);
}

function outputList(row: UFuncRow, out: NonNullable<UFuncOptions['out']>): (NDArray | null)[] {
  const list = Array.isArray(out) ? out : [out];
  if (list.length !== row.nout) {
    if (!Array.isArray(out)) throw new TypeError("'out' must be a tuple of arrays");
    throw new ValueError("The 'out' tuple must have exactly one entry per ufunc output");
  }
  return list.map((x: NDArray | null) => requireArray(row, x));
}

function requireArray(row: UFuncRow, x: unknown): NDArray | null {
  if (x === null || x instanceof NDArray) return x;
  throw new TypeError(`${row.name}(): return arrays must be of ArrayType`);
}

function isArray(x: Operand): x is NDArray {
  return x instanceof NDArray;
}

/** A `where` argument as an array of bool. */
export function maskOf(where: ArrayLike): NDArray {
  const mask = asArray(where);
  if (mask.dtype.kind !== 'b') {
    throw new TypeError(
      `Cannot cast array data from dtype('${mask.dtype.name}') to dtype('bool') according to the rule 'safe'`,
    );
  }
  return mask;
}

function checkInputs(row: UFuncRow, loop: Loop, kinds: readonly (DType | Weak)[], casting: Casting): void {
  kinds.forEach((from, i) => {
    const to = loop.ins[i];
    if (typeof from === 'object' && !canCast(from, to, casting))
      throw castError(row, 'input', i, from, to, casting);
  });
}

function checkOutput(
  row: UFuncRow,
  out: NDArray,
  from: DType,
  shape: readonly number[],
  casting: Casting,
): void {
  if (!sameShape(out.shape, shape)) {
    throw new ValueError(
      `non-broadcastable output operand with shape ${shapeText(out.shape)} doesn't match the broadcast shape ${shapeText(shape)}`,
    );
  }
  if (!canCast(from, out.dtype, casting)) throw castError(row, 'output', undefined, from, out.dtype, casting);
  requireWriteable(out);
}

/** @throws ValueError if `out` is read-only. */
export function requireWriteable(out: NDArray): void {
  if (!out.writeable) throw new ValueError('output array is read-only');
}

function castError(
  row: UFuncRow,
  side: 'input' | 'output',
  position: number | undefined,
  from: DType,
  to: DType,
  casting: Casting,
): TypeError {
  const which = position === undefined || row.nin === 1 ? side : `${side} ${position}`;
  return new TypeError(
    `Cannot cast ufunc '${row.name}' ${which} from dtype('${from.name}') to dtype('${to.name}') with casting rule '${casting}'`,
  );
}

function resultShape(
  inputs: readonly Operand[],
  outs: readonly (NDArray | null)[],
  where?: NDArray,
): number[] {
  const shapes = inputs.map((x) => (x instanceof NDArray ? x.shape : []));
  if (where) shapes.push(where.shape);
  const given = outs.filter((x) => x !== null).map((x) => x.shape);
  try {
    return broadcastShapes(...shapes, ...given);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw broadcastError([...shapes, ...given]);
  }
}
