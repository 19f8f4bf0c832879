/** The dtype of indices. */
import type { DType } from '../../array/dtype.ts';
import { int32, int64 } from '../../array/dtype.ts';
import type { NDArray } from '../../array/ndarray.ts';

/** The dtype of indices beside an array: int64, or what its device has for that. */
export function indexDType({ storage: { remote } }: Pick<NDArray, 'storage'>): DType<'int64'> {
  return remote === null ? int64 : (int32 as DType as DType<'int64'>);
}
