/** Elementwise operations on the GPU: put off as formulas where the result is all new, and run at once otherwise. */
import type { Scalar } from '../../array/element.ts';
import { byteExtent, denseStrides, sameShape } from '../../array/layout.ts';
import { NDArray, scalarAt } from '../../array/ndarray.ts';
import type { ElementType } from '../../kernel/element.ts';
import type { MapInput, MapKernel } from '../map.ts';
import type { Target } from './compute.ts';
import { runJob } from './compute.ts';
import { Composer, formulaAt, isShort, leafOf } from './formula.ts';
import { deviceBytes, isWhole, requireDType, requireElement } from './webgpu.ts';
import type { WebGpu } from './webgpu.ts';

/** `runMap` for results on the GPU. */
export function runMapOn(
  home: WebGpu,
  kernel: MapKernel,
  inputs: readonly MapInput[],
  outputs: readonly NDArray[],
  where?: NDArray,
): void {
  const { spec } = kernel;
  const [first] = outputs;
  for (const x of inputs) if (x instanceof NDArray) requireDType(x.dtype);
  for (const a of outputs) requireDType(a.dtype);
  for (const element of spec.inputs) requireElement(element);
  if (first.size === 0) return;
  const constants = inputs.map((x, i) =>
    kernel.inputs[i] === 'scalar'
      ? { value: x as Scalar, element: spec.inputs[i] }
      : constantOf(x as NDArray),
  );
  const arrays = inputs.map((x, i) => (constants[i] === null ? home.near(x as NDArray) : null));
  const isAllNew = outputs.length === 1 && !where && isWhole(first) && !deviceBytes(first.storage).isShared;
  // What waits to read what is overwritten here reads it now.
  if (!isAllNew) for (const out of outputs) home.writable(out.storage);
  const separate = isAllNew ? arrays : arrays.map((a) => a && apart(home, a, outputs));
  const composer = composed(home, constants, separate, first.shape);
  const elements = separate.map((a, i): ElementType =>
    a === null ? constants[i]!.element : a.dtype.element,
  );
  const leaveCopies = (): void => {
    for (const a of new Set([...arrays, ...separate]))
      if (a !== null && !inputs.includes(a)) a.storage.dispose();
  };
  if (isAllNew) {
    const formula = composer.finish(spec, elements, 0, first.dtype.element);
    deviceBytes(first.storage).defer(formula);
    return leaveCopies();
  }
  const mask = where && apart(home, home.near(where), outputs);
  if (mask) composer.array(home.leaf(mask, first.shape));
  // The formulas of the inputs are computed from what is there now.
  for (const { content } of composer.leaves) home.bytesOf(content);
  const targets = outputs.map((out, i) => targetOf(home, out, spec.outputs[i]));
  runJob(home, {
    key: `${spec.name}[${composer.keys.join(' ')}]`,
    shape: first.shape,
    leaves: composer.leaves,
    scalars: composer.scalars,
    targets,
    masked: mask !== undefined,
    value: composer.values(spec, elements),
  });
  leaveCopies();
}

/** A value that all elements of an input have, and its type. */
interface Constant {
  readonly value: Scalar;
  readonly element: ElementType;
}

/** The value of an array of the processor that has but one: kernels take it as a parameter. */
function constantOf(a: NDArray): Constant | null {
  const isOne =
    a.storage.remote === null && a.size > 0 && a.shape.every((n, i) => n === 1 || a.strides[i] === 0);
  return isOne ? { value: scalarAt(a, a.offset), element: a.dtype.element } : null;
}

/** The inputs as parts of one formula, as far as their own formulas fit into it. */
function composed(
  home: WebGpu,
  constants: readonly (Constant | null)[],
  arrays: readonly (NDArray | null)[],
  shape: readonly number[],
): Composer {
  const composer = new Composer(shape);
  const most = home.gpu.limits.maxStorageBuffersPerShaderStage - 2;
  arrays.forEach((a, i) => {
    if (a === null) {
      const { value, element } = constants[i]!;
      composer.scalar(value, element);
      return;
    }
    const leaf = home.leaf(a, shape);
    const formula = formulaAt(leaf, shape);
    const left = most - composer.leaves.length - (arrays.length - 1 - i);
    if (formula !== null && isShort(formula, composer.size) && formula.leaves.length <= left)
      composer.formula(formula);
    else {
      // A product or a convolution waits: its kernel may compute all of this.
      if (leaf.content.bilinear === null) home.bytesOf(leaf.content);
      composer.array(leaf);
    }
  });
  return composer;
}

/** The array, or a copy of it if writing the outputs could change elements that are still to be read. */
function apart(home: WebGpu, a: NDArray, outputs: readonly NDArray[]): NDArray {
  if (!outputs.some((out) => disturbs(home, a, out))) return a;
  const own = home.copy(a);
  // A copy that is only a formula would read the array when the outputs are written.
  home.bytesOf(home.contentOf(own.storage));
  return own;
}

function disturbs({ gpu }: WebGpu, a: NDArray, out: NDArray): boolean {
  if (a.storage !== out.storage) return false;
  const [x, y] = [a, out].map(({ shape, strides, itemsize }) => byteExtent(shape, strides, itemsize));
  const isApart = a.offset + x.high <= out.offset + y.low || out.offset + y.high <= a.offset + x.low;
  if (isApart && a.storage.byteLength <= gpu.limits.maxStorageBufferBindingSize) return false;
  return !(
    a.offset === out.offset &&
    a.itemsize === out.itemsize &&
    sameShape(a.shape, out.shape) &&
    a.strides.every((s, i) => s === out.strides[i] || a.shape[i] === 1)
  );
}

function targetOf(home: WebGpu, out: NDArray, loop: ElementType): Target {
  const bytes = home.writable(out.storage);
  const { offset, strides, element } = leafOf(out, home.contentOf(out.storage), out.shape);
  const toTheEnd =
    out.offset + out.nbytes === out.storage.byteLength && sameShape(strides, denseStrides(out.shape, 1));
  return { bytes, element, loop, offset, strides, toTheEnd };
}
