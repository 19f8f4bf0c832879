/** Calls of kernels that walk over arrays by an argument block: reductions and scans. */
import { heap } from '../array/heap.ts';
import type { LazyKernel } from '../device/current.ts';
import { lazyKernel } from '../device/current.ts';
import type { KernelModule } from '../kernel/ir.ts';
import type { ReduceSpec, ReduceVariant } from '../kernel/reduce/spec.ts';
import { argumentBlock, scratchAddress, writeWalk } from './argblock.ts';
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

export const NO_AXIS: Axis = { length: 1, strides: [0, 0, 0] };

/**
 * Writes an argument block and gives its address: `word`, the scratch address, and the walk.
 *
 * @param axes - at least two, the innermost first
 */
export function writeArguments(axes: readonly Axis[], addresses: readonly number[], word: number): number {
  const at = argumentBlock() / 4;
  const words = heap.views.int32;
  words[at] = word;
  words[at + 1] = scratchAddress();
  return writeWalk(1, axes, addresses);
}
