/** Reductions, scans and statistics. */
export { argmax, argmin } from './arg.ts';
export { average } from './average.ts';
export { cumprod, cumsum, cumulative_prod, cumulative_sum } from './cumulative.ts';
export { mean, std, var_ as var } from './moments.ts';
export {
  nanargmax,
  nanargmin,
  nancumprod,
  nancumsum,
  nanmax,
  nanmean,
  nanmin,
  nanprod,
  nanstd,
  nansum,
  nanvar,
} from './nan.ts';
export { nanmedian, nanpercentile, nanquantile } from './nan_quantiles.ts';
export { median, percentile, quantile } from './quantiles.ts';
export { all, amax, amin, any, count_nonzero, max, min, prod, ptp, sum } from './reductions.ts';
