/** vmap: a function of one example as a function of many. */
import type { DType } from '../array/dtype.ts';
import { RuntimeError, ValueError } from '../array/errors.ts';
import { normalizeAxes, normalizeAxis } from '../array/layout.ts';
import { NDArray, viewArray } from '../array/ndarray.ts';
import { Slice } from '../array/slice.ts';
import type { Primitive } from '../array/tracing.ts';
import type { ArrayLike } from '../ops/asarray.ts';
import { isKeywords } from '../np/args.ts';
import { CONCATENATE, stack } from '../np/shape/join.ts';
import { reshapeArray } from '../np/shape/reshape.ts';
import { moveaxis } from '../np/shape/transpose.ts';
import { asTensor } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { wrap } from '../tensor/tensor.ts';
import { Batch, repeated, sizes, widened } from './batch.ts';
import { batched } from './batched.ts';
import { tensorOf, widening } from './alias.ts';
import { tracer, write } from './record.ts';
import type { Differentiable } from './transforms.ts';
import type { Tree } from './tree.ts';
import { flatten, mapTree } from './tree.ts';

/** Runs a primitive on all examples: arguments with batches replaced by `inner(x)`, `rank` the largest number of logical axes. */
export type BatchRule = (args: readonly unknown[], batch: Batching) => readonly unknown[] | null;

/** What a rule needs to know of a call. */
export interface Batching {
  readonly level: number;
  readonly size: number;
}

const isBatch = (x: unknown, level: number): x is Batch => x instanceof Batch && x.level === level;

/** The highest level among arguments of any nesting. */
function levelOf(x: unknown): number {
  if (x instanceof Batch) return x.level;
  let level = 0;
  if (Array.isArray(x)) for (const item of x) level = Math.max(level, levelOf(item));
  else if (isKeywords(x)) for (const name in x) level = Math.max(level, levelOf(x[name]));
  return level;
}

/** The examples of a batch with axes of length 1 put behind the first until there are `rank` more. */
function aligned(x: unknown, level: number, rank: number): unknown {
  if (!isBatch(x, level)) return x;
  const { inner } = x;
  const missing = rank - x.ndim;
  if (missing <= 0) return inner;
  return reshapeArray(inner, [inner.shape[0], ...new Array<number>(missing).fill(1), ...x.shape]);
}

const rankOf = (args: readonly unknown[]): number =>
  args.reduce((rank: number, x) => (x instanceof NDArray ? Math.max(rank, x.ndim) : rank), 0);

/** Elementwise functions and products: the axes of all operands end alike. */
export const alignOperands: BatchRule = (args, { level }) => {
  const operands = args.filter((x) => !isKeywords(x));
  if (args.some((x) => isKeywords(x) && levelOf(x) > 0)) return null;
  const rank = rankOf(operands);
  return args.map((x) => aligned(x, level, rank));
};

/** Reductions: the axes count one more. */
export const shiftAxes: BatchRule = (args, { level }) => {
  const [x, options] = args as [
    unknown,
    { axis?: number | readonly number[] | null; where?: unknown; mean?: unknown },
  ];
  if (!isBatch(x, level) || levelOf(options) > 0 || options.mean instanceof NDArray) return null;
  const axes = x.ndim === 0 ? [] : normalizeAxes(options.axis, x.ndim).map((axis) => axis + 1);
  return [x.inner, { ...options, axis: axes }];
};

/** Scans: their one axis counts one more. */
export const shiftAxis: BatchRule = (args, { level }) => {
  const [x, options] = args as [unknown, { axis?: number | readonly number[] | null }];
  if (!isBatch(x, level)) return null;
  const axis = normalizeAxis(Number([options.axis ?? 0].flat()[0]), x.ndim);
  return [x.inner, { ...options, axis: axis + 1 }];
};

/** Only the first argument has examples, and nothing else depends on its axes. */
export const firstOnly: BatchRule = (args, { level }) => {
  const [x, ...rest] = args;
  return isBatch(x, level) && levelOf(rest) === 0 ? [x.inner, ...rest] : null;
};

