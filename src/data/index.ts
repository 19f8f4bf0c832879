/** `np.data`: data sets, and batches of them. */
export { defaultCollate } from './collate.ts';
export type { Collated } from './collate.ts';
export { Dataset, Subset, TensorDataset, randomSplit } from './dataset.ts';
export type { DatasetLike, Source } from './dataset.ts';
export { DataLoader } from './loader.ts';
export type { LoaderOptions } from './loader.ts';
