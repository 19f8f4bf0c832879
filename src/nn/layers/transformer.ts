/** Stacks of transformer layers, and the transformer of both. */
import { RuntimeError } from '../../array/errors.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import { tri } from '../../np/creation/matrices.ts';
import { zeros } from '../../np/creation/filled.ts';
import { where } from '../../np/indexing/choose.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asTensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { xavierUniform_ } from '../init.ts';
import { ModuleList } from '../containers.ts';
import { Module } from '../module.ts';
import type { FactoryOptions } from '../parameter.ts';
import { requireCount } from './linear.ts';
import { LayerNorm } from './normalization.ts';
import type { DecoderCall, TransformerLayerOptions } from './transformer_layers.ts';
import {
  DECODER_CALL,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  layerOptions,
  through,
} from './transformer_layers.ts';

/** Encoder layers one after another, each a copy of one. */
export class TransformerEncoder extends Module {
  readonly layers: ModuleList;
  readonly norm: Module | null;

  /**
   * @param encoderLayer - what is copied
   * @param numLayers - how many copies
   * @param norm - at the end
   * @example
   * const layer = new np.nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 8 });
   * new np.nn.TransformerEncoder(layer, 2).call(np.randn(5, 1, 4)).shape; // [5, 1, 4]
   */
  constructor(encoderLayer: Module, numLayers: number, ...args: Args<NormOption, ['norm']>) {
    super();
    this.layers = copies('TransformerEncoder', encoderLayer, numLayers);
    this.norm = bind<NormOption>('TransformerEncoder', args, ['norm']).norm ?? null;
  }

  /** @param src - as for a layer @param args - `mask`, `srcKeyPaddingMask` */
  override forward(src: ArrayLike, ...args: Args<EncoderCall, ['mask', 'srcKeyPaddingMask']>): Tensor {
    const { mask: srcMask = null, srcKeyPaddingMask = null } = bind<EncoderCall>('TransformerEncoder', args, [
      'mask',
      'srcKeyPaddingMask',
    ]);
    let x = asTensor(src);
    for (const layer of this.layers)
      x = (layer as TransformerEncoderLayer).call(x, { srcMask, srcKeyPaddingMask });
    return this.norm ? through(this.norm, x) : x;
  }
}

interface NormOption {
  norm?: Module | null;
}

/** Masks for an encoder, as for one of its layers. */
export interface EncoderCall {
  mask?: ArrayLike | null;
  srcKeyPaddingMask?: ArrayLike | null;
}

/** Decoder layers one after another, each a copy of one. */
export class TransformerDecoder extends Module {
  readonly layers: ModuleList;
  readonly norm: Module | null;

  /**
   * @param decoderLayer - what is copied
   * @param numLayers - how many copies
   * @param norm - at the end
   * @example
   * const layer = new np.nn.TransformerDecoderLayer(4, 2, { dimFeedforward: 8 });
   * new np.nn.TransformerDecoder(layer, 2).call(np.randn(5, 1, 4), np.randn(3, 1, 4)).shape; // [5, 1, 4]
   */
  constructor(decoderLayer: Module, numLayers: number, ...args: Args<NormOption, ['norm']>) {
    super();
    this.layers = copies('TransformerDecoder', decoderLayer, numLayers);
    this.norm = bind<NormOption>('TransformerDecoder', args, ['norm']).norm ?? null;
  }

  /** @param tgt - as for a layer @param memory - as for a layer @param args - as for a layer */
  override forward(
    tgt: ArrayLike,
    memory: ArrayLike,
    ...args: Args<DecoderCall, typeof DECODER_CALL>
  ): Tensor {
    const masks = bind<DecoderCall>('TransformerDecoder', args, DECODER_CALL);
    let x = asTensor(tgt);
    for (const layer of this.layers) x = (layer as TransformerDecoderLayer).call(x, memory, masks);
    return this.norm ? through(this.norm, x) : x;
  }
}

function copies(name: string, layer: Module, count: number): ModuleList {
  if (!(layer instanceof Module)) throw new TypeError(`${name} needs a layer to copy, got ${String(layer)}`);
  requireCount(name, 'numLayers', count);
  return new ModuleList(Array.from({ length: count }, () => layer.clone()));
}

export interface TransformerOptions extends TransformerLayerOptions {
  /** The length of features; 512 by default. */
  dModel?: number;
  /** The number of heads; 8 by default. */
  nhead?: number;
  /** 6 by default. */
  numEncoderLayers?: number;
  /** 6 by default. */
  numDecoderLayers?: number;
  /** Instead of an encoder of `TransformerEncoderLayer`s. */
  customEncoder?: Module | null;
  /** Instead of a decoder of `TransformerDecoderLayer`s. */
  customDecoder?: Module | null;
}

