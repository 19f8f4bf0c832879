/** The members of `nj`. */
export { config } from './config.ts';
export { dtypes } from './dtypes.ts';
export { errors } from './errors.ts';
export * from './functions.ts';
export * as images from './images/index.ts';
export { NdArray, array } from './ndarray.ts';
export { ndarray } from './selection.ts';
