/** Norms with running statistics: batch norms and instance norms. */
import { int64 } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import { expand_dims, squeeze } from '../../np/shape/reshape.ts';
import { divide } from '../../np/ufuncs.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import { asTensor, tensor } from '../../tensor/create.ts';
import { noGrad } from '../../tensor/modes.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { unwrap, wrap } from '../../tensor/tensor.ts';
import { isReadable } from '../functional/arguments.ts';
import * as F from '../functional/index.ts';
import { keepsNothing } from '../handing.ts';
import { Module } from '../module.ts';
import type { FactoryOptions, Parameter } from '../parameter.ts';
import { optionsText } from '../printing.ts';
import { requireCount } from './linear.ts';
import { scaleParameter, shiftParameter } from './normalization.ts';

export interface BatchNormOptions extends FactoryOptions {
  /** Added to the variance; 1e-5 by default. */
  eps?: number;
  /** The part of the new in running statistics, 0.1 by default; null for the mean of all that was seen. */
  momentum?: number | null;
  /** Whether there are factors and summands to be learned: by default for batch norms, not for instance norms. */
  affine?: boolean;
  /** Whether there are running statistics: by default for batch norms, not for instance norms. */
  trackRunningStats?: boolean;
}

const OPTIONS = ['eps', 'momentum', 'affine', 'trackRunningStats', 'device', 'dtype'] as const;

type Options = Args<BatchNormOptions, typeof OPTIONS>;

abstract class RunningNorm extends Module {
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number | null;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;
  weight: Parameter | null;
  bias: Parameter | null;
  declare running_mean: Tensor | null;
  declare running_var: Tensor | null;
  declare num_batches_tracked: Tensor | null;

  protected constructor(name: string, numFeatures: number, args: Options, usual: boolean) {
    super();
    const given = bind<BatchNormOptions>(name, args, OPTIONS);
    const { eps = 1e-5, momentum = 0.1, affine = usual, trackRunningStats = usual, ...place } = given;
    requireCount(name, 'numFeatures', numFeatures);
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    this.affine = affine;
    this.trackRunningStats = trackRunningStats;
    this.weight = affine ? scaleParameter([numFeatures], place) : null;
    this.bias = affine ? shiftParameter([numFeatures], place) : null;
    const tracked = <T>(value: T): T | null => (trackRunningStats ? value : null);
    this.registerBuffer('running_mean', tracked(wrap(unwrap(shiftParameter([numFeatures], place)))));
    this.registerBuffer('running_var', tracked(wrap(unwrap(scaleParameter([numFeatures], place)))));
    this.registerBuffer('num_batches_tracked', tracked(tensor(0n, { dtype: int64 })));
  }

  /** Puts the running statistics back to where they began. */
  resetRunningStats(): void {
    noGrad(() => {
      this.running_mean?.fill(0);
      this.running_var?.fill(1);
      this.num_batches_tracked?.fill(0);
    });
  }

  override extraRepr(): string {
    const { eps, momentum, affine, trackRunningStats } = this;
    const shown = optionsText({ eps, momentum: momentum ?? 'null', affine, trackRunningStats });
    return `${this.numFeatures}, ${shown}`;
  }
}

/** Which numbers of axes a norm takes, for its error. */
function requireAxes(input: Tensor, ...allowed: readonly number[]): void {
  if (allowed.includes(input.ndim)) return;
  const expected = allowed.map((n) => `${n}D`).join(' or ');
  throw new ValueError(`expected ${expected} input (got ${input.ndim}D input)`);
}

abstract class BatchNorm extends RunningNorm {
  protected normalize(x: Tensor): Tensor {
    const { running_mean, running_var, weight, bias, eps, training } = this;
    const ofBatch = training || running_mean === null;
    const momentum = training ? this.counted() : 0;
    return F.batchNorm(x, running_mean, running_var, weight, bias, ofBatch, momentum, eps) as Tensor;
  }

  /** Counts a batch; the part that it has in the running statistics. */
  private counted(): number | Tensor {
    const { num_batches_tracked: count, running_mean, momentum } = this;
    if (count !== null) noGrad(() => count.add_(1));
    if (momentum !== null) return momentum;
    if (count === null) return 0;
    if (isReadable(count)) return 1 / Number(count.item());
    return noGrad(() => divide(1, cast(count, running_mean!.dtype))) as NDArray as Tensor;
  }
}

/** Each feature of a batch with mean 0 and variance 1, times a factor plus a summand. In evaluation, by running statistics. */
export class BatchNorm1d extends BatchNorm {
  /**
   * @param numFeatures - the length of the second axis of (n, features) or (n, features, length)
   * @param args - `eps` 1e-5, `momentum` 0.1, `affine` true, `trackRunningStats` true, `device`, `dtype`
   * @throws TypeError, ValueError for a number of features that can't be.
   * @example
   * const norm = new np.nn.BatchNorm1d(3);
   * norm.call(np.randn(8, 3)).shape; // [8, 3]
   */
  constructor(numFeatures: number, ...args: Options) {
    super('BatchNorm1d', numFeatures, args, true);
  }

