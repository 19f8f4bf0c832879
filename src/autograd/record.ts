/** The tracer: runs primitives on tensors' memory, makes tensors of the results and puts the operations on the tape. */
import { RuntimeError } from '../array/errors.ts';
import { NDArray } from '../array/ndarray.ts';
import type { DType } from '../array/dtype.ts';
import type { Home } from '../array/remote.ts';
import { onTwoDevices, placedOn, placement } from '../array/remote.ts';
import type { Primitive, Tracer } from '../array/tracing.ts';
import { isTraced, tracing } from '../array/tracing.ts';
import { stack } from '../np/shape/join.ts';
import { isKeywords } from '../np/args.ts';
import { copyOf } from '../ops/cast.ts';
import { modes, onPlainArrays } from '../tensor/modes.ts';
import type { Node } from '../tensor/node.ts';
import { Tensor, wrap } from '../tensor/tensor.ts';
import { viewNode } from '../tensor/view.ts';
import { Operation, keptBits, notDifferentiable } from './operation.ts';
import { Overwrite } from './overwrite.ts';
import { batched } from './batched.ts';
import type { Rule } from './rule.ts';

/** Runs a primitive with tensors as plain arrays. */
export function runPlain(primitive: Primitive, args: readonly unknown[]): unknown {
  const { tracer, keepsArrays } = tracing;
  const { home } = placement;
  if (placement.live) placement.home = homeOf(args) ?? home;
  tracing.tracer = null;
  tracing.keepsArrays = true;
  try {
    return (primitive.run as (...all: readonly unknown[]) => unknown)(...args);
  } finally {
    tracing.tracer = tracer;
    tracing.keepsArrays = keepsArrays;
    placement.home = home;
  }
}

/**
 * The device that the tensors among the arguments lie on, `null` for the processor.
 *
 * @throws RuntimeError if they lie on two, or the device was lost. A tensor without axes on the processor counts as a number.
 */
function homeOf(args: readonly unknown[]): Home | null {
  const tensors = tensorsIn(args);
  const home =
    tensors.map(({ storage }) => storage.remote?.home ?? null).find((found) => found !== null) ?? null;
  if (home === null) return null;
  home.requireAlive();
  for (const { storage, ndim } of tensors) {
    const other = storage.remote?.home ?? null;
    if (other !== home && (other !== null || ndim > 0)) {
      other?.requireAlive();
      throw onTwoDevices(home, other);
    }
  }
  return home;
}

/** For each operand where its gradient goes; `null` if there is nothing to record. */
function edgesOf(operands: readonly unknown[]): (Node | null)[] | null {
  let edges: (Node | null)[] | null = null;
  for (let i = 0; i < operands.length; i++) {
    const x = operands[i];
    if (!(x instanceof Tensor)) continue;
    const { history } = x;
    if (history === null) continue;
    edges ??= new Array<null>(operands.length).fill(null);
    edges[i] = history;
  }
  return edges;
}

const isDifferentiable = (dtype: DType): boolean => dtype.kind === 'f' || dtype.kind === 'c';

/** Every tensor in arguments of any nesting. */
function tensorsIn(x: unknown, found: Tensor[] = []): Tensor[] {
  if (x instanceof Tensor) found.push(x);
  else if (Array.isArray(x)) for (const item of x) tensorsIn(item, found);
  else if (isKeywords(x)) for (const name in x) tensorsIn(x[name], found);
  return found;
}

function call(primitive: Primitive, args: readonly unknown[]): unknown {
  if (batched.live) {
    const mapped = batched.live.call(primitive, args);
    if (mapped !== undefined) return mapped;
  }
  const rule = primitive.rule as Rule | undefined;
  const operands = rule?.operands ? rule.operands(args) : args;
  const edges = modes.grad ? edgesOf(rule ? operands : tensorsIn(args)) : null;
  refuseOut(primitive, args, edges !== null);
  const result = runPlain(primitive, args);
  if (Array.isArray(result)) return recordAll(primitive, args, operands, edges, result as NDArray[]);
  if (!(result instanceof NDArray)) return result;
  // An `out`, or an array that needed no change.
  if (args.includes(result) || result instanceof Tensor) return result;
  const t = wrap(result);
  if (modes.inference) t.inference = true;
  if (edges === null || !isDifferentiable(result.dtype)) return t;
  if (!rule) throw notDifferentiable(primitive.name);
  t.node = new Operation(primitive, edges, args, operands, t);
  return t;
}

/** Several results: for each the operation with its own rule. */
function recordAll(
  primitive: Primitive,
  args: readonly unknown[],
  operands: readonly unknown[],
  edges: (Node | null)[] | null,
  results: readonly unknown[],
): unknown[] {
  return results.map((result, i) => {
    if (Array.isArray(result)) return recordAll(primitive, args, operands, edges, result);
    if (!(result instanceof NDArray) || result instanceof Tensor) return result;
    const t = wrap(result);
    if (edges === null || !isDifferentiable(result.dtype)) return t;
    const each = (primitive.rule as Rule | undefined)?.results?.[i];
    if (!each) throw notDifferentiable(primitive.name);
    t.node = new Operation({ ...primitive, rule: each }, edges, args, operands, t);
    return t;
  });
}