/** Index arrays that stand side by side keep their place behind the axis of examples. */
export const behindExamples: BatchRule = (args, { level }) => {
  const [x, index] = args as [unknown, readonly unknown[]];
  if (!isBatch(x, level) || levelOf(index) > 0 || index.some((item) => typeof item === 'string')) return null;
  const isPlace = index.map(
    (item) => item instanceof NDArray || Array.isArray(item) || typeof item === 'number',
  );
  const first = isPlace.indexOf(true);
  const last = isPlace.lastIndexOf(true);
  if (isPlace.slice(first, last + 1).includes(false)) return null;
  return [x.inner, [new Slice(null, null, null), ...index]];
};

const joinParts: BatchRule = (args, { level, size }) => {
  const [parts, axis, ...rest] = args as [readonly NDArray[], number, ...unknown[]];
  const inners = parts.map((part) => (isBatch(part, level) ? part.inner : repeated(part, size)));
  return [inners, axis + 1, ...rest];
};

/** Runs a primitive for all examples: at once where there is a rule, else one after the other. */
function call(primitive: Primitive, args: readonly unknown[]): unknown {
  const level = levelOf(args);
  if (level === 0) return undefined;
  const size = sizes[level - 1];
  const rule = primitive === CONCATENATE ? joinParts : (primitive.batching as BatchRule | undefined);
  const mapped = rule?.(args, { level, size }) ?? null;
  if (mapped === null) return oneByOne(primitive, args, level, size);
  return enclosed(tracer.call(primitive, mapped), level);
}

/** Results as batches. */
function enclosed(result: unknown, level: number): unknown {
  if (Array.isArray(result)) return result.map((item) => enclosed(item, level));
  return result instanceof NDArray ? new Batch(asTensor(result), level) : result;
}

/** The arguments for one example. */
function exampleOf(x: unknown, level: number, i: number): unknown {
  if (isBatch(x, level)) return rowOf(x.inner, i);
  if (Array.isArray(x)) return x.map((item) => exampleOf(item, level, i));
  if (isKeywords(x))
    return Object.fromEntries(Object.entries(x).map(([k, v]) => [k, exampleOf(v, level, i)]));
  return x;
}

function rowOf(a: NDArray, i: number): NDArray {
  return viewArray(a, a.shape.slice(1), a.strides.slice(1), a.offset + i * a.strides[0]);
}

function oneByOne(primitive: Primitive, args: readonly unknown[], level: number, size: number): unknown {
  const results = Array.from({ length: size }, (_, i) =>
    tracer.call(
      primitive,
      args.map((x) => exampleOf(x, level, i)),
    ),
  );
  const [first] = results;
  const join = (rows: readonly unknown[]): unknown => new Batch(stack(rows as NDArray[]) as Tensor, level);
  if (!Array.isArray(first)) return join(results);
  return first.map((_, k) => join(results.map((row) => (row as unknown[])[k])));
}

function view(
  a: NDArray,
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
  dtype: DType,
  writeable: boolean,
): NDArray | undefined {
  if (!(a instanceof Batch)) return undefined;
  const { inner, level } = a;
  const all = viewArray(
    inner,
    [inner.shape[0], ...shape],
    [inner.strides[0], ...strides],
    offset,
    dtype,
    writeable,
  );
  return new Batch(all as NDArray as Tensor, level);
}

/** Writes for each example; the target must be a batch of every level that takes part. */
function writeAll(
  primitive: Primitive,
  target: unknown,
  args: readonly unknown[],
  run: Primitive['run'],
): unknown {
  const level = levelOf(args);
  if (level === 0) return undefined;
  if (!isBatch(target, level)) {
    throw new RuntimeError(
      `${primitive.name}: vmap can't write a batch into a tensor that is the same for all examples: use the operation that is not in-place`,
    );
  }
  for (let i = 0; i < sizes[level - 1]; i++) {
    const own = args.map((x) => exampleOf(x, level, i));
    write(primitive, own[0], own, run);
  }
  return target;
}

/** A blank for every example. */
function blank(operands: unknown, fresh: NDArray): NDArray | undefined {
  const level = levelOf(operands);
  if (level === 0) return undefined;
  const rows = Array.from({ length: sizes[level - 1] }, () => wrap(fresh) as NDArray);
  return new Batch(stack(rows) as Tensor, level);
}

const batching = { call, view, write: writeAll, blank };

export interface VmapOptions {
  /** The axis of each argument that examples lie along; `null` for arguments that are the same for all. */
  inAxes?: Axes;
  /** Where that axis lies in the results. */
  outAxes?: Axes;
}

