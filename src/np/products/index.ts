/** Products of vectors, matrices and tensors. */
export { dot, inner, kron, outer, tensordot, trace, vdot } from './dot.ts';
export { matmul, matvec, vecdot, vecmat } from './matmul.ts';
export { einsum } from './einsum.ts';
export type { EinsumOptions } from './einsum.ts';
export { einsum_path } from './einsum_path.ts';
export type { EinsumPath, EinsumPathOptions, Optimize } from './einsum_path.ts';
