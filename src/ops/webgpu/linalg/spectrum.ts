/** Singular values and eigenvalues on the GPU, by Jacobi rotations of pairs of blocks of rows. */
import { float32 } from '../../../array/dtype.ts';
import { LinAlgError } from '../../../array/errors.ts';
import { sizeOf } from '../../../array/layout.ts';
import type { NDArray } from '../../../array/ndarray.ts';
import type { GpuBytes } from '../../../device/webgpu/bytes.ts';
import { wordsOf } from '../../../kernel/grid/element.ts';
import type { Rotations } from '../../../kernel/grid/linalg/jacobi.ts';
import { buildRotations, jacobiTeams, mostSide } from '../../../kernel/grid/linalg/jacobi.ts';
import type { MatrixElement } from '../../../kernel/grid/linalg/matrix.ts';
import type { JacobiShape } from '../../../kernel/grid/linalg/rounds.ts';
import type { RowCopy } from '../../../kernel/grid/linalg/spectrum.ts';
import {
  SPECTRUM_GROUP,
  buildPreparation,
  buildRanking,
  buildRowCopy,
  buildRowLengths,
} from '../../../kernel/grid/linalg/spectrum.ts';
import { TURN_GROUP, buildRowTurns } from '../../../kernel/grid/linalg/turns.ts';
import type { Eigen, Rotated } from '../../linalg/svd.ts';
import type { WebGpu } from '../webgpu.ts';
import { factorQrOn, formQOn } from './qr.ts';
import type { Stack } from './stack.ts';
import { denseStack, elementOf, launch, partOf, placed, powerFrom, turned, withMatrices } from './stack.ts';

const EPSILON = 2 ** -23;

/** Matrices that are worked on: copies of n rows and columns, with the product of the rotations to the right of each where that is wanted. */
interface Job {
  readonly element: MatrixElement;
  readonly count: number;
  readonly n: number;
  readonly width: number;
  readonly work: Stack;
  /** What each matrix was divided by. */
  readonly scales: GpuBytes;
}

/** Invocations for a small and a large matrix that is prepared. */
const [FEW, MANY] = [32, 256];
const SMALL = 16;

/** Calls `use` with copies of matrices. @param failure - what reads of the results say of matrices that are not finite */
function withJob(
  home: WebGpu,
  a: NDArray,
  wantsProduct: boolean,
  failure: string,
  use: (job: Job) => void,
): void {
  const element = elementOf(a);
  const stack = a.shape.slice(0, -2);
  const [count, n] = [sizeOf(stack), a.shape[a.ndim - 1]];
  const width = wantsProduct ? 2 * n : n;
  const bytes = home.gpu.allocate(4 * wordsOf(element) * count * n * width);
  const scales = home.gpu.allocate(4 * count);
  const work = denseStack(bytes, width, n * width);
  const code = home.codeOf(`linalg ${failure}`, () => new LinAlgError(failure));
  const check = home.gpu.newCheck();
  const lanes = n <= SMALL ? FEW : MANY;
  withMatrices(home, a, stack, (given) =>
    launch(
      home,
      home.kernel(`linalg prepare ${lanes} ${element}`, () => buildPreparation({ element, lanes })),
      [given.bytes, bytes, scales, check],
      { count, n, width, code, check: check.first, ...placed('a', given), ...placed('w', work) },
      count,
    ),
  );
  use({ element, count, n, width, work, scales });
  bytes.release();
  scales.release();
}

/** How often all pairs of rows are turned. */
interface Plan {
  readonly zeroes: Rotations['zeroes'];
  /** Sweeps over all pairs of blocks, and over the pairs of rows of each. */
  readonly sweeps: number;
  readonly inner: number;
  readonly accuracy: number;
}

/** How a matrix is divided: its blocks meet in pairs. */
function blocksOf({ element, n }: Job): { readonly shape: JacobiShape; readonly pairs: number } {
  const side = Math.min(mostSide(element), powerFrom(4, n));
  return { shape: { element, side }, pairs: Math.max(1, Math.ceil(n / side)) };
}

