/** Derivatives of the Fourier transforms: the transforms of the opposite sign, with the same scale. */
import type { NDArray } from '../../array/ndarray.ts';
import type { RawTransform, TransformOptions } from '../../np/fft/raw.ts';
import { FOURIER, rawTransform, swapNorm } from '../../np/fft/raw.ts';
import { normalizeAxis } from '../../array/layout.ts';
import { arange } from '../../np/creation/ranges.ts';
import { zeros } from '../../np/creation/filled.ts';
import { where } from '../../np/indexing/choose.ts';
import { real } from '../../np/complex.ts';
import { concatenate } from '../../np/shape/join.ts';
import { reshapeArray } from '../../np/shape/reshape.ts';
import { equal, logical_or, multiply } from '../../np/ufuncs.ts';
import { indexDType } from '../../ops/index/integers.ts';
import { narrow } from '../../ops/views.ts';
import type { Known } from '../rule.ts';
import { by, define, rule } from '../rule.ts';

/** The axis cut off, or filled up with zeros, to a length: transposes what the transform did to its input. */
function resized(g: NDArray, axis: number, length: number): NDArray {
  const n = g.shape[axis];
  if (n >= length) return n === length ? g : narrow(g, axis, 0, length);
  return concatenate([g, zeros(g.shape.with(axis, length - n), { dtype: g.dtype })], axis);
}

function pulled(g: NDArray, known: Known): NDArray {
  const [, { kind, inverse }, options] = known.args as [unknown, RawTransform, TransformOptions];
  const { shape } = known.kinds[0]!;
  const axis = normalizeAxis(options.axis ?? -1, shape.length);
  const norm = swapNorm(options.norm);
  const n = kind === 'realInverse' ? g.shape[axis] : Number(options.n ?? shape[axis]);
  if (kind === 'realInverse') {
    const half = rawTransform(g, { name: 'rfft', kind: 'real', inverse: false }, { n, axis, norm });
    return resized(doubled(half, axis, n), axis, shape[axis]);
  }
  const whole = kind === 'real' ? resized(g, axis, n) : g;
  const back = rawTransform(whole, { name: 'ifft', kind: 'complex', inverse: !inverse }, { n, axis, norm });
  return resized(kind === 'real' ? (real(back) as NDArray) : back, axis, shape[axis]);
}

/** Frequencies that stand for themselves and their mirror image count twice. */
function doubled(half: NDArray, axis: number, n: number): NDArray {
  const places = reshapeArray(
    arange(half.shape[axis], { dtype: indexDType(half) }),
    half.shape.map((length, i) => (i === axis ? length : 1)),
  );
  const middle = n % 2 === 0 ? n / 2 : 0;
  const alone = logical_or(equal(places, 0), equal(places, middle)) as NDArray;
  return where(alone, half, multiply(half, 2) as NDArray);
}

export function defineFourier(): void {
  define(FOURIER, rule(by('', pulled), null));
}
