/** Runs planned reductions: chooses kernels, and takes through the heap what lies outside or has to be gathered. */
import type { DType } from '../array/dtype.ts';
import { bool_, float16, float32 } from '../array/dtype.ts';
import { readElement, writeElement } from '../array/element.ts';
import { denseStrides } from '../array/layout.ts';
import type { NDArray } from '../array/ndarray.ts';
import { emptyArray, viewArray } from '../array/ndarray.ts';
import type { LazyKernel } from '../device/current.ts';
import type { ElementType } from '../kernel/element.ts';
import { buildRows } from '../kernel/reduce/rows.ts';
import { buildRuns } from '../kernel/reduce/runs.ts';
import type { ReduceSpec } from '../kernel/reduce/spec.ts';
import { groupingOf } from '../kernel/reduce/spec.ts';
import { castInto } from './cast.ts';
import type { Axis, Walk } from './iterate.ts';
import { LONGEST } from './iterate.ts';
import { NO_AXIS, nestKernel, writeArguments } from './nestcall.ts';
import type { ReducePlan } from './reduceplan.ts';
import { IN, OUT } from './reduceplan.ts';
import type { Outside } from './stage.ts';
import { PIECE, elementCount, runStaged } from './stage.ts';

/** A reduction of arrays; `out` holds what it starts from. */
export interface ReduceJob {
  readonly spec: ReduceSpec;
  /** The dtype to compute in, which is `out`'s. */
  readonly dtype: DType;
  readonly out: NDArray;
  readonly input: NDArray;
  readonly mask?: NDArray;
}

export function runReduction(job: ReduceJob, { walk, run, chunk }: ReducePlan): void {
  const operands = operandsOf(job);
  const reduces = walk.axes[0].strides[OUT] === 0;
  if (reduces && run > 1) {
    gatherRuns(job, { walk, run, chunk });
    return;
  }
  const inHeap = operands.every((x) => x.storage.inHeap);
  if (reduces && tooLong(job, walk, chunk, inHeap)) {
    forOuter(walk, 1, (place) => longRun(job, place, chunk));
    return;
  }
  if (inHeap) launchWalk(job, walk, chunk);
  else runStaged(walk, outsideOperands(operands), (piece) => launchWalk(job, piece, chunk));
}

const operandsOf = ({ out, input, mask }: ReduceJob): NDArray[] => (mask ? [out, input, mask] : [out, input]);

function outsideOperands(operands: readonly NDArray[]): Outside[] {
  return operands.flatMap(({ storage, dtype: { itemsize } }, at) =>
    storage.inHeap ? [] : [{ at, views: storage.views, itemsize, read: true, written: at === OUT }],
  );
}

/** Whether runs must be cut where the tree of a pairwise sum, or NumPy's buffer, has its cuts. */
function tooLong({ spec, dtype }: ReduceJob, { axes: [run] }: Walk, chunk: number, inHeap: boolean): boolean {
  if (run.length > LONGEST) return true;
  if (inHeap || run.length <= PIECE) return false;
  const grouping = groupingOf(spec, dtype.element);
  return grouping === 'pairwise' || (grouping === 'sequential' && PIECE % chunk !== 0);
}

/** Calls `visit` for every place of the axes from `from` on, outermost last changed, with the walk over the axes before. */
function forOuter({ axes, addresses }: Walk, from: number, visit: (inner: Walk) => void): void {
  if (axes.length <= from) {
    visit({ axes, addresses });
    return;
  }
  const outer = axes[axes.length - 1];
  const inner = axes.slice(0, -1);
  for (let i = 0; i < outer.length; i++) {
    forOuter({ axes: inner, addresses: addresses.map((a, o) => a + i * outer.strides[o]) }, from, visit);
  }
}

const along = ({ addresses }: Walk, { strides }: Axis, i: number): number[] =>
  addresses.map((a, o) => a + i * strides[o]);

