/** Scattering on the GPU: assignment, where of several values for one place the last stays, and combination. */
import { byteExtent, broadcastStrides, sizeOf } from '../../../array/layout.ts';
import type { NDArray } from '../../../array/ndarray.ts';
import { placedOn } from '../../../array/remote.ts';
import type { DType } from '../../../array/dtype.ts';
import { dtype } from '../../../array/dtype.ts';
import type { GpuBytes } from '../../../device/webgpu/bytes.ts';
import { k } from '../../../kernel/build.ts';
import type { GridCombine } from '../../../kernel/grid/index/scatter.ts';
import {
  OWNED,
  beside,
  buildGridCombine,
  buildGridCombineInOrder,
  buildGridLast,
  buildGridScatter,
  combined,
  scattered,
} from '../../../kernel/grid/index/scatter.ts';
import type { AtomicOp } from '../../../kernel/grid/ir.ts';
import type { Expr } from '../../../kernel/ir.ts';
import type { MapSpec } from '../../../kernel/map.ts';
import { cast } from '../../cast.ts';
import type { Selection } from '../../index/select.ts';
import type { Moving, Walked } from './launch.ts';
import {
  inParts,
  indexedShape,
  launchFor,
  movingOf,
  numbersOf,
  shapeInParts,
  walkOf,
  walkedOffsets,
  withOffsets,
} from './launch.ts';
import type { WebGpu } from '../webgpu.ts';
import { requireElement } from '../webgpu.ts';

/** An array in a dtype on the device: one of the processor is converted there, where it may be of any dtype. */
export function nearIn(home: WebGpu, a: NDArray, type: DType): NDArray {
  const convert = (): NDArray => cast(a, type);
  return a.storage.remote === null ? home.near(placedOn(null, convert)) : placedOn(home, convert);
}

/** The array, or a copy of it if it lies in the bytes of another that is going to be written. */
const apart = (home: WebGpu, x: NDArray, a: NDArray): NDArray => (x.storage === a.storage ? home.copy(x) : x);

const withOwnIndices = (home: WebGpu, selection: Selection, a: NDArray): Selection => ({
  ...selection,
  operands: selection.operands.map((o) => ({ ...o, array: apart(home, o.array, a) })),
});

/** `scatter` for an array on the GPU. */
export function scatterOn(home: WebGpu, a: NDArray, selection: Selection, values: NDArray): void {
  home.contentOf(a.storage);
  const moving = movingOf(a);
  withOffsets(home, withOwnIndices(home, selection, a), moving.bytes, (offsets) => {
    if (sizeOf(selection.shape) === 0) return;
    const source = apart(home, nearIn(home, values, a.dtype), a);
    const places = walkedOffsets(home, offsets, selection.shape, moving);
    const owners = source.size === 1 ? null : findOwners(home, a, selection, offsets, moving);
    write(home, a, selection, source, places, owners, moving);
    owners?.bytes.release();
  });
}

/** The last value for each place, and how places and values are counted for that. */
interface Owners {
  readonly bytes: GpuBytes;
  readonly low: number;
  readonly step: number;
  readonly strides: readonly number[];
  readonly numbers: readonly number[];
}

/** The owners of the places that indices choose; `null` where no two of them can be one place. */
function findOwners(
  home: WebGpu,
  a: NDArray,
  selection: Selection,
  offsets: NDArray,
  moving: Moving,
): Owners | null {
  const shape = indexedShape(selection);
  const total = sizeOf(shape);
  const [{ mode }] = selection.operands;
  // The true elements of a mask are different places.
  if (total === 1 || (selection.operands.length === 1 && mode === 'offset')) return null;
  const strides = inParts({ ...moving, parts: 1 }, 0, selection.strides).strides.map((s, d) =>
    shape[d] === 1 ? 0 : s,
  );
  const { low, high, step } = reachOf(a, selection, shape, strides, moving);
  const bytes = home.gpu.allocate(4 * ((high - low) / step + 1));
  home.gpu.clear(bytes, 0, bytes.byteLength);
  const from = walkedOffsets(home, offsets, shape, { parts: 1 });
  const walk = walkOf(shape, OWNED, [{ offset: 0, strides }, from]);
  const kernel = home.kernel(`last ${walk.rank}`, () => buildGridLast(walk.rank));
  launchFor(home, kernel, [from.bytes, bytes], { total, low, step, ...walk.values }, total);
  return { bytes, low, step, strides, numbers: numbersOf(shape) };
}

