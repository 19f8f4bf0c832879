/** numjs's array class. An array is a view of memory (`selection`), and all else is done by numgrad on the same memory. */
import * as np from '../../src/index.ts';
import type { NDArray } from '../../src/index.ts';
import * as arithmetic from './arithmetic.ts';
import { convolution, directConvolution } from './convolve.ts';
import type { DTypeLike, DTypeName } from './dtypes.ts';
import { coreDType, dtypeName, inDType } from './dtypes.ts';
import { errors } from './errors.ts';
import { arrayText, withoutMiddles } from './printing.ts';
import type { TypedArray } from './selection.ts';
import { Selection, ndarray } from './selection.ts';
import type { AxisArg, SliceArg } from './views.ts';
import * as views from './views.ts';

/** What functions take as an array: arrays of either kind, typed arrays, numbers and nested lists of these. */
export type ArrayLike = NdArray | Selection | NDArray | TypedArray | number | readonly ArrayLike[];

/** Numbers in nested lists. */
export type NestedNumbers = number | NestedNumbers[];

/** Degrees of freedom to take off the number of elements. */
export interface StdOptions {
  ddof?: number;
}

/**
 * An array with numjs's methods. Results of arithmetic keep the dtype of the array; a last argument `false` of a method writes the
 * result to the array itself. Reductions are over all elements and give numbers.
 */
export class NdArray {
  /** The view of memory. */
  selection: Selection;

  /**
   * Makes an array of anything, as `nj.array` does.
   *
   * @example
   * String(nj.NdArray.new([1, 2])); // 'array([ 1, 2])'
   */
  static readonly new = (x: ArrayLike, dtype?: DTypeLike | null): NdArray => array(x, dtype);

  constructor(selection: Selection);
  constructor(
    data: TypedArray | readonly number[] | number,
    shape?: readonly number[],
    stride?: readonly number[],
    offset?: number,
  );
  constructor(
    data: Selection | TypedArray | readonly number[] | number,
    shape?: readonly number[],
    stride?: readonly number[],
    offset?: number,
  ) {
    if (data === undefined) throw new errors.ValueError("Required argument 'data' not found");
    this.selection = data instanceof Selection ? data : ndarray(data, shape, stride, offset);
  }

  /** The same elements as numgrad's array: no copy is made. */
  get np(): NDArray {
    return this.selection.array;
  }

  get shape(): readonly number[] {
    return this.selection.shape;
  }

  get size(): number {
    return this.selection.size;
  }

  get ndim(): number {
    return this.selection.dimension;
  }

  /** The dtype's name. Setting it converts the elements to new memory. */
  get dtype(): DTypeName {
    return this.selection.dtype;
  }

  set dtype(dtype: DTypeLike) {
    const name = dtypeName(dtype);
    if (name !== this.dtype) this.selection = new Selection(inDType(this.np, name), name);
  }

  /** The axes in reverse order: a view. */
  get T(): NdArray {
    return this.transpose();
  }

  /**
   * One element.
   *
   * @param index - a number for each axis, negative ones from the end
   * @throws IndexError out of range.
   */
  get(...index: number[]): number {
    return this.selection.get(...index);
  }

  /** Sets one element, given behind its index, and returns it. */
  set(...indexAndValue: number[]): number {
    return this.selection.set(...indexAndValue);
  }

  /**
   * A view of a part: for each axis `n` (`n:`), `[n]` (`:n`), `[a, b]`, `[a, b, step]` or `null` (all). No axis is dropped.
   *
   * @example
   * nj.arange(5).slice(1).tolist(); // [1, 2, 3, 4]
   * nj.arange(5).slice([1, 4, 2]).tolist(); // [1, 3]
   */
  slice(...args: SliceArg[]): NdArray {
    return this.#view(views.slice(this.np, args));
  }

  /**
   * A view at one index of the axes that are given a number; `null` or a negative number keeps the axis.
   *
   * @example
   * nj.arange(6).reshape(2, 3).pick(1).tolist(); // [3, 4, 5]
   */
  pick(...args: AxisArg[]): NdArray {
    return this.#view(views.pick(this.np, args));
  }

  /** A view from these indices on. */
  lo(...args: AxisArg[]): NdArray {
    return this.#view(views.lo(this.np, args));
  }

  /** A view of these lengths. */
  hi(...args: AxisArg[]): NdArray {
    return this.#view(views.hi(this.np, args));
  }

  /** A view of every n-th element; a negative n goes backwards. */
  step(...args: AxisArg[]): NdArray {
    return this.#view(views.step(this.np, args));
  }

  /** A view with the axes in the order given, in reverse order if none is. */
  transpose(...axes: AxisArg[] | [readonly AxisArg[] | undefined]): NdArray {
    const [first] = axes;
    const order = (Array.isArray(first) ? first : axes).filter((axis) => axis !== undefined) as AxisArg[];
    return this.#view(order.length > 0 ? views.transpose(this.np, order) : np.transpose(this.np));
  }

  /** A copy in one dimension, row by row. */
  flatten(): NdArray {
    return this.#view(this.np.flatten());
  }

