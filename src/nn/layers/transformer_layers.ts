/** The layers of a transformer's encoder and decoder (Vaswani et al., "Attention is all you need"). */
import { RuntimeError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import { add } from '../../np/ufuncs.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asTensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { gelu, relu } from '../functional/index.ts';
import { Module } from '../module.ts';
import type { FactoryOptions } from '../parameter.ts';
import { MultiheadAttention } from './attention.ts';
import { Dropout } from './dropout.ts';
import { Linear } from './linear.ts';
import { LayerNorm } from './normalization.ts';

/** A function of each element, by name or itself. */
export type Activation = 'relu' | 'gelu' | ((x: Tensor) => Tensor);

export interface TransformerLayerOptions extends FactoryOptions {
  /** The length inside the feedforward network; 2048 by default. */
  dimFeedforward?: number;
  /** The probability with which elements are dropped in training; 0.1 by default. */
  dropout?: number;
  /** Inside the feedforward network; 'relu' by default. */
  activation?: Activation;
  /** Added to the variance by the layer norms; 1e-5 by default. */
  layerNormEps?: number;
  /** Whether arrays are (n, length, features) and not (length, n, features); false by default. */
  batchFirst?: boolean;
  /** Whether norms stand before attention and feedforward network, and not behind; false by default. */
  normFirst?: boolean;
  /** Whether linear layers and norms have biases; true by default. */
  bias?: boolean;
}

const LAYER = [
  'dimFeedforward',
  'dropout',
  'activation',
  'layerNormEps',
  'batchFirst',
  'normFirst',
  'bias',
  'device',
  'dtype',
] as const;

/** Masks for an encoder: what each place does not see, (length, length), and what none sees, (n, length). */
export interface EncoderLayerCall {
  srcMask?: ArrayLike | null;
  srcKeyPaddingMask?: ArrayLike | null;
}

/** Masks for a decoder: what each place does not see, of the target and of the memory, and what none sees. */
export interface DecoderCall {
  tgtMask?: ArrayLike | null;
  memoryMask?: ArrayLike | null;
  tgtKeyPaddingMask?: ArrayLike | null;
  memoryKeyPaddingMask?: ArrayLike | null;
}

const ENCODER_CALL = ['srcMask', 'srcKeyPaddingMask'] as const;
export const DECODER_CALL = ['tgtMask', 'memoryMask', 'tgtKeyPaddingMask', 'memoryKeyPaddingMask'] as const;

/** The function of an activation. @throws RuntimeError for an unknown name. */
function activationOf(activation: Activation): (x: Tensor) => Tensor {
  if (typeof activation === 'function') return activation;
  if (activation === 'relu') return (x) => relu(x) as NDArray as Tensor;
  if (activation === 'gelu') return (x) => gelu(x) as NDArray as Tensor;
  throw new RuntimeError(`activation should be relu/gelu, not ${String(activation)}`);
}

const plus = (a: Tensor, b: Tensor): Tensor => add(a, b) as NDArray as Tensor;

/** Options with their defaults, and what the parts of a layer are given. */
export function layerOptions(options: TransformerLayerOptions) {
  const { dimFeedforward = 2048, dropout = 0.1, activation = 'relu', layerNormEps: eps = 1e-5 } = options;
  const { batchFirst = false, normFirst = false, bias = true, device = null, dtype = null } = options;
  const common = { bias, device, dtype };
  const forAttention = { dropout, batchFirst, ...common };
  const forNorm = { eps, ...common };
  return {
    dimFeedforward,
    dropout,
    activation: activationOf(activation),
    normFirst,
    common,
    forAttention,
    forNorm,
  };
}

/** Self-attention and a feedforward network, each with a shortcut and a norm. */
export class TransformerEncoderLayer extends Module {
  self_attn: MultiheadAttention;
  linear1: Linear;
  dropout: Module;
  linear2: Linear;
  norm1: LayerNorm;
  norm2: LayerNorm;
  dropout1: Module;
  dropout2: Module;
  readonly normFirst: boolean;
  readonly activation: (x: Tensor) => Tensor;

  /**
   * @param dModel - the length of features
   * @param nhead - the number of heads, which divides `dModel`
   * @param args - `dimFeedforward` 2048, `dropout` 0.1, `activation` 'relu', `layerNormEps` 1e-5, `batchFirst` false, `normFirst` false,
   *   `bias` true, `device`, `dtype`
   * @throws TypeError, ValueError for lengths that can't be; RuntimeError for an unknown activation.
   * @example
   * const layer = new np.nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 8 });
   * layer.call(np.randn(5, 1, 4)).shape; // [5, 1, 4]
   */
  constructor(dModel: number, nhead: number, ...args: Args<TransformerLayerOptions, typeof LAYER>) {
    super();
    const options = layerOptions(bind<TransformerLayerOptions>('TransformerEncoderLayer', args, LAYER));
    const { dimFeedforward, dropout, common, forNorm } = options;
    this.self_attn = new MultiheadAttention(dModel, nhead, options.forAttention);
    this.linear1 = new Linear(dModel, dimFeedforward, common);
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, common);
    this.norm1 = new LayerNorm(dModel, forNorm);
    this.norm2 = new LayerNorm(dModel, forNorm);
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.normFirst = options.normFirst;
    this.activation = options.activation;
  }

  /**
   * @param src - (length, n, dModel), with `batchFirst` (n, length, dModel), or (length, dModel)
   * @param args - `srcMask`, `srcKeyPaddingMask`
   * @returns the same shape
   */
  override forward(src: ArrayLike, ...args: Args<EncoderLayerCall, typeof ENCODER_CALL>): Tensor {
    const { srcMask, srcKeyPaddingMask } = bind<EncoderLayerCall>(
      'TransformerEncoderLayer',
      args,
      ENCODER_CALL,
    );
    const { norm1, norm2 } = this;
    const masks = { attnMask: srcMask, keyPaddingMask: srcKeyPaddingMask };
    const attend = (x: Tensor): Tensor => attended(this.self_attn, this.dropout1, x, x, masks);
    const feed = (x: Tensor): Tensor => fed(this, this.dropout2, x);
    const x = asTensor(src);
    if (this.normFirst) {
      const y = plus(x, attend(norm1.call(x)));
      return plus(y, feed(norm2.call(y)));
    }
    const y = norm1.call(plus(x, attend(x)));
    return norm2.call(plus(y, feed(y)));
  }
}