/** The lowest and the highest offset that indexed places can have, in parts, and what all offsets are multiples of. */
function reachOf(
  a: NDArray,
  { operands }: Selection,
  shape: readonly number[],
  strides: readonly number[],
  { bytes }: Moving,
): { low: number; high: number; step: number } {
  let [low, high, step] = [0, 0, 0];
  const add = (count: number, stride: number): void => {
    const end = Math.max(count - 1, 0) * stride;
    low += Math.min(0, end);
    high += Math.max(0, end);
    if (count > 1) step = commonDivisor(step, Math.abs(stride));
  };
  shape.forEach((n, d) => add(n, strides[d]));
  for (const { length, stride, mode } of operands) {
    if (mode !== 'offset') add(length, stride / bytes);
    else {
      const reach = byteExtent(a.shape, a.strides, a.itemsize);
      low += reach.low / bytes;
      high += reach.high / bytes;
      step = 1;
    }
  }
  return { low, high, step: Math.max(step, 1) };
}

const commonDivisor = (x: number, y: number): number => (y === 0 ? x : commonDivisor(y, x % y));

function write(
  home: WebGpu,
  a: NDArray,
  selection: Selection,
  source: NDArray,
  places: Walked & { readonly bytes: GpuBytes },
  owners: Owners | null,
  moving: Moving,
): void {
  const { bits } = moving;
  const shape = shapeInParts(moving, selection.shape);
  const part = (strides: readonly number[]): Walked => ({
    offset: 0,
    strides: moving.parts > 1 ? [...strides, 0] : strides,
  });
  const spread = broadcastStrides(source.shape, source.strides, selection.shape);
  const walk = walkOf(shape, scattered(owners !== null), [
    inParts(moving, selection.offset, selection.strides),
    places,
    inParts(moving, source.offset, spread),
    ...(owners === null ? [] : [part(owners.strides), part(owners.numbers)]),
  ]);
  const kernel = home.kernel(`scatter ${bits} ${walk.rank} ${owners !== null}`, () =>
    buildGridScatter(bits, walk.rank, owners !== null),
  );
  const total = sizeOf(shape);
  const values = { total, ...(owners && { low: owners.low, step: owners.step }), ...walk.values };
  const from = home.bytesOf(home.contentOf(source.storage));
  const target = home.writable(a.storage);
  const buffers = [from, places.bytes, ...(owners === null ? [] : [owners.bytes]), target];
  launchFor(home, kernel, buffers, values, total);
}

/** Operations that may be done in any order: f(f(x, a), b) is f(f(x, b), a), but for rounding. */
const ANY_ORDER: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'add',
  'subtract',
  'multiply',
  'divide',
  'minimum',
  'maximum',
  'fmin',
  'fmax',
  'logical_and',
  'logical_or',
  'logical_xor',
  'bitwise_and',
  'bitwise_or',
  'bitwise_xor',
  'logaddexp',
  'logaddexp2',
  'hypot',
  'gcd',
  'lcm',
]);

/** Those that atomic operations on words do. */
const ATOMIC: Readonly<Record<string, Exclude<AtomicOp, 'compareExchange'>>> = {
  add: 'add',
  bitwise_and: 'and',
  bitwise_or: 'or',
  bitwise_xor: 'xor',
};

const nameOf = ({ name }: MapSpec): string => name.slice(0, name.indexOf(':'));

const partSpec = (name: string, expr: (x: Expr, y: Expr) => Expr): MapSpec => ({
  name: `${name}:parts`,
  inputs: ['f32', 'f32'],
  outputs: ['f32'],
  expr: (x, y) => expr(x as Expr, y as Expr),
});

/** Operations on complex numbers that are done to each part. */
const BY_PARTS: Readonly<Record<string, MapSpec>> = {
  add: /* @__PURE__ */ partSpec('add', k.add),
  subtract: /* @__PURE__ */ partSpec('subtract', k.sub),
};

const complex64 = /* @__PURE__ */ dtype('complex64');
const float32 = /* @__PURE__ */ dtype('float32');

/** A combination whose operands are ready: on the device, and apart. */
interface Combining {
  readonly a: NDArray;
  readonly selection: Selection;
  readonly spec: MapSpec;
  readonly operand: NDArray | null;
}

