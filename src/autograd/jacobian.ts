/** Matrices of derivatives. */
import { RuntimeError, ValueError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { ArrayLike } from '../ops/asarray.ts';
import { zeros } from '../np/creation/filled.ts';
import { eye } from '../np/creation/matrices.ts';
import { stack } from '../np/shape/join.ts';
import { moveaxis } from '../np/shape/transpose.ts';
import { reshape } from '../np/shape/reshape.ts';
import { asTensor } from '../tensor/create.ts';
import { onPlainArrays, withGrad } from '../tensor/modes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { wrap } from '../tensor/tensor.ts';
import { constantBeside } from './batch.ts';
import { pushForward } from './forward.ts';
import { gradientsOf, zerosLike } from './gradients.ts';
import type { Differentiable, GradOptions } from './transforms.ts';
import { grad, isWatched, recorded } from './transforms.ts';
import type { Tree } from './tree.ts';
import { flatten } from './tree.ts';

export interface JacobianOptions extends Pick<GradOptions, 'argnums'> {
  /** By 'reverse' mode, a pass for each element of the result, or 'forward', one for each element of the arguments. */
  mode?: 'reverse' | 'forward';
}

/**
 * A function that returns the Jacobian of `fn`: the derivative of every element of the result with respect to every element of the
 * argument.
 *
 * @param fn - of arrays, or trees of them, to arrays or trees of them; real, or holomorphic
 * @param options - `argnums` (0); `mode`: 'reverse' (the default) or 'forward', which is faster where results are more than arguments
 * @returns for a result of shape R and an argument of shape A an array of shape (...R, ...A)
 * @throws ValueError for an unknown mode.
 * @example
 * np.jacobian((x) => np.square(x))([1, 2]); // tensor([[2., 0.], [0., 4.]])
 */
export function jacobian(fn: Differentiable, options: JacobianOptions = {}): (...args: unknown[]) => Tensor {
  const { argnums = 0, mode = 'reverse' } = options;
  if (mode !== 'reverse' && mode !== 'forward')
    throw new ValueError(`mode must be 'reverse' or 'forward', got '${String(mode)}'`);
  const numbers = typeof argnums === 'number' ? [argnums] : argnums;
  return (...args) => {
    const { inputs, own, build, result } = recorded(fn, args, numbers);
    const tree = flatten(result as Tree<ArrayLike>);
    const outputs = tree.leaves.map(asTensor);
    const watched = isWatched(outputs, own);
    const blocks =
      mode === 'reverse' ? byRows(outputs, inputs, watched) : byColumns(outputs, inputs, watched);
    const perOutput = blocks.map((row) => {
      const built = build(row);
      return typeof argnums === 'number' ? built[0] : built;
    });
    return tree.build(perOutput) as Tensor;
  };
}

/** For each output and input the block of derivatives, a row at a time. */
function byRows(outputs: readonly Tensor[], inputs: readonly Tensor[], createGraph: boolean): Tensor[][] {
  return outputs.map((output) => {
    const rows = units(output).map((unit) =>
      gradientsOf([output], [unit], inputs, { createGraph, retainGraph: true }),
    );
    return inputs.map((input, i) =>
      shaped(
        rows.map((row) => row[i]),
        [...output.shape, ...input.shape],
        [output.size, ...input.shape],
        output,
        input,
      ),
    );
  });
}

/** The same a column at a time. */
function byColumns(outputs: readonly Tensor[], inputs: readonly Tensor[], watched: boolean): Tensor[][] {
  const columns = inputs.map((input, i) =>
    units(input).map((unit) =>
      withGrad(watched, () =>
        pushForward(
          outputs,
          inputs,
          inputs.map((other, j) => (i === j ? unit : zerosLike(other))),
        ),
      ),
    ),
  );
  return outputs.map((output, o) =>
    inputs.map((input, i) => {
      if (input.size === 0 || output.size === 0) return empty([...output.shape, ...input.shape], output);
      const stacked = stack(columns[i].map((column) => column[o])) as NDArray;
      const last = moveaxis(stacked, 0, -1);
      return reshape(last, [...output.shape, ...input.shape]) as Tensor;
    }),
  );
}

function shaped(
  rows: readonly Tensor[],
  shape: readonly number[],
  stackShape: readonly number[],
  output: Tensor,
  input: Tensor,
): Tensor {
  if (rows.length === 0 || input.size === 0) return empty(shape, output);
  return reshape(reshape(stack(rows), stackShape as number[]), shape as number[]) as Tensor;
}

function empty(shape: readonly number[], like: Tensor): Tensor {
  return constantBeside(like, () => zeros([...shape], { dtype: like.dtype }));
}

/** Arrays like `t` with a one at one place, for every place. */
function units(t: Tensor): Tensor[] {
  const { size, shape, dtype } = t;
  const rows = constantBeside(t, () => eye(size, { dtype }));
  return onPlainArrays(() =>
    Array.from({ length: size }, (_, i) => wrap(reshape(rows.get(i) as NDArray, shape as number[]))),
  );
}

/**
 * A function that returns the matrix of second derivatives of `fn`.
 *
 * @param fn - returns one real number
 * @param options - `argnums` (0)
 * @returns for an argument of shape A an array of shape (...A, ...A)
 * @example
 * np.hessian((x) => np.sum(np.power(x, 3)))([1, 2]); // tensor([[ 6.,  0.], [ 0., 12.]])
 */
export function hessian(
  fn: Differentiable,
  options: Pick<GradOptions, 'argnums'> = {},
): (...args: unknown[]) => Tensor {
  if (options.argnums !== undefined && typeof options.argnums !== 'number')
    throw new RuntimeError('hessian takes one argnum: put several arguments into one tree');
  return jacobian(grad(fn, options) as Differentiable, options);
}
