/** What kernels on chosen elements are launched with: arrays as bits, walks, and the offsets that index arrays come to. */
import { dtype } from '../../../array/dtype.ts';
import { broadcastStrides, byteExtent, denseStrides, sizeOf } from '../../../array/layout.ts';
import { NDArray, viewArray } from '../../../array/ndarray.ts';
import { placedOn } from '../../../array/remote.ts';
import { Storage } from '../../../array/storage.ts';
import type { GpuBinding } from '../../../device/webgpu/bindings.ts';
import type { GpuBytes } from '../../../device/webgpu/bytes.ts';
import type { GridKernel } from '../../../kernel/grid/build.ts';
import type { Bits } from '../../../kernel/grid/index/gather.ts';
import { GridWalk, INDEX_GROUP, buildGridOffsets } from '../../../kernel/grid/index/gather_places.ts';
import { hostOffsets } from '../../index/offsets.ts';
import type { IndexOperand, Selection } from '../../index/select.ts';
import { gridAxes } from '../axes.ts';
import { FAILURE } from '../failures.ts';
import { deviceBytes } from '../webgpu.ts';
import type { WebGpu } from '../webgpu.ts';
import { paramsFor } from '../window/launch.ts';

const int32 = /* @__PURE__ */ dtype('int32');

/** An operand of a walk: where its first element is and what is between them, in elements. */
export interface Walked {
  readonly offset: number;
  readonly strides: readonly number[];
}

/** A walk over a shape by operands, as kernels are specialised for it and take it. */
export interface WalkArguments {
  readonly rank: number;
  readonly values: Readonly<Record<string, number>>;
}

/** Axes that all operands walk as one are merged. */
export function walkOf(
  shape: readonly number[],
  names: readonly string[],
  operands: readonly Walked[],
): WalkArguments {
  const { lengths, strides } = gridAxes(
    shape,
    operands.map((x) => x.strides),
  );
  const values: Record<string, number> = {};
  const { length: rank } = lengths;
  for (const name of new GridWalk(rank, names).params) values[name] = 0;
  lengths.slice(0, -1).forEach((length, d) => (values[`${names[0]}Length${d}`] = length));
  names.forEach((name, i) => {
    values[name] = operands[i].offset;
    strides[i].forEach((stride, d) => (values[`${name}${d}`] = stride));
  });
  return { rank, values };
}

/** Launches a kernel with so many invocations. */
export function launchFor(
  home: WebGpu,
  kernel: GridKernel,
  buffers: readonly GpuBinding[],
  values: Readonly<Record<string, number>>,
  invocations: number,
): void {
  home.gpu.launch(kernel, buffers, paramsFor(kernel, values), Math.ceil(invocations / INDEX_GROUP));
}

/** How elements are moved as bits: of which width, and how many of them an element is. */
export interface Moving {
  readonly bits: Bits;
  readonly bytes: 1 | 2 | 4;
  readonly parts: number;
}

export function movingOf({ itemsize }: Pick<NDArray, 'itemsize'>): Moving {
  const bytes = Math.min(itemsize, 4) as 1 | 2 | 4;
  return { bits: ({ 1: 'u8', 2: 'u16', 4: 'u32' } as const)[bytes], bytes, parts: itemsize / bytes };
}

/** Byte offset and strides counted in parts, with an axis for the parts of an element if there are several. */
export function inParts(
  { bytes, parts }: Pick<Moving, 'bytes' | 'parts'>,
  offset: number,
  strides: readonly number[],
): Walked {
  const count = (n: number): number => {
    if (n % bytes !== 0)
      throw new RangeError(
        `elements that lie ${n} bytes from another, no multiple of ${bytes}, can't be used on webgpu`,
      );
    return n / bytes;
  };
  return { offset: count(offset), strides: [...strides.map(count), ...(parts > 1 ? [1] : [])] };
}

/** A shape with the axis that `inParts` adds. */
export const shapeInParts = ({ parts }: Pick<Moving, 'parts'>, shape: readonly number[]): number[] =>
  parts > 1 ? [...shape, parts] : [...shape];

/** An array on the device with the strides that it has: one of the processor is copied with all bytes between its elements. */
export function nearAsItLies(home: WebGpu, a: NDArray): NDArray {
  if (a.storage.remote !== null) return a;
  const { low, high } = byteExtent(a.shape, a.strides, a.itemsize);
  const held = home.near(viewArray(a, [(high - low) / a.itemsize], [a.itemsize], a.offset + low));
  return new NDArray(held.storage, a.dtype, a.shape, a.strides, held.offset - low, null);
}

