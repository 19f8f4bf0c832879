/** Tables of vectors that are looked up by number. */
import { ValueError } from '../../array/errors.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { castInto } from '../../ops/cast.ts';
import { narrow } from '../../ops/views.ts';
import { asTensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { unwrap } from '../../tensor/tensor.ts';
import * as F from '../functional/index.ts';
import { normal_ } from '../init.ts';
import { keepsNothing } from '../handing.ts';
import { Module } from '../module.ts';
import type { FactoryOptions } from '../parameter.ts';
import { Parameter, emptyParameter } from '../parameter.ts';
import { optionsText } from '../printing.ts';
import { requireCount } from './linear.ts';

interface TableOptions extends FactoryOptions {
  /** The entry that gets no gradient and is zero at first; a negative number counts from the end. */
  paddingIdx?: number | null;
  /** Entries of a greater norm are scaled down to it when they are looked up. */
  maxNorm?: number | null;
  /** Which norm that is; 2 by default. */
  normType?: number;
  /** Whether gradients are divided by how often an entry was looked up; false by default. */
  scaleGradByFreq?: boolean;
  /** The table's own values, shape (numEmbeddings, embeddingDim). */
  weight?: ArrayLike | null;
}

/** The parameter of a table: values that were given, or normally distributed ones with zeros for the padding. */
function tableParameter(
  module: string,
  shape: readonly [number, number],
  {
    paddingIdx,
    weight,
    dtype,
    device,
  }: { paddingIdx: number | null; weight: ArrayLike | null } & FactoryOptions,
): Parameter {
  if (weight !== null) {
    const given = new Parameter(asTensor(weight));
    if (given.ndim !== 2 || given.shape[0] !== shape[0] || given.shape[1] !== shape[1])
      throw new ValueError(`${module}: shape of weight does not match numEmbeddings and embeddingDim`);
    return given;
  }
  const table = normal_(emptyParameter(shape, { dtype, device }));
  if (paddingIdx !== null) castInto(narrow(unwrap(table), 0, paddingIdx, 1), asArray(0));
  return table;
}

/** The entry for padding, counted from the start. @throws ValueError if there is no such entry. */
function paddingPlace(module: string, paddingIdx: number | null, count: number): number | null {
  if (paddingIdx === null) return null;
  if (!Number.isInteger(paddingIdx) || paddingIdx < -count || paddingIdx >= count)
    throw new ValueError(`${module}: paddingIdx must be within numEmbeddings (${count}), got ${paddingIdx}`);
  return paddingIdx < 0 ? paddingIdx + count : paddingIdx;
}

export type EmbeddingOptions = TableOptions;

const EMBEDDING = [
  'paddingIdx',
  'maxNorm',
  'normType',
  'scaleGradByFreq',
  'weight',
  'device',
  'dtype',
] as const;

/** A vector for each number: a row of the weight. */
export class Embedding extends Module {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly paddingIdx: number | null;
  readonly maxNorm: number | null;
  readonly normType: number;
  readonly scaleGradByFreq: boolean;
  /** Shape (numEmbeddings, embeddingDim). */
  weight: Parameter;

  /**
   * @param numEmbeddings - how many numbers there are, from 0
   * @param embeddingDim - the length of a vector
   * @param args - `paddingIdx`, `maxNorm`, `normType` 2, `scaleGradByFreq` false, `weight`, `device`, `dtype`
   * @throws TypeError, ValueError for sizes that can't be.
   * @example
   * new np.nn.Embedding(10, 3).call(np.tensor([1n, 2n, 1n])).shape; // [3, 3]
   */
  constructor(
    numEmbeddings: number,
    embeddingDim: number,
    ...args: Args<EmbeddingOptions, typeof EMBEDDING>
  ) {
    super();
    const given = bind<EmbeddingOptions>('Embedding', args, EMBEDDING);
    const { maxNorm = null, normType = 2, scaleGradByFreq = false, weight = null, ...place } = given;
    requireCount('Embedding', 'numEmbeddings', numEmbeddings);
    requireCount('Embedding', 'embeddingDim', embeddingDim);
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.paddingIdx = paddingPlace('Embedding', given.paddingIdx ?? null, numEmbeddings);
    this.maxNorm = maxNorm;
    this.normType = normType;
    this.scaleGradByFreq = scaleGradByFreq;
    const { paddingIdx } = this;
    this.weight = tableParameter('Embedding', [numEmbeddings, embeddingDim], {
      ...place,
      paddingIdx,
      weight,
    });
  }

  /**
   * A table of given values.
   *
   * @param embeddings - shape (numEmbeddings, embeddingDim)
   * @param options - `freeze`: whether the values stay what they are (true); and those of the constructor
   */
  static fromPretrained(
    embeddings: ArrayLike,
    { freeze = true, ...options }: Partial<EmbeddingOptions> & { freeze?: boolean } = {},
  ): Embedding {
    const weight = asTensor(embeddings);
    if (weight.ndim !== 2) throw new ValueError('Embeddings parameter is expected to be 2-dimensional');
    const table = new Embedding(weight.shape[0], weight.shape[1], { ...options, weight });
    table.weight.requiresGrad = !freeze;
    return table;
  }

  /** @param input - integers of any shape @returns their vectors, shape (..., embeddingDim) */
  override forward(input: ArrayLike): Tensor {
    const { weight, paddingIdx, maxNorm, normType, scaleGradByFreq } = this;
    return F.embedding(input, weight, paddingIdx, maxNorm, normType, scaleGradByFreq) as Tensor;
  }

  override extraRepr(): string {
    const { numEmbeddings, embeddingDim, paddingIdx, maxNorm } = this;
    const shown = optionsText({ paddingIdx, maxNorm });
    return `${numEmbeddings}, ${embeddingDim}${shown === '' ? '' : `, ${shown}`}`;
  }
}

export interface EmbeddingBagOptions extends TableOptions {
  /** How the vectors of a bag are put together; 'mean' by default. */
  mode?: 'sum' | 'mean' | 'max';
  /** Whether the offsets end with the length of the input; false by default. */
  includeLastOffset?: boolean;
}

const BAG = [
  'maxNorm',
  'normType',
  'scaleGradByFreq',
  'mode',
  'weight',
  'includeLastOffset',
  'paddingIdx',
  'device',
  'dtype',
] as const;

/** The sums, means or maxima of the vectors of bags of numbers. */
export class EmbeddingBag extends Module {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly maxNorm: number | null;
  readonly normType: number;
  readonly scaleGradByFreq: boolean;
  readonly mode: 'sum' | 'mean' | 'max';
  readonly includeLastOffset: boolean;
  readonly paddingIdx: number | null;
  /** Shape (numEmbeddings, embeddingDim). */
  weight: Parameter;

  /**
   * @param numEmbeddings - how many numbers there are, from 0
   * @param embeddingDim - the length of a vector
   * @param args - `maxNorm`, `normType` 2, `scaleGradByFreq` false, `mode` 'mean', `weight`, `includeLastOffset` false, `paddingIdx`,
   *   `device`, `dtype`
   * @throws TypeError, ValueError for sizes that can't be.
   * @example
   * new np.nn.EmbeddingBag(10, 3).call(np.tensor([[1n, 2n], [4n, 5n]])).shape; // [2, 3]
   */
  constructor(numEmbeddings: number, embeddingDim: number, ...args: Args<EmbeddingBagOptions, typeof BAG>) {
    super();
    const given = bind<EmbeddingBagOptions>('EmbeddingBag', args, BAG);
    const { maxNorm = null, normType = 2, scaleGradByFreq = false, mode = 'mean', weight = null } = given;
    requireCount('EmbeddingBag', 'numEmbeddings', numEmbeddings);
    requireCount('EmbeddingBag', 'embeddingDim', embeddingDim);
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.maxNorm = maxNorm;
    this.normType = normType;
    this.scaleGradByFreq = scaleGradByFreq;
    this.mode = mode;
    this.includeLastOffset = given.includeLastOffset ?? false;
    this.paddingIdx = paddingPlace('EmbeddingBag', given.paddingIdx ?? null, numEmbeddings);
    const { paddingIdx } = this;
    this.weight = tableParameter('EmbeddingBag', [numEmbeddings, embeddingDim], {
      ...given,
      paddingIdx,
      weight,
    });
  }

  /**
   * @param input - integers: a bag in each row, or all bags one after another
   * @param offsets - where each bag begins, of an input of one axis
   * @param perSampleWeights - a factor for each number, of mode 'sum'
   * @returns (bags, embeddingDim)
   */
  override forward(
    input: ArrayLike,
    offsets: ArrayLike | null = null,
    perSampleWeights: ArrayLike | null = null,
  ): Tensor {
    const { weight, maxNorm, normType, scaleGradByFreq, mode, includeLastOffset, paddingIdx } = this;
    const options = {
      maxNorm,
      normType,
      scaleGradByFreq,
      mode,
      perSampleWeights,
      includeLastOffset,
      paddingIdx,
    };
    return F.embeddingBag(input, weight, offsets, options) as Tensor;
  }

  override extraRepr(): string {
    const { numEmbeddings, embeddingDim, mode, paddingIdx } = this;
    return `${numEmbeddings}, ${embeddingDim}, ${optionsText({ mode, paddingIdx })}`;
  }
}

keepsNothing(Embedding);
