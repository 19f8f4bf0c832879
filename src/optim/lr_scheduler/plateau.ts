/** A schedule that watches a measure of the training. */
import { ValueError } from '../../array/errors.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import type { Schedule, Scheduled, ScheduledGroup, SchedulerState } from './scheduler.ts';
import { perGroup, requireFields, requireInteger, requireOptimizer, savedFields } from './scheduler.ts';

interface PlateauOptions {
  /** Whether the measure is to become small or great. */
  mode?: 'min' | 'max';
  /** What the rates are multiplied by: below 1. */
  factor?: number;
  /** How many steps without improvement are borne. */
  patience?: number;
  /** What counts as an improvement: more than this share of the best measure, or than this if `thresholdMode` is 'abs'. */
  threshold?: number;
  thresholdMode?: 'rel' | 'abs';
  /** How many steps to wait after the rates have changed. */
  cooldown?: number;
  /** The least rate, or one for each group. */
  minLr?: number | readonly number[];
  /** Smaller changes of a rate are not made. */
  eps?: number;
}

const PLATEAU = [
  'mode',
  'factor',
  'patience',
  'threshold',
  'thresholdMode',
  'cooldown',
  'minLr',
  'eps',
] as const;

/**
 * Lowers the rates when a measure, such as the loss on held-out data, has stopped improving.
 *
 * @example
 * const optimizer = new np.optim.SGD([np.tensor([1], { requiresGrad: true })], { lr: 1 });
 * const schedule = new np.optim.lrScheduler.ReduceLROnPlateau(optimizer, { patience: 0 });
 * schedule.step(0.5);
 * schedule.step(0.5);
 * schedule.getLastLr(); // [0.1]
 */
export class ReduceLROnPlateau implements Schedule {
  readonly optimizer: Scheduled;
  readonly mode: 'min' | 'max';
  readonly factor: number;
  readonly patience: number;
  readonly threshold: number;
  readonly thresholdMode: 'rel' | 'abs';
  readonly cooldown: number;
  readonly minLrs: readonly number[];
  readonly eps: number;
  lastEpoch = 0;
  best: number;
  numBadEpochs = 0;
  cooldownCounter = 0;

  /** @throws ValueError for an unknown mode, a factor that is not below 1, or lists of another length than the groups. */
  constructor(optimizer: Scheduled, ...args: Args<PlateauOptions, typeof PLATEAU>) {
    const options = bind<PlateauOptions>('ReduceLROnPlateau', args, PLATEAU);
    const { mode = 'min', factor = 0.1, patience = 10, threshold = 1e-4, thresholdMode = 'rel' } = options;
    const { cooldown = 0, minLr = 0, eps = 1e-8 } = options;
    if (!(factor < 1)) throw new ValueError(`factor should be < 1.0, got ${factor}`);
    if (mode !== 'min' && mode !== 'max') throw new ValueError(`mode ${String(mode)} is unknown!`);
    if (thresholdMode !== 'rel' && thresholdMode !== 'abs')
      throw new ValueError(`threshold mode ${String(thresholdMode)} is unknown!`);
    requireInteger('patience', patience, 0);
    requireInteger('cooldown', cooldown, 0);
    this.optimizer = requireOptimizer(optimizer, 'ReduceLROnPlateau');
    this.mode = mode;
    this.factor = factor;
    this.patience = patience;
    this.threshold = threshold;
    this.thresholdMode = thresholdMode;
    this.cooldown = cooldown;
    this.minLrs = perGroup('minLr', minLr, optimizer.paramGroups);
    this.eps = eps;
    this.best = mode === 'min' ? Infinity : -Infinity;
  }

  /**
   * Takes notice of the measure.
   *
   * @param metric - the measure after another epoch; a tensor of one element is given as `loss.item()`
   * @throws TypeError if it is no number.
   */
  step(metric?: number): void {
    if (typeof metric !== 'number')
      throw new TypeError(`ReduceLROnPlateau.step() needs the measure as a number, got ${String(metric)}`);
    this.lastEpoch++;
    if (this.#isBetter(metric)) {
      this.best = metric;
      this.numBadEpochs = 0;
    } else this.numBadEpochs++;
    if (this.cooldownCounter > 0) {
      this.cooldownCounter--;
      this.numBadEpochs = 0;
    }
    if (this.numBadEpochs <= this.patience) return;
    this.#lower();
    this.cooldownCounter = this.cooldown;
    this.numBadEpochs = 0;
  }

  #isBetter(metric: number): boolean {
    const { best, threshold, mode, thresholdMode } = this;
    const sign = mode === 'min' ? -1 : 1;
    const bound = thresholdMode === 'rel' ? best * (1 + sign * threshold) : best + sign * threshold;
    return mode === 'min' ? metric < bound : metric > bound;
  }

  #lower(): void {
    this.#groups.forEach((group, i) => {
      const lowered = Math.max(group.lr * this.factor, this.minLrs[i]);
      if (group.lr - lowered > this.eps) group.lr = lowered;
    });
  }

  get #groups(): readonly ScheduledGroup[] {
    return this.optimizer.paramGroups;
  }

  /** The rates, one for each group. */
  getLastLr(): readonly number[] {
    return this.#groups.map(({ lr }) => lr);
  }

  /** The state, to be saved. */
  stateDict(): SchedulerState {
    return structuredClone(Object.fromEntries(savedFields(this)));
  }

  /**
   * Goes on from a saved state.
   *
   * @throws TypeError, ValueError naming what differs; then nothing is changed.
   */
  loadStateDict(state: SchedulerState): void {
    const own = savedFields(this).map(([name]) => name);
    requireFields(state, own, 'ReduceLROnPlateau');
    Object.assign(this, structuredClone(state));
  }
}
