/** Loops over positions and elements. */
export { broadcast } from './broadcast.ts';
export type { Broadcast } from './broadcast.ts';
export type { FlatIter } from './flat.ts';
export { ndenumerate, ndindex } from './ndindex.ts';
export { nditer } from './nditer.ts';
export type { NDIter, NDIterOptions, NDIterValue } from './nditer.ts';
