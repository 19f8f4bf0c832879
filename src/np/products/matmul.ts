/** matmul, vecdot, matvec and vecmat: NumPy's product ufuncs. */
import type { ArrayOrScalar } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { ALL, same } from '../../ops/ufuncs/types.ts';
import type { UFunc } from '../ufunc/make.ts';
import { withMembers } from '../ufunc/make.ts';
import type { ProductArgs, ProductRow } from './gufunc.ts';
import { callProduct } from './gufunc.ts';

export interface ProductUFunc extends UFunc {
  (x1: ArrayLike, x2: ArrayLike, ...args: ProductArgs): ArrayOrScalar;
}

type Shape = Pick<ProductRow, 'signature' | 'cores' | 'optional' | 'conjugates'>;

function product(name: string, shape: Shape): ProductUFunc {
  const row: ProductRow = { name, nin: 2, nout: 1, types: same(2, 1, ALL), expr: (x) => x, ...shape };
  const call = (x1: ArrayLike, x2: ArrayLike, ...args: unknown[]): ArrayOrScalar =>
    callProduct(row, x1, x2, args);
  return withMembers(call, row) as ProductUFunc;
}

/**
 * The matrix product; stacks of matrices broadcast, a vector counts as a row on the left and as a column on the right.
 *
 * @throws ValueError for scalars or sizes that do not fit.
 * @example
 * np.matmul([[1, 2], [3, 4]], [1, 1]); // [3. 7.]
 */
export const matmul = /* @__PURE__ */ product('matmul', {
  signature: '(n?,k),(k,m?)->(n?,m?)',
  cores: [
    ['m', 'k'],
    ['k', 'n'],
    ['m', 'n'],
  ],
  optional: true,
});

/**
 * The dot product of vectors along an axis, the first conjugated.
 *
 * @throws ValueError if the vectors differ in length.
 * @example
 * np.vecdot([[1, 2], [3, 4]], [1, 1]); // [3. 7.]
 */
export const vecdot = /* @__PURE__ */ product('vecdot', {
  signature: '(n),(n)->()',
  cores: [['k'], ['k'], []],
  conjugates: true,
});

/**
 * Matrix times vector.
 *
 * @throws ValueError if the sizes do not fit.
 * @example
 * np.matvec([[1, 2], [3, 4]], [1, 1]); // [3. 7.]
 */
export const matvec = /* @__PURE__ */ product('matvec', {
  signature: '(m,n),(n)->(m)',
  cores: [['m', 'k'], ['k'], ['m']],
});

/**
 * Vector times matrix, the vector conjugated.
 *
 * @throws ValueError if the sizes do not fit.
 * @example
 * np.vecmat([1, 1], [[1, 2], [3, 4]]); // [4. 6.]
 */
export const vecmat = /* @__PURE__ */ product('vecmat', {
  signature: '(n),(n,m)->(m)',
  cores: [['k'], ['k', 'n'], ['n']],
  conjugates: true,
});
