/** Scatter: values written to the elements that a selection chooses, or combined with them. */
import { broadcastStrides, byteExtent, sizeOf } from '../array/layout.ts';
import type { NDArray } from '../array/ndarray.ts';
import { viewArray } from '../array/ndarray.ts';
import { MemoryError } from '../array/errors.ts';
import { lazyKernel } from '../device/kernels.ts';
import type { LazyKernel } from '../device/kernels.ts';
import type { MapSpec } from '../kernel/map.ts';
import { buildCombine, buildScatter } from '../kernel/scatter.ts';
import { acceleratorOf } from './accelerator.ts';
import { cast, copyOf } from './cast.ts';
import { CHOSEN, direction, moveSelected, moved, pieceWalk } from './index/moves.ts';
import { checkIndices, pieces } from './index/offsets.ts';
import type { Selection } from './index/select.ts';
import { acceleratorOfSelection } from './index/select.ts';
import type { Walk } from './iterate.ts';
import { mapKernel, runMap } from './map.ts';
import { parts, runWalk } from './index/walk.ts';
import { inHeap, withBytesInHeap } from './index/reach.ts';

const SCATTER = /* @__PURE__ */ direction(CHOSEN, buildScatter);

/**
 * Writes values to the chosen elements of `a`; of several values for one element the last stays.
 *
 * @param values - an array that broadcasts to the selection's shape. Other dtypes are converted as NumPy's unsafe casts do.
 * @throws IndexError for an index that is out of range or no integer, before anything is written.
 */
export function scatter(a: NDArray, selection: Selection, values: NDArray): void {
  const on = acceleratorOfSelection(a, selection) ?? acceleratorOf(values);
  if (on !== null) return on.scatter(a, selection, values);
  checkIndices(selection);
  if (sizeOf(selection.shape) === 0) return;
  const source = apart(cast(values, a.dtype), a);
  const strides = broadcastStrides(source.shape, source.strides, selection.shape);
  moveSelected(SCATTER, a, withOwnIndices(selection, a), source, strides);
}

/** The selection with copies of the index arrays that writing to `a` would change. */
function withOwnIndices(selection: Selection, a: NDArray): Selection {
  return { ...selection, operands: selection.operands.map((o) => ({ ...o, array: apart(o.array, a) })) };
}

/** The array, or a copy of it if writing to `a` could change it. */
function apart(x: NDArray, a: NDArray): NDArray {
  if (x.storage.views.buffer !== a.storage.views.buffer) return x;
  const own = byteExtent(x.shape, x.strides, x.itemsize);
  const other = byteExtent(a.shape, a.strides, a.itemsize);
  const clear = x.offset + own.high <= a.offset + other.low || a.offset + other.high <= x.offset + own.low;
  return clear ? x : copyOf(x, x.dtype);
}

const combineKernels = /* @__PURE__ */ new Map<string, LazyKernel<'row' | 'nest'>>();

function combineKernel(spec: MapSpec, a: NDArray, operand: NDArray | undefined): LazyKernel<'row' | 'nest'> {
  const [chosen, other] = [a.dtype.element, operand?.dtype.element];
  const key = `${spec.name}|${chosen}|${other ?? ''}`;
  let kernel = combineKernels.get(key);
  if (!kernel) combineKernels.set(key, (kernel = lazyKernel(() => buildCombine(spec, chosen, other))));
  return kernel;
}

/**
 * Replaces the chosen elements x of `a` by `spec(x)` or `spec(x, operand)`, one after the other, so that an element that is chosen
 * several times is replaced several times.
 *
 * @param operand - for a function of two values: an array that broadcasts to the selection's shape
 * @throws IndexError as `scatter`.
 */
export function combineInto(a: NDArray, selection: Selection, spec: MapSpec, operand?: NDArray): void {
  if (selection.operands.length === 0) {
    const view = viewArray(a, selection.shape, selection.strides, selection.offset);
    combineView(view, spec, operand);
    return;
  }
  const on = acceleratorOfSelection(a, selection) ?? (operand ? acceleratorOf(operand) : null);
  if (on !== null) return on.combineInto(a, selection, spec, operand);
  checkIndices(selection);
  if (sizeOf(selection.shape) === 0) return;
  const own = withOwnIndices(selection, a);
  if (operand) inHeap(apart(operand, a), (other) => combine(a, own, spec, other));
  else combine(a, own, spec);
}

/** Elements that are chosen once each: an elementwise map. */
function combineView(view: NDArray, spec: MapSpec, operand?: NDArray): void {
  const inputs = operand ? [view, operand] : [view];
  const types = inputs.map((x) => x.dtype.element);
  runMap(mapKernel(spec, types, [view.dtype.element]), inputs, [view]);
}

function combine(a: NDArray, selection: Selection, spec: MapSpec, operand?: NDArray): void {
  const kernel = combineKernel(spec, a, operand);
  const run = (near: NDArray): void =>
    combineInHeap(kernel, moved(selection, near.offset - a.offset), operand);
  if (!withBytesInHeap(a, 'change', run))
    throw new MemoryError(`Unable to allocate ${a.nbytes} bytes in the heap`);
}

function combineInHeap(kernel: LazyKernel<'row' | 'nest'>, selection: Selection, operand?: NDArray): void {
  const { row, nest } = kernel();
  const strides = operand
    ? broadcastStrides(operand.shape, operand.strides, selection.shape)
    : selection.strides;
  for (const piece of pieces(selection, 1)) {
    const walk = pieceWalk(operand?.offset ?? 0, strides, selection, piece);
    for (const part of parts(walk)) runWalk(row, nest, operand ? part : withoutFirst(part));
  }
}

/** The walk without its first operand. */
function withoutFirst({ axes, addresses }: Walk): Walk {
  return {
    axes: axes.map(({ length, strides }) => ({ length, strides: strides.slice(1) })),
    addresses: addresses.slice(1),
  };
}