  /**
   * The same elements in another shape: a view of a vector, or where axes of length 1 are added or taken at the end; otherwise a copy.
   *
   * @param shape - lengths, or one list of them; one may be -1
   * @throws ValueError for a shape of another size, or several -1.
   */
  reshape(...shape: number[] | [readonly number[]]): NdArray {
    const lengths = shape.flat() as number[];
    if (lengths.length === 0) throw new errors.ValueError('function takes at least one argument (0 given)');
    const source = this.ndim === 1 || isPrefix(this.shape, lengths) ? this.np : this.np.copy();
    return this.#view(np.reshape(source, lengths));
  }

  /** The diagonal as a view; of a vector a matrix with that diagonal. */
  diag(): NdArray {
    return this.#view(this.ndim === 1 ? np.diag(this.np) : views.diagonal(this.np));
  }

  /** The elements of `x` in this array, or in a copy of it. */
  assign(x: ArrayLike, copy = true): NdArray {
    return this.#result(arithmetic.assign(this.np, this.#operand(x), copy), copy);
  }

  add(x: ArrayLike, copy = true): NdArray {
    return this.#result(arithmetic.binary(np.add, this.np, this.#operand(x), copy), copy);
  }

  subtract(x: ArrayLike, copy = true): NdArray {
    return this.#result(arithmetic.binary(np.subtract, this.np, this.#operand(x), copy), copy);
  }

  multiply(x: ArrayLike, copy = true): NdArray {
    return this.#result(arithmetic.binary(np.multiply, this.np, this.#operand(x), copy), copy);
  }

  divide(x: ArrayLike, copy = true): NdArray {
    return this.#result(arithmetic.binary(np.divide, this.np, this.#operand(x), copy, true), copy);
  }

  pow(x: ArrayLike, copy = true): NdArray {
    return this.#result(arithmetic.power(this.np, this.#operand(x), copy), copy);
  }

  /** JavaScript's `%`: the remainder has the sign of the left operand. */
  mod(x: ArrayLike, copy = true): NdArray {
    return this.#result(arithmetic.binary(np.fmod, this.np, this.#operand(x), copy), copy);
  }

  exp(copy = true): NdArray {
    return this.#result(arithmetic.unary(np.exp, this.np, copy), copy);
  }

  log(copy = true): NdArray {
    return this.#result(arithmetic.unary(np.log, this.np, copy), copy);
  }

  sqrt(copy = true): NdArray {
    return this.#result(arithmetic.unary(np.sqrt, this.np, copy), copy);
  }

  /** To whole numbers; halves go up. */
  round(copy = true): NdArray {
    const whole = /^u?int/.test(this.dtype);
    return this.#result(arithmetic.unary(whole ? np.positive : arithmetic.roundHalfUp, this.np, copy), copy);
  }

  negative(): NdArray {
    return this.map(np.negative);
  }

  /** The array with a function of numgrad's applied to each element, in this array's dtype. */
  map(op: Parameters<typeof arithmetic.unary>[0]): NdArray {
    return this.#view(arithmetic.unary(op, this.np, true));
  }

  sum(): number {
    return this.#isDouble() ? np.sum(this.np) : np.sum(this.np, { dtype: this.#accumulator() });
  }

  mean(): number {
    return this.sum() / this.size;
  }

