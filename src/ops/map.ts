/** Runs elementwise kernels on arrays. */
import type { Scalar } from '../array/element.ts';
import { bitsToHalf, halfToBits } from '../array/half.ts';
import { heap } from '../array/heap.ts';
import { byteExtent, sameShape } from '../array/layout.ts';
import { NDArray, emptyArray } from '../array/ndarray.ts';
import { currentDevice, lazyKernel } from '../device/current.ts';
import type { LazyKernel } from '../device/current.ts';
import type { ElementType } from '../kernel/element.ts';
import { layoutOf } from '../kernel/element.ts';
import type { MapSpec, StrideClass } from '../kernel/map.ts';
import { MOVED_AS, buildMap, identityMap, scalarParts } from '../kernel/map.ts';
import type { ScalarType } from '../kernel/types.ts';
import { acceleratorOf } from './accelerator.ts';
import { argumentBlock, writeWalk } from './argblock.ts';
import type { Axis, Walk } from './iterate.ts';
import { Routes } from './route.ts';
import type { Outside } from './stage.ts';
import { runStaged, runStagedRow } from './stage.ts';

/** An input of a map: an array of any dtype, or a scalar that the loop's type can hold. */
export type MapInput = NDArray | Scalar;

/** The estimate of vectorCost is rough: vectors must promise a gain. */
const VECTORS_BELOW = 0.8;

type Entries = LazyKernel<'row' | 'nest'>;

/** A map for operands of certain element types: made once by `mapKernel`, run often. */
export class MapKernel {
  readonly spec: MapSpec;
  readonly inputs: readonly (ElementType | 'scalar')[];
  readonly outputs: readonly ElementType[];
  readonly masked: boolean;
  /** Bytes of an element of each operand in memory: inputs, mask, outputs. */
  readonly sizes: readonly number[];
  /** The scalar types that scalar inputs are passed as. */
  readonly scalarTypes: readonly ScalarType[];
  /** The kernel for operands that are all contiguous. */
  readonly dense: Entries;
  /** Whether the call may take the quick way for one or two arrays or with scalars and one output, and what the inputs are then. */
  readonly quick: 'a' | 'aa' | 'as' | 'sa' | 'ass' | undefined;
  /** The walks of its last calls, each with the kernel's variant for it. */
  readonly routes: Routes<Variant>;
  readonly #variants = new Map<string, Entries>();

  constructor(
    spec: MapSpec,
    inputs: readonly (ElementType | 'scalar')[],
    outputs: readonly ElementType[],
    masked: boolean,
  ) {
    this.spec = spec;
    this.inputs = inputs;
    this.outputs = outputs;
    this.masked = masked;
    const inMemory = [
      ...inputs.filter((x) => x !== 'scalar'),
      ...(masked ? (['bool'] as const) : []),
      ...outputs,
    ];
    this.sizes = inMemory.map((element) => layoutOf(element).bytes);
    this.scalarTypes = inputs.flatMap((x, i) => (x === 'scalar' ? scalarParts(spec.inputs[i]) : []));
    this.dense = this.variant('c'.repeat(this.sizes.length));
    this.routes = new Routes((walk) => variantFor(this, walk));
    this.quick = quickForm(this);
  }

  /** The kernel for a stride class of each operand. */
  variant(classes: string): Entries {
    let entries = this.#variants.get(classes);
    if (!entries) {
      const { inputs, outputs, masked } = this;
      const build = () =>
        buildMap(this.spec, {
          inputs,
          outputs,
          masked,
          classes: [...classes] as StrideClass[],
          vectorsBelow: currentDevice().name === 'wasm' ? VECTORS_BELOW : 0,
        });
      this.#variants.set(classes, (entries = lazyKernel<'row' | 'nest'>(build)));
    }
    return entries;
  }
}

/** Scalars of these types are passed as the number that they are. */
const PLAIN: ReadonlySet<ElementType> = /* @__PURE__ */ new Set<ElementType>([
  'i8',
  'u8',
  'i16',
  'u16',
  'i32',
  'u32',
  'f32',
  'f64',
]);

const FORMS = ['a', 'aa', 'as', 'sa', 'ass'] as const;

function quickForm({ inputs, outputs, masked, spec }: MapKernel): MapKernel['quick'] {
  if (masked || outputs.length !== 1) return undefined;
  if (inputs.some((x, i) => x === 'scalar' && !PLAIN.has(spec.inputs[i]))) return undefined;
  const form = inputs.map((x) => (x === 'scalar' ? 's' : 'a')).join('');
  return FORMS.find((one) => one === form);
}

/** The kernels made of each spec, by its name: few enough to look through. */
const made = /* @__PURE__ */ new Map<string, MapKernel[]>();

/**
 * The kernel of `spec` for operands of these element types; the same object each time.
 *
 * @param spec - what to compute
 * @param inputs - the inputs' element types, 'scalar' for a scalar
 * @param outputs - the outputs' element types
 * @param masked - whether it is run with a `where`
 */
