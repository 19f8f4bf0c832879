/** Elementwise functions as methods with their keywords. */
import type { DTypeName } from '../../array/dtype.ts';
import type { Args } from '../args.ts';
import type { ClipOptions } from '../numeric/rounding.ts';
import { clip, round } from '../numeric/rounding.ts';
import { defineFunctionMethods } from './define.ts';

declare module '../../array/ndarray.ts' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface NDArray<D extends DTypeName = DTypeName> {
    /** `np.clip` of the array. */
    clip(...args: Args<ClipOptions, ['a_min', 'a_max', 'out']>): NDArray;
    /** `np.round` of the array. */
    round(...args: Args<{ decimals: number; out: NDArray | null }, ['decimals', 'out']>): NDArray;
  }
}

defineFunctionMethods({ clip, round });
