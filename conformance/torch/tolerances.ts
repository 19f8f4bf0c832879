/** How far results and gradients may lie from PyTorch's, and why. */
import type { Tolerance } from '../tolerances.ts';

/** A tolerance in units of the largest element of each result; signs of zeros are not compared. */
const scaled = (ulp: number, reason: string, least?: number): Tolerance => ({
  ulp: { float32: ulp, float64: ulp, complex64: ulp, complex128: ulp },
  of: 'largest',
  anyZero: 'all',
  ...(least === undefined ? {} : { least }),
  reason,
});

const elementwise = scaled(
  8,
  'PyTorch composes the function or its derivative of several rounded steps, as is done here in another order',
);

/** By pattern of the function's name; the first that fits. */
const RULES: readonly (readonly [RegExp, Tolerance])[] = [[/./, elementwise]];

/** Each of them, for the report. */
export const TORCH_TOLERANCES: Readonly<Record<string, Tolerance>> = Object.fromEntries(
  RULES.map(([pattern, tolerance]) => [pattern.source, tolerance]),
);

/** The tolerance of a function of `nn` or `optim`, or of a gradient. */
export function torchToleranceOf(name: string): Tolerance {
  return RULES.find(([pattern]) => pattern.test(name))![1];
}