export function mapKernel(
  spec: MapSpec,
  inputs: readonly (ElementType | 'scalar')[],
  outputs: readonly ElementType[],
  masked = false,
): MapKernel {
  let ofSpec = made.get(spec.name);
  if (!ofSpec) made.set(spec.name, (ofSpec = []));
  for (const kernel of ofSpec) {
    if (kernel.masked === masked && same(kernel.inputs, inputs) && same(kernel.outputs, outputs))
      return kernel;
  }
  const kernel = new MapKernel(spec, inputs, outputs, masked);
  ofSpec.push(kernel);
  return kernel;
}

function same(a: readonly string[], b: readonly string[]): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * Computes every element of the outputs. Inputs (and `where`, a bool array) must broadcast to the outputs' shape, which
 * all outputs share; nothing is checked here. An input that overlaps an output in another layout is copied first.
 *
 * @param kernel - made for exactly these element types
 * @param inputs - arrays and scalars
 * @param outputs - arrays of one shape
 * @param where - which elements to compute and write, for a masked kernel
 */
export function runMap(
  kernel: MapKernel,
  inputs: readonly MapInput[],
  outputs: readonly NDArray[],
  where?: NDArray,
): void {
  const on = acceleratorOf(outputs[0]);
  if (on !== null) return on.runMap(kernel, inputs, outputs, where);
  if (kernel.quick === undefined || !runQuick(kernel, inputs, outputs[0]))
    runGeneral(kernel, inputs, outputs, where);
}

const LONGEST_ROW = 2 ** 30;

/** Arrays of one shape, all dense in C order: a row, without a walk and an argument block. */
function runQuick(kernel: MapKernel, inputs: readonly MapInput[], out: NDArray): boolean {
  const [x, y, z] = inputs;
  const a = kernel.quick === 'sa' ? undefined : (x as NDArray);
  const b = kernel.quick === 'aa' || kernel.quick === 'sa' ? (y as NDArray) : undefined;
  if (!out.cContiguous || (a && !fits(a, out)) || (b && !fits(b, out))) return false;
  if (!isReachable(out) || (a && !isReachable(a)) || (b && !isReachable(b)))
    return runOutside(kernel, inputs, out);
  const { size } = out;
  if (size > LONGEST_ROW) return false;
  const { row } = kernel.dense();
  if (a && b) row(a.offset, b.offset, out.offset, size);
  else if (kernel.quick === 'a') row(a!.offset, out.offset, size);
  else if (kernel.quick === 'as') row(a!.offset, out.offset, size, Number(y));
  else if (a) row(a.offset, out.offset, size, Number(y), Number(z));
  else row(b!.offset, out.offset, size, Number(x));
  return true;
}

const isReachable = ({ storage }: NDArray): boolean => storage.inHeap && !storage.disposed;

/** Whether an input lies like a dense output of its shape, at its very place or clear of it. */
function fits(a: NDArray, out: NDArray): boolean {
  if (!sameShape(a.shape, out.shape) || !a.cContiguous) return false;
  if (a.offset + a.nbytes <= out.offset || out.offset + out.nbytes <= a.offset) return true;
  if (a.storage !== out.storage && a.storage.views.buffer !== out.storage.views.buffer) return true;
  return a.offset === out.offset && a.dtype.itemsize === out.dtype.itemsize;
}

/** The quick case when some array is outside the heap. */
function runOutside(kernel: MapKernel, inputs: readonly MapInput[], out: NDArray): boolean {
  const arrays = inputs.filter((x) => x instanceof NDArray);
  const scalars = inputs.filter((x) => !(x instanceof NDArray)).map(Number);
  const { row } = kernel.dense();
  runStagedRow([...arrays, out], out.size, (places, n) => row(...places, n, ...scalars));
  return true;
}

function runGeneral(
  kernel: MapKernel,
  inputs: readonly MapInput[],
  outputs: readonly NDArray[],
  where: NDArray | undefined,
): void {
  const { shape, size } = outputs[0];
  if (size === 0) return;
  const scalars: (number | bigint)[] = [];
  const operands: NDArray[] = [];
  for (let i = 0; i < inputs.length; i++) {
    const x = inputs[i];
    if (kernel.inputs[i] === 'scalar') scalars.push(...scalarArguments(x as Scalar, kernel.spec.inputs[i]));
    else operands.push(x as NDArray);
  }
  if (where) operands.push(where);
  const copies = separate(operands, outputs);
  operands.push(...outputs);
  const outside = operandsOutside(operands, outputs.length, kernel.masked);
  for (const { walk, made } of kernel.routes.over(shape, operands, outputs.length)) {
    const addresses = walk.addresses.map((from, i) => from + operands[i].offset);
    if (outside.length === 0) execute(kernel, made, walk.axes, addresses, scalars);
    else {
      runStaged({ axes: walk.axes, addresses }, outside, (piece) =>
        execute(kernel, variantFor(kernel, piece), piece.axes, piece.addresses, scalars),
      );
    }
  }
  for (const own of copies) own.storage.dispose();
}

