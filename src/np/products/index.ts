/** Products of vectors, matrices and tensors. */
export { dot, inner, kron, outer, tensordot, trace, vdot } from './dot.ts';
export { matmul, matvec, vecdot, vecmat } from './matmul.ts';
