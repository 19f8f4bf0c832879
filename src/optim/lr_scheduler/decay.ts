/** Schedules that multiply the rates by factors. */
import { ValueError } from '../../array/errors.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import type { Scheduled } from './scheduler.ts';
import { LRScheduler, perGroup, requireInteger, requireNumber, required } from './scheduler.ts';

interface LastEpoch {
  /** The number of steps before, for going on; -1 begins. */
  lastEpoch?: number;
}

interface GammaOptions extends LastEpoch {
  /** What the rates are multiplied by. */
  gamma?: number;
}

interface StepOptions extends GammaOptions {
  /** After how many steps, each time; must be given. */
  stepSize?: number;
}

interface MultiStepOptions extends GammaOptions {
  /** After how many steps from the beginning; must be given. */
  milestones?: readonly number[];
}

/**
 * Multiplies the rates by `gamma` after every `stepSize` steps.
 *
 * @example
 * const optimizer = new np.optim.SGD([np.tensor([1], { requiresGrad: true })], { lr: 1 });
 * new np.optim.lrScheduler.StepLR(optimizer, 30, { gamma: 0.1 }).getLastLr(); // [1]
 */
export class StepLR extends LRScheduler {
  readonly stepSize: number;
  readonly gamma: number;

  /** @throws ValueError for a `stepSize` that is no positive integer; TypeError for a `gamma` that is no number. */
  constructor(optimizer: Scheduled, ...args: Args<StepOptions, ['stepSize', 'gamma', 'lastEpoch']>) {
    const options = bind<StepOptions>('StepLR', args, ['stepSize', 'gamma', 'lastEpoch']);
    const { gamma = 0.1, lastEpoch } = options;
    const stepSize = required('StepLR', 'stepSize', options.stepSize);
    super(optimizer, lastEpoch);
    requireInteger('stepSize', stepSize);
    requireNumber('gamma', gamma);
    this.stepSize = stepSize;
    this.gamma = gamma;
    this.begin();
  }

  protected override nextLrs(): readonly number[] {
    const stays = this.lastEpoch === 0 || this.lastEpoch % this.stepSize !== 0;
    return this.groups.map(({ lr }) => (stays ? lr : lr * this.gamma));
  }

  protected override closedForm(): readonly number[] {
    return this.baseLrs.map((lr) => lr * this.gamma ** Math.floor(this.lastEpoch / this.stepSize));
  }
}

/**
 * Multiplies the rates by `gamma` when the number of steps is one of `milestones`.
 *
 * @example
 * const optimizer = new np.optim.SGD([np.tensor([1], { requiresGrad: true })], { lr: 1 });
 * new np.optim.lrScheduler.MultiStepLR(optimizer, [30, 80], { gamma: 0.1 }).getLastLr(); // [1]
 */
export class MultiStepLR extends LRScheduler {
  readonly milestones: readonly number[];
  readonly gamma: number;

  /** @throws ValueError for a milestone that is no integer; TypeError for a `gamma` that is no number. */
  constructor(optimizer: Scheduled, ...args: Args<MultiStepOptions, ['milestones', 'gamma', 'lastEpoch']>) {
    const options = bind<MultiStepOptions>('MultiStepLR', args, ['milestones', 'gamma', 'lastEpoch']);
    const { gamma = 0.1, lastEpoch } = options;
    const milestones = required('MultiStepLR', 'milestones', options.milestones);
    super(optimizer, lastEpoch);
    milestones.forEach((n) => requireInteger('milestone', n, 0));
    requireNumber('gamma', gamma);
    this.milestones = [...milestones];
    this.gamma = gamma;
    this.begin();
  }

  protected override nextLrs(): readonly number[] {
    const times = this.milestones.filter((n) => n === this.lastEpoch).length;
    return this.groups.map(({ lr }) => lr * this.gamma ** times);
  }

  protected override closedForm(): readonly number[] {
    const times = this.milestones.filter((n) => n <= this.lastEpoch).length;
    return this.baseLrs.map((lr) => lr * this.gamma ** times);
  }
}

/**
 * Multiplies the rates by `gamma` after every step.
 *
 * @example
 * const optimizer = new np.optim.SGD([np.tensor([1], { requiresGrad: true })], { lr: 1 });
 * new np.optim.lrScheduler.ExponentialLR(optimizer, 0.9).getLastLr(); // [1]
 */
export class ExponentialLR extends LRScheduler {
  readonly gamma: number;

  /** @throws TypeError for a `gamma` that is no number. */
  constructor(optimizer: Scheduled, ...args: Args<GammaOptions, ['gamma', 'lastEpoch']>) {
    const options = bind<GammaOptions>('ExponentialLR', args, ['gamma', 'lastEpoch']);
    const { lastEpoch } = options;
    const gamma = required('ExponentialLR', 'gamma', options.gamma);
    super(optimizer, lastEpoch);
    requireNumber('gamma', gamma);
    this.gamma = gamma;
    this.begin();
  }