/** A run of the innermost axis that is longer than a kernel takes, or than a staging block. */
function longRun(job: ReduceJob, walk: Walk, chunk: number): void {
  const [axis] = walk.axes;
  const size = Math.min(chunk, axis.length);
  for (let i = 0; i < axis.length; i += size) {
    const length = Math.min(size, axis.length - i);
    const part = { axes: [{ length, strides: axis.strides }], addresses: along(walk, axis, i) };
    if (length <= PIECE) runReduction(job, { walk: part, run: 1, chunk: length });
    else if (groupingOf(job.spec, job.dtype.element) !== 'pairwise') longRun(job, part, PIECE);
    else if (job.mask) takenRuns(job, job.mask, part);
    else addTree(job, part);
  }
}

/** Every run of elements that the mask lets through is a sum of its own. */
function takenRuns(job: ReduceJob, mask: NDArray, walk: Walk): void {
  const [{ length, strides }] = walk.axes;
  const { uint8 } = mask.storage.views;
  const taken = (i: number): boolean => uint8[walk.addresses[IN + 1] + i * strides[IN + 1]] !== 0;
  for (let i = 0; i < length; i++) {
    const from = i;
    while (i < length && taken(i)) i++;
    if (i === from) continue;
    const run = {
      axes: [{ length: i - from, strides: strides.slice(0, IN + 1) }],
      addresses: along(walk, walk.axes[0], from).slice(0, IN + 1),
    };
    longRun({ ...job, mask: undefined }, run, i - from);
  }
}

/** Adds a pairwise sum whose upper levels are computed here. */
function addTree(job: ReduceJob, walk: Walk): void {
  const { out, dtype } = job;
  const { views } = out.storage;
  const width = dtype.kind === 'c' ? 2 : 1;
  const total = treeSum(job, walk, width);
  const at = walk.addresses[OUT];
  const part = dtype.itemsize / width;
  const element = PART[dtype.element] ?? dtype.element;
  total.forEach((x, i) => {
    const before = readElement(views, element, at + i * part) as number;
    writeElement(views, element, at + i * part, before + x);
  });
}

/** The real type of a complex number's parts. */
const PART: Partial<Record<ElementType, ElementType>> = { c64: 'f32', c128: 'f64' };

function treeSum(job: ReduceJob, walk: Walk, parts: 1 | 2): number[] {
  const [axis] = walk.axes;
  const n = axis.length;
  if (n <= PIECE) return pieceSum(job, walk);
  // Half of the parts, rounded down to a multiple of 8.
  const half = parts === 2 ? Math.floor(n / 8) * 4 : Math.floor(n / 16) * 8;
  const side = (from: number, length: number): number[] =>
    treeSum(job, { axes: [{ length, strides: axis.strides }], addresses: along(walk, axis, from) }, parts);
  const low = side(0, half);
  const high = side(half, n - half);
  const round = job.dtype.element === 'f64' || job.dtype.element === 'c128' ? (x: number) => x : Math.fround;
  return low.map((x, i) => round(x + high[i]));
}

/** The parts of the sum of one piece; of float16 as a float32. */
function pieceSum(job: ReduceJob, { axes, addresses }: Walk): number[] {
  const dtype = job.dtype === float16 ? float32 : job.dtype;
  const cell = emptyArray([], dtype);
  writeElement(cell.storage.views, dtype.element, cell.offset, 0);
  const place = addresses.slice();
  place[OUT] = cell.offset;
  runReduction(
    { ...job, dtype, out: cell },
    { walk: { axes, addresses: place }, run: 1, chunk: axes[0].length },
  );
  const sum = readElement(cell.storage.views, dtype.element, cell.offset);
  return typeof sum === 'object' ? [sum.re, sum.im] : [Number(sum)];
}

/**
 * Runs over several axes that do not lie as one: their elements are copied side by side first, a chunk at a time, as NumPy's
 * buffers do.
 */
