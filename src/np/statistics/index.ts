/** Reductions and statistics. */
export { mean, std, var_ as var } from './moments.ts';
export { all, amax, amin, any, count_nonzero, max, min, prod, ptp, sum } from './reductions.ts';
