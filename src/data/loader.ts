/** Batches of a data set, in order or shuffled. */
import { int64 } from '../array/dtype.ts';
import { ValueError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { Args } from '../np/args.ts';
import { bind } from '../np/args.ts';
import { asArray } from '../ops/asarray.ts';
import type { Generator } from '../ops/generator.ts';
import { defaultGenerator } from '../ops/generator.ts';
import { iota } from '../ops/iota.ts';
import { permutation } from '../ops/random.ts';
import { narrow } from '../ops/views.ts';
import type { Collated } from './collate.ts';
import { defaultCollate } from './collate.ts';
import type { DatasetLike, Source } from './dataset.ts';
import { exampleOf, requireIndex } from './dataset.ts';
import { numbersOf } from './order.ts';

export interface LoaderOptions<T, B> {
  /** Examples in a batch; null gives the examples themselves, one by one. */
  batchSize?: number | null;
  /** Whether each pass takes the examples in a new order. */
  shuffle?: boolean;
  /** The numbers of the examples to take, in this order, asked for at each pass; instead of `shuffle`. */
  sampler?: Iterable<number> | null;
  /** Makes a batch of examples. */
  collateFn?: ((examples: T[]) => B) | null;
  /** Whether a last batch that is not full is left out. */
  dropLast?: boolean;
  /** The source of randomness, instead of the one that `np.manualSeed` seeds. */
  generator?: Generator | null;
}

const OPTIONS = ['batchSize', 'shuffle', 'sampler', 'collateFn', 'dropLast', 'generator'] as const;

/**
 * Batches of a data set, one pass with each `for ... of`.
 *
 * @example
 * const data = new np.data.TensorDataset(np.rand([10, 3]), np.randint(2, [10]));
 * const loader = new np.data.DataLoader(data, { batchSize: 4, shuffle: true });
 * const shapes = [];
 * for (const [x, y] of loader) shapes.push(x.shape);
 * shapes; // [[4, 3], [4, 3], [2, 3]]
 */
export class DataLoader<T, B = Collated<T>> implements Iterable<B> {
  readonly dataset: Source<T>;
  readonly batchSize: number | null;
  readonly shuffle: boolean;
  readonly dropLast: boolean;
  readonly #sampler: Iterable<number> | null;
  readonly #collate: ((examples: T[]) => B) | null;
  readonly #generator: Generator | null;

  /**
   * @param dataset - a data set, or an array of examples
   * @param args - `batchSize` (1), `shuffle` (false), `sampler`, `collateFn` (`defaultCollate`), `dropLast` (false), `generator`; by
   *   position or in an object
   * @throws TypeError for what is no data set; ValueError for a batch size that is no positive integer, or options that exclude each
   *   other.
   */
  constructor(dataset: Source<T>, ...args: Args<LoaderOptions<T, B>, typeof OPTIONS>) {
    const options = bind<LoaderOptions<T, B>>('DataLoader', args, OPTIONS);
    const { batchSize = 1, shuffle = false, sampler = null, collateFn = null, dropLast = false } = options;
    requireDataset(dataset);
    if (batchSize !== null && !(Number.isInteger(batchSize) && batchSize > 0))
      throw new ValueError(`batchSize should be a positive integer value, but got batchSize=${batchSize}`);
    if (sampler !== null && shuffle)
      throw new ValueError('sampler option is mutually exclusive with shuffle');
    if (batchSize === null && dropLast)
      throw new ValueError('batchSize=null has no last batch to drop, so dropLast must be false');
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.shuffle = shuffle;
    this.dropLast = dropLast;
    this.#sampler = sampler;
    this.#collate = collateFn;
    this.#generator = options.generator ?? null;
  }

  /** The number of batches in a pass; with a sampler that is no list, it is asked for its numbers. */
  get length(): number {
    const count = this.#sampler ? [...this.#sampler].length : this.dataset.length;
    const batches = count / (this.batchSize ?? 1);
    return this.dropLast ? Math.floor(batches) : Math.ceil(batches);
  }

  *[Symbol.iterator](): Generator_<B> {
    const order = this.#order();
    if (this.batchSize === null) {
      for (const i of numbersOf(order)) yield this.#single(i);
      return;
    }
    const { batchSize, dropLast } = this;
    for (let from = 0; from < order.size; from += batchSize) {
      const count = Math.min(batchSize, order.size - from);
      if (count === batchSize || !dropLast) yield this.#batch(narrow(order, 0, from, count));
    }
  }

  /** The numbers of the examples of a pass. */
  #order(): NDArray<'int64'> {
    const { length } = this.dataset;
    if (this.shuffle) return permutation(this.#generator ?? defaultGenerator(), length);
    if (!this.#sampler) return iota(length, 0n, 1n, int64);
    const chosen = [...this.#sampler];
    for (const index of chosen) requireIndex(index, length);
    return asArray(chosen, int64);
  }

  #single(index: number): B {
    const example = exampleOf(this.dataset, index);
    return this.#collate ? this.#collate([example]) : (example as unknown as B);
  }

  #batch(indices: NDArray<'int64'>): B {
    const { dataset } = this;
    if (!this.#collate && 'getBatch' in dataset && dataset.getBatch) return dataset.getBatch(indices) as B;
    const examples = numbersOf(indices).map((i) => exampleOf(dataset, i));
    return this.#collate ? this.#collate(examples) : (defaultCollate(examples) as B);
  }
}

type Generator_<B> = globalThis.Generator<B, void, undefined>;

function requireDataset(dataset: unknown): void {
  if (Array.isArray(dataset)) return;
  const isDataset =
    typeof dataset === 'object' &&
    dataset !== null &&
    typeof (dataset as DatasetLike<unknown>).get === 'function' &&
    typeof (dataset as DatasetLike<unknown>).length === 'number';
  if (!isDataset)
    throw new TypeError('DataLoader needs an array of examples, or an object with a length and get(index)');
}