/** The axes along which index arrays differ, with their lengths, and 1 for the others. */
export function indexedShape({ shape, operands }: Selection): number[] {
  return shape.map((n, d) =>
    operands.some(({ array }) => (array.shape[d - (shape.length - array.ndim)] ?? 1) !== 1) ? n : 1,
  );
}

/** The array if kernels of the processor can read it, or its bytes there if it is of a dtype that the device lacks. */
function onHost(home: WebGpu, array: NDArray): NDArray | null {
  const { remote, byteLength } = array.storage;
  if (remote === null) return array;
  if (array.dtype.kind !== 'f' && array.itemsize <= 4) return null;
  home.contentOf(array.storage);
  const storage = new Storage(0, byteLength, deviceBytes(array.storage).views(), null);
  return new NDArray(storage, array.dtype, array.shape, array.strides, array.offset, null);
}

/** What an operand is once the indices of the processor are checked and turned into offsets there. */
function prepared(home: WebGpu, operand: IndexOperand, bytes: number): IndexOperand {
  const host = onHost(home, operand.array);
  if (host === null) return operand;
  const offsets = placedOn(null, () => hostOffsets({ ...operand, array: host }, bytes));
  const array = home.near(offsets);
  if (offsets !== array) offsets.storage.dispose();
  return { array, length: 0, axis: operand.axis, stride: bytes, mode: 'offset' };
}

/**
 * Calls `fn` with what the index arrays of a selection add to its places, as int32 in a shape that broadcasts to the selection's.
 * Indices of the processor are checked here, and others by the device.
 *
 * @param bytes - what offsets count
 * @throws IndexError for an index of the processor that is out of range or no integer.
 */
export function withOffsets(
  home: WebGpu,
  selection: Selection,
  bytes: number,
  fn: (offsets: NDArray) => void,
): void {
  const operands = selection.operands.map((operand) => prepared(home, operand, bytes));
  const [first] = operands;
  const isDone = operands.length === 1 && first.mode === 'offset' && first.stride === bytes;
  const offsets = isDone && first.array.dtype === (int32 as NDArray['dtype']) ? first.array : null;
  const own = offsets ?? sumOfOffsets(home, selection, operands, bytes);
  if (own.size > 0) fn(own);
  if (offsets === null) own.storage.dispose();
  operands.forEach(({ array }, i) => {
    if (array !== selection.operands[i].array) array.storage.dispose();
  });
}

function sumOfOffsets(
  home: WebGpu,
  selection: Selection,
  operands: readonly IndexOperand[],
  bytes: number,
): NDArray {
  const shape = indexedShape(selection);
  const total = sizeOf(shape);
  const sum = home.empty(shape, int32);
  if (total === 0) return sum;
  const target = home.fresh(sum.storage);
  const check = home.gpu.newCheck();
  operands.forEach(({ array, length, axis, stride, mode }, i) => {
    const { element } = array.dtype;
    const { content, offset } = home.leaf(array, array.shape);
    const strides = broadcastStrides(array.shape, array.strides, shape).map((s) => s / array.itemsize);
    const walk = walkOf(shape, ['index'], [{ offset, strides }]);
    const code = mode === 'strict' ? FAILURE.choiceOutside : FAILURE.indexOutside;
    const kernel = home.kernel(`offsets ${element} ${mode} ${walk.rank} ${i > 0}`, () =>
      buildGridOffsets(element, mode, walk.rank, i > 0, code),
    );
    const { offset: step } = inParts({ bytes: bytes as 4, parts: 1 }, stride, []);
    const values = { total, length, stride: step, axis, check: check.first, ...walk.values };
    launchFor(home, kernel, [home.bytesOf(content), target, check], values, total);
  });
  return sum;
}

/** Offsets as an operand of a walk over the selection's shape. */
export function walkedOffsets(
  home: WebGpu,
  offsets: NDArray,
  shape: readonly number[],
  moving: Pick<Moving, 'parts'>,
): Walked & { readonly bytes: GpuBytes } {
  const { content, offset, strides } = home.leaf(offsets, shape);
  return {
    offset,
    strides: moving.parts > 1 ? [...strides, 0] : strides,
    bytes: home.bytesOf(content),
  };
}

/** Strides of a dense array of a shape along its axes, 0 along those of length 1. */
export function numbersOf(shape: readonly number[]): number[] {
  return denseStrides(shape, 1).map((s, d) => (shape[d] === 1 ? 0 : s));
}
