/** `NdArray.selection` and `nj.ndarray`: what numjs takes from scijs's ndarray, over numgrad's arrays. */
import * as np from '../../src/index.ts';
import type { NDArray } from '../../src/index.ts';
import type { DTypeName } from './dtypes.ts';
import type { AxisArg } from './views.ts';
import * as views from './views.ts';

/** A typed array, as numgrad's arrays hold their elements in. */
export type TypedArray = NDArray['data'];

/** The memory of an array: one typed array, and where in it the elements lie. Strides and offset count elements. */
interface Memory {
  readonly data: TypedArray;
  readonly stride: readonly number[];
  readonly offset: number;
  /** Whether elements are numbers as they lie in `data`. */
  readonly plain: boolean;
}

/** Dtypes whose elements are numbers as they lie in the typed array. */
const PLAIN = /^(u?int(8|16|32)|float(32|64))$/;

/** A view of memory by shape, strides and offset. All its methods but `get` and `set` give views. */
export class Selection {
  /** The same elements, as numgrad's array. */
  readonly array: NDArray;
  readonly dtype: DTypeName;
  #memory: Memory | undefined;

  constructor(array: NDArray, dtype: DTypeName = array.dtype.name) {
    this.array = array;
    this.dtype = dtype;
  }

  get shape(): readonly number[] {
    return this.array.shape;
  }

  get dimension(): number {
    return this.array.ndim;
  }

  get size(): number {
    return this.array.size;
  }

  /** The typed array that this view and all others of the same memory share. */
  get data(): TypedArray {
    return this.#found().data;
  }

  get stride(): readonly number[] {
    return this.#found().stride;
  }

  /** Where the first element is in `data`. */
  get offset(): number {
    return this.#found().offset;
  }

  /** The axes from the smallest stride to the largest. */
  get order(): number[] {
    const { stride } = this;
    return stride.map((_, i) => i).sort((i, j) => Math.abs(stride[i]) - Math.abs(stride[j]));
  }

  /** Memory that grew may have left the typed array behind. */
  #found(): Memory {
    if (!this.#memory || (this.#memory.data.length === 0 && this.size > 0))
      this.#memory = memoryOf(this.array);
    return this.#memory;
  }

  /**
   * Where an element is in `data`.
   *
   * @param index - a number for each axis, negative ones from the end
   * @throws IndexError for too few or too many numbers, or one out of range.
   */
  index(...index: number[]): number {
    return this.#place(index, index.length);
  }

  /** Where the element is whose index are the first `count` numbers. */
  #place(index: readonly number[], count: number): number {
    const { shape } = this.array;
    const { stride, offset } = this.#found();
    if (count !== shape.length) {
      throw new np.IndexError(`an array of ${shape.length} dimensions takes as many indices, got ${count}`);
    }
    let at = offset;
    for (let axis = 0; axis < count; axis++) {
      const i = index[axis] < 0 ? index[axis] + shape[axis] : index[axis];
      if (!(i >= 0 && i < shape[axis] && Number.isInteger(i))) {
        throw new np.IndexError(
          `index ${index[axis]} is out of bounds for axis ${axis} with size ${shape[axis]}`,
        );
      }
      at += i * stride[axis];
    }
    return at;
  }

  /** One element. */
  get(...index: number[]): number {
    const at = this.#place(index, index.length);
    const { data, plain } = this.#found();
    return (plain ? data[at] : this.array.item(...index)) as number;
  }

  /** Sets one element, given behind its index, and returns it. */
  set(...indexAndValue: number[]): number {
    const value = indexAndValue[indexAndValue.length - 1];
    const at = this.#place(indexAndValue, indexAndValue.length - 1);
    const { data, plain } = this.#found();
    if (plain) data[at] = value;
    else this.array.set(...indexAndValue.slice(0, -1), value);
    return value;
  }

  lo(...args: AxisArg[]): Selection {
    return new Selection(views.lo(this.array, args), this.dtype);
  }

  hi(...args: AxisArg[]): Selection {
    return new Selection(views.hi(this.array, args), this.dtype);
  }

  step(...args: AxisArg[]): Selection {
    return new Selection(views.step(this.array, args), this.dtype);
  }

  pick(...args: AxisArg[]): Selection {
    return new Selection(views.pick(this.array, args), this.dtype);
  }

  transpose(...axes: AxisArg[]): Selection {
    return new Selection(views.transpose(this.array, axes), this.dtype);
  }
}

/** Where an array lies in the memory of the array that it is a view of. */
function memoryOf(array: NDArray): Memory {
  const { base } = array;
  const data = (base && base.dtype === array.dtype ? base : array).data;
  const width = data.BYTES_PER_ELEMENT;
  return {
    data,
    stride: array.strides.map((bytes) => bytes / width),
    offset: (array.offset - data.byteOffset) / width,
    plain: PLAIN.test(array.dtype.name),
  };
}

/**
 * `nj.ndarray`: a view of memory.
 *
 * @param data - a typed array, whose memory is shared, or numbers, which are copied to dtype 'array'
 * @param shape - that of all of `data` by default
 * @param stride - elements from one to the next along each axis; C order by default
 * @param offset - the first element; where negative strides end by default
 * @throws ValueError for a view that leaves the memory.
 * @example
 * nj.ndarray(new Float64Array([1, 2, 3, 4]), [2, 2]).get(1, 0); // 3
 */
export function ndarray(
  data: TypedArray | readonly number[] | number,
  shape?: readonly number[],
  stride?: readonly number[],
  offset?: number,
): Selection {
  const isTyped = ArrayBuffer.isView(data);
  const all = isTyped ? np.asarray(data) : np.array([data].flat(), 'float64');
  const lengths = shape ?? [all.size];
  const steps = stride ?? lengths.map((_, i) => lengths.slice(i + 1).reduce((product, n) => product * n, 1));
  const first = offset ?? steps.reduce((sum, s, i) => (s < 0 ? sum - (lengths[i] - 1) * s : sum), 0);
  const array = np.lib.stride_tricks.as_strided(all.get(np.slice(first, null)), {
    shape: lengths,
    strides: steps.map((s) => s * all.itemsize),
  });
  return new Selection(array, isTyped ? undefined : 'array');
}