/** Replaces the sources that writing the outputs could change by copies, which it returns. */
function separate(sources: NDArray[], outputs: readonly NDArray[]): readonly NDArray[] {
  let copies: NDArray[] = NONE;
  for (let i = 0; i < sources.length; i++) {
    const source = sources[i];
    if (!outputs.some((out) => overlapsOtherwise(source, out))) continue;
    sources[i] = copyOf(source);
    copies = [...copies, sources[i]];
  }
  return copies;
}

const NONE: NDArray[] = [];

function operandsOutside(operands: readonly NDArray[], outputs: number, masked: boolean): Outside[] {
  const outside: Outside[] = [];
  operands.forEach(({ storage, dtype }, at) => {
    const { views } = storage;
    if (storage.inHeap) return;
    const written = at >= operands.length - outputs;
    outside.push({ at, views, itemsize: dtype.itemsize, read: !written || masked, written });
  });
  return outside;
}

/** Whether writing `out` could change elements of `source` that are still to be read. */
function overlapsOtherwise(source: NDArray, out: NDArray): boolean {
  // Blocks of the heap are apart; adopted memory may be in two storages.
  if (source.storage !== out.storage && source.storage.inHeap && out.storage.inHeap) return false;
  if (source.storage.views.buffer !== out.storage.views.buffer) return false;
  const a = byteExtent(source.shape, source.strides, source.dtype.itemsize);
  const b = byteExtent(out.shape, out.strides, out.dtype.itemsize);
  if (source.offset + a.high <= out.offset + b.low || out.offset + b.high <= source.offset + a.low)
    return false;
  const sameElements =
    source.offset === out.offset &&
    source.dtype.itemsize === out.dtype.itemsize &&
    sameShape(source.shape, out.shape) &&
    source.strides.every((s, i) => s === out.strides[i] || source.shape[i] === 1);
  return !sameElements;
}

/** The kernel that moves elements of so many bytes. */
export function moveKernel(itemsize: number): MapKernel {
  const element = MOVED_AS[itemsize];
  return mapKernel(identityMap(element), [element], [element]);
}

function copyOf(a: NDArray): NDArray {
  const own = emptyArray(a.shape, a.dtype);
  runMap(moveKernel(a.dtype.itemsize), [a], [own]);
  return own;
}

/** A scalar in the loop's type, as kernels take it. */
function scalarArguments(x: Scalar, loop: ElementType): (number | bigint)[] {
  if (typeof x === 'object') return [x.re, x.im];
  switch (loop) {
    case 'c64':
    case 'c128':
      return [Number(x), 0];
    case 'i64':
    case 'u64':
      return [BigInt(x)];
    case 'f16':
      return [bitsToHalf(halfToBits(Number(x)))];
    default:
      return [Number(x)];
  }
}

/** The variant of a kernel for a walk. */
interface Variant {
  readonly entries: Entries;
  /** The inner strides of the operands of class 's', which a row takes as arguments. */
  readonly steps: readonly number[];
}

function variantFor(kernel: MapKernel, { axes }: Walk): Variant {
  if (axes.length === 0) return { entries: kernel.dense, steps: [] };
  const { strides } = axes[0];
  const { sizes, outputs } = kernel;
  const firstOutput = sizes.length - outputs.length;
  let classes = '';
  for (let i = 0; i < sizes.length; i++) {
    classes += strides[i] === sizes[i] ? 'c' : strides[i] === 0 && i < firstOutput ? 'b' : 's';
  }
  return { entries: kernel.variant(classes), steps: strides.filter((_, i) => classes[i] === 's') };
}

/** Runs a walk over operands that are all in the heap. */
function execute(
  kernel: MapKernel,
  { entries, steps }: Variant,
  axes: readonly Axis[],
  addresses: readonly number[],
  scalars: readonly (number | bigint)[],
): void {
  const { row, nest } = entries();
  if (axes.length <= 1) {
    row(...addresses, axes.length ? axes[0].length : 1, ...steps, ...scalars);
    return;
  }
  for (let i = 0; i < scalars.length; i++) {
    writeScalar(kernel.scalarTypes[i], scalars[i], argumentBlock() + 8 * i);
  }
  nest(writeWalk(scalars.length, axes, addresses));
}

function writeScalar(type: ScalarType, x: number | bigint, address: number): void {
  const { views } = heap;
  switch (type) {
    case 'f64':
      views.float64[address / 8] = Number(x);
      return;
    case 'f32':
      views.float32[address / 4] = Number(x);
      return;
    case 'i64':
    case 'u64':
      views.int64[address / 8] = BigInt(x);
      return;
    default:
      views.int32[address / 4] = Number(x);
  }
}