const TRANSFORMER = [
  'dModel',
  'nhead',
  'numEncoderLayers',
  'numDecoderLayers',
  'dimFeedforward',
  'dropout',
  'activation',
  'customEncoder',
  'customDecoder',
  'layerNormEps',
  'batchFirst',
  'normFirst',
  'bias',
  'device',
  'dtype',
] as const;

/** Masks for encoder and decoder, as for their layers. */
export interface TransformerCall extends DecoderCall {
  srcMask?: ArrayLike | null;
  srcKeyPaddingMask?: ArrayLike | null;
}

const TRANSFORMER_CALL = [
  'srcMask',
  'tgtMask',
  'memoryMask',
  'srcKeyPaddingMask',
  'tgtKeyPaddingMask',
  'memoryKeyPaddingMask',
] as const;

/** An encoder and a decoder that attends to what it gave. */
export class Transformer extends Module {
  encoder: Module;
  decoder: Module;
  readonly dModel: number;
  readonly nhead: number;
  readonly batchFirst: boolean;

  /**
   * @param args - `dModel` 512, `nhead` 8, `numEncoderLayers` 6, `numDecoderLayers` 6, `dimFeedforward` 2048, `dropout` 0.1, `activation`
   *   'relu', `customEncoder`, `customDecoder`, `layerNormEps` 1e-5, `batchFirst` false, `normFirst` false, `bias` true, `device`, `dtype`
   * @throws TypeError, ValueError for lengths that can't be; RuntimeError for an unknown activation.
   * @example
   * const model = new np.nn.Transformer({ dModel: 4, nhead: 2, numEncoderLayers: 1, numDecoderLayers: 1, dimFeedforward: 8 });
   * model.call(np.randn(3, 1, 4), np.randn(5, 1, 4)).shape; // [5, 1, 4]
   */
  constructor(...args: Args<TransformerOptions, typeof TRANSFORMER>) {
    super();
    const given = bind<TransformerOptions>('Transformer', args, TRANSFORMER);
    const { dModel = 512, nhead = 8, numEncoderLayers = 6, numDecoderLayers = 6, ...rest } = given;
    const { customEncoder, customDecoder, ...options } = rest;
    const { forNorm } = layerOptions(options);
    const norm = (): LayerNorm => new LayerNorm(dModel, forNorm);
    this.encoder =
      customEncoder ??
      new TransformerEncoder(new TransformerEncoderLayer(dModel, nhead, options), numEncoderLayers, norm());
    this.decoder =
      customDecoder ??
      new TransformerDecoder(new TransformerDecoderLayer(dModel, nhead, options), numDecoderLayers, norm());
    this.dModel = dModel;
    this.nhead = nhead;
    this.batchFirst = options.batchFirst ?? false;
    for (const p of this.parameters()) if (p.ndim > 1) xavierUniform_(p);
  }

  /**
   * @param src - (length, n, dModel), with `batchFirst` (n, length, dModel), or (length, dModel)
   * @param tgt - the same for the decoder
   * @param args - `srcMask`, `tgtMask`, `memoryMask`, `srcKeyPaddingMask`, `tgtKeyPaddingMask`, `memoryKeyPaddingMask`
   * @returns the shape of `tgt`
   * @throws RuntimeError for shapes that don't go together.
   */
  override forward(
    src: ArrayLike,
    tgt: ArrayLike,
    ...args: Args<TransformerCall, typeof TRANSFORMER_CALL>
  ): Tensor {
    const { srcMask, srcKeyPaddingMask, ...masks } = bind<TransformerCall>(
      'Transformer',
      args,
      TRANSFORMER_CALL,
    );
    const [source, target] = [asTensor(src), asTensor(tgt)];
    const { dModel, batchFirst } = this;
    if (source.shape.at(-1) !== dModel || target.shape.at(-1) !== dModel)
      throw new RuntimeError('the feature number of src and tgt must be equal to dModel');
    const batch = batchFirst ? 0 : 1;
    if (source.ndim === 3 && source.shape[batch] !== target.shape[batch])
      throw new RuntimeError('the batch number of src and tgt must be equal');
    const encoder = this.encoder as TransformerEncoder;
    const memory = encoder.call(source, {
      mask: srcMask ?? null,
      srcKeyPaddingMask: srcKeyPaddingMask ?? null,
    });
    return (this.decoder as TransformerDecoder).call(target, memory, masks);
  }

  /**
   * A mask that keeps each place from those behind it: -infinity above the diagonal, 0 elsewhere.
   *
   * @param size - the length of the sequence
   * @example
   * np.nn.Transformer.generateSquareSubsequentMask(2); // tensor([[ 0., -inf], [ 0., 0.]])
   */
  static generateSquareSubsequentMask(size: number, { dtype = 'float32' }: FactoryOptions = {}): Tensor {
    return asTensor(
      where(tri(size, size, { dtype: 'bool' }), zeros([], { dtype: dtype ?? 'float32' }), -Infinity),
    );
  }
}
