/** Runs elementwise kernels on arrays. */
import type { Scalar } from '../array/element.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { ElementType } from '../kernel/element.ts';
import type { MapSpec } from '../kernel/map.ts';

/** An input of a map: an array of any dtype, or a scalar, which is taken in the loop's type. */
export type MapInput = NDArray | Scalar;

/**
 * A map for operands of certain element types: made once, run often. A scalar input has the type `'scalar'`.
 */
export interface MapKernel {
  readonly spec: MapSpec;
  readonly inputs: readonly (ElementType | 'scalar')[];
  readonly outputs: readonly ElementType[];
  readonly masked: boolean;
}

/** The kernel of `spec` for operands of these element types, `masked` if it is run with a `where`; the same object each time. */
export declare function mapKernel(
  spec: MapSpec,
  inputs: readonly (ElementType | 'scalar')[],
  outputs: readonly ElementType[],
  masked?: boolean,
): MapKernel;

/**
 * Computes every element of the outputs. Inputs (and `where`, a bool array) must broadcast to the outputs' shape, which
 * all outputs share; nothing is checked here. An input that overlaps an output in another layout is copied first.
 */
export declare function runMap(
  kernel: MapKernel,
  inputs: readonly MapInput[],
  outputs: readonly NDArray[],
  where?: NDArray,
): void;
