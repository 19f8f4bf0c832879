/** How far results of a GPU may lie from the recorded ones, and why. What is not named here has the tolerance of the processor. */
import { toleranceOf } from '../tolerances.ts';
import type { Tolerance } from '../tolerances.ts';

/** The tolerance of a case's function on a GPU. */
export function webgpuToleranceOf(name: string): Tolerance {
  return toleranceOf(name);
}
