/** Products of several matrices: matrix_power, multi_dot. */
import { LinAlgError, ValueError } from '../../array/errors.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { castInto } from '../../ops/cast.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { empty_like } from '../creation/filled.ts';
import { eye } from '../creation/matrices.ts';
import { dot } from '../products/dot.ts';
import { matmul } from '../products/matmul.ts';
import { getIndex } from '../../ops/index/get.ts';
import { ravelArray, reshapeArray } from '../shape/reshape.ts';
import { requireSquare } from './arguments.ts';
import { inv } from './solve.ts';

const product = matmul as (a: NDArray, b: NDArray) => NDArray;

/**
 * A square matrix, or each of a stack, to an integer power: by repeated squaring, of the inverse for a negative one.
 *
 * @param a - (..., n, n)
 * @param n - the power; 0 gives the identity
 * @returns of `a`'s dtype; for negative powers what `inv` gives
 * @throws TypeError for a power that is no integer; LinAlgError for a matrix that is not square, or for a negative power of a singular one.
 * @example
 * np.linalg.matrix_power([[0, 1], [-1, 0]], 3); // [[ 0. -1.] [ 1. 0.]]
 */
export function matrix_power(a: ArrayLike, n: number | bigint): NDArray {
  const x = asArray(a);
  requireSquare(x);
  const power = Number(n);
  if ((typeof n !== 'number' && typeof n !== 'bigint') || !Number.isInteger(power)) {
    throw new TypeError('exponent must be an integer');
  }
  if (power === 0) {
    const result = empty_like(x);
    castInto(result, eye(x.shape[x.ndim - 1], { dtype: x.dtype }));
    return result;
  }
  let square = power < 0 ? inv(x) : x;
  // NumPy multiplies a cube from the left, and otherwise by the bits of the power from the lowest.
  if (Math.abs(power) === 3) return product(product(square, square), square);
  let result: NDArray | null = null;
  for (let left = Math.abs(power); ;) {
    if (left % 2 === 1) result = result === null ? square : product(result, square);
    left = Math.floor(left / 2);
    if (left === 0) return result!;
    square = product(square, square);
  }
}

/** How to multiply a chain: the matrix after which each part is split. */
type Splits = readonly (readonly number[])[];

/** The cheapest order of a chain of matrices, sizes[i] x sizes[i + 1]. Source: Cormen et al., "Introduction to Algorithms", chapter 15.2. */
function cheapestOrder(sizes: readonly number[]): Splits {
  const count = sizes.length - 1;
  const costs = sizes.map(() => new Array<number>(count).fill(0));
  const splits = sizes.map(() => new Array<number>(count).fill(0));
  for (let length = 1; length < count; length++) {
    for (let i = 0; i + length < count; i++) {
      const j = i + length;
      costs[i][j] = Infinity;
      for (let split = i; split < j; split++) {
        const cost = costs[i][split] + costs[split + 1][j] + sizes[i] * sizes[split + 1] * sizes[j + 1];
        if (cost < costs[i][j]) [costs[i][j], splits[i][j]] = [cost, split];
      }
    }
  }
  return splits;
}

/** The order of three matrices; of two that cost the same the second product first, as NumPy has it. */
function orderOfThree([m, k, l, n]: readonly number[]): Splits {
  const leftFirst = m * l * (k + n) < k * n * (m + l);
  return [[0, 0, leftFirst ? 1 : 0], [0, 0, 1], []];
}

/**
 * The matrix product of two or more arrays, in the order that takes the fewest multiplications.
 *
 * @param arrays - matrices; the first may be a vector, taken as a row, and the last one, taken as a column
 * @param out - must have exactly the result's dtype and shape, in C order
 * @returns a matrix; a vector if the first or the last is one, a number if both are
 * @throws ValueError for fewer than two arrays or shapes that do not fit; LinAlgError for another number of axes.
 * @example
 * np.linalg.multi_dot([np.ones([2, 9]), np.ones([9, 9]), np.ones([9, 1])]).shape; // [2, 1]
 */
export function multi_dot(
  arrays: readonly ArrayLike[],
  ...args: Args<{ out: NDArray | null }>
): ArrayOrScalar {
  const { out = null } = bind<{ out: NDArray | null }>('multi_dot', args, [], ['out']);
  if (arrays.length < 2) throw new ValueError('Expecting at least two arrays.');
  const given = arrays.map((x) => asArray(x));
  if (given.length === 2) return dot(given[0], given[1], { out });
  const [first, last] = [given[0], given[given.length - 1]];
  const chain = given.map((x, i) => {
    if (x.ndim !== 1 || (i > 0 && i < given.length - 1)) return x;
    return reshapeArray(x, i === 0 ? [1, x.size] : [x.size, 1]);
  });
  for (const { ndim } of chain) {
    if (ndim !== 2) throw new LinAlgError(`${ndim}-dimensional array given. Array must be two-dimensional`);
  }
  const sizes = [...chain.map(({ shape }) => shape[0]), chain[chain.length - 1].shape[1]];
  const splits = chain.length === 3 ? orderOfThree(sizes) : cheapestOrder(sizes);
  const multiply = (i: number, j: number): NDArray => {
    if (i === j) return chain[i];
    const split = splits[i][j];
    const options = { out: i === 0 && j === chain.length - 1 ? out : null };
    return dot(multiply(i, split), multiply(split + 1, j), options);
  };
  const result = multiply(0, chain.length - 1);
  if (first.ndim === 1 && last.ndim === 1) return getIndex(result, [0, 0]) as ArrayOrScalar;
  return (first.ndim === 1 || last.ndim === 1 ? ravelArray(result) : result) as ArrayOrScalar;
}
