/** The methods of ufuncs. As in Python they stay bound: `const { reduce } = np.add` works. */
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import type { IndexArg } from '../../ops/index/parse.ts';
import type { UFuncRow } from '../../ops/ufunc.ts';
import type { AccumulateArgs } from '../ufunc/accumulate.ts';
import { accumulate } from '../ufunc/accumulate.ts';
import { at } from '../ufunc/at.ts';
import type { UFuncOptions } from '../ufunc/call.ts';
import type { UFunc } from '../ufunc/make.ts';
import { rowOf, ufuncPrototype } from '../ufunc/make.ts';
import { outer } from '../ufunc/outer.ts';
import type { ReduceArgs } from '../ufunc/reduce.ts';
import { reduce } from '../ufunc/reduce.ts';
import { reduceat } from '../ufunc/reduceat.ts';

declare module '../ufunc/make.ts' {
  interface UFunc {
    /** Combines all elements along one or several axes into one. */
    reduce(a: ArrayLike, ...args: ReduceArgs): ArrayOrScalar;
    /** Combines elements along an axis, keeping each intermediate result. */
    accumulate(a: ArrayLike, ...args: AccumulateArgs): NDArray;
    /** Reduces the slices of an axis that start at the given indices. */
    reduceat(a: ArrayLike, indices: ArrayLike, ...args: AccumulateArgs): NDArray;
    /** Applies to every pair of an element of `a` and one of `b`. */
    outer(a: ArrayLike, b: ArrayLike, options?: UFuncOptions): NDArray;
    /** Applies in place at the indexed elements, for a repeated index each time anew. */
    at(a: NDArray, indices: IndexArg, b?: ArrayLike): void;
  }
}

type Method = 'reduce' | 'accumulate' | 'reduceat' | 'outer' | 'at';

/** Each method of the ufunc of a row. */
const METHODS: { readonly [N in Method]: (row: UFuncRow) => UFunc[N] } = {
  reduce:
    (row) =>
    (a, ...args) =>
      reduce(row, a, args),
  accumulate:
    (row) =>
    (a, ...args) =>
      accumulate(row, a, args),
  reduceat:
    (row) =>
    (a, indices, ...args) =>
      reduceat(row, a, indices, args),
  outer: (row) => (a, b, options) => outer(row, a, b, options),
  at: (row) => (a, indices, b) => at(row, a, indices, b),
};

for (const [name, method] of Object.entries(METHODS)) {
  const get = function (this: UFunc): unknown {
    const row = rowOf(this);
    return row && method(row);
  };
  Object.defineProperty(ufuncPrototype, name, { get });
}
