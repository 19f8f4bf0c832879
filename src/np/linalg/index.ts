/** `np.linalg`: linear algebra. */
export { LinAlgError } from '../../array/errors.ts';
export { det, slogdet } from './determinant.ts';
export { eigh, eigvalsh } from './eigh.ts';
export type { EighOptions } from './eigh.ts';
export { cholesky, qr } from './factor.ts';
export type { QrMode } from './factor.ts';
export { matrix_norm, norm, vector_norm } from './norms.ts';
export type { NormOptions, Order, VectorNormOptions } from './norms.ts';
export { matrix_power, multi_dot } from './powers.ts';
export * from './products.ts';
export { inv, solve, solveTriangular, tensorinv, tensorsolve } from './solve.ts';
export type { SolveTriangularOptions } from './solve.ts';
export { cond, lstsq, matrix_rank, pinv, svd, svdvals } from './svd.ts';
export type { PinvOptions, RankOptions, SvdOptions } from './svd.ts';