/** Makes rotations until there is nothing left to turn. Sweeps of matrices that are done cost next to nothing. */
function rotate(home: WebGpu, job: Job, { zeroes, sweeps, inner, accuracy }: Plan): void {
  const { element, count, n, width, work } = job;
  const { shape, pairs } = blocksOf(job);
  const moved = sweeps * count;
  const notesLength = 4 * (moved + count * pairs);
  const notes = home.gpu.allocate(notesLength);
  const turns = home.gpu.allocate(4 * wordsOf(element) * count * pairs * shape.side ** 2);
  home.gpu.clear(notes, 0, notesLength);
  const apply = (a: Stack, columns: number, conjugate: boolean, round: number): void =>
    launch(
      home,
      home.kernel(`linalg turn ${shape.side} ${element} ${conjugate}`, () =>
        buildRowTurns({ ...shape, conjugate }),
      ),
      [a.bytes, turns, notes],
      { count, n, pairs, round, columns, moved, ...placed('a', a) },
      (count * pairs * columns) / TURN_GROUP,
    );
  for (let sweep = 0; sweep < sweeps; sweep++)
    for (let round = 0; round < 2 * pairs - 1; round++) {
      launch(
        home,
        home.kernel(`linalg rotations ${zeroes} ${shape.side} ${element}`, () =>
          buildRotations({ ...shape, zeroes }),
        ),
        [work.bytes, turns, notes],
        { count, n, pairs, round, sweep, sweeps: inner, moved, accuracy, ...placed('a', work) },
        (count * pairs) / jacobiTeams(shape).teams,
      );
      apply(work, width, false, round);
      if (zeroes === 'elements') apply(turned(work), n, element === 'c64', round);
    }
  notes.release();
  turns.release();
}

/** The numbers that a matrix is ordered by. */
interface Keys {
  readonly element: MatrixElement;
  readonly order: 'falling' | 'rising';
  readonly keys: Stack;
}

/** Writes the values in their order, and calls `use` with the places that they come from. */
function ranked(
  home: WebGpu,
  { count, n, scales }: Job,
  { element, order, keys }: Keys,
  values: NDArray,
  use: (places: GpuBytes) => void,
): void {
  const places = home.gpu.allocate(4 * count * n);
  launch(
    home,
    home.kernel(`linalg rank ${order} ${element}`, () => buildRanking({ element, order })),
    [keys.bytes, scales, home.fresh(values.storage), places],
    { count, n, ...placed('k', keys) },
    (count * n) / SPECTRUM_GROUP,
  );
  use(places);
  places.release();
}

interface Copy {
  readonly from: Stack;
  readonly to: Stack;
  readonly conjugate?: boolean;
  readonly places?: GpuBytes;
  /** Matrices whose diagonals have the signs that rows take. */
  readonly signs?: Stack;
}

function copyRows(home: WebGpu, { element, count, n }: Job, copy: Copy): void {
  const { from, to, conjugate = false, places, signs } = copy;
  const kind: RowCopy = {
    element,
    conjugate: conjugate && element === 'c64',
    ordered: places !== undefined,
    signed: signs !== undefined,
  };
  launch(
    home,
    home.kernel(`linalg rows ${JSON.stringify(kind)}`, () => buildRowCopy(kind)),
    [from.bytes, to.bytes, ...(places ? [places] : []), ...(signs ? [signs.bytes] : [])],
    { count, n, ...placed('f', from), ...placed('t', to), ...(signs && placed('d', signs)) },
    (count * n * n) / SPECTRUM_GROUP,
  );
}

/** The matrices of a new array. */
const newStack = (home: WebGpu, a: NDArray, n: number): Stack => denseStack(home.fresh(a.storage), n, n * n);

/** The matrices of a dense array. */
const stackIn = (home: WebGpu, a: NDArray, n: number): Stack =>
  denseStack(home.bytesOf(home.contentOf(a.storage)), n, n * n);

