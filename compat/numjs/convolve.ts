/** Convolution and Fourier transforms. */
import * as np from '../../src/index.ts';
import type { NDArray } from '../../src/index.ts';
import type { DTypeName } from './dtypes.ts';
import { inDType } from './dtypes.ts';
import { errors } from './errors.ts';

const { as_strided } = np.lib.stride_tricks;

/** The shape of the part where a filter overlaps wholly. */
function validShape(x: NDArray, filter: NDArray): number[] {
  if (x.ndim !== filter.ndim) {
    throw new errors.ValueError(`arrays must have the same dimensions: got ${x.ndim} and ${filter.ndim}`);
  }
  return x.shape.map((n, axis) => {
    const length = n - filter.shape[axis] + 1;
    if (length < 0) {
      throw new errors.ValueError(
        `filter cannot be greater than the array: (${filter.shape.join(',')}) and (${x.shape.join(',')})`,
      );
    }
    return length;
  });
}

/** The part of `shape` from a place on. */
const part = (x: NDArray, from: readonly number[], shape: readonly number[]): NDArray =>
  x.get(...from.map((start, axis) => np.slice(start, start + shape[axis])));

/** Filter sizes that numjs sums directly, into float32. */
const DIRECT = [3, 5];

/**
 * The convolution of a plane with a square filter of 3 or 5, summed directly: a view of a float32 array of the plane's shape, whose
 * border is zero. Otherwise undefined.
 */
export function directConvolution(x: NDArray, filter: NDArray): NDArray | undefined {
  const [size, width, depth = 1] = filter.shape;
  const isPlane = filter.ndim === 2 || (filter.ndim === 3 && depth === 1 && x.shape[2] === 1);
  if (!isPlane || size !== width || !DIRECT.includes(size) || x.ndim !== filter.ndim) return undefined;
  const shape = validShape(x, filter);
  const whole = np.zeros(x.shape as number[], 'float32') as NDArray;
  const border = Math.floor(size / 2);
  const result = part(whole, [border, border, 0].slice(0, x.ndim), shape);
  if (result.size === 0) return result;
  const sum = weightedSum(x, filter, shape);
  np.copyto(result, sum, { casting: 'unsafe' });
  sum.dispose();
  return result;
}

/**
 * The sum of the array's shifted parts, each with the weight that the filter, turned around, has there. Elements are taken in one
 * row, where a shift by rows and columns is a shift by places: then the parts are the rows of matrices, one for each row of the filter.
 * What reaches over the end of a line is left out at last.
 */
function weightedSum(x: NDArray, filter: NDArray, shape: readonly number[]): NDArray {
  const [rows, columns] = shape;
  const [size, width] = [filter.shape[0], x.shape[1]];
  const elements = np.asarray(np.ravel(x), 'float64');
  const { itemsize } = elements;
  const count = (rows - 1) * width + columns;
  const parts = as_strided(elements, [size, size, count], [width * itemsize, itemsize, itemsize]);
  const weights = np.reshape(np.asarray(np.flip(filter), 'float64'), [size, 1, size]);
  const products = np.matmul(weights, parts);
  const sums = np.sum(products, 0) as NDArray;
  products.dispose();
  return as_strided(sums, shape as number[], [width * itemsize, itemsize, itemsize].slice(0, x.ndim));
}

/** The convolution of real arrays by Fourier transforms: what wraps around lies outside the part that is kept. */
export function convolution(x: NDArray, filter: NDArray, dtype: DTypeName): NDArray {
  const shape = validShape(x, filter);
  const s = x.shape as number[];
  const axes = s.map((_, axis) => axis);
  const product = np.multiply(
    np.fft.rfftn(x.astype('float64'), s, axes),
    np.fft.rfftn(filter.astype('float64'), s, axes),
  );
  const whole = np.fft.irfftn(product as NDArray, s, axes);
  const result = part(
    whole,
    filter.shape.map((n) => n - 1),
    shape,
  );
  return inDType((/int/.test(dtype) ? np.rint(result) : result.copy()) as NDArray, dtype);
}

/**
 * numjs's transform over all axes but the last, which holds real and imaginary parts. It turns the other way than NumPy's and most
 * others': `fft` sums a[m] exp(+2 pi i m k / n), and `ifft` undoes that.
 *
 * @throws ValueError if the last axis has not two elements.
 */
export function transform(x: NDArray, inverse: boolean, dtype: DTypeName): NDArray {
  if (x.shape.at(-1) !== 2) {
    throw new errors.ValueError(
      'expect last dimension of the array to have 2 values (for both real and imaginary part)',
    );
  }
  const pairs = np.ascontiguousarray(x, 'float64').view('complex128') as NDArray;
  const turn = inverse ? np.fft.fftn : np.fft.ifftn;
  const result = turn(np.squeeze(pairs, -1) as NDArray, { norm: 'forward' });
  const parts = np.ascontiguousarray(result).view('float64') as NDArray;
  return inDType(np.reshape(parts, x.shape as number[]), dtype);
}