  protected override nextLrs(): readonly number[] {
    return this.groups.map(({ lr }) => (this.lastEpoch === 0 ? lr : lr * this.gamma));
  }

  protected override closedForm(): readonly number[] {
    return this.baseLrs.map((lr) => lr * this.gamma ** this.lastEpoch);
  }
}

interface ConstantOptions extends LastEpoch {
  /** What the rates are multiplied by at first: from 0 to 1. */
  factor?: number;
  /** After how many steps they are what they were. */
  totalIters?: number;
}

/**
 * Multiplies the rates by `factor` for the first `totalIters` steps.
 *
 * @example
 * const optimizer = new np.optim.SGD([np.tensor([1], { requiresGrad: true })], { lr: 1 });
 * new np.optim.lrScheduler.ConstantLR(optimizer, { factor: 0.5 }).getLastLr(); // [0.5]
 */
export class ConstantLR extends LRScheduler {
  readonly factor: number;
  readonly totalIters: number;

  /** @throws ValueError for a factor that is not between 0 and 1. */
  constructor(optimizer: Scheduled, ...args: Args<ConstantOptions, ['factor', 'totalIters', 'lastEpoch']>) {
    const {
      factor = 1 / 3,
      totalIters = 5,
      lastEpoch,
    } = bind<ConstantOptions>('ConstantLR', args, ['factor', 'totalIters', 'lastEpoch']);
    super(optimizer, lastEpoch);
    if (!(factor >= 0 && factor <= 1))
      throw new ValueError(`ConstantLR: factor must be between 0 and 1, got ${factor}`);
    requireNumber('totalIters', totalIters);
    this.factor = factor;
    this.totalIters = totalIters;
    this.begin();
  }

  protected override nextLrs(): readonly number[] {
    const { lastEpoch, factor, totalIters } = this;
    const change = lastEpoch === 0 ? factor : lastEpoch === totalIters ? 1 / factor : 1;
    return this.groups.map(({ lr }) => lr * change);
  }

  protected override closedForm(): readonly number[] {
    return this.baseLrs.map(
      (lr) => lr * (this.factor + Number(this.lastEpoch >= this.totalIters) * (1 - this.factor)),
    );
  }
}

interface LinearOptions extends LastEpoch {
  /** What the rates are multiplied by at first: above 0, up to 1. */
  startFactor?: number;
  /** What they are multiplied by in the end: from 0 to 1. */
  endFactor?: number;
  /** After how many steps the end is reached. */
  totalIters?: number;
}

const LINEAR = ['startFactor', 'endFactor', 'totalIters', 'lastEpoch'] as const;

/**
 * Changes the factor of the rates evenly over `totalIters` steps: to warm up, for one.
 *
 * @example
 * const optimizer = new np.optim.SGD([np.tensor([1], { requiresGrad: true })], { lr: 1 });
 * new np.optim.lrScheduler.LinearLR(optimizer, { startFactor: 0.5 }).getLastLr(); // [0.5]
 */
export class LinearLR extends LRScheduler {
  readonly startFactor: number;
  readonly endFactor: number;
  readonly totalIters: number;

  /** @throws ValueError for factors out of their ranges, or a `totalIters` that is no positive integer. */
  constructor(optimizer: Scheduled, ...args: Args<LinearOptions, typeof LINEAR>) {
    const {
      startFactor = 1 / 3,
      endFactor = 1,
      totalIters = 5,
      lastEpoch,
    } = bind<LinearOptions>('LinearLR', args, LINEAR);
    super(optimizer, lastEpoch);
    if (!(startFactor > 0 && startFactor <= 1))
      throw new ValueError(`LinearLR: startFactor must be above 0 and at most 1, got ${startFactor}`);
    if (!(endFactor >= 0 && endFactor <= 1))
      throw new ValueError(`LinearLR: endFactor must be between 0 and 1, got ${endFactor}`);
    requireInteger('totalIters', totalIters);
    this.startFactor = startFactor;
    this.endFactor = endFactor;
    this.totalIters = totalIters;
    this.begin();
  }

  protected override nextLrs(): readonly number[] {
    const { lastEpoch, startFactor, endFactor, totalIters } = this;
    const rise = endFactor - startFactor;
    const factor =
      lastEpoch === 0
        ? startFactor
        : lastEpoch > totalIters
          ? 1
          : 1 + rise / (totalIters * startFactor + (lastEpoch - 1) * rise);
    return this.groups.map(({ lr }) => lr * factor);
  }

  protected override closedForm(): readonly number[] {
    const { lastEpoch, startFactor, endFactor, totalIters } = this;
    const share = Math.min(totalIters, lastEpoch) / totalIters;
    return this.baseLrs.map((lr) => lr * (startFactor + (endFactor - startFactor) * share));
  }
}

