/** Shape functions as methods. `reshape` and `transpose` take their lengths and axes one by one too, as in NumPy. */
import type { DTypeName } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { viewArray } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { asConstant, isTraced } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { castInto, copyOf } from '../../ops/cast.ts';
import type { Order } from '../../ops/order.ts';
import type { Args } from '../args.ts';
import { bind, isKeywords } from '../args.ts';
import type { ShapeLike } from '../creation/filled.ts';
import { zeros } from '../creation/filled.ts';
import type { ReshapeOptions } from '../shape/reshape.ts';
import { ravel, ravelArray, reshapeArray, squeeze } from '../shape/reshape.ts';
import { repeat } from '../shape/rearrange.ts';
import { swapaxes, transposeArray } from '../shape/transpose.ts';
import { defineFunctionMethods, defineMethods } from './define.ts';

declare module '../../array/ndarray.ts' {
  interface NDArray<D extends DTypeName = DTypeName> {
    /** `np.reshape`, the shape given as an array or as separate numbers. */
    reshape(...shape: (ShapeLike | ReshapeOptions)[]): NDArray<D>;
    /** `np.ravel` of the array. */
    ravel(...args: Args<{ order: Order }, ['order']>): NDArray<D>;
    /** A copy of the elements along one axis. */
    flatten(...args: Args<{ order: Order }, ['order']>): NDArray<D>;
    /** `np.transpose`, the axes given as an array or as separate numbers. */
    transpose(...axes: (number | readonly number[] | null)[]): NDArray<D>;
    /** `np.swapaxes` of the array. */
    swapaxes(axis1: number, axis2: number): NDArray<D>;
    /** `np.squeeze` of the array. */
    squeeze(...args: Args<{ axis: number | readonly number[] | null }, ['axis']>): NDArray<D>;
    /**
     * Gives the array another shape in place; new elements are zero.
     *
     * @throws ValueError if the array does not own its memory.
     */
    resize(...shape: ShapeLike[]): void;
    /** `np.repeat` of the array. */
    repeat(repeats: ArrayLike, ...args: Args<{ axis: number | null }, ['axis']>): NDArray<D>;
  }
}

/** A new array of a shape with the elements of another one as far as they go, and zeros behind. */
function resized(a: NDArray, shape: ShapeLike): NDArray {
  const to = zeros(shape, { dtype: a.dtype });
  const count = Math.min(to.size, a.size);
  const flat = (x: NDArray): NDArray => viewArray(x, [count], [x.itemsize]);
  castInto(flat(to), flat(a));
  return to;
}

defineMethods({
  reshape(...args: (ShapeLike | ReshapeOptions)[]): NDArray {
    const last = args.at(-1);
    const lengths = (isKeywords(last) ? args.slice(0, -1) : args) as ShapeLike[];
    const { order = 'C', copy = null } = bind<ReshapeOptions>(
      'reshape',
      isKeywords(last) ? [last] : [],
      [],
      ['order', 'copy'],
    );
    if (lengths.length === 0) throw new TypeError('reshape() takes exactly 1 argument (0 given)');
    return reshapeArray(this, (lengths.length === 1 ? lengths[0] : lengths) as ShapeLike, order, copy);
  },
  flatten(...args: unknown[]): NDArray {
    const { order = 'C' } = bind<{ order: Order }>('flatten', args, ['order']);
    const flat = ravelArray(this, order);
    return flat.storage === this.storage ? copyOf(flat, this.dtype, 'C') : flat;
  },
  resize(...shape: ShapeLike[]): void {
    if (this.base !== null) throw new ValueError('cannot resize this array: it does not own its data');
    if (!this.cContiguous && !this.fContiguous)
      throw new ValueError('resize only works on single-segment arrays');
    const wanted = (shape.length === 1 ? shape[0] : shape) as ShapeLike;
    const to = isTraced(this) ? asConstant<NDArray>(resized, this, wanted) : resized(this, wanted);
    const { storage, shape: lengths, strides, offset, size } = to;
    Object.assign(this, { storage, shape: lengths, strides, offset, size });
  },
  transpose(...axes: (number | readonly number[] | null)[]): NDArray {
    const [first] = axes;
    if (axes.length === 0 || (axes.length === 1 && first === null)) return transposeArray(this, null);
    return transposeArray(this, (axes.length === 1 && typeof first !== 'number' ? first : axes) as number[]);
  },
});

defineFunctionMethods({ ravel, squeeze, swapaxes, repeat });