/** `combineInto` for an array on the GPU and a selection with index arrays. */
export function combineIntoOn(
  home: WebGpu,
  a: NDArray,
  selection: Selection,
  spec: MapSpec,
  operand?: NDArray,
): void {
  for (const element of [...spec.inputs, ...spec.outputs]) requireElement(element);
  home.contentOf(a.storage);
  const own = withOwnIndices(home, selection, a);
  const other = operand === undefined ? null : apart(home, home.near(operand), a);
  const parts = a.dtype === (complex64 as DType) && other !== null ? BY_PARTS[nameOf(spec)] : undefined;
  if (parts) {
    const pair = nearIn(home, other!, complex64 as DType);
    return combineInAnyOrder(home, { a, selection: own, spec: parts, operand: apart(home, pair, a) }, 2);
  }
  const job = { a, selection: own, spec, operand: other };
  const isFree = other === null || ANY_ORDER.has(nameOf(spec));
  if (isFree && a.itemsize <= 4) combineInAnyOrder(home, job, 1);
  else combineInOrder(home, job);
}

/** @param parts - numbers that an element is made of, each combined by itself */
function combineInAnyOrder(home: WebGpu, { a, selection, spec, operand }: Combining, parts: number): void {
  const bytes = a.itemsize / parts;
  const moving = { bytes: bytes as 4, parts };
  withOffsets(home, selection, bytes, (offsets) => {
    const shape = shapeInParts(moving, selection.shape);
    const total = sizeOf(shape);
    if (total === 0) return;
    const typeOf = ({ dtype: own }: NDArray) => (parts > 1 ? float32.element : own.element);
    const combine: GridCombine = { spec, chosen: typeOf(a), operand: operand && typeOf(operand) };
    const places = walkedOffsets(home, offsets, selection.shape, moving);
    const operands = [inParts(moving, selection.offset, selection.strides), places];
    if (operand !== null) {
      const spread = broadcastStrides(operand.shape, operand.strides, selection.shape);
      operands.push(inParts({ bytes: (operand.itemsize / parts) as 4, parts }, operand.offset, spread));
    }
    const walk = walkOf(shape, combined(combine), operands as Walked[]);
    const atomic = atomicOf(combine);
    const kernel = home.kernel(`combine ${keyOf(combine)} ${walk.rank} ${atomic}`, () =>
      buildGridCombine(combine, walk.rank, atomic),
    );
    const target = home.writable(a.storage);
    const buffers = [places.bytes, ...bytesOf(home, operand), target];
    launchFor(home, kernel, buffers, { total, ...walk.values }, total);
  });
}

const keyOf = ({ spec, chosen, operand }: GridCombine): string => `${spec.name} ${chosen} ${operand}`;

const bytesOf = (home: WebGpu, operand: NDArray | null): GpuBytes[] =>
  operand === null ? [] : [home.bytesOf(home.contentOf(operand.storage))];

/** The atomic operation on whole words that a combination is, if it is one. */
function atomicOf({ spec, chosen, operand }: GridCombine): Exclude<AtomicOp, 'compareExchange'> | null {
  const isWord = chosen === 'i32' || chosen === 'u32';
  const fits = isWord && operand !== null && [...spec.inputs, ...spec.outputs].every((x) => x === chosen);
  return fits ? (ATOMIC[nameOf(spec)] ?? null) : null;
}

/** One value after the other for each place of the axes without indices. */
function combineInOrder(home: WebGpu, { a, selection, spec, operand }: Combining): void {
  const { shape } = selection;
  const whole = { bytes: a.itemsize as 4, parts: 1 };
  withOffsets(home, selection, a.itemsize, (offsets) => {
    if (sizeOf(shape) === 0) return;
    const indexed = indexedShape(selection);
    const free = shape.map((n, d) => (indexed[d] === n ? 1 : n));
    const combine: GridCombine = {
      spec,
      chosen: a.dtype.element,
      operand: operand && operand.dtype.element,
    };
    const chosen = inParts(whole, selection.offset, selection.strides);
    const places = walkedOffsets(home, offsets, shape, whole);
    const other = operand && home.leaf(operand, shape);
    const around = walkOf(free, beside(combine), [
      { ...chosen, offset: 0 },
      ...(other ? [{ ...other, offset: 0 }] : []),
    ]);
    const along = walkOf(indexed, combined(combine), [chosen, places, ...(other ? [other] : [])]);
    const key = `combine in order ${keyOf(combine)} ${around.rank} ${along.rank}`;
    const kernel = home.kernel(key, () => buildGridCombineInOrder(combine, around.rank, along.rank));
    const total = sizeOf(free);
    const buffers = [places.bytes, ...bytesOf(home, operand), home.writable(a.storage)];
    const values = { total, count: sizeOf(indexed), ...around.values, ...along.values };
    launchFor(home, kernel, buffers, values, total);
  });
}
