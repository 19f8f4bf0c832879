/** Calls of kernels that walk over arrays by an argument block: reductions and scans. */
import { MemoryError } from '../array/errors.ts';
import { heap } from '../array/heap.ts';
import type { LazyKernel } from '../device/current.ts';
import { lazyKernel } from '../device/current.ts';
import type { KernelModule } from '../kernel/ir.ts';
import { blockOffsets } from '../kernel/map.ts';
import type { ReduceSpec, ReduceVariant } from '../kernel/reduce/spec.ts';
import type { Axis } from './iterate.ts';

type Build = (spec: ReduceSpec, variant: ReduceVariant) => KernelModule;

const kernelsOf = /* @__PURE__ */ new Map<Build, Map<string, LazyKernel<'nest'>>>();

/** The kernel that `build` makes for a spec and a variant; specs of one name share it. */
export function nestKernel(build: Build, spec: ReduceSpec, variant: ReduceVariant): LazyKernel<'nest'> {
  let known = kernelsOf.get(build);
  if (!known) kernelsOf.set(build, (known = new Map()));
  const { element, loop, masked, contiguous } = variant;
  const key = `${spec.name} ${element} ${loop} ${masked} ${contiguous}`;
  let kernel = known.get(key);
  if (!kernel) known.set(key, (kernel = lazyKernel<'nest'>(() => build(spec, variant))));
  return kernel;
}

/** Bytes for the arguments of as many axes as there can be, and after them for scratch. */
const ARGUMENTS = 2048;
const SCRATCH = 1024;

let block = 0;

function argumentBlock(): number {
  block ||= heap.alloc(ARGUMENTS + SCRATCH);
  if (!block) throw new MemoryError('the heap has no room for an argument block');
  return block;
}

export const NO_AXIS: Axis = { length: 1, strides: [0, 0, 0] };

/**
 * Writes an argument block and gives its address: `word`, the scratch address, and the walk.
 *
 * @param axes - at least two, the innermost first
 */
export function writeArguments(axes: readonly Axis[], addresses: readonly number[], word: number): number {
  const address = argumentBlock();
  const words = heap.views.int32;
  const [inner, second, ...outer] = axes;
  words[address / 4] = word;
  words[address / 4 + 1] = address + ARGUMENTS;
  let next = (address + blockOffsets(1, addresses.length).rank) / 4;
  words[next++] = outer.length;
  words[next++] = inner.length;
  words[next++] = second.length;
  addresses.forEach((start, i) => {
    words[next++] = start;
    words[next++] = inner.strides[i];
    words[next++] = second.strides[i];
  });
  for (const { length, strides } of outer) {
    words[next++] = length;
    words[next++] = 0;
    for (let i = 0; i < addresses.length; i++) words[next++] = strides[i];
  }
  return address;
}
