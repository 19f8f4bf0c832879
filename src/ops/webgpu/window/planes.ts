/** Arrays as planes one after the other: all axes but the last ones are taken as one. */
import type { NDArray } from '../../../array/ndarray.ts';
import { gridAxes } from '../axes.ts';
import type { Operand } from './launch.ts';
import { operandOf } from './launch.ts';
import type { WebGpu } from '../webgpu.ts';

export interface Planes extends Operand {
  /** Elements from one plane to the next. */
  readonly plane: number;
  /** Strides within a plane, in elements. */
  readonly inPlane: readonly number[];
}

/** The stride of axes that can be walked as one, or `null`. */
export function oneStride(shape: readonly number[], strides: readonly number[]): number | null {
  const { lengths, strides: found } = gridAxes(shape, [strides]);
  return lengths.length > 1 ? null : (found[0][0] ?? 0);
}

/** An array whose last axes are planes, as it lies or, if the planes do not lie equally far apart, copied. */
export function planesOn(home: WebGpu, a: NDArray, axes: number): Planes {
  const operand = operandOf(home, a);
  const { array, strides } = operand;
  const lead = array.ndim - axes;
  const plane = oneStride(array.shape.slice(0, lead), strides.slice(0, lead));
  if (plane === null) return planesOn(home, home.copy(array), axes);
  return { ...operand, plane, inPlane: strides.slice(lead) };
}