interface PolynomialOptions extends LastEpoch {
  /** After how many steps the rates are zero. */
  totalIters?: number;
  /** The degree of the polynomial. */
  power?: number;
}

/**
 * Lets the rates fall to zero over `totalIters` steps, as a power of what is left of them.
 *
 * @example
 * const optimizer = new np.optim.SGD([np.tensor([1], { requiresGrad: true })], { lr: 1 });
 * new np.optim.lrScheduler.PolynomialLR(optimizer, { totalIters: 10, power: 2 }).getLastLr(); // [1]
 */
export class PolynomialLR extends LRScheduler {
  readonly totalIters: number;
  readonly power: number;

  /** @throws ValueError for a `totalIters` that is no positive integer; TypeError for a `power` that is no number. */
  constructor(optimizer: Scheduled, ...args: Args<PolynomialOptions, ['totalIters', 'power', 'lastEpoch']>) {
    const {
      totalIters = 5,
      power = 1,
      lastEpoch,
    } = bind<PolynomialOptions>('PolynomialLR', args, ['totalIters', 'power', 'lastEpoch']);
    super(optimizer, lastEpoch);
    requireInteger('totalIters', totalIters);
    requireNumber('power', power);
    this.totalIters = totalIters;
    this.power = power;
    this.begin();
  }

  protected override nextLrs(): readonly number[] {
    const { lastEpoch, totalIters, power } = this;
    if (lastEpoch === 0 || lastEpoch > totalIters) return this.groups.map(({ lr }) => lr);
    const factor = ((1 - lastEpoch / totalIters) / (1 - (lastEpoch - 1) / totalIters)) ** power;
    return this.groups.map(({ lr }) => lr * factor);
  }

  protected override closedForm(): readonly number[] {
    const left = 1 - Math.min(this.totalIters, this.lastEpoch) / this.totalIters;
    return this.baseLrs.map((lr) => lr * left ** this.power);
  }
}

/** Gives a factor for the number of steps. */
export type Factor = (epoch: number) => number;

interface LambdaOptions extends LastEpoch {
  /** The factor, or one for each group; must be given. */
  lrLambda?: Factor | readonly Factor[];
}

function factorsOf(factor: Factor | readonly Factor[], groups: readonly unknown[]): readonly Factor[] {
  const factors = perGroup('lrLambda', factor, groups);
  if (factors.every((f) => typeof f === 'function')) return factors;
  throw new TypeError(`lrLambda must be a function, or one for each parameter group`);
}

/**
 * Multiplies the first rates by a function of the number of steps.
 *
 * @example
 * const optimizer = new np.optim.SGD([np.tensor([1], { requiresGrad: true })], { lr: 1 });
 * new np.optim.lrScheduler.LambdaLR(optimizer, (epoch) => 0.95 ** epoch).getLastLr(); // [1]
 */
export class LambdaLR extends LRScheduler {
  readonly lrLambdas: readonly Factor[];

  /** @throws TypeError for what is no function; ValueError if there is not one for each group. */
  constructor(optimizer: Scheduled, ...args: Args<LambdaOptions, ['lrLambda', 'lastEpoch']>) {
    const { lrLambda, lastEpoch } = bind<LambdaOptions>('LambdaLR', args, ['lrLambda', 'lastEpoch']);
    super(optimizer, lastEpoch);
    this.lrLambdas = factorsOf(required(this.constructor.name, 'lrLambda', lrLambda), this.groups);
    this.begin();
  }

  protected override nextLrs(): readonly number[] {
    return this.baseLrs.map((lr, i) => lr * this.lrLambdas[i](this.lastEpoch));
  }
}

/**
 * Multiplies the rates, after each step but the first, by a function of the number of steps.
 *
 * @example
 * const optimizer = new np.optim.SGD([np.tensor([1], { requiresGrad: true })], { lr: 1 });
 * new np.optim.lrScheduler.MultiplicativeLR(optimizer, () => 0.95).getLastLr(); // [1]
 */
export class MultiplicativeLR extends LRScheduler {
  readonly lrLambdas: readonly Factor[];

  /** @throws TypeError for what is no function; ValueError if there is not one for each group. */
  constructor(optimizer: Scheduled, ...args: Args<LambdaOptions, ['lrLambda', 'lastEpoch']>) {
    const { lrLambda, lastEpoch } = bind<LambdaOptions>('MultiplicativeLR', args, ['lrLambda', 'lastEpoch']);
    super(optimizer, lastEpoch);
    this.lrLambdas = factorsOf(required(this.constructor.name, 'lrLambda', lrLambda), this.groups);
    this.begin();
  }

  protected override nextLrs(): readonly number[] {
    const { lastEpoch, lrLambdas } = this;
    return this.groups.map(({ lr }, i) => (lastEpoch > 0 ? lr * lrLambdas[i](lastEpoch) : lr));
  }
}
