/** Reductions and scans as methods. */
import type { DTypeName } from '../../array/dtype.ts';
import * as statistics from '../statistics/index.ts';
import type { ArgArgs } from '../statistics/arg.ts';
import type { CumulativeArgs } from '../statistics/cumulative.ts';
import type { MeanArgs, VarArgs } from '../statistics/moments.ts';
import type { ArrayOrBoolean, ExtremumArgs, SumArgs } from '../statistics/reductions.ts';
import { dot, trace } from '../products/dot.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { defineFunctionMethods } from './define.ts';

type Truth = Parameters<typeof statistics.all> extends [unknown, ...infer R] ? R : never;
type Trace = Parameters<typeof trace> extends [unknown, ...infer R] ? R : never;

declare module '../../array/ndarray.ts' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface NDArray<D extends DTypeName = DTypeName> {
    /** `np.sum` of the array. */
    sum(...args: SumArgs): ArrayOrScalar;
    /** `np.prod` of the array. */
    prod(...args: SumArgs): ArrayOrScalar;
    /** `np.max` of the array. */
    max(...args: ExtremumArgs): ArrayOrScalar;
    /** `np.min` of the array. */
    min(...args: ExtremumArgs): ArrayOrScalar;
    /** `np.mean` of the array. */
    mean(...args: MeanArgs): ArrayOrScalar;
    /** `np.std` of the array. */
    std(...args: VarArgs): ArrayOrScalar;
    /** `np.var` of the array. */
    var(...args: VarArgs): ArrayOrScalar;
    /** `np.all` of the array. */
    all(...args: Truth): ArrayOrBoolean;
    /** `np.any` of the array. */
    any(...args: Truth): ArrayOrBoolean;
    /** `np.argmax` of the array. */
    argmax(...args: ArgArgs): ArrayOrScalar;
    /** `np.argmin` of the array. */
    argmin(...args: ArgArgs): ArrayOrScalar;
    /** `np.cumsum` of the array. */
    cumsum(...args: CumulativeArgs): NDArray;
    /** `np.cumprod` of the array. */
    cumprod(...args: CumulativeArgs): NDArray;
    /** `np.trace` of the array. */
    trace(...args: Trace): ArrayOrScalar;
    /** `np.dot` of the array and another. */
    dot(b: ArrayLike, out?: NDArray | null): ArrayOrScalar;
  }
}

const {
  sum,
  prod,
  max,
  min,
  mean,
  std,
  var: variance,
  all,
  any,
  argmax,
  argmin,
  cumsum,
  cumprod,
} = statistics;

defineFunctionMethods({
  sum,
  prod,
  max,
  min,
  mean,
  std,
  var: variance,
  all,
  any,
  argmax,
  argmin,
  cumsum,
  cumprod,
  trace,
  dot,
});
