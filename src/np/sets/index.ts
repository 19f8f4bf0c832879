/** Arrays as sets. */
export { unique, unique_all, unique_counts, unique_inverse, unique_values } from './unique.ts';
export { uniqueAsync } from './unique_async.ts';
export { intersect1d, isin, setdiff1d, setxor1d, union1d } from './operations.ts';
