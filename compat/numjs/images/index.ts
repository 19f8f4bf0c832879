/** `nj.images`: images as arrays (h, w) or (h, w, channels). */
import type { ArrayLike, NdArray } from '../ndarray.ts';
import { array } from '../ndarray.ts';

export { areaSum, areaValue, sat, ssat } from './areas.ts';
export { data } from './data.ts';
export { scharr, sobel } from './edges.ts';
export { read, save } from './files.ts';
export { rgb2gray } from './gray.ts';
export { resize } from './resize.ts';

/** The image in a mirror: a view with its columns reversed. */
export const flip = (img: ArrayLike): NdArray => array(img).step(null, -1);
