/** What all one-dimensional transforms share: dtypes, norms, lengths and the array for the result. */
import { isTraced, primitive, tracing } from '../../array/tracing.ts';
import type { DType } from '../../array/dtype.ts';
import { canCast, complex64, complex128, float16, float32, float64 } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { bitsToHalf, halfToBits } from '../../array/half.ts';
import { normalizeAxis, sameShape } from '../../array/layout.ts';
import { NDArray } from '../../array/ndarray.ts';
import type { TransformKind } from '../../ops/fft.ts';
import { fourier, lengthOut } from '../../ops/fft.ts';
import { emptyLike } from '../../ops/order.ts';

/** Which direction is scaled: 'backward' (the default) the inverse by 1/n, 'forward' the other, 'ortho' both by 1/sqrt(n). */
export type Norm = 'backward' | 'ortho' | 'forward';

export interface TransformOptions {
  /** Points along the axis: more are left out, missing ones are zeros. All there are by default. */
  n?: number | null;
  /** -1 by default. */
  axis?: number;
  norm?: Norm | null;
  /** Where to put the result. */
  out?: NDArray | null;
}

const SWAPPED: Readonly<Record<Norm, Norm>> = { backward: 'forward', ortho: 'ortho', forward: 'backward' };

/**
 * The norm that scales the opposite direction.
 *
 * @throws ValueError for an unknown one.
 */
export function swapNorm(norm: Norm | null | undefined): Norm {
  return SWAPPED[checkNorm(norm)];
}

function checkNorm(norm: Norm | null | undefined): Norm {
  const known = norm ?? 'backward';
  if (Object.hasOwn(SWAPPED, known)) return known;
  throw new ValueError(`Invalid norm value ${String(norm)}; should be "backward", "ortho" or "forward".`);
}

/** The float dtype that goes with a dtype: its own precision, double for integers. */
function realDType({ name }: DType): DType {
  if (name === 'float16') return float16;
  return name === 'float32' || name === 'complex64' ? float32 : float64;
}

/** `x` in a float dtype's precision. */
function rounded(x: number, dtype: DType): number {
  if (dtype === float64) return x;
  return dtype === float32 ? Math.fround(x) : bitsToHalf(halfToBits(x));
}

/** The factor of a norm, rounded to the precision of the input at each step as NumPy rounds it. */
function factorOf(norm: Norm, n: number, real: DType): number {
  if (norm === 'backward') return 1;
  return rounded(1 / rounded(norm === 'ortho' ? Math.sqrt(n) : n, real), real);
}

function checkLength(n: unknown): number {
  if (typeof n !== 'number' && typeof n !== 'bigint') throw new TypeError('an integer is required');
  const length = Number(n);
  if (!Number.isInteger(length)) {
    throw new TypeError(`'float' object cannot be interpreted as an integer, got n = ${length}`);
  }
  if (length < 1) throw new ValueError(`Invalid number of FFT data points (${length}) specified.`);
  return length;
}

/** What one of the six functions does, in NumPy's terms. */
export interface RawTransform {
  /** For messages. */
  readonly name: string;
  readonly kind: TransformKind;
  readonly inverse: boolean;
}

/**
 * Transforms along an axis.
 *
 * @param n - the points; without it those of the input's axis, for `realInverse` twice those but one.
 * @throws ValueError for no points, an unknown norm or an `out` of another shape; AxisError; TypeError for complex input of
 *   a real transform or an `out` whose dtype cannot hold the result.
 */
export function rawTransform(
  a: NDArray,
  { name, kind, inverse }: RawTransform,
  options: TransformOptions,
): NDArray {
  if (tracing.tracer !== null && isTraced([a, options.out])) {
    return tracing.tracer.call(FOURIER, [a, { name, kind, inverse }, options]) as NDArray;
  }
  const axis = normalizeAxis(options.axis ?? -1, a.ndim);
  const given = options.n ?? (kind === 'realInverse' ? 2 * (a.shape[axis] - 1) : a.shape[axis]);
  const n = checkLength(given);
  const norm = inverse ? swapNorm(options.norm) : checkNorm(options.norm);
  const real = realDType(a.dtype);
  if (kind === 'real' && a.dtype.kind === 'c') {
    throw new TypeError(
      `${name} takes real input, got ${a.dtype.name}: its results would be those of the real parts`,
    );
  }
  const complex = real === float64 ? complex128 : complex64;
  const dtype = kind === 'realInverse' ? real : complex;
  const shape = a.shape.with(axis, lengthOut({ kind, n }));
  const out = options.out ?? null;
  if (out !== null) checkOut(name, out, shape, dtype);
  const result = out ?? emptyLike(shape, dtype, 'K', a);
  fourier(a, axis, { kind, n, inverse, scale: factorOf(norm, n, real) }, result);
  return result;
}

/** The transform as a primitive. */
export const FOURIER = /* @__PURE__ */ primitive('fft', rawTransform);

function checkOut(name: string, out: unknown, shape: readonly number[], dtype: DType): void {
  if (!(out instanceof NDArray)) throw new TypeError(`${name}: return arrays must be of ArrayType`);
  if (!sameShape(out.shape, shape)) throw new ValueError('output array has wrong shape.');
  if (!canCast(dtype, out.dtype, 'same_kind')) {
    throw new TypeError(
      `Cannot cast ufunc '${name}' output from dtype('${dtype.name}') to dtype('${out.dtype.name}') with casting rule 'same_kind'`,
    );
  }
  if (!out.writeable) throw new ValueError('output array is read-only');
}
