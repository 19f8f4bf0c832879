/** Sorting, searching and counting. */
export { argsort, sort } from './sort.ts';
export { argpartition, partition } from './partition.ts';
export { topk } from './topk.ts';
export type { TopK, TopKArgs, TopKOptions } from './topk.ts';
export { lexsort, sort_complex } from './lexsort.ts';
export { digitize, searchsorted } from './search.ts';
export { bincount } from './bincount.ts';
export { bincountAsync } from './bincount_async.ts';
export { histogram, histogram_bin_edges } from './histogram.ts';
export { histogramAsync, histogram_bin_edgesAsync } from './histogram_async.ts';
export { histogram2d, histogramdd } from './histogramdd.ts';
