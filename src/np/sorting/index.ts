/** Sorting, searching and counting. */
export { argsort, sort } from './sort.ts';
export { argpartition, partition } from './partition.ts';
export { lexsort, sort_complex } from './lexsort.ts';
export { digitize, searchsorted } from './search.ts';
