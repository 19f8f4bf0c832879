/** Linear and bilinear maps. */
import { ValueError } from '../../array/errors.ts';
import { sizeOf } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import { matmul } from '../../np/products/matmul.ts';
import { expand_dims, reshape } from '../../np/shape/reshape.ts';
import { multiply } from '../../np/ufuncs.ts';
import { sum } from '../../np/statistics/reductions.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { linearMap } from '../../ops/linear.ts';
import { transpose } from '../../ops/views.ts';
import { alike, optional, plus } from './arguments.ts';
import { floatArray, listed } from './images.ts';

/** @throws ValueError unless there is a bias for each output. */
function requireBias(fn: string, bias: NDArray | null, outputs: readonly number[]): void {
  if (bias === null || (bias.ndim <= 1 && [1, ...outputs].includes(bias.size))) return;
  throw new ValueError(`${fn}: bias of size ${listed(bias.shape)} does not fit ${outputs[0] ?? 1} outputs`);
}

/**
 * x A^T + b along the last axis.
 *
 * @param input - (..., inputs)
 * @param weight - (outputs, inputs), or (inputs)
 * @param args - `bias`: (outputs)
 * @returns (..., outputs), or (...) for a weight of one axis
 * @throws ValueError for sizes that don't fit; TypeError for different dtypes.
 * @example
 * np.nn.functional.linear(np.array([1, 2]), np.array([[3, 4]]), np.array([5])); // array([16.])
 */
export function linear(
  input: ArrayLike,
  weight: ArrayLike,
  ...args: Args<{ bias?: ArrayLike | null }, ['bias']>
): NDArray {
  const { bias } = bind<{ bias: ArrayLike | null }>('linear', args, ['bias']);
  const x = floatArray('linear', input);
  const w = alike('linear', weight, x, 'weight');
  const b = optional('linear', bias, x, 'bias');
  if (w.ndim < 1 || w.ndim > 2) {
    throw new ValueError(`linear: weight must have one or two axes, but is of size ${listed(w.shape)}`);
  }
  const inputs = w.shape[w.ndim - 1];
  if (x.ndim === 0 || x.shape[x.ndim - 1] !== inputs) {
    throw new ValueError(
      `linear: input of size ${listed(x.shape)} and weight of size ${listed(w.shape)} cannot be multiplied: their last axes must be equal`,
    );
  }
  requireBias('linear', b, w.shape.slice(0, -1));
  if (w.ndim === 1 || x.ndim === 1)
    return plus(matmul(x, w.ndim === 1 ? w : transpose(w, [1, 0])) as NDArray, b);
  if (x.ndim === 2) return linearMap(x, w, b);
  const rows = reshape(x, [sizeOf(x.shape.slice(0, -1)), inputs]);
  return reshape(linearMap(rows, w, b), [...x.shape.slice(0, -1), w.shape[0]]);
}

/**
 * x1^T A_k x2 + b_k for each output k.
 *
 * @param input1 - (..., inputs1)
 * @param input2 - (..., inputs2)
 * @param weight - (outputs, inputs1, inputs2)
 * @param args - `bias`: (outputs)
 * @returns (..., outputs)
 * @throws ValueError for sizes that don't fit; TypeError for different dtypes.
 * @example
 * np.nn.functional.bilinear(np.array([2]), np.array([3]), np.array([[[4]]])); // array([24.])
 */
export function bilinear(
  input1: ArrayLike,
  input2: ArrayLike,
  weight: ArrayLike,
  ...args: Args<{ bias?: ArrayLike | null }, ['bias']>
): NDArray {
  const { bias } = bind<{ bias: ArrayLike | null }>('bilinear', args, ['bias']);
  const x = floatArray('bilinear', input1, 'input1');
  const y = alike('bilinear', input2, x, 'input2');
  const w = alike('bilinear', weight, x, 'weight');
  const b = optional('bilinear', bias, x, 'bias');
  requireBilinear(x, y, w);
  const [outputs, n1, n2] = w.shape;
  requireBias('bilinear', b, [outputs]);
  const rows = reshape(x, [-1, n1]);
  // (rows, inputs1) times (inputs1, outputs * inputs2)
  const matrix = reshape(transpose(w, [1, 0, 2]), [n1, outputs * n2]);
  const products = reshape(matmul(rows, matrix) as NDArray, [rows.shape[0], outputs, n2]);
  const both = multiply(products, expand_dims(reshape(y, [-1, n2]), 1)) as NDArray;
  const result = plus(sum(both, { axis: -1 }), b);
  return reshape(result, [...x.shape.slice(0, -1), outputs]);
}

function requireBilinear(x: NDArray, y: NDArray, w: NDArray): void {
  if (w.ndim !== 3) {
    throw new ValueError(`bilinear: weight must have three axes, but is of size ${listed(w.shape)}`);
  }
  if (x.ndim === 0 || x.ndim !== y.ndim || x.shape.slice(0, -1).some((n, i) => n !== y.shape[i])) {
    throw new ValueError(
      `bilinear(): input batch dimensions do not match: got ${listed(x.shape)} and ${listed(y.shape)}`,
    );
  }
  [x, y].forEach(({ shape }, i) => {
    if (shape.at(-1) !== w.shape[i + 1]) {
      throw new ValueError(
        `bilinear(): input${i + 1} size does not match weight size: got ${listed(shape)} but expected ${w.shape[i + 1]} in the last axis`,
      );
    }
  });
}
