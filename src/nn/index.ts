/** Neural networks: `np.nn`. */
export * as functional from './functional/index.ts';
export * as init from './init.ts';
export * as utils from './utils.ts';