  override forward(input: ArrayLike): Tensor {
    const x = asTensor(input);
    requireAxes(x, 2, 3);
    return this.normalize(x);
  }
}

/** `BatchNorm1d` for images (n, features, height, width). */
export class BatchNorm2d extends BatchNorm {
  /**
   * @param numFeatures - the number of channels
   * @param args - `eps` 1e-5, `momentum` 0.1, `affine` true, `trackRunningStats` true, `device`, `dtype`
   * @throws TypeError, ValueError for a number of features that can't be.
   */
  constructor(numFeatures: number, ...args: Options) {
    super('BatchNorm2d', numFeatures, args, true);
  }

  override forward(input: ArrayLike): Tensor {
    const x = asTensor(input);
    requireAxes(x, 4);
    return this.normalize(x);
  }
}

/** `BatchNorm1d` for volumes (n, features, depth, height, width). */
export class BatchNorm3d extends BatchNorm {
  /**
   * @param numFeatures - the number of channels
   * @param args - `eps` 1e-5, `momentum` 0.1, `affine` true, `trackRunningStats` true, `device`, `dtype`
   * @throws TypeError, ValueError for a number of features that can't be.
   */
  constructor(numFeatures: number, ...args: Options) {
    super('BatchNorm3d', numFeatures, args, true);
  }

  override forward(input: ArrayLike): Tensor {
    const x = asTensor(input);
    requireAxes(x, 5);
    return this.normalize(x);
  }
}

abstract class InstanceNorm extends RunningNorm {
  protected normalize(input: ArrayLike, rank: number): Tensor {
    const x = asTensor(input);
    requireAxes(x, rank + 1, rank + 2);
    const batched = x.ndim === rank + 2;
    const channels = x.shape[batched ? 1 : 0];
    if (this.affine && channels !== this.numFeatures)
      throw new ValueError(
        `expected input's size at dim=${batched ? 1 : 0} to match numFeatures (${this.numFeatures}), but got: ${channels}`,
      );
    const normalized = this.run(batched ? x : (expand_dims(x, 0) as Tensor));
    return batched ? normalized : (squeeze(normalized, 0) as Tensor);
  }

  private run(x: Tensor): Tensor {
    const { running_mean, running_var, weight, bias, eps, momentum, training } = this;
    const ofInput = training || running_mean === null;
    return F.instanceNorm(x, running_mean, running_var, weight, bias, ofInput, momentum ?? 0, eps) as Tensor;
  }
}

/** Each channel of each signal (n, features, length) with mean 0 and variance 1. */
export class InstanceNorm1d extends InstanceNorm {
  /**
   * @param numFeatures - the number of channels
   * @param args - `eps` 1e-5, `momentum` 0.1, `affine` false, `trackRunningStats` false, `device`, `dtype`
   * @throws TypeError, ValueError for a number of features that can't be.
   * @example
   * new np.nn.InstanceNorm1d(3).call(np.randn(2, 3, 5)).shape; // [2, 3, 5]
   */
  constructor(numFeatures: number, ...args: Options) {
    super('InstanceNorm1d', numFeatures, args, false);
  }

  override forward(input: ArrayLike): Tensor {
    return this.normalize(input, 1);
  }
}

/** `InstanceNorm1d` for images (n, features, height, width). */
export class InstanceNorm2d extends InstanceNorm {
  /**
   * @param numFeatures - the number of channels
   * @param args - `eps` 1e-5, `momentum` 0.1, `affine` false, `trackRunningStats` false, `device`, `dtype`
   * @throws TypeError, ValueError for a number of features that can't be.
   */
  constructor(numFeatures: number, ...args: Options) {
    super('InstanceNorm2d', numFeatures, args, false);
  }

  override forward(input: ArrayLike): Tensor {
    return this.normalize(input, 2);
  }
}

/** `InstanceNorm1d` for volumes (n, features, depth, height, width). */
export class InstanceNorm3d extends InstanceNorm {
  /**
   * @param numFeatures - the number of channels
   * @param args - `eps` 1e-5, `momentum` 0.1, `affine` false, `trackRunningStats` false, `device`, `dtype`
   * @throws TypeError, ValueError for a number of features that can't be.
   */
  constructor(numFeatures: number, ...args: Options) {
    super('InstanceNorm3d', numFeatures, args, false);
  }

  override forward(input: ArrayLike): Tensor {
    return this.normalize(input, 3);
  }
}

keepsNothing(BatchNorm1d, BatchNorm2d, BatchNorm3d, InstanceNorm1d, InstanceNorm2d, InstanceNorm3d);