/** Self-attention, attention to what an encoder gave, and a feedforward network, each with a shortcut and a norm. */
export class TransformerDecoderLayer extends Module {
  self_attn: MultiheadAttention;
  multihead_attn: MultiheadAttention;
  linear1: Linear;
  dropout: Module;
  linear2: Linear;
  norm1: LayerNorm;
  norm2: LayerNorm;
  norm3: LayerNorm;
  dropout1: Module;
  dropout2: Module;
  dropout3: Module;
  readonly normFirst: boolean;
  readonly activation: (x: Tensor) => Tensor;

  /**
   * @param dModel - the length of features
   * @param nhead - the number of heads, which divides `dModel`
   * @param args - `dimFeedforward` 2048, `dropout` 0.1, `activation` 'relu', `layerNormEps` 1e-5, `batchFirst` false, `normFirst` false,
   *   `bias` true, `device`, `dtype`
   * @throws TypeError, ValueError for lengths that can't be; RuntimeError for an unknown activation.
   * @example
   * const layer = new np.nn.TransformerDecoderLayer(4, 2, { dimFeedforward: 8 });
   * layer.call(np.randn(5, 1, 4), np.randn(3, 1, 4)).shape; // [5, 1, 4]
   */
  constructor(dModel: number, nhead: number, ...args: Args<TransformerLayerOptions, typeof LAYER>) {
    super();
    const options = layerOptions(bind<TransformerLayerOptions>('TransformerDecoderLayer', args, LAYER));
    const { dimFeedforward, dropout, common, forAttention, forNorm } = options;
    this.self_attn = new MultiheadAttention(dModel, nhead, forAttention);
    this.multihead_attn = new MultiheadAttention(dModel, nhead, forAttention);
    this.linear1 = new Linear(dModel, dimFeedforward, common);
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, common);
    this.norm1 = new LayerNorm(dModel, forNorm);
    this.norm2 = new LayerNorm(dModel, forNorm);
    this.norm3 = new LayerNorm(dModel, forNorm);
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.dropout3 = new Dropout(dropout);
    this.normFirst = options.normFirst;
    this.activation = options.activation;
  }

  /**
   * @param tgt - (length, n, dModel), with `batchFirst` (n, length, dModel), or (length, dModel)
   * @param memory - what an encoder gave, in the same order
   * @param args - `tgtMask`, `memoryMask`, `tgtKeyPaddingMask`, `memoryKeyPaddingMask`
   * @returns the shape of `tgt`
   */
  override forward(
    tgt: ArrayLike,
    memory: ArrayLike,
    ...args: Args<DecoderCall, typeof DECODER_CALL>
  ): Tensor {
    const masks = bind<DecoderCall>('TransformerDecoderLayer', args, DECODER_CALL);
    const { norm1, norm2, norm3 } = this;
    const own = { attnMask: masks.tgtMask, keyPaddingMask: masks.tgtKeyPaddingMask };
    const others = { attnMask: masks.memoryMask, keyPaddingMask: masks.memoryKeyPaddingMask };
    const source = asTensor(memory);
    const attend = (x: Tensor): Tensor => attended(this.self_attn, this.dropout1, x, x, own);
    const recall = (x: Tensor): Tensor => attended(this.multihead_attn, this.dropout2, x, source, others);
    const feed = (x: Tensor): Tensor => fed(this, this.dropout3, x);
    const x = asTensor(tgt);
    if (this.normFirst) {
      const y = plus(x, attend(norm1.call(x)));
      const z = plus(y, recall(norm2.call(y)));
      return plus(z, feed(norm3.call(z)));
    }
    const y = norm1.call(plus(x, attend(x)));
    const z = norm2.call(plus(y, recall(y)));
    return norm3.call(plus(z, feed(z)));
  }
}

interface Masks {
  readonly attnMask?: ArrayLike | null | undefined;
  readonly keyPaddingMask?: ArrayLike | null | undefined;
}

/** Attention of `x` to `source`, with dropout. */
function attended(
  attention: MultiheadAttention,
  drop: Module,
  x: Tensor,
  source: Tensor,
  masks: Masks,
): Tensor {
  const { attnMask = null, keyPaddingMask = null } = masks;
  const [output] = attention.call(x, source, source, { attnMask, keyPaddingMask, needWeights: false });
  return through(drop, output);
}

type Feedforward = Pick<TransformerEncoderLayer, 'linear1' | 'linear2' | 'activation' | 'dropout'>;

/** The feedforward network of a layer, with dropout. */
function fed({ linear1, linear2, activation, dropout }: Feedforward, drop: Module, x: Tensor): Tensor {
  return through(drop, linear2.call(through(dropout, activation(linear1.call(x)))));
}

/** The result of a module that takes and gives one tensor. */
export const through = (module: Module, x: Tensor): Tensor =>
  (module.call as (input: Tensor) => unknown).call(module, x) as Tensor;
