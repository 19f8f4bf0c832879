/** Schedules along a cosine, after Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017). */
import { ValueError } from '../../array/errors.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import type { Scheduled } from './scheduler.ts';
import { LRScheduler, requireInteger, requireNumber, required } from './scheduler.ts';

interface CosineOptions {
  /** The least rate. */
  etaMin?: number;
  /** The number of steps before, for going on; -1 begins. */
  lastEpoch?: number;
}

interface AnnealingOptions extends CosineOptions {
  /** In how many steps the rates fall; must be given. */
  TMax?: number;
}

/**
 * Lets the rates fall to `etaMin` along half a cosine, in `TMax` steps, and then rise again.
 *
 * @example
 * const optimizer = new np.optim.SGD([np.tensor([1], { requiresGrad: true })], { lr: 1 });
 * new np.optim.lrScheduler.CosineAnnealingLR(optimizer, 10).getLastLr(); // [1]
 */
export class CosineAnnealingLR extends LRScheduler {
  readonly TMax: number;
  readonly etaMin: number;

  /** @throws ValueError for a `TMax` that is no positive integer; TypeError for an `etaMin` that is no number. */
  constructor(optimizer: Scheduled, ...args: Args<AnnealingOptions, ['TMax', 'etaMin', 'lastEpoch']>) {
    const options = bind<AnnealingOptions>('CosineAnnealingLR', args, ['TMax', 'etaMin', 'lastEpoch']);
    const { etaMin = 0, lastEpoch } = options;
    const TMax = required('CosineAnnealingLR', 'TMax', options.TMax);
    super(optimizer, lastEpoch);
    requireInteger('TMax', TMax);
    requireNumber('etaMin', etaMin);
    this.TMax = TMax;
    this.etaMin = etaMin;
    this.begin();
  }

  protected override nextLrs(): readonly number[] {
    const { lastEpoch, TMax, etaMin, groups } = this;
    if (lastEpoch === 0) return groups.map(({ lr }) => lr);
    if (this.stepCount === 1 && lastEpoch > 0) return this.closedForm();
    const height = (epoch: number): number => 1 + Math.cos((Math.PI * epoch) / TMax);
    // From the lowest point the ratio of heights would be 0 / 0.
    if ((lastEpoch - 1 - TMax) % (2 * TMax) === 0) {
      const rise = (1 - Math.cos(Math.PI / TMax)) / 2;
      return groups.map(({ lr }, i) => lr + (this.baseLrs[i] - etaMin) * rise);
    }
    const ratio = height(lastEpoch) / height(lastEpoch - 1);
    return groups.map(({ lr }) => ratio * (lr - etaMin) + etaMin);
  }

  protected override closedForm(): readonly number[] {
    const share = (1 + Math.cos((Math.PI * this.lastEpoch) / this.TMax)) / 2;
    return this.baseLrs.map((lr) => this.etaMin + (lr - this.etaMin) * share);
  }
}

interface RestartOptions extends CosineOptions {
  /** After how many steps the first restart is; must be given. */
  T0?: number;
  /** How many times as long each fall is as the one before. */
  TMult?: number;
}

/**
 * Lets the rates fall to `etaMin` along half a cosine, and then begins anew: first after `T0` steps, then after `TMult` times as many.
 *
 * @example
 * const optimizer = new np.optim.SGD([np.tensor([1], { requiresGrad: true })], { lr: 1 });
 * new np.optim.lrScheduler.CosineAnnealingWarmRestarts(optimizer, 10).getLastLr(); // [1]
 */
export class CosineAnnealingWarmRestarts extends LRScheduler {
  readonly T0: number;
  readonly TMult: number;
  readonly etaMin: number;
  /** Steps since the last restart, and from that to the next. */
  protected TCur: number;
  protected TI: number;

  /** @throws ValueError for a `T0` or `TMult` that is no positive integer; TypeError for an `etaMin` that is no number. */
  constructor(optimizer: Scheduled, ...args: Args<RestartOptions, ['T0', 'TMult', 'etaMin', 'lastEpoch']>) {
    const names = ['T0', 'TMult', 'etaMin', 'lastEpoch'] as const;
    const options = bind<RestartOptions>('CosineAnnealingWarmRestarts', args, names);
    const { TMult = 1, etaMin = 0, lastEpoch = -1 } = options;
    const T0 = required('CosineAnnealingWarmRestarts', 'T0', options.T0);
    super(optimizer, lastEpoch);
    requireInteger('T0', T0);
    requireInteger('TMult', TMult);
    requireNumber('etaMin', etaMin);
    this.T0 = T0;
    this.TMult = TMult;
    this.etaMin = etaMin;
    this.TI = T0;
    this.TCur = lastEpoch;
    this.begin();
  }

  protected override nextLrs(): readonly number[] {
    const share = (1 + Math.cos((Math.PI * this.TCur) / this.TI)) / 2;
    return this.baseLrs.map((lr) => this.etaMin + (lr - this.etaMin) * share);
  }

  /** @throws ValueError for a negative `epoch`, which may be a fraction: batches within an epoch. */
  override step(epoch?: number): void {
    this.stepCount++;
    if (epoch !== undefined || this.lastEpoch < 0) this.#goTo(epoch ?? 0);
    else {
      this.lastEpoch++;
      this.TCur++;
      if (this.TCur >= this.TI) {
        this.TCur -= this.TI;
        this.TI *= this.TMult;
      }
    }
    this.setLrs(this.nextLrs());
  }

  #goTo(epoch: number): void {
    if (!(epoch >= 0)) throw new ValueError(`expected non-negative epoch, but got ${epoch}`);
    const { T0, TMult } = this;
    this.lastEpoch = Math.floor(epoch);
    if (TMult === 1) {
      this.TCur = epoch % T0;
      return;
    }
    const restarts = Math.floor(Math.log((epoch / T0) * (TMult - 1) + 1) / Math.log(TMult));
    this.TCur = epoch - (T0 * (TMult ** restarts - 1)) / (TMult - 1);
    this.TI = T0 * TMult ** restarts;
  }
}
