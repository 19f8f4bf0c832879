/** Neural networks: `np.nn`. */
export * as functional from './functional/index.ts';
