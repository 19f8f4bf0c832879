/** `np.safetensors`: named arrays in one file, to and from Python. */
export { load, loadMetadata } from './load.ts';
export { save } from './save.ts';
export type { SaveOptions, Tensors } from './save.ts';