  /** The standard deviation. */
  std({ ddof = 0 }: StdOptions = {}): number {
    return np.std(this.np, this.#isDouble() ? { ddof } : { ddof, dtype: this.#accumulator() });
  }

  /** The smallest element; `null` if there is none. */
  min(): number | null {
    return this.size > 0 ? np.min(this.np) : null;
  }

  /** The largest element; `null` if there is none. */
  max(): number | null {
    return this.size > 0 ? np.max(this.np) : null;
  }

  /**
   * The product of matrices and vectors, a number as an array of one element.
   *
   * @throws ValueError for shapes that do not fit.
   */
  dot(x: ArrayLike): NdArray {
    const own = this.np;
    const other = array(x, x instanceof NdArray ? undefined : this.dtype).np;
    if (!isVectorOrMatrix(own) || !isVectorOrMatrix(other) || own.shape[own.ndim - 1] !== other.shape[0]) {
      throw new errors.ValueError(
        `cannot compute the matrix product of given arrays, of shapes (${own.shape.join(',')}) and (${other.shape.join(',')})`,
      );
    }
    const elements = np.asarray(np.matmul(own, other));
    return this.#view(inDType(elements.ndim === 0 ? np.reshape(elements, [1]) : elements, this.dtype));
  }

  /** Whether shape and elements are those of `x`. */
  equal(x: ArrayLike): boolean {
    return np.array_equal(this.np, array(x).np);
  }

  /**
   * The convolution with a filter, where they overlap wholly. Filters of 3 x 3 and 5 x 5 give float32, as in numjs.
   *
   * @throws ValueError for a filter of other dimensions, or larger than the array.
   */
  convolve(filter: ArrayLike): NdArray {
    const kernel = array(filter).np;
    const square = directConvolution(this.np, kernel);
    return square ? new NdArray(new Selection(square)) : this.#view(convolution(this.np, kernel, this.dtype));
  }

  /** The convolution as `convolve`, by Fourier transforms, in the array's dtype. */
  fftconvolve(filter: ArrayLike): NdArray {
    return this.#view(convolution(this.np, array(filter).np, this.dtype));
  }

  /** Calls `callback` with a copy of the array at each index of an axis. */
  iteraxis(axis: number, callback: (x: NdArray, i: number) => void): void {
    const along = axis === -1 ? this.ndim - 1 : axis;
    if (!(along >= 0 && along < this.ndim)) throw new errors.ValueError(`invalid axis ${axis}`);
    for (let i = 0; i < this.shape[along]; i++) {
      const at = this.pick(...Array<null>(along).fill(null), i).np;
      callback(this.#view(np.atleast_1d(at.copy()) as NDArray), i);
    }
  }

  clone(): NdArray {
    return this.#view(this.np.copy('K'));
  }

  tolist(): NestedNumbers {
    return this.np.tolist() as NestedNumbers;
  }

  valueOf(): NestedNumbers {
    return this.tolist();
  }

  toString(): string {
    const largest = this.size > 0 ? (np.fmax.reduce(this.np, { axis: null }) as number) : 0;
    return arrayText(withoutMiddles(this.np).tolist() as NestedNumbers, this.shape, largest, this.dtype);
  }

  inspect(): string {
    return this.toString();
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** The elements as JSON text: what numjs gives, and so `JSON.stringify` of it is text in text. */
  toJSON(): string {
    return JSON.stringify(this.tolist());
  }

  /** An array of this dtype. */
  #view(x: NDArray): NdArray {
    return new NdArray(new Selection(x, this.dtype));
  }

  #result(x: NDArray, copied: boolean): NdArray {
    return copied ? this.#view(x) : this;
  }

  /** The right operand: lists take this array's dtype. */
  #operand(x: ArrayLike): NDArray | number {
    return typeof x === 'number' ? x : array(x, Array.isArray(x) ? this.dtype : undefined).np;
  }

  #isDouble(): boolean {
    return this.np.dtype.name === 'float64';
  }

  /** Reductions of real numbers are in double precision. */
  #accumulator(): string {
    return this.np.dtype.kind === 'c' ? this.np.dtype.name : 'float64';
  }
}

const isVectorOrMatrix = ({ ndim }: NDArray): boolean => ndim === 1 || ndim === 2;

function isPrefix(a: readonly number[], b: readonly number[]): boolean {
  const n = Math.min(a.length, b.length);
  return a.slice(0, n).join() === b.slice(0, n).join();
}

/**
 * An array.
 *
 * @param x - an array of either kind or a typed array, whose memory is shared; a number, which makes one element; nested lists, which
 *   are copied
 * @param dtype - converts to it, with a copy where the dtype differs. By default lists make 'array', and all else keeps its dtype.
 * @throws ValueError for ragged lists; TypeError for an unknown dtype.
 * @example
 * nj.array([[1, 2], [3, 4]]).shape; // [2, 2]
 * nj.array([1, 300], 'uint8').tolist(); // [1, 44]
 */
export function array(x: ArrayLike, dtype?: DTypeLike | null): NdArray {
  const own = existing(x);
  if (!own) {
    const name = dtypeName(dtype);
    const numbers = np.array(unwrapped(x) as number[], 'float64');
    return new NdArray(new Selection(inDType(np.atleast_1d(numbers) as NDArray, name), name));
  }
  if (dtype === undefined || dtype === null || dtypeName(dtype) === own.dtype) return own;
  const name = dtypeName(dtype);
  return new NdArray(new Selection(inDType(own.np, name), name));
}

/** `x` as it is, if it is an array already. */
function existing(x: ArrayLike): NdArray | undefined {
  if (x instanceof NdArray) return x;
  if (x instanceof Selection) return new NdArray(x);
  if (x instanceof np.NDArray) return new NdArray(new Selection(x));
  return ArrayBuffer.isView(x) ? new NdArray(new Selection(np.asarray(x) as NDArray)) : undefined;
}

/** Whether lists have arrays in them. Counting is several times as fast as `of` is on lists of fractions. */
function holdsArrays(x: ArrayLike): boolean {
  if (!Array.isArray(x)) return typeof x === 'object' && x !== null;
  const list = x as readonly ArrayLike[];
  for (let i = 0; i < list.length; i++) if (typeof list[i] === 'object' && holdsArrays(list[i])) return true;
  return false;
}

/** Lists with the arrays in them as numgrad's. */
function unwrapped(x: ArrayLike): np.ArrayLike {
  if (!holdsArrays(x)) return x as np.ArrayLike;
  if (Array.isArray(x)) return x.map(unwrapped);
  return existing(x)?.np ?? (x as number);
}

/** A new array of a shape. */
export function filled(fill: number, shape: number | readonly number[], dtype?: DTypeLike | null): NdArray {
  const name = dtypeName(dtype);
  const lengths = shape as number[];
  const made = fill === 0 ? np.zeros(lengths, coreDType(name)) : np.full(lengths, fill, coreDType(name));
  return new NdArray(new Selection(made as NDArray, name));
}