/** @throws RuntimeError if a result that is recorded is to be written to memory that is given. */
function refuseOut(primitive: Primitive, args: readonly unknown[], records: boolean): void {
  const last = args[args.length - 1];
  if (!isKeywords(last)) return;
  const out = last.out;
  if (out === undefined || out === null) return;
  for (const target of Array.isArray(out) ? out : [out]) {
    if (modes.grad && (records || (target instanceof Tensor && target.requiresGrad))) {
      throw new RuntimeError(
        `${primitive.name}(): functions with out=... arguments don't support automatic differentiation, but one of the arguments requires grad: ` +
          'leave out= away, or call inside noGrad',
      );
    }
    if (!(target instanceof NDArray)) continue;
    requireTargetThere(target, args);
    target.storage.version++;
  }
}

function view(
  a: NDArray,
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
  dtype: DType,
  writeable: boolean,
): NDArray {
  if (batched.live) {
    const mapped = batched.live.view(a, shape, strides, offset, dtype, writeable);
    if (mapped !== undefined) return mapped;
  }
  const from = a as Tensor;
  const t = new Tensor(a.storage, dtype, shape, strides, offset, a.base ?? a, writeable);
  if (from.inference) t.inference = true;
  if (!isDifferentiable(dtype) || !isDifferentiable(a.dtype)) return t;
  if (!modes.grad) return t;
  const origin = from.origin ?? from;
  const { history } = from;
  t.origin = origin;
  t.epoch = origin.epoch;
  if (history !== null) t.node = viewNode(from, history, t);
  return t;
}

/**
 * Runs a primitive that writes into its first argument, and rewrites that tensor's history: from now on it is what was written.
 *
 * @throws RuntimeError for a leaf that requires a gradient, a view of one, or a plain array that would lose the gradient.
 */
export function write(
  primitive: Primitive,
  target: unknown,
  args: readonly unknown[],
  run = primitive.run,
): unknown {
  if (batched.live) {
    const mapped = batched.live.write(primitive, target, args, run);
    if (mapped !== undefined) return mapped;
  }
  const rule = primitive.rule as Rule | undefined;
  const operands = rule?.operands ? rule.operands(args) : args;
  const edges = modes.grad ? edgesOf(operands) : null;
  if (edges !== null) requireWritable(primitive, target);
  requireTargetThere(target, args);
  const kept = edges && rule ? operandsBefore(target as Tensor, operands, edges, rule) : operands;
  const result = runPlain({ ...primitive, run }, args);
  if (!(target instanceof Tensor)) return result;
  target.storage.version++;
  if (edges === null) return target;
  if (!rule) throw notDifferentiable(primitive.name);
  rewrite(target, new Operation(primitive, edges, args, kept, target));
  return target;
}

/** @throws RuntimeError for an array of the processor that is to hold what tensors of a device come to. */
function requireTargetThere(target: unknown, args: readonly unknown[]): void {
  if (!placement.live || !(target instanceof NDArray) || target.storage.remote !== null) return;
  const home = homeOf(args);
  if (home !== null) throw onTwoDevices(home, null);
}

/** The operands as they are before they are written over: copies of those that a derivative needs. */
function operandsBefore(
  target: Tensor,
  operands: readonly unknown[],
  edges: readonly (Node | null)[],
  { derivatives }: Rule,
): readonly unknown[] {
  const keeps = keptBits(derivatives, edges);
  return operands.map((x, i) => {
    if (!(x instanceof Tensor) || x.storage !== target.storage || !(keeps & (1 << i))) return x;
    const before = x.sameMemory(onPlainArrays(() => copyOf(x, x.dtype, 'C')));
    before.node = edges[i];
    return before;
  });
}

function requireWritable(primitive: Primitive, target: unknown): void {
  if (!(target instanceof Tensor)) {
    throw new RuntimeError(
      `${primitive.name}: a tensor that requires grad can't be written into a plain array, which would lose its gradient: use detach(), or make the array a tensor`,
    );
  }
  if (target.wantsGrad && target.isLeaf) {
    throw new RuntimeError(
      `a leaf Variable that requires grad is being used in an in-place operation (${primitive.name}): change it inside noGrad, or use the operation that is not in-place`,
    );
  }
  if (target.origin?.wantsGrad && target.origin.isLeaf) {
    throw new RuntimeError(
      `a view of a leaf Variable that requires grad is being used in an in-place operation (${primitive.name}): change it inside noGrad, or a clone()`,
    );
  }
  if (target.inference)
    throw new RuntimeError('Inplace update to inference tensor outside inferenceMode is not allowed');
}

/** Gives a tensor another history, and with it what it is a view of. */
function rewrite(target: Tensor, operation: Node): void {
  const { origin } = target;
  if (origin === null) {
    target.node = operation;
    target.epoch++;
    return;
  }
  origin.node = new Overwrite(origin.history, operation, origin, target);
  origin.epoch++;
}

/** A fresh array as a constant tensor, where the operands are. */
function blank(operands: unknown, make: () => NDArray): NDArray {
  const home = placement.live ? homeOf([operands]) : null;
  const fresh = home === null ? make() : placedOn(home, make);
  home?.requireDType(fresh.dtype);
  return batched.live?.blank(operands, fresh) ?? wrap(fresh);
}

/** Nested lists of tensors as one: stacked from the inside out. */
function nested(x: readonly unknown[]): NDArray {
  return stack(x.map((item) => (Array.isArray(item) && isTraced(item) ? nested(item) : (item as NDArray))));
}

export const tracer: Tracer = { call, view, write, blank, nested };
