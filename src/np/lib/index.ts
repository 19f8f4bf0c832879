/** `np.lib`: what NumPy keeps in sub-namespaces of its own. */
export * as format from '../io/format.ts';
export * as stride_tricks from './stride_tricks.ts';
