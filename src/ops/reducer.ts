/** Reductions that are planned once: arrays of the same shapes and strides come again and again, in loops above all. */
import type { DType } from '../array/dtype.ts';
import type { Scalar } from '../array/element.ts';
import { readElement, writeElement } from '../array/element.ts';
import { MemoryError } from '../array/errors.ts';
import { heap } from '../array/heap.ts';
import { sameShape, sizeOf } from '../array/layout.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { ReduceSpec } from '../kernel/reduce/spec.ts';
import { groupingOf } from '../kernel/reduce/spec.ts';
import type { Axis } from './iterate.ts';
import { merged } from './iterate.ts';
import { strideOrder } from './order.ts';
import { planBuffers } from './reduceplan.ts';
import type { ReducePlan } from './reduceplan.ts';
import type { Launch, ReduceKind } from './reducerun.ts';
import { isDirect, launch, launchOf } from './reducerun.ts';
import type { Lie } from './route.ts';

/** What a reduction comes down to, wherever the array lies. */
export interface ReduceRoute {
  /** The shape without the reduced axes, and the strides in the memory order that NumPy's iterator gives its result. */
  readonly result: Lie;
  /** How the elements are combined that the result does not start from; addresses count from the first of each operand. */
  readonly plan: ReducePlan | null;
  /** The one kernel call that does it when all lies in the heap, if one does. */
  readonly launch: Launch | null;
}

interface KnownRoute extends ReduceRoute, Lie {
  readonly axes: readonly number[];
  readonly starts: boolean;
}

/** So many routes are kept. */
const KEPT = 8;

/** The reductions with one operation of arrays of one dtype in one dtype. */
export class Reducer implements ReduceKind {
  readonly spec: ReduceSpec;
  readonly from: DType;
  readonly dtype: DType;
  readonly masked = false;
  readonly #routes: KnownRoute[] = [];
  #next = 0;

  constructor(spec: ReduceSpec, from: DType, dtype: DType) {
    this.spec = spec;
    this.from = from;
    this.dtype = dtype;
  }

  /**
   * How to reduce an array.
   *
   * @param axes - the axes to reduce
   * @param starts - whether the result starts from a value, and not from the first elements along the axes
   */
  route(a: NDArray, axes: readonly number[], starts: boolean): ReduceRoute {
    for (const route of this.#routes) {
      if (
        route.starts === starts &&
        sameShape(route.shape, a.shape) &&
        sameShape(route.strides, a.strides) &&
        sameShape(route.axes, axes)
      ) {
        return route;
      }
    }
    const { shape, strides } = a;
    const route = { ...planRoute(this, a, axes, starts), shape, strides, axes, starts };
    this.#routes[this.#next++ % KEPT] = route;
    return route;
  }

  /**
   * All elements combined, without an array for the result.
   *
   * @param initial - the value to start from; without one the first element
   * @returns `undefined` where this takes more than one kernel call
   */
  total(a: NDArray, initial: Scalar | undefined): Scalar | undefined {
    const { dtype, from } = this;
    if (!a.storage.inHeap || a.size === 0 || (initial === undefined && from !== dtype)) return undefined;
    const { launch: direct, plan } = this.route(a, everyAxis(a.ndim), initial !== undefined);
    if (direct === null && plan !== null) return undefined;
    const cell = resultCell();
    const { element } = dtype;
    writeElement(heap.views, element, cell, initial ?? readElement(heap.views, element, a.offset));
    if (direct !== null) launch(direct, cell, a.offset);
    return readElement(heap.views, element, cell);
  }
}

const reducers = /* @__PURE__ */ new WeakMap<ReduceSpec, Reducer[]>();

/** The reducer of an operation; the same object each time. */
export function reducerOf(spec: ReduceSpec, from: DType, dtype: DType): Reducer {
  let ofSpec = reducers.get(spec);
  if (!ofSpec) reducers.set(spec, (ofSpec = []));
  for (const one of ofSpec) if (one.from === from && one.dtype === dtype) return one;
  const reducer = new Reducer(spec, from, dtype);
  ofSpec.push(reducer);
  return reducer;
}

const LISTS: (readonly number[])[] = [];

/** The numbers of all axes. */
export function everyAxis(ndim: number): readonly number[] {
  return (LISTS[ndim] ??= Array.from({ length: ndim }, (_, i) => i));
}

let cell = 0;

/** Where in the heap a result of one element is put that nobody but the caller sees. */
function resultCell(): number {
  cell ||= heap.alloc(16);
  if (!cell) throw new MemoryError('the heap has no room for a result');
  return cell;
}

/** Plans a reduction. */
export function planRoute(
  kind: ReduceKind,
  a: NDArray,
  axes: readonly number[],
  starts: boolean,
  mask?: NDArray,
): ReduceRoute {
  const order = strideOrder(a.ndim, mask ? [a, mask] : [a]);
  const result = resultLie(a.shape, axes, kind.dtype, order);
  // Along several axes the first is combined once more: an operation without identity that allows several just chooses.
  const shortened = !starts && axes.length === 1 ? axes[0] : -1;
  const shape = a.shape.map((n, i) => (i === shortened ? n - 1 : n));
  const isDone = (!starts && axes.length === 0) || sizeOf(shape) <= 0;
  if (isDone) return { result, plan: null, launch: null };
  const outStrides = new Array<number>(a.ndim).fill(0);
  keptAxes(a.shape, axes).forEach((axis, i) => (outStrides[axis] = result.strides[i]));
  const operands = [outStrides, a.strides, ...(mask ? [mask.strides] : [])];
  const first = shortened < 0 ? 0 : a.strides[shortened];
  const addresses = [0, first, ...(mask ? [shortened < 0 ? 0 : mask.strides[shortened]] : [])];
  const plan = planWalk(kind, shape, operands, addresses, order);
  return { result, plan, launch: isDirect(plan) ? launchOf(kind, plan.walk, plan.chunk) : null };
}

const keptAxes = (shape: readonly number[], axes: readonly number[]): number[] =>
  everyAxis(shape.length).filter((axis) => !axes.includes(axis));

export function resultLie(
  shape: readonly number[],
  axes: readonly number[],
  { itemsize }: DType,
  order: readonly number[],
): Lie {
  const kept = keptAxes(shape, axes);
  const strides = new Array<number>(kept.length);
  let stride = itemsize;
  for (const axis of order) {
    const to = kept.indexOf(axis);
    if (to < 0) continue;
    strides[to] = stride;
    stride *= Math.max(shape[axis], 1);
  }
  return { shape: kept.map((axis) => shape[axis]), strides };
}

function planWalk(
  { spec, from, dtype }: ReduceKind,
  shape: readonly number[],
  operands: readonly (readonly number[])[],
  addresses: readonly number[],
  order: readonly number[],
): ReducePlan {
  const walked = order
    .filter((axis) => shape[axis] !== 1)
    .map((axis): Axis => ({ length: shape[axis], strides: operands.map((strides) => strides[axis]) }));
  const single: Axis = { length: 1, strides: operands.map(() => 0) };
  const axes = walked.length ? merged(walked) : [single];
  const walk = { axes, addresses };
  const grouping = groupingOf(spec, dtype.element);
  if (grouping === 'pairwise' || grouping === 'sequential') return planBuffers(walk, from !== dtype);
  return { walk, run: 1, chunk: axes[0].length };
}
