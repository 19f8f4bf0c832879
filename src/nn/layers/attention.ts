/** Attention with several heads. */
import { RuntimeError, ValueError, shapeText } from '../../array/errors.ts';
import { sameShape } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import { zeros } from '../../np/creation/filled.ts';
import { where } from '../../np/indexing/choose.ts';
import { matmul } from '../../np/products/matmul.ts';
import { broadcast_to } from '../../np/shape/broadcast.ts';
import { concatenate } from '../../np/shape/join.ts';
import { expand_dims, reshape, squeeze } from '../../np/shape/reshape.ts';
import { swapaxes, transpose } from '../../np/shape/transpose.ts';
import { mean } from '../../np/statistics/moments.ts';
import { add, multiply } from '../../np/ufuncs.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { narrow } from '../../ops/views.ts';
import { asTensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { dropout, linear, pad, scaledDotProductAttention, softmax } from '../functional/index.ts';
import { xavierNormal_, xavierUniform_, zeros_ } from '../init.ts';
import { Module } from '../module.ts';
import type { FactoryOptions, Parameter } from '../parameter.ts';
import { emptyParameter } from '../parameter.ts';
import { optionsText } from '../printing.ts';
import { Linear, requireCount } from './linear.ts';
import { shiftParameter } from './normalization.ts';

export interface AttentionOptions extends FactoryOptions {
  /** The probability with which weights are dropped in training; 0 by default. */
  dropout?: number;
  /** Whether projections have biases; true by default. */
  bias?: boolean;
  /** Whether a key and a value that are learned stand at the end of all sequences; false by default. */
  addBiasKv?: boolean;
  /** Whether a key and a value of zeros stand at the end of all sequences; false by default. */
  addZeroAttn?: boolean;
  /** The length of a key; that of a query by default. */
  kdim?: number | null;
  /** The length of a value; that of a query by default. */
  vdim?: number | null;
  /** Whether arrays are (n, length, features) and not (length, n, features); false by default. */
  batchFirst?: boolean;
}

/** How attention is called. In masks of booleans, true keeps a query from a key; numbers are added to the scores. */
export interface AttentionCall {
  /** Keys that no query sees, shape (n, keys). */
  keyPaddingMask?: ArrayLike | null;
  /** Whether the weights are returned; true by default. */
  needWeights?: boolean;
  /** What each query does not see, shape (queries, keys), or (n * heads, queries, keys). */
  attnMask?: ArrayLike | null;
  /** Whether the weights are the mean over the heads; true by default. */
  averageAttnWeights?: boolean;
}

const OPTIONS = [
  'dropout',
  'bias',
  'addBiasKv',
  'addZeroAttn',
  'kdim',
  'vdim',
  'batchFirst',
  'device',
  'dtype',
] as const;
const CALL = ['keyPaddingMask', 'needWeights', 'attnMask', 'averageAttnWeights'] as const;

/** Queries, keys and values, each (length, n, features). */
interface Triple {
  readonly q: NDArray;
  readonly k: NDArray;
  readonly v: NDArray;
}

/**
 * Several attentions side by side, each over its own projections of queries, keys and values (Vaswani et al., "Attention is all you
 * need").
 */
export class MultiheadAttention extends Module {
  readonly embedDim: number;
  readonly numHeads: number;
  readonly dropout: number;
  readonly kdim: number;
  readonly vdim: number;
  readonly addZeroAttn: boolean;
  readonly batchFirst: boolean;
  /** The projections of queries, keys and values, one below the other, where all have the length `embedDim`. */
  in_proj_weight: Parameter | null;
  q_proj_weight: Parameter | null;
  k_proj_weight: Parameter | null;
  v_proj_weight: Parameter | null;
  in_proj_bias: Parameter | null;
  bias_k: Parameter | null;
  bias_v: Parameter | null;
  out_proj: Linear;

  /**
   * @param embedDim - the length of a query, and of a result
   * @param numHeads - divides `embedDim`
   * @param args - `dropout` 0, `bias` true, `addBiasKv` false, `addZeroAttn` false, `kdim`, `vdim`, `batchFirst` false, `device`, `dtype`
   * @throws TypeError, ValueError for lengths that can't be.
   * @example
   * const attention = new np.nn.MultiheadAttention(4, 2);
   * const x = np.randn(5, 1, 4);
   * const [output, weights] = attention.call(x, x, x);
   * weights.shape; // [1, 5, 5]
   */
  constructor(embedDim: number, numHeads: number, ...args: Args<AttentionOptions, typeof OPTIONS>) {
    super();
    const options = bind<AttentionOptions>('MultiheadAttention', args, OPTIONS);
    const { bias = true, addBiasKv = false, addZeroAttn = false, batchFirst = false, ...place } = options;
    requireCount('MultiheadAttention', 'embedDim', embedDim, 1);
    requireCount('MultiheadAttention', 'numHeads', numHeads, 1);
    if (embedDim % numHeads !== 0)
      throw new ValueError(`embedDim must be divisible by numHeads, got ${embedDim} and ${numHeads}`);
    this.embedDim = embedDim;
    this.numHeads = numHeads;
    this.dropout = options.dropout ?? 0;
    this.kdim = options.kdim ?? embedDim;
    this.vdim = options.vdim ?? embedDim;
    this.addZeroAttn = addZeroAttn;
    this.batchFirst = batchFirst;
    const isPacked = this.kdim === embedDim && this.vdim === embedDim;
    const projection = (columns: number): Parameter | null =>
      isPacked ? null : xavierUniform_(emptyParameter([embedDim, columns], place));
    this.in_proj_weight = isPacked ? xavierUniform_(emptyParameter([3 * embedDim, embedDim], place)) : null;
    this.q_proj_weight = projection(embedDim);
    this.k_proj_weight = projection(this.kdim);
    this.v_proj_weight = projection(this.vdim);
    this.in_proj_bias = bias ? shiftParameter([3 * embedDim], place) : null;
    const learned = (): Parameter | null =>
      addBiasKv ? xavierNormal_(emptyParameter([1, 1, embedDim], place)) : null;
    this.bias_k = learned();
    this.bias_v = learned();
    const { device, dtype } = place;
    this.out_proj = new Linear(embedDim, embedDim, { bias, device: device ?? null, dtype: dtype ?? null });
    if (this.out_proj.bias) zeros_(this.out_proj.bias);
  }

  /**
   * @param query - (queries, n, embedDim), with `batchFirst` (n, queries, embedDim), or (queries, embedDim)
   * @param key - (keys, n, kdim), in the same order
   * @param value - (keys, n, vdim), in the same order
   * @param args - `keyPaddingMask`, `needWeights` true, `attnMask`, `averageAttnWeights` true
   * @returns the results, shaped as the queries, and the weights, (n, queries, keys), with the heads as the second axis if they are not
   *   averaged; null without `needWeights`
   * @throws ValueError, RuntimeError for shapes that don't fit.
   */
  override forward(
    query: ArrayLike,
    key: ArrayLike,
    value: ArrayLike,
    ...args: Args<AttentionCall, typeof CALL>
  ): [output: Tensor, weights: Tensor | null] {
    const call = bind<AttentionCall>('MultiheadAttention', args, CALL);
    const { needWeights = true, averageAttnWeights = true } = call;
    const { triple, batched } = this.arranged(query, key, value);
    const [queries, n] = triple.q.shape;
    const keys = triple.k.shape[0];
    const scoresMask = this.mask(call, batched, [n, queries, keys]);
    const { k, v, ...projected } = this.extended(this.projected(triple));
    const [q, ks, vs] = [projected.q, k, v].map((x) => this.heads(x));
    const mask = scoresMask && pad(scoresMask, [0, ks.shape[2] - keys]);
    const dropped = this.training ? this.dropout : 0;
    const attended = needWeights
      ? attend(q, ks, vs, mask, dropped)
      : {
          result: scaledDotProductAttention(q, ks, vs, { attnMask: mask, dropoutP: dropped }),
          weights: null,
        };
    const together = reshape(transpose(attended.result, [2, 0, 1, 3]), [queries, n, this.embedDim]);
    const output = this.out_proj.call(together);
    const { weights } = attended;
    const shown = weights && averageAttnWeights ? (mean(weights, { axis: 1 }) as NDArray) : weights;
    return [
      this.turned(output, batched) as Tensor,
      (shown && !batched ? squeeze(shown, 0) : shown) as Tensor | null,
    ];
  }

  /** The inputs as (length, n, features); a tensor that is several of them stays one. */
  private arranged(query: ArrayLike, key: ArrayLike, value: ArrayLike): { triple: Triple; batched: boolean } {
    const given = { q: asTensor(query), k: asTensor(key), v: asTensor(value) };
    const { ndim } = given.q;
    if (ndim !== 2 && ndim !== 3)
      throw new ValueError(`query should be unbatched 2D or batched 3D but received ${ndim}-D query tensor`);
    if (given.k.ndim !== ndim || given.v.ndim !== ndim)
      throw new ValueError(
        `For a ${ndim}-D query, expected key and value to be ${ndim}-D but found ${given.k.ndim}-D and ${given.v.ndim}-D`,
      );
    const batched = ndim === 3;
    const turned = new Map<Tensor, NDArray>();
    const arrange = (x: Tensor): NDArray => {
      const known = turned.get(x);
      if (known) return known;
      const made = batched ? (this.batchFirst ? swapaxes(x, 0, 1) : x) : expand_dims(x, 1);
      turned.set(x, made);
      return made;
    };
    const triple = { q: arrange(given.q), k: arrange(given.k), v: arrange(given.v) };
    this.checkShapes(triple);
    return { triple, batched };
  }

  /** @throws ValueError for shapes that don't go together. */
  private checkShapes({ q, k, v }: Triple): void {
    const { embedDim, kdim, vdim } = this;
    const lengths = [
      ['embedding dimension', q, embedDim],
      ['key dimension', k, kdim],
      ['value dimension', v, vdim],
    ] as const;
    for (const [what, { shape }, length] of lengths) {
      if (shape[2] !== length)
        throw new ValueError(`was expecting ${what} of ${length}, but got ${shape[2]}`);
    }
    if (!sameShape(k.shape.slice(0, 2), v.shape.slice(0, 2)))
      throw new ValueError(
        `key shape ${shapeText(k.shape)} does not match value shape ${shapeText(v.shape)}`,
      );
    if (k.shape[1] !== q.shape[1])
      throw new ValueError(`query has a batch of ${q.shape[1]}, but key and value one of ${k.shape[1]}`);
  }

  private projected({ q, k, v }: Triple): Triple {
    const { embedDim, in_proj_weight: packed, in_proj_bias: bias } = this;
    const third = (x: NDArray, i: number): NDArray => narrow(x, x.ndim - 1, i * embedDim, embedDim);
    if (packed && q === k && k === v) {
      const all = linear(q, packed, bias);
      return { q: third(all, 0), k: third(all, 1), v: third(all, 2) };
    }
    const separate = [this.q_proj_weight, this.k_proj_weight, this.v_proj_weight];
    const project = (x: NDArray, i: number): NDArray => {
      const weight = packed ? narrow(packed, 0, i * embedDim, embedDim) : separate[i]!;
      return linear(x, weight, bias && third(bias, i));
    };
    return { q: project(q, 0), k: project(k, 1), v: project(v, 2) };
  }

  /** With the keys and values that stand at the end of all sequences. */
  private extended({ q, k, v }: Triple): Triple {
    const { bias_k, bias_v, addZeroAttn, embedDim } = this;
    const [, n] = k.shape;
    const row = [1, n, embedDim];
    const keys = [k];
    const values = [v];
    if (bias_k && bias_v) {
      keys.push(broadcast_to(bias_k, row) as NDArray);
      values.push(broadcast_to(bias_v, row) as NDArray);
    }
    if (addZeroAttn) {
      const none = zeros(row, { dtype: k.dtype });
      keys.push(none);
      values.push(none);
    }
    if (keys.length === 1) return { q, k, v };
    return { q, k: concatenate(keys), v: concatenate(values) };
  }

  /** From (length, n, embedDim) to (n, heads, length, embedDim / heads). */
  private heads(x: NDArray): NDArray {
    const { numHeads, embedDim } = this;
    const [length, n] = x.shape;
    return transpose(reshape(x, [length, n, numHeads, embedDim / numHeads]), [1, 2, 0, 3]);
  }

  /** Both masks as numbers to be added to scores (n, heads, queries, keys); null without masks. */
  private mask(
    { attnMask, keyPaddingMask }: AttentionCall,
    batched: boolean,
    [n, queries, keys]: readonly [number, number, number],
  ): NDArray | null {
    const { numHeads } = this;
    let mask: NDArray | null = null;
    if (attnMask !== undefined && attnMask !== null) {
      const given = asTensor(attnMask);
      const expected = given.ndim === 3 ? [n * numHeads, queries, keys] : [queries, keys];
      if (!sameShape(given.shape, expected))
        throw new RuntimeError(
          `The shape of the ${given.ndim}D attnMask is ${shapeText(given.shape)}, but should be ${shapeText(expected)}.`,
        );
      const perHead = given.ndim === 3 ? reshape(given, [n, numHeads, queries, keys]) : given;
      mask = this.additive(perHead);
    }
    if (keyPaddingMask !== undefined && keyPaddingMask !== null) {
      const given = asTensor(keyPaddingMask);
      const expected = batched ? [n, keys] : [keys];
      if (!sameShape(given.shape, expected))
        throw new RuntimeError(
          `The shape of the keyPaddingMask is ${shapeText(given.shape)}, but should be ${shapeText(expected)}.`,
        );
      const padding = this.additive(reshape(given, [n, 1, 1, keys]));
      mask = mask ? (add(mask, padding) as NDArray) : padding;
    }
    return mask;
  }

  /** A mask of booleans as -infinity and 0, in the dtype of the parameters. */
  private additive(mask: NDArray): NDArray {
    if (mask.dtype.kind === 'f') return mask;
    if (mask.dtype.kind !== 'b')
      throw new TypeError(`only bool and floating types of masks are supported, got ${mask.dtype.name}`);
    const { dtype } = this.out_proj.weight;
    return where(mask, -Infinity, zeros([], { dtype }));
  }

  private turned(x: NDArray, batched: boolean): NDArray {
    if (!batched) return squeeze(x, 1) as NDArray;
    return this.batchFirst ? swapaxes(x, 0, 1) : x;
  }

  override extraRepr(): string {
    const { embedDim, numHeads, dropout: p, batchFirst } = this;
    return optionsText({ embedDim, numHeads, dropout: p || null, batchFirst: batchFirst || null });
  }
}

/** Attention that shows its weights. */
function attend(
  q: NDArray,
  k: NDArray,
  v: NDArray,
  mask: NDArray | null,
  dropped: number,
): { result: NDArray; weights: NDArray } {
  const scale = 1 / Math.sqrt(q.shape[3]);
  const scores = matmul(multiply(q, scale) as NDArray, swapaxes(k, -1, -2)) as NDArray;
  const even = softmax(mask ? (add(scores, mask) as NDArray) : scores, -1) as NDArray;
  const weights = dropped > 0 ? (dropout(even, dropped) as NDArray) : even;
  return { result: matmul(weights, v) as NDArray, weights };
}