type Axes = number | null | readonly Axes[] | { readonly [name: string]: Axes };

/**
 * A function of many examples from a function of one: it is called once, and every operation works on all examples.
 *
 * @param fn - a function of tensors, or trees of them
 * @param options - `inAxes` (0): an axis for all arguments or a list with one for each, `null` for arguments without examples;
 *   `outAxes` (0)
 * @throws ValueError for arguments of different numbers of examples; RuntimeError if the function looks at values.
 * @example
 * const dot = np.vmap((x, y) => np.dot(x, y));
 * dot([[1, 2], [3, 4]], [[1, 1], [2, 2]]); // tensor([ 3., 14.])
 */
export function vmap(
  fn: Differentiable,
  options: VmapOptions = {},
): (...args: unknown[]) => Tensor & Tensor[] {
  const { inAxes = 0, outAxes = 0 } = options;
  return (...args) => {
    if (Array.isArray(inAxes) && inAxes.length !== args.length)
      throw new ValueError(`vmap: inAxes has ${inAxes.length} entries for ${args.length} arguments`);
    const level = sizes.length + 1;
    const fronts = args.map((arg, i) =>
      frontsOf(arg, Array.isArray(inAxes) ? (inAxes as Axes[])[i] : inAxes),
    );
    const size = sizeOfAll(fronts.flatMap((tree) => flatten(tree).leaves));
    const given = fronts.map((tree) =>
      mapTree(tree, (x) => (x.mapped ? new Batch(x.tensor, level) : x.value)),
    );
    const before = batched.live;
    sizes.push(size);
    batched.live = batching;
    widening.widen = widened;
    try {
      const result = (fn as (...all: unknown[]) => unknown)(...given);
      return placed(result as Tree<ArrayLike>, outAxes, level, size) as Tensor & Tensor[];
    } finally {
      sizes.pop();
      batched.live = before;
      if (before === null) widening.widen = null;
    }
  };
}

/** An argument with its examples in front, or one without examples. */
class Argument {
  readonly tensor: Tensor;
  readonly mapped: boolean;
  readonly value: unknown;

  constructor(value: unknown, axis: number | null) {
    this.value = value;
    this.mapped = axis !== null;
    const given = this.mapped ? tensorOf(value as ArrayLike) : null;
    if (given?.ndim === 0)
      throw new ValueError('vmap needs an axis to map over, got a 0-d argument: pass null in inAxes');
    this.tensor = (given && moveaxis(given, axis!, 0)) as Tensor;
  }
}

function frontsOf(arg: unknown, axes: Axes): Tree<Argument> {
  if (axes === null || typeof axes === 'number')
    return mapTree(arg as Tree<unknown>, (x) => new Argument(x, axes));
  if (Array.isArray(arg)) return arg.map((item, i) => frontsOf(item, (axes as readonly Axes[])[i]));
  const named = axes as { readonly [name: string]: Axes };
  return Object.fromEntries(
    Object.entries(arg as object).map(([name, item]) => [name, frontsOf(item, named[name] ?? null)]),
  );
}

function sizeOfAll(args: readonly Argument[]): number {
  const found = args.filter(({ mapped }) => mapped).map(({ tensor }) => tensor.shape[0]);
  if (found.length === 0)
    throw new ValueError('vmap must have at least one argument with an axis to map over');
  const other = found.find((n) => n !== found[0]);
  if (other !== undefined)
    throw new ValueError(`vmap got inconsistent sizes for the axes to be mapped: ${found[0]} and ${other}`);
  return found[0];
}

function placed(result: Tree<ArrayLike>, outAxes: Axes, level: number, size: number): Tree<Tensor> {
  if (Array.isArray(outAxes) && Array.isArray(result))
    return result.map((item, i) =>
      placed(item as Tree<ArrayLike>, (outAxes as readonly Axes[])[i], level, size),
    );
  const axis = Array.isArray(outAxes) ? (outAxes as readonly Axes[])[0] : outAxes;
  return mapTree(result, (x) => {
    const t = asTensor(x);
    if (axis === null) return t;
    const inner = isBatch(t, level) ? t.inner : repeated(t, size);
    return moveaxis(inner, 0, axis as number) as Tensor;
  });
}
