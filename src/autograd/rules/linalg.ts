/**
 * Derivatives of linear algebra. Where two matrices are given the gradient of one is a system of equations with the adjoint of the other.
 * Source of the formulas: M. Giles, "An extended collection of matrix derivative results for forward and reverse mode algorithmic
 * differentiation", 2008; that of QR: S. Walter and L. Lehmann, "Algorithmic Differentiation of Linear Algebra Functions", 2010.
 */
import { Complex } from '../../array/complex.ts';
import { floatPart } from '../../array/dtype.ts';
import { RuntimeError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { isTraced } from '../../array/tracing.ts';
import { imag } from '../../np/complex.ts';
import { zeros } from '../../np/creation/filled.ts';
import { eye, tri, tril, triu } from '../../np/creation/matrices.ts';
import { where } from '../../np/indexing/choose.ts';
import type { Parts } from '../../np/linalg/decompose.ts';
import { COMPLEMENT, EIGH, SVD, eigenFactors, singularFactors } from '../../np/linalg/decompose.ts';
import { DET, SLOGDET, determinant } from '../../np/linalg/determinant.ts';
import { QR } from '../../np/linalg/factor.ts';
import { ROOT } from '../../np/linalg/norms.ts';
import { INV } from '../../np/linalg/solve.ts';
import { concatenate } from '../../np/shape/join.ts';
import { reshapeArray } from '../../np/shape/reshape.ts';
import * as np from '../../np/ufuncs.ts';
import { contract } from '../../ops/contract.ts';
import { CHOLESKY } from '../../ops/linalg/cholesky.ts';
import { Factors, SOLVE, solveWith } from '../../ops/linalg/equations.ts';
import type { TriangularOptions } from '../../ops/linalg/triangular.ts';
import { SOLVE_TRIANGULAR, solveTriangular } from '../../ops/linalg/triangular.ts';
import { transposed } from '../../ops/linalg/work.ts';
import { diagonalView, narrow } from '../../ops/views.ts';
import type { Known } from '../rule.ts';
import { by, define, rule } from '../rule.ts';
import { alignOperands, firstOnly } from '../vmap.ts';
import { cj } from './elementwise.ts';

const add = np.add as (a: NDArray, b: NDArray) => NDArray;
const sub = np.subtract as (a: NDArray | number, b: NDArray) => NDArray;
const mul = np.multiply as (a: NDArray, b: NDArray | number | Complex) => NDArray;
const div = np.divide as (a: NDArray, b: NDArray) => NDArray;
const neg = np.negative as (a: NDArray) => NDArray;

const I = /* @__PURE__ */ new Complex(0, 1);

/** The adjoint: transposed and conjugated. */
const adjoint = (a: NDArray): NDArray => cj(transposed(a));

const sizeOf = (a: NDArray): number => a.shape[a.ndim - 1];

/** The identity in a matrix's size and dtype. */
const one = (a: NDArray): NDArray => eye(sizeOf(a), { dtype: a.dtype });

/** Numbers, one for each matrix, as factors of matrices. */
const factorOf = (x: NDArray): NDArray => reshapeArray(x, [...x.shape, 1, 1]);

/** The lower triangle with half of the diagonal, of which a Hermitian matrix is the sum with its adjoint. */
function lowerHalf(a: NDArray): NDArray {
  const dtype = floatPart(a.dtype);
  const n = sizeOf(a);
  return mul(a, sub(tri(n, { dtype }), mul(eye(n, { dtype }), 0.5)));
}

/** (a + a^H) / 2. */
const hermitian = (a: NDArray): NDArray => mul(add(a, adjoint(a)), 0.5);

const LOWER: TriangularOptions = { upper: false, unit: false, conjugate: false };
const UPPER: TriangularOptions = { upper: true, unit: false, conjugate: false };
/** L^H as the transpose of L. */
const LOWER_ADJOINT: TriangularOptions = { upper: true, unit: false, conjugate: true };

/** L^-H a L^-1. */
function betweenInverses(l: NDArray, a: NDArray): NDArray {
  const left = solveTriangular(transposed(l), a, LOWER_ADJOINT);
  return adjoint(solveTriangular(transposed(l), adjoint(left), LOWER_ADJOINT));
}

/** Of A = L L^H: L^-H h(L^H G) L^-1, with the Hermitian part of the lower half. */
function choleskyGradient(g: NDArray, l: NDArray): NDArray {
  return betweenInverses(l, hermitian(lowerHalf(contract(adjoint(l), g))));
}

function defineCholesky(): void {
  define(
    CHOLESKY,
    rule(
      by('o', (g, { o, args }) => {
        const isUpper = args[1] as boolean;
        return isUpper ? choleskyGradient(adjoint(g), adjoint(o)) : choleskyGradient(g, o);
      }),
      null,
    ),
  );
}

/** Of X = A^-1 B: A^-H G for B, and from that -B' X^H for A; of X = A^-H B the adjoint of the latter. */
function defineEquations(): void {
  const ofRightSides = (g: NDArray, { x, args }: Known): NDArray =>
    solveWith(x, g, args[2] as Factors, !(args[3] as boolean));
  define(
    SOLVE,
    rule(
      by('xo', (g, known) => {
        const [b, x] = [ofRightSides(g, known), known.o];
        const isAdjoint = known.args[3] as boolean;
        return neg(isAdjoint ? contract(x, adjoint(b)) : contract(b, adjoint(x)));
      }),
      by('x', ofRightSides),
      null,
    ),
  );
  define(INV, rule(by('o', (g, { o }) => neg(contract(adjoint(o), contract(g, adjoint(o)))))));
  defineTriangular();
}

function defineTriangular(): void {
  const ofRightSides = (g: NDArray, { x, args }: Known): NDArray => {
    const { upper, unit, conjugate } = args[2] as TriangularOptions;
    return solveTriangular(transposed(x), g, { upper: !upper, unit, conjugate: !conjugate });
  };
  define(
    SOLVE_TRIANGULAR,
    rule(
      by('xo', (g, known) => {
        const { upper, unit, conjugate } = known.args[2] as TriangularOptions;
        const whole = neg(contract(ofRightSides(g, known), adjoint(known.o)));
        const triangle = upper ? triu(whole, unit ? 1 : 0) : tril(whole, unit ? -1 : 0);
        return conjugate ? cj(triangle) : triangle;
      }),
      by('x', ofRightSides),
      null,
    ),
  );
}

/** What a zero on U's diagonal counts as, so that a product of n - 1 of its elements comes out right. */
const NUDGE = { float32: 2 ** -46, float64: 2 ** -104 } as const;

/**
 * The factors of a matrix that is regular, as near to the given one as it needs: det(A) A^-1 is a polynomial of A's elements, and that of
 * a near matrix is as good where A has no inverse.
 */
function regularFactors({ lu, pivots }: { lu: NDArray; pivots: NDArray<'int32'> }): Factors {
  const diagonal = diagonalView(lu, 0, lu.ndim - 2, lu.ndim - 1);
  const nudge = NUDGE[floatPart(lu.dtype).name as keyof typeof NUDGE];
  const missing = where(np.equal(diagonal, 0) as NDArray, np.add(diagonal, nudge) as NDArray, 0);
  const added = mul(one(lu), reshapeArray(missing, [...missing.shape, 1]));
  const factors = new Factors();
  factors.lu = { lu: add(lu, added), pivots };
  return factors;
}

/** G conj(det A) A^-H. */
function determinantGradient(g: NDArray, { x, args }: Known): NDArray {
  const factors = regularFactors((args[1] as Factors).lu!);
  const scale = mul(g, cj(determinant(x, factors)));
  return solveWith(x, mul(one(x), factorOf(scale)), factors, true);
}

function defineDeterminants(): void {
  define(DET, rule(by('x', determinantGradient), null));
  const inverse = (scale: NDArray, { x, args }: Known): NDArray =>
    solveWith(x, mul(one(x), factorOf(scale)), args[1] as Factors, true);
  // The sign turns with the imaginary part of tr(A^-1 dA), the logarithm grows with the real part.
  const ofSign = by('xo', (g, known) => {
    const { o } = known;
    if (o.dtype.kind !== 'c') return null;
    return inverse(mul(imag(mul(g, cj(o))) as NDArray, I), known);
  });
  const ofLogarithm = by('x', inverse);
  define(SLOGDET, { derivatives: [], results: [rule(ofSign, null), rule(ofLogarithm, null)] });
}

/** Y R^-H. */
const behindInverse = (y: NDArray, r: NDArray): NDArray => adjoint(solveTriangular(r, adjoint(y), UPPER));

/** The gradient of A = Q R with at least as many rows as columns: (G_Q + Q h) R^-H, h Hermitian with the upper half of N = G_R R^H - Q^H G_Q. */
function tallGradient(q: NDArray, r: NDArray, gq: NDArray | null, gr: NDArray | null): NDArray {
  const ofR = gr && contract(gr, adjoint(r));
  const n = gq === null ? ofR! : sub(ofR ?? zeros(r.shape, { dtype: r.dtype }), contract(adjoint(q), gq));
  const half = adjoint(lowerHalf(adjoint(n)));
  const turned = contract(q, add(half, adjoint(half)));
  return behindInverse(gq === null ? turned : add(turned, gq), r);
}

/** The gradient of any A = Q R: of a wide one, [X | Y] = Q [U | V], by X = Q U and V = Q^H Y. */
function qrGradient(a: NDArray, q: NDArray, r: NDArray, gq: NDArray | null, gr: NDArray | null): NDArray {
  const [m, n] = a.shape.slice(-2);
  if (m >= n) return tallGradient(q, r, gq, gr);
  const last = a.ndim - 1;
  const left = (x: NDArray): NDArray => narrow(x, last, 0, m);
  if (gr === null) {
    const own = tallGradient(q, left(r), gq, null);
    const rest = zeros(own.shape.with(-1, n - m), { dtype: own.dtype });
    return concatenate([own, rest], -1);
  }
  const gv = narrow(gr, last, m, n - m);
  const ofQ = contract(narrow(a, last, m, n - m), adjoint(gv));
  const own = tallGradient(q, left(r), gq === null ? ofQ : add(gq, ofQ), left(gr));
  return concatenate([own, contract(q, gv)], -1);
}

/** @throws RuntimeError where Q has columns that A does not determine. */
function requireDetermined({ x, args }: Known): void {
  if (args[1] !== true || x.shape[x.ndim - 2] <= sizeOf(x)) return;
  throw new RuntimeError("The QR decomposition is not differentiable when mode='complete' and nrows > ncols");
}

function defineQr(): void {
  const ofQ = by('xo', (g, known) => {
    requireDetermined(known);
    const { x, o } = known;
    return qrGradient(x, o, triu(contract(adjoint(o), x)), g, null);
  });
  const ofR = by('xo', (g, known) => {
    requireDetermined(known);
    const { x, o } = known;
    const size = Math.min(...x.shape.slice(-2));
    const square = (a: NDArray): NDArray => narrow(a, a.ndim - 1, 0, size);
    const q = transposed(solveTriangular(transposed(square(o)), transposed(square(x)), LOWER));
    return qrGradient(x, q, o, null, g);
  });
  define(QR, { derivatives: [], results: [rule(ofQ, null), rule(ofR, null)] });
}

/** The parts of a decomposition: as they were found, or computed anew where the derivative is itself recorded. */
const partsOf = (g: NDArray, found: unknown, compute: () => readonly NDArray[]): readonly NDArray[] =>
  isTraced(g) ? compute() : (found as Parts).found!;

/** Numbers on the diagonal of square matrices. */
const onDiagonal = (x: NDArray, like: NDArray): NDArray => mul(one(like), reshapeArray(x, [...x.shape, 1]));

const rowOf = (x: NDArray): NDArray => reshapeArray(x, [...x.shape.slice(0, -1), 1, sizeOf(x)]);
const columnOf = (x: NDArray): NDArray => reshapeArray(x, [...x.shape, 1]);

/** x_j - x_i, and 1 on the diagonal: what differences are divided by. */
function gaps(x: NDArray): NDArray {
  const n = sizeOf(x);
  return add(sub(rowOf(x), columnOf(x)), eye(n, { dtype: x.dtype }));
}

/** A matrix less its diagonal. */
const apart = (a: NDArray): NDArray => mul(a, sub(1, eye(sizeOf(a), { dtype: floatPart(a.dtype) })));

/** (x - x^H) / E without its diagonal, with E_ij = s_j^2 - s_i^2. */
const turnBetween = (x: NDArray, s: NDArray): NDArray => div(apart(sub(x, adjoint(x))), gaps(mul(s, s)));

/**
 * Of A = U S V^H what comes from U. Vectors are determined up to a phase, on which a loss must not depend; what it gains by turning a
 * vector of U it loses by that of V, so that one term on the diagonal stands for both.
 */
function leftGradient(g: NDArray, [u, s, vh]: readonly NDArray[]): NDArray {
  const inner = contract(adjoint(u), g);
  const between = mul(turnBetween(inner, s), rowOf(s));
  const turns = imag(diagonalView(inner, 0, inner.ndim - 2, inner.ndim - 1)) as NDArray;
  const middle = u.dtype.kind === 'c' ? add(between, onDiagonal(mul(div(turns, s), I), between)) : between;
  const within = contract(contract(u, middle), vh);
  if (u.shape[u.ndim - 2] === sizeOf(u)) return within;
  const scaled = div(g, rowOf(s));
  return add(within, contract(sub(scaled, contract(u, contract(adjoint(u), scaled))), vh));
}

/** The same of what comes from V^H. */
function rightGradient(g: NDArray, [u, s, vh]: readonly NDArray[]): NDArray {
  const middle = mul(columnOf(s), turnBetween(contract(vh, adjoint(g)), s));
  const within = contract(contract(u, middle), vh);
  if (sizeOf(vh) === vh.shape[vh.ndim - 2]) return within;
  const scaled = div(g, columnOf(s));
  return add(within, contract(u, sub(scaled, contract(contract(scaled, adjoint(vh)), vh))));
}

function defineSpectra(): void {
  const singular = ({ x, args }: Known, g: NDArray) => partsOf(g, args[1], () => singularFactors(x));
  const ofU = by('x', (g, known) => leftGradient(g, singular(known, g)));
  const ofS = by('x', (g, known) => {
    const [u, , vh] = singular(known, g);
    return contract(mul(u, rowOf(g)), vh);
  });
  const ofV = by('x', (g, known) => rightGradient(g, singular(known, g)));
  define(SVD, { derivatives: [], results: [ofU, ofS, ofV].map((each) => rule(each, null)) });
  define(COMPLEMENT, rule(by('x', (_g, { x }) => zeros(x.shape, { dtype: x.dtype }))));

  const eigen = ({ x, args }: Known, g: NDArray) =>
    partsOf(g, args[2], () => eigenFactors(x, args[1] as boolean));
  const ofValues = by('x', (g, known) => {
    const [, vectors] = eigen(known, g);
    return contract(mul(vectors, rowOf(g)), adjoint(vectors));
  });
  const ofVectors = by('x', (g, known) => {
    const [values, vectors] = eigen(known, g);
    const between = div(apart(contract(adjoint(vectors), g)), gaps(values));
    return hermitian(contract(contract(vectors, between), adjoint(vectors)));
  });
  define(EIGH, { derivatives: [], results: [ofValues, ofVectors].map((each) => rule(each, null)) });
}

/** x^(1/p) / (p x), and 0 where x is 0: a norm has its least subgradient there. */
function defineNorms(): void {
  define(
    ROOT,
    rule(
      by('xo', (g, { x, o, args }) => {
        const isZero = np.equal(x, 0) as NDArray;
        const slope = div(o, mul(where(isZero, 1, x), args[1] as number));
        return mul(g, where(isZero, 0, slope));
      }),
      null,
    ),
  );
}

export function defineLinearAlgebra(): void {
  defineCholesky();
  defineEquations();
  defineDeterminants();
  defineQr();
  defineNorms();
  defineSpectra();
  for (const pairs of [SOLVE, SOLVE_TRIANGULAR]) pairs.batching = alignOperands;
  for (const single of [CHOLESKY, INV, DET, SLOGDET, QR, ROOT, SVD, EIGH, COMPLEMENT])
    single.batching = firstOnly;
}
