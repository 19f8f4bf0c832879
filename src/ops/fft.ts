/** The Fourier transform along an axis. It is computed in double precision whatever the dtypes. */
import type { DType } from '../array/dtype.ts';
import { complex128, float64 } from '../array/dtype.ts';
import { MemoryError } from '../array/errors.ts';
import { heap } from '../array/heap.ts';
import { sizeOf } from '../array/layout.ts';
import type { NDArray } from '../array/ndarray.ts';
import { viewArray } from '../array/ndarray.ts';
import { acceleratorOf } from './accelerator.ts';
import { castInto } from './cast.ts';
import { transformKernels, withPlan } from './fftplan.ts';
import { heapArray } from './index/walk.ts';
import { clearBytes } from './move.ts';
import { lastAxis, narrow } from './views.ts';

/** Which transform: of complex numbers, of real ones to the first half of theirs, or from such a half to real numbers. */
export type TransformKind = 'complex' | 'real' | 'realInverse';

export interface Transform {
  readonly kind: TransformKind;
  /** Points along the axis: of the input and of a complex result, or of the real side. */
  readonly n: number;
  readonly inverse: boolean;
  /** A factor of all results. */
  readonly scale: number;
}

/** How many numbers along the axis the input of a transform has; others are left out, missing ones are 0. */
export const lengthIn = ({ kind, n }: Transform): number => (kind === 'realInverse' ? (n >> 1) + 1 : n);

/** How many numbers along the axis the result has. */
export const lengthOut = ({ kind, n }: Pick<Transform, 'kind' | 'n'>): number =>
  kind === 'real' ? (n >> 1) + 1 : n;

/**
 * Transforms `a` along `axis` into `out`. Nothing is checked here.
 *
 * @param out - of `a`'s shape but for the axis, which has `lengthOut` numbers; it may be `a`.
 */
export function fourier(a: NDArray, axis: number, transform: Transform, out: NDArray): void {
  const on = acceleratorOf(a) ?? acceleratorOf(out);
  if (on !== null) on.fourier(a, axis, transform, out);
  else if (out.size > 0) transformRows(lastAxis(a, axis), lastAxis(out, axis), transform);
}

/** Numbers that are transformed at a time, if they have to be copied and lie in several rows. */
const MOST_NUMBERS = 2 ** 22;

function transformRows(input: NDArray, output: NDArray, transform: Transform): void {
  const { kind, n } = transform;
  const axis = longestAxis(output.shape.slice(0, -1));
  if (output.size > MOST_NUMBERS && output.shape[axis] > 1 && input.storage !== output.storage) {
    const half = output.shape[axis] >> 1;
    for (const [start, length] of [
      [0, half],
      [half, output.shape[axis] - half],
    ]) {
      transformRows(narrow(input, axis, start, length), narrow(output, axis, start, length), transform);
    }
    return;
  }
  if (kind === 'complex') complexRows(input, output, transform);
  else if (n % 2 !== 0) oddRealRows(input, output, transform);
  else evenRealRows(input, output, transform);
}

const longestAxis = (shape: readonly number[]): number => shape.indexOf(Math.max(...shape));

const isReady = (out: NDArray, dtype: DType, input: NDArray): boolean =>
  out.storage.inHeap && out.dtype === dtype && out.cContiguous && out.storage !== input.storage;

/**
 * Calls `use` with rows that lie densely in the heap: `out` itself where it does and is not on the input's memory, else rows
 * that are then cast into it.
 */
function withRowsFor(out: NDArray, dtype: DType, input: NDArray, use: (rows: NDArray) => void): void {
  if (isReady(out, dtype, input)) {
    use(out);
    return;
  }
  withRows(out.shape, dtype, (rows) => {
    use(rows);
    castInto(out, rows);
  });
}

function withRows(shape: readonly number[], dtype: DType, use: (rows: NDArray) => void): void {
  const rows = heapArray(shape, dtype);
  try {
    use(rows);
  } finally {
    rows.storage.dispose();
  }
}

/** The input's numbers along the last axis, cut or filled up with zeros to the rows' length. */
function fillRows(rows: NDArray, input: NDArray): void {
  const axis = rows.ndim - 1;
  const length = Math.min(rows.shape[axis], input.shape[axis]);
  if (length < rows.shape[axis]) clearBytes(rows.storage, rows.offset, rows.nbytes);
  if (length > 0) castInto(narrow(rows, axis, 0, length), narrow(input, axis, 0, length));
}

const withLength = (a: NDArray, length: number): number[] => a.shape.with(a.ndim - 1, length);

function complexRows(input: NDArray, output: NDArray, transform: Transform): void {
  withRowsFor(output, complex128, input, (rows) => {
    fillRows(rows, input);
    runComplex(rows, transform);
  });
}

/** Runs a kernel with a plan for n numbers, room for a row, and what all kernels are told. */
function run(n: number, real: boolean, call: (plan: number, other: number, roots: number) => void): void {
  const other = heap.alloc(16 * n);
  if (other === 0) throw new MemoryError(`Unable to allocate ${16 * n} bytes in the heap`);
  try {
    withPlan(n, real, (plan, roots) => call(plan, other, roots));
  } finally {
    heap.free(other);
  }
}

const rowCount = (rows: NDArray): number => sizeOf(rows.shape.slice(0, -1));

const signOf = ({ inverse }: Transform): number => (inverse ? -1 : 1);

function runComplex(rows: NDArray, transform: Transform): void {
  const n = rows.shape[rows.ndim - 1];
  run(n, false, (plan, other) =>
    transformKernels().complex(
      plan,
      n,
      rowCount(rows),
      rows.offset,
      other,
      signOf(transform),
      transform.scale,
    ),
  );
}

/** An even number of real numbers is half as many complex ones: the transform between them and the half of theirs. */
function evenRealRows(input: NDArray, output: NDArray, transform: Transform): void {
  const n = transform.n / 2;
  const isReal = transform.kind === 'real';
  const [from, to] = isReal ? [float64, complex128] : [complex128, float64];
  withRows(withLength(input, lengthIn(transform)), from, (rows) => {
    fillRows(rows, input);
    withRowsFor(output, to, input, (result) =>
      run(n, true, (plan, other, roots) =>
        transformKernels()[isReal ? 'real' : 'real_inverse'](
          plan,
          n,
          rowCount(rows),
          rows.offset,
          other,
          signOf(transform),
          transform.scale,
          roots,
          result.offset,
        ),
      ),
    );
  });
}

/** An odd number of real numbers is transformed as complex ones. */
function oddRealRows(input: NDArray, output: NDArray, transform: Transform): void {
  const axis = input.ndim - 1;
  withRows(withLength(input, transform.n), complex128, (rows) => {
    if (transform.kind === 'real') {
      fillRows(rows, input);
      runComplex(rows, transform);
      castInto(output, narrow(rows, axis, 0, lengthOut(transform)));
    } else {
      const half = lengthIn(transform);
      fillRows(rows, narrow(input, axis, 0, Math.min(half, input.shape[axis])));
      transformKernels().mirror(rowCount(rows), transform.n, rows.offset);
      runComplex(rows, transform);
      castInto(output, viewArray(rows, rows.shape, rows.strides, rows.offset, float64));
    }
  });
}
