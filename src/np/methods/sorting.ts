/** Sorting and searching as methods of arrays. */
import type { DTypeName } from '../../array/dtype.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { bind } from '../args.ts';
import type { PartitionArgs } from '../sorting/partition.ts';
import { argpartition, partitionArray } from '../sorting/partition.ts';
import type { SearchSortedArgs, SearchSortedOptions } from '../sorting/search.ts';
import { searchsortedArray } from '../sorting/search.ts';
import type { SortArgs } from '../sorting/sort.ts';
import { argsort, sortArray } from '../sorting/sort.ts';
import { defineMethods } from './define.ts';

declare module '../../array/ndarray.ts' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface NDArray<D extends DTypeName> {
    /**
     * Sorts the array in place, stably; see `np.sort`.
     *
     * @throws AxisError; ValueError for an unknown kind or a read-only array.
     * @example
     * const a = np.array([3, 1, 2]);
     * a.sort(); // a is [1. 2. 3.]
     */
    sort(...args: SortArgs): void;
    /**
     * The indices that sort the array; see `np.argsort`.
     *
     * @throws AxisError; ValueError for an unknown kind.
     */
    argsort(...args: SortArgs): NDArray<'int64'>;
    /**
     * Partitions the array in place; see `np.partition`.
     *
     * @throws AxisError; ValueError for a position out of range or a read-only array.
     */
    partition(kth: ArrayLike, ...args: PartitionArgs): void;
    /**
     * The indices that partition the array; see `np.argpartition`.
     *
     * @throws AxisError; ValueError for a position out of range.
     */
    argpartition(kth: ArrayLike, ...args: PartitionArgs): NDArray<'int64'>;
    /**
     * Where values can be inserted into this sorted array; see `np.searchsorted`.
     *
     * @throws ValueError unless the array is 1-d.
     */
    searchsorted(v: ArrayLike, ...args: SearchSortedArgs): ArrayOrScalar;
  }
}

defineMethods({
  sort(...args: SortArgs): void {
    sortArray(this, args);
  },

  argsort(...args: SortArgs): NDArray<'int64'> {
    return argsort(this, ...args);
  },

  partition(kth: ArrayLike, ...args: PartitionArgs): void {
    partitionArray(this, kth, args);
  },

  argpartition(kth: ArrayLike, ...args: PartitionArgs): NDArray<'int64'> {
    return argpartition(this, kth, ...args);
  },

  searchsorted(v: ArrayLike, ...args: SearchSortedArgs): ArrayOrScalar {
    return searchsortedArray(this, v, bind<SearchSortedOptions>('searchsorted', args, ['side', 'sorter']));
  },
});
