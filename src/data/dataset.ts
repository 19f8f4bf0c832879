/** Data sets: examples by their number. */
import { ValueError, shapeText } from '../array/errors.ts';
import { int64 } from '../array/dtype.ts';
import type { NDArray } from '../array/ndarray.ts';
import { viewArray } from '../array/ndarray.ts';
import type { Args } from '../np/args.ts';
import { bind } from '../np/args.ts';
import { take } from '../np/indexing/take.ts';
import { asArray } from '../ops/asarray.ts';
import type { Generator } from '../ops/generator.ts';
import { defaultGenerator } from '../ops/generator.ts';
import { permutation } from '../ops/random.ts';
import { narrow } from '../ops/views.ts';
import { numbersOf } from './order.ts';

/** What can be loaded from: a number of examples. A plain array will do as well, see `Source`. */
export interface DatasetLike<T> {
  readonly length: number;
  get(index: number): T;
  /** Several examples at once, as they are collated: faster than one by one, where a data set can do that. */
  getBatch?(indices: NDArray<'int64'>): unknown;
}

/** A data set, or the examples in an array. */
export type Source<T> = DatasetLike<T> | readonly T[];

/**
 * Base of data sets: a class of your own says how many examples there are and gives each.
 *
 * @example
 * class Squares extends np.data.Dataset {
 *   length = 10;
 *   get(i) {
 *     return [np.tensor([i]), np.tensor([i * i])];
 *   }
 * }
 * new Squares().get(3)[1].tolist(); // [9]
 */
export abstract class Dataset<T> implements DatasetLike<T> {
  /** The number of examples. */
  abstract readonly length: number;

  /** The example of a number from 0 on. */
  abstract get(index: number): T;
}

/** @throws ValueError unless an index is one of `length` examples. */
export function requireIndex(index: number, length: number): void {
  if (Number.isInteger(index) && index >= 0 && index < length) return;
  throw new ValueError(`index ${index} is out of range for a data set of ${length} examples`);
}

/** One example of any source. */
export const exampleOf = <T>(source: Source<T>, index: number): T =>
  Array.isArray(source) ? (source as readonly T[])[index] : (source as DatasetLike<T>).get(index);

/**
 * The rows of arrays or tensors: an example has one row of each.
 *
 * @example
 * const images = np.rand([100, 784]);
 * const labels = np.randint(10, [100]);
 * new np.data.TensorDataset(images, labels).length; // 100
 */
export class TensorDataset<T extends readonly NDArray[]> extends Dataset<T> {
  readonly tensors: T;
  override readonly length: number;

  /** @throws ValueError unless all have as many rows; TypeError for what is no array. */
  constructor(...tensors: T) {
    super();
    if (tensors.length === 0) throw new ValueError('TensorDataset needs at least one array');
    for (const t of tensors) {
      if (typeof t !== 'object' || t === null || !('strides' in t))
        throw new TypeError('TensorDataset takes arrays and tensors');
    }
    if (tensors.some((t) => t.ndim === 0 || t.shape[0] !== tensors[0].shape[0])) {
      const shapes = tensors.map((t) => shapeText(t.shape)).join(' and ');
      throw new ValueError(`TensorDataset needs arrays of as many rows each, got shapes ${shapes}`);
    }
    this.tensors = tensors;
    this.length = tensors[0].shape[0];
  }

  /** Views of the rows of this number. */
  override get(index: number): T {
    requireIndex(index, this.length);
    return this.tensors.map((t) =>
      viewArray(t, t.shape.slice(1), t.strides.slice(1), t.offset + index * t.strides[0]),
    ) as unknown as T;
  }

  getBatch(indices: NDArray<'int64'>): T {
    return this.tensors.map((t) => take(t, indices, { axis: 0 })) as unknown as T;
  }
}

/**
 * Some examples of a data set, in an order of their own.
 *
 * @example
 * const odd = new np.data.Subset(['a', 'b', 'c', 'd'], [1, 3]);
 * odd.get(1); // 'd'
 */
export class Subset<T> extends Dataset<T> {
  readonly dataset: Source<T>;
  /** The numbers of the examples in the data set, as int64. */
  readonly indices: NDArray<'int64'>;
  readonly #numbers: readonly number[];
  /** Several examples at once, if the data set can do that. */
  readonly getBatch?: (indices: NDArray<'int64'>) => unknown;

  /** @throws ValueError for an index that is not one of the data set's. */
  constructor(dataset: Source<T>, indices: NDArray | readonly number[]) {
    super();
    this.dataset = dataset;
    this.indices = asArray(indices, int64);
    this.#numbers = numbersOf(this.indices);
    for (const index of this.#numbers) requireIndex(index, dataset.length);
    if ('getBatch' in dataset && dataset.getBatch) {
      this.getBatch = (chosen) =>
        dataset.getBatch!(take(this.indices, chosen) as NDArray as NDArray<'int64'>);
    }
  }

  override get length(): number {
    return this.#numbers.length;
  }

  override get(index: number): T {
    requireIndex(index, this.length);
    return exampleOf(this.dataset, this.#numbers[index]);
  }
}

/** Numbers of examples from shares of the whole: rounded down, what is left given out one by one. */
function countsOf(lengths: readonly number[], total: number): readonly number[] {
  const sum = lengths.reduce((a, b) => a + b, 0);
  const areShares = lengths.every((n) => n >= 0 && n <= 1) && Math.abs(sum - 1) < 1e-9;
  if (!areShares || (lengths.every(Number.isInteger) && sum === total)) return lengths;
  const counts = lengths.map((share) => Math.floor(share * total));
  const left = total - counts.reduce((a, b) => a + b, 0);
  return counts.map((n, i) => n + Math.floor(left / counts.length) + Number(i < left % counts.length));
}

/**
 * A data set in parts, each example at random in one of them.
 *
 * @param lengths - how many examples each part has; or the shares of all that they are, which add up to 1
 * @param args - `generator`, instead of the one that `np.manualSeed` seeds
 * @throws ValueError if the lengths don't add up to the number of examples.
 * @example
 * const [train, test] = np.data.randomSplit([1, 2, 3, 4, 5], [0.8, 0.2]);
 * train.length; // 4
 */
export function randomSplit<T>(
  dataset: Source<T>,
  lengths: readonly number[],
  ...args: Args<{ generator: Generator }, ['generator']>
): Subset<T>[] {
  const { generator = defaultGenerator() } = bind<{ generator: Generator }>('randomSplit', args, [
    'generator',
  ]);
  const counts = countsOf(lengths, dataset.length);
  const sum = counts.reduce((a, b) => a + b, 0);
  if (sum !== dataset.length || counts.some((n) => !Number.isInteger(n) || n < 0)) {
    throw new ValueError(
      `randomSplit: the lengths [${lengths.join(', ')}] do not add up to the ${dataset.length} examples of the data set`,
    );
  }
  const order = permutation(generator, dataset.length);
  let from = 0;
  return counts.map((count) => {
    const part = new Subset(dataset, narrow(order, 0, from, count));
    from += count;
    return part;
  });
}
