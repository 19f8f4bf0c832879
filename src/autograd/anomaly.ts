/** Anomaly mode: a NaN made in backward is reported with the operation that made it. */
import { RuntimeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { isnan } from '../np/ufuncs.ts';
import type { Refusal } from '../ops/refuse.ts';
import { refuseWhere } from '../ops/refuse.ts';
import { onPlainArrays } from '../tensor/modes.ts';
import type { Node } from '../tensor/node.ts';

let watching = false;

/**
 * Runs a function in anomaly mode: a backward pass that makes a NaN throws, and the error names the operation.
 *
 * @throws RuntimeError naming the operation whose derivative is NaN. On a GPU, which finds it later, reads of the gradients do that it
 *   went into.
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

/** What is said of an operation, by its name. */
const refusals = /* @__PURE__ */ new Map<string, Refusal>();

function refusalOf(name: string): Refusal {
  let refusal = refusals.get(name);
  if (!refusal) {
    refusal = {
      name: `nan in the gradient of ${name}`,
      error: () =>
        new RuntimeError(`Function '${name}' returned nan values in its gradient, see its operands`),
    };
    refusals.set(name, refusal);
  }
  return refusal;
}

/** Looks at a gradient that an operation has given, in anomaly mode. */
export function watch(node: Node, gradient: NDArray): void {
  if (!watching || gradient.size === 0) return;
  onPlainArrays(() => {
    const missing = isnan(gradient) as NDArray;
    refuseWhere(gradient, missing, refusalOf(node.name));
    missing.storage.dispose();
  });
}
