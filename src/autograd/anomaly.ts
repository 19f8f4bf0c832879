/** Anomaly mode: a NaN made in backward is reported with the operation that made it. */
import { RuntimeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { any } from '../np/statistics/reductions.ts';
import { isnan } from '../np/ufuncs.ts';
import { onPlainArrays } from '../tensor/modes.ts';
import type { Node } from '../tensor/node.ts';

let watching = false;

/**
 * Runs a function in anomaly mode: a backward pass that makes a NaN throws, and the error names the operation.
 *
 * @throws RuntimeError naming the operation whose derivative is NaN.
 * @example
 * const x = np.tensor([-1], { requiresGrad: true });
 * np.detectAnomaly(() => np.sqrt(x).sum().backward()); // throws RuntimeError
 */
export function detectAnomaly<T>(fn: () => T): T {
  const before = watching;
  watching = true;
  try {
    return fn();
  } finally {
    watching = before;
  }
}

/** Looks at a gradient that an operation has given, in anomaly mode. */
export function watch(node: Node, gradient: NDArray): void {
  if (!watching || gradient.size === 0) return;
  const found = onPlainArrays(() => Number(any(isnan(gradient) as NDArray)));
  if (found) {
    throw new RuntimeError(`Function '${node.name}' returned nan values in its gradient, see its operands`);
  }
}