function gatherRuns(job: ReduceJob, { walk, run, chunk }: ReducePlan): void {
  const { spec, dtype, out, input, mask } = job;
  const elements = emptyArray([chunk], dtype);
  const which = mask && emptyArray([chunk], bool_);
  forOuter(walk, run, (place) => {
    const last = place.axes[run - 1];
    const size = chunk / elementCount(place.axes.slice(0, run - 1));
    for (let i = 0; i < last.length; i += size) {
      const axes = [
        ...place.axes.slice(0, run - 1),
        { length: Math.min(size, last.length - i), strides: last.strides },
      ];
      const addresses = along(place, last, i);
      gather(input, axes, addresses, IN, elements);
      if (mask && which) gather(mask, axes, addresses, IN + 1, which);
      const n = elementCount(axes);
      const gathered = {
        axes: [{ length: n, strides: which ? [0, dtype.itemsize, 1] : [0, dtype.itemsize] }],
        addresses: which
          ? [addresses[OUT], elements.offset, which.offset]
          : [addresses[OUT], elements.offset],
      };
      runReduction({ spec, dtype, out, input: elements, mask: which }, { walk: gathered, run: 1, chunk: n });
    }
  });
}

/** Copies the elements of an operand along some axes, the innermost first, to the beginning of a dense array. */
function gather(
  from: NDArray,
  axes: readonly Axis[],
  addresses: readonly number[],
  operand: number,
  to: NDArray,
): void {
  const outermostFirst = axes.toReversed();
  const lengths = outermostFirst.map((axis) => axis.length);
  const strides = outermostFirst.map((axis) => axis.strides[operand]);
  const source = viewArray(from, lengths, strides, addresses[operand]);
  const flat = viewArray(to, [elementCount(axes)], to.strides);
  castInto(viewArray(flat, lengths, denseStrides(lengths, to.itemsize)), source);
}

/** What decides which kernel runs a reduction. */
export interface ReduceKind {
  readonly spec: ReduceSpec;
  /** The input's dtype. */
  readonly from: DType;
  /** The dtype to compute in. */
  readonly dtype: DType;
  readonly masked: boolean;
}

/** A kernel call, but for the places of its operands. */
export interface Launch {
  readonly kernel: LazyKernel<'nest'>;
  readonly axes: readonly Axis[];
  /** The longest run that is combined by itself. */
  readonly longest: number;
  /** The first element that is combined, counted from the input's first. */
  readonly first: number;
}

/** The kernel call for operands that are all in the heap. */
export function launchOf(kind: ReduceKind, { axes, addresses }: Walk, chunk: number): Launch {
  const { spec, from, dtype, masked } = kind;
  const [inner, next] = axes;
  const rows = inner.strides[OUT] !== 0;
  // Rows are combined along the second axis, if that is reduced.
  const hasSecond = next && (!rows || next.strides[OUT] === 0);
  const contiguous =
    inner.strides[IN] === from.itemsize &&
    (!rows || (inner.strides[OUT] === dtype.itemsize && (inner.strides[2] ?? 1) === 1));
  const variant = { element: from.element, loop: dtype.element, masked, contiguous };
  return {
    kernel: nestKernel(rows ? buildRows : buildRuns, spec, variant),
    axes: [inner, hasSecond ? next : NO_AXIS, ...axes.slice(hasSecond ? 2 : 1)],
    longest: Math.min(chunk, inner.length),
    first: addresses[IN],
  };
}

/** Whether a plan is one kernel call if all operands are in the heap. */
export function isDirect({ walk: { axes }, run }: ReducePlan): boolean {
  return axes[0].strides[OUT] !== 0 || (run === 1 && axes[0].length <= LONGEST);
}

/** Makes a kernel call without a mask. */
export function launch({ kernel, axes, longest, first }: Launch, out: number, input: number): void {
  kernel().nest(writeArguments(axes, [out, input + first], longest));
}

/** Runs a kernel on operands that are all in the heap. */
function launchWalk({ spec, dtype, input, mask }: ReduceJob, walk: Walk, chunk: number): void {
  const kind = { spec, from: input.dtype, dtype, masked: mask !== undefined };
  const { kernel, axes, longest } = launchOf(kind, walk, chunk);
  kernel().nest(writeArguments(axes, walk.addresses, longest));
}
