/** Differentiating the result of a case, and comparing the gradients. */
import { Difference } from '../compare.ts';
import type { Context } from '../compare.ts';
import { itemsize } from '../elements.ts';
import { isArray } from '../namespace.ts';
import type { ArrayLike } from '../namespace.ts';
import { attempt } from '../outcome.ts';
import type { ArrayCode, TensorExtras } from './case.ts';
import { compareTensor, flatten } from './compare.ts';
import { arrayOf, isTensor } from './tensors.ts';
import type { Arguments, TensorLike } from './tensors.ts';

/**
 * Calls `backward` on every differentiable result.
 *
 * @param cotangents - what each result's `backward` is given; null where the result must not require a gradient.
 */
export function differentiate(
  result: unknown,
  cotangents: TensorExtras['cotangents'],
  made: Arguments,
): void {
  const outputs = flatten(result).filter(isTensor);
  if (made.leaves.length === 0 && !cotangents) return;
  const last = cotangents ? cotangents.findLastIndex((cotangent) => cotangent !== null) : -1;
  for (const [i, output] of outputs.entries()) {
    const cotangent = cotangents?.[i] ?? null;
    if (output.requiresGrad !== (cotangent !== null)) {
      throw new Difference(`result ${i}: requiresGrad should be ${cotangent !== null}`);
    }
    if (!cotangent) continue;
    const given = made.stretch(cotangent, output.shape);
    attempt('backward', () => {
      output.backward(given, { retainGraph: i < last });
    });
  }
}

/** Compares a leaf's gradient with the recorded bytes; where PyTorch has none, none or zeros will do. */
export function compareGradient(
  expected: string | null,
  leaf: TensorLike,
  context: Context,
  where: string,
): void {
  const { grad } = leaf;
  const dtype = leaf.dtype.name;
  if (expected === null) {
    if (!grad) return;
    const size = leaf.shape.reduce((product, n) => product * n, 1);
    const zeros = arrayOf(dtype, leaf.shape, new Uint8Array(itemsize(dtype) * size));
    return compareTensor([dtype, leaf.shape, zeros], grad, context, where);
  }
  if (!isArray(grad)) throw new Difference(`${where}: there is none`);
  const recorded: ArrayCode = [dtype, leaf.shape, expected];
  compareTensor(recorded, grad, context, where);
}

/** The gradients that tensors have. */
export function gradientsOf(tensors: readonly TensorLike[]): (ArrayLike | null)[] {
  return tensors.map(({ grad }) => grad);
}