/** Sweeps over one pair of blocks, and over several. Most matrices are done after half of them. */
const PRODUCTS = {
  one: { zeroes: 'products', sweeps: 10, inner: 8 },
  several: { zeroes: 'products', sweeps: 24, inner: 1 },
} as const;

/** `rotateRows` for arrays on the GPU. */
export function rotateRowsOn(home: WebGpu, a: NDArray, wantsVectors: boolean, failure: string): Rotated {
  const n = a.shape[a.ndim - 1];
  const values = home.empty(a.shape.slice(0, -1), float32);
  const vectors = home.empty(a.shape, a.dtype);
  const turns = wantsVectors ? home.empty(a.shape, a.dtype) : vectors;
  if (a.size === 0) return { values, vectors, turns };
  withJob(home, a, wantsVectors, failure, (job) => {
    const { element, count, work } = job;
    const accuracy = EPSILON * Math.sqrt(Math.max(n, 64));
    rotate(home, job, { ...PRODUCTS[blocksOf(job).pairs === 1 ? 'one' : 'several'], accuracy });
    const lengths = home.gpu.allocate(4 * count * n);
    launch(
      home,
      home.kernel(`linalg row lengths ${element}`, () => buildRowLengths(element)),
      [work.bytes, lengths],
      { count, n, ...placed('w', work) },
      count * n,
    );
    const keys = denseStack(lengths, 1, n);
    ranked(home, job, { element: 'f32', order: 'falling', keys }, values, (places) => {
      if (wantsVectors) directions(home, job, places, vectors, turns);
    });
    lengths.release();
  });
  return { values, vectors, turns };
}

/**
 * Makes S V^H, whose rows are orthogonal but for what is as small as rounding, V^H: the Q of V S has the same columns up to their signs, and
 * is orthogonal in any case.
 */
function directions(home: WebGpu, job: Job, places: GpuBytes, vectors: NDArray, turns: NDArray): void {
  const { n, work } = job;
  const rows = home.empty(vectors.shape, vectors.dtype);
  copyRows(home, job, { from: work, to: turned(newStack(home, rows, n)), conjugate: true, places });
  const { reflectors, tau } = factorQrOn(home, rows);
  const q = formQOn(home, reflectors, tau, n);
  copyRows(home, job, {
    from: turned(stackIn(home, q, n)),
    to: newStack(home, vectors, n),
    conjugate: true,
  });
  copyRows(home, job, {
    from: partOf(work, 0, n),
    to: newStack(home, turns, n),
    places,
    signs: stackIn(home, reflectors, n),
  });
  for (const { storage } of [rows, reflectors, tau, q]) storage.dispose();
}

/** Within one pair of blocks nothing is rounded but what is turned; products with rotations leave more beside the diagonal. */
const ELEMENTS = {
  one: { zeroes: 'elements', sweeps: 1, inner: 30, accuracy: EPSILON / 2 },
  several: { zeroes: 'elements', sweeps: 24, inner: 1, accuracy: 4 * EPSILON },
} as const;

/** `diagonalise` for arrays on the GPU. */
export function diagonaliseOn(home: WebGpu, a: NDArray, failure: string): Eigen {
  const n = a.shape[a.ndim - 1];
  const values = home.empty(a.shape.slice(0, -1), float32);
  const vectors = home.empty(a.shape, a.dtype);
  if (a.size === 0) return { values, vectors };
  withJob(home, a, true, failure, (job) => {
    const { element, work } = job;
    rotate(home, job, ELEMENTS[blocksOf(job).pairs === 1 ? 'one' : 'several']);
    const keys = { ...work, row: work.row + work.column };
    ranked(home, job, { element, order: 'rising', keys }, values, (places) => {
      const to = turned(newStack(home, vectors, n));
      copyRows(home, job, { from: partOf(work, 0, n), to, conjugate: true, places });
    });
  });
  return { values, vectors };
}
