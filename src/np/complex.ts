/** The parts of complex arrays. */
import { floatPart } from '../array/dtype.ts';
import type { ArrayOrScalar } from '../array/ndarray.ts';
import type { NDArray } from '../array/ndarray.ts';
import { emptyArray, viewArray } from '../array/ndarray.ts';
import { beside } from '../array/tracing.ts';
import type { ArrayLike } from '../ops/asarray.ts';
import { asArray, isScalar } from '../ops/asarray.ts';
import { Complex } from '../array/complex.ts';
import { clearBytes } from '../ops/move.ts';
import type { Args } from './args.ts';
import { bind } from './args.ts';
import { arctan2, multiply } from './ufuncs.ts';

/**
 * The real part: of a complex array a view, of a real one the array itself.
 *
 * @example
 * np.real(np.array([new np.Complex(1, 2)])); // [1.]
 */
export function real(val: ArrayLike): ArrayOrScalar {
  if (isScalar(val)) return (val instanceof Complex ? val.re : val) as ArrayOrScalar;
  const a = asArray(val);
  return (a.dtype.kind === 'c' ? part(a, 0) : a) as ArrayOrScalar;
}

/**
 * The imaginary part: of a complex array a view, of a real one read-only zeros.
 *
 * @example
 * np.imag(np.array([new np.Complex(1, 2)])); // [2.]
 */
export function imag(val: ArrayLike): ArrayOrScalar {
  if (isScalar(val)) return (val instanceof Complex ? val.im : 0) as ArrayOrScalar;
  const a = asArray(val);
  return (a.dtype.kind === 'c' ? part(a, 1) : zerosLike(a)) as ArrayOrScalar;
}

function part(a: NDArray, index: 0 | 1): NDArray {
  const dtype = floatPart(a.dtype);
  return viewArray(a, a.shape, a.strides, a.offset + index * dtype.itemsize, dtype);
}

function zerosLike(a: NDArray): NDArray {
  const zeros = beside(a, () => emptyArray(a.shape, a.dtype));
  clearBytes(zeros.storage, zeros.offset, zeros.nbytes);
  zeros.writeable = false;
  return zeros;
}

/**
 * The angle of complex numbers in the plane.
 *
 * @param deg - in degrees instead of radians.
 * @example
 * np.angle(new np.Complex(0, 1)); // 1.5707963267948966
 */
export function angle(z: ArrayLike, ...args: Args<{ deg: boolean }, ['deg']>): ArrayOrScalar {
  const { deg = false } = bind<{ deg: boolean }>('angle', args, ['deg']);
  const radians = (
    iscomplexobj(z) ? arctan2(imag(z), real(z)) : arctan2(0, isScalar(z) ? z : asArray(z))
  ) as ArrayOrScalar;
  return deg ? (multiply(radians, 180 / Math.PI) as ArrayOrScalar) : radians;
}

/**
 * Whether the dtype is complex.
 *
 * @example
 * np.iscomplexobj(np.zeros(2, 'complex64')); // true
 */
export function iscomplexobj(x: ArrayLike): boolean {
  return isScalar(x) ? x instanceof Complex : asArray(x).dtype.kind === 'c';
}

/**
 * Whether the dtype is not complex.
 *
 * @example
 * np.isrealobj([1, 2]); // true
 */
export function isrealobj(x: ArrayLike): boolean {
  return !iscomplexobj(x);
}
