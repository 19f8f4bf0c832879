/** Calls of kernels that walk over arrays by an argument block: reductions and scans. */
import { heap } from '../array/heap.ts';
import type { LazyKernel } from '../device/current.ts';
import { lazyKernel } from '../device/current.ts';
import type { KernelModule } from '../kernel/ir.ts';
import type { ReduceSpec, ReduceVariant } from '../kernel/reduce/spec.ts';
import { argumentBlock, scratchAddress, writeWalk } from './argblock.ts';
import type { Axis } from './iterate.ts';

type Build = (spec: ReduceSpec, variant: ReduceVariant) => KernelModule;

interface Made extends ReduceVariant {
  readonly build: Build;
  readonly kernel: LazyKernel<'nest'>;
}

/** The kernels made of each spec: few enough to look through. */
const made = /* @__PURE__ */ new WeakMap<ReduceSpec, Made[]>();

/** The kernel that `build` makes for a spec and a variant; the same object each time. */
export function nestKernel(build: Build, spec: ReduceSpec, variant: ReduceVariant): LazyKernel<'nest'> {
  let ofSpec = made.get(spec);
  if (!ofSpec) made.set(spec, (ofSpec = []));
  const { element, loop, masked, contiguous } = variant;
  for (const one of ofSpec) {
    if (
      one.build === build &&
      one.element === element &&
      one.loop === loop &&
      one.masked === masked &&
      one.contiguous === contiguous
    ) {
      return one.kernel;
    }
  }
  const kernel = lazyKernel<'nest'>(() => build(spec, variant));
  ofSpec.push({ build, ...variant, kernel });
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
