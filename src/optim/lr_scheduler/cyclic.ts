/** Schedules that raise the rates and let them fall again, and the momentum the other way round. */
import { ValueError } from '../../array/errors.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import { requireMomentum, setMomentum } from './momentum.ts';
import type { Scheduled } from './scheduler.ts';
import { LRScheduler, perGroup, requireInteger, requireNumber, required } from './scheduler.ts';

type PerGroup = number | readonly number[];

interface MomentumOptions {
  /** Whether to move the momentum against the rate. */
  cycleMomentum?: boolean;
  /** The least momentum, at the greatest rate. */
  baseMomentum?: PerGroup;
  /** The greatest momentum, at the least rate. */
  maxMomentum?: PerGroup;
  /** The number of steps before, for going on; -1 begins. */
  lastEpoch?: number;
}

interface CyclicOptions extends MomentumOptions {
  /** The least and the greatest rate, or one for each group; must be given. */
  baseLr?: PerGroup;
  maxLr?: PerGroup;
  /** Steps up, and down: as many as up by default. */
  stepSizeUp?: number;
  stepSizeDown?: number | null;
  /** How the height of the cycles changes: not, halved each time, or by `gamma` each step. */
  mode?: 'triangular' | 'triangular2' | 'exp_range';
  gamma?: number;
  /** The height instead of `mode`: a function of the cycle's number, or of the step's if `scaleMode` is 'iterations'. */
  scaleFn?: ((x: number) => number) | null;
  scaleMode?: 'cycle' | 'iterations';
}

const CYCLIC = [
  'baseLr',
  'maxLr',
  'stepSizeUp',
  'stepSizeDown',
  'mode',
  'gamma',
  'scaleFn',
  'scaleMode',
  'cycleMomentum',
  'baseMomentum',
  'maxMomentum',
  'lastEpoch',
] as const;

const SCALES = {
  triangular: () => 1,
  triangular2: (cycle: number) => 1 / 2 ** (cycle - 1),
  exp_range: (step: number, gamma: number) => gamma ** step,
} as const;

/**
 * Moves the rates up and down between two bounds. After Smith, "Cyclical learning rates for training neural networks" (2017).
 *
 * @example
 * const optimizer = new np.optim.SGD([np.tensor([1], { requiresGrad: true })], { lr: 1, momentum: 0.9 });
 * new np.optim.lrScheduler.CyclicLR(optimizer, 0.1, 1, { stepSizeUp: 10 }).getLastLr(); // [0.1]
 */
export class CyclicLR extends LRScheduler {
  readonly maxLrs: readonly number[];
  readonly totalSize: number;
  readonly stepRatio: number;
  readonly mode: keyof typeof SCALES;
  readonly gamma: number;
  readonly scaleFn: ((x: number) => number) | null;
  readonly scaleMode: 'cycle' | 'iterations';
  readonly cycleMomentum: boolean;
  readonly baseMomentums: readonly number[];
  readonly maxMomentums: readonly number[];

  /**
   * @throws ValueError for an unknown mode, sizes that are no positive numbers, lists of another length than the groups, or an
   *   optimizer without momentum where that is to be moved.
   */
  constructor(optimizer: Scheduled, ...args: Args<CyclicOptions, typeof CYCLIC>) {
    const options = bind<CyclicOptions>('CyclicLR', args, CYCLIC);
    const { stepSizeUp = 2000, mode = 'triangular', gamma = 1, scaleFn = null, lastEpoch = -1 } = options;
    const { cycleMomentum = true, baseMomentum = 0.8, maxMomentum = 0.9 } = options;
    super(optimizer, lastEpoch);
    const { groups } = this;
    const stepSizeDown = options.stepSizeDown ?? stepSizeUp;
    if (!(stepSizeUp > 0 && stepSizeDown > 0))
      throw new ValueError(`CyclicLR: step sizes must be above 0, got ${stepSizeUp} and ${stepSizeDown}`);
    if (scaleFn === null && !Object.hasOwn(SCALES, mode))
      throw new ValueError(`mode '${String(mode)}' is invalid and scaleFn is null`);
    this.baseLrs = perGroup('baseLr', required('CyclicLR', 'baseLr', options.baseLr), groups);
    this.maxLrs = perGroup('maxLr', required('CyclicLR', 'maxLr', options.maxLr), groups);
    this.totalSize = stepSizeUp + stepSizeDown;
    this.stepRatio = stepSizeUp / this.totalSize;
    this.mode = mode;
    this.gamma = gamma;
    this.scaleFn = scaleFn;
    this.scaleMode = scaleFn ? (options.scaleMode ?? 'cycle') : mode === 'exp_range' ? 'iterations' : 'cycle';
    this.cycleMomentum = cycleMomentum;
    if (cycleMomentum) requireMomentum(groups);
    this.baseMomentums = perGroup('baseMomentum', baseMomentum, groups);
    this.maxMomentums = perGroup('maxMomentum', maxMomentum, groups);
    if (lastEpoch === -1) groups.forEach((group, i) => (group.lr = this.baseLrs[i]));
    this.begin();
  }

  protected override nextLrs(): readonly number[] {
    const { lastEpoch, totalSize, stepRatio } = this;
    const cycle = Math.floor(1 + lastEpoch / totalSize);
    const x = 1 + lastEpoch / totalSize - cycle;
    const height = x <= stepRatio ? x / stepRatio : (x - 1) / (stepRatio - 1);
    const at = this.scaleMode === 'cycle' ? cycle : lastEpoch;
    const scale = this.scaleFn ? this.scaleFn(at) : SCALES[this.mode](at, this.gamma);
    if (this.cycleMomentum) {
      this.groups.forEach((group, i) => {
        const range = this.maxMomentums[i] - this.baseMomentums[i];
        setMomentum(group, this.maxMomentums[i] - range * height * scale);
      });
    }
    return this.baseLrs.map((lr, i) => lr + (this.maxLrs[i] - lr) * height * scale);
  }
}

interface OneCycleOptions extends MomentumOptions {
  /** The greatest rate, or one for each group; must be given. */
  maxLr?: PerGroup;
  /** The number of steps of the cycle: this, or `epochs` times `stepsPerEpoch`. */
  totalSteps?: number | null;
  epochs?: number | null;
  stepsPerEpoch?: number | null;
  /** The share of the steps in which the rates rise. */
  pctStart?: number;
  annealStrategy?: 'cos' | 'linear';
  /** The greatest rate over the first. */
  divFactor?: number;
  /** The first rate over the last. */
  finalDivFactor?: number;
  /** Whether to come down as slowly as up, and then to the last rate; instead of all the way at once. */
  threePhase?: boolean;
}

const ONE_CYCLE = [
  'maxLr',
  'totalSteps',
  'epochs',
  'stepsPerEpoch',
  'pctStart',
  'annealStrategy',
  'cycleMomentum',
  'baseMomentum',
  'maxMomentum',
  'divFactor',
  'finalDivFactor',
  'threePhase',
  'lastEpoch',
] as const;

const ANNEAL = {
  cos: (from: number, to: number, share: number) => to + ((from - to) / 2) * (Math.cos(Math.PI * share) + 1),
  linear: (from: number, to: number, share: number) => (to - from) * share + from,
} as const;

/** A stretch of the cycle: its last step, and which rate and momentum it goes from and to. */
interface Phase {
  readonly end: number;
  readonly lr: readonly [keyof Rates, keyof Rates];
  readonly momentum: readonly ['least' | 'greatest', 'least' | 'greatest'];
}

interface Rates {
  readonly first: number;
  readonly greatest: number;
  readonly last: number;
}

/**
 * Raises the rates once and lets them fall to almost nothing, over all of the training. After Smith and Topin,
 * "Super-convergence" (2018).
 *
 * @example
 * const optimizer = new np.optim.SGD([np.tensor([1], { requiresGrad: true })], { lr: 1, momentum: 0.9 });
 * new np.optim.lrScheduler.OneCycleLR(optimizer, 1, { totalSteps: 100, divFactor: 8 }).getLastLr(); // [0.125]
 */
export class OneCycleLR extends LRScheduler {
  readonly totalSteps: number;
  readonly phases: readonly Phase[];
  readonly rates: readonly Rates[];
  readonly annealStrategy: keyof typeof ANNEAL;
  readonly cycleMomentum: boolean;
  readonly baseMomentums: readonly number[];
  readonly maxMomentums: readonly number[];

  /**
   * @throws ValueError for numbers of steps that are no positive integers, a share that is none, an unknown strategy, lists of another
   *   length than the groups, or an optimizer without momentum where that is to be moved.
   */
  constructor(optimizer: Scheduled, ...args: Args<OneCycleOptions, typeof ONE_CYCLE>) {
    const options = bind<OneCycleOptions>('OneCycleLR', args, ONE_CYCLE);
    const maxLr = required('OneCycleLR', 'maxLr', options.maxLr);
    const { pctStart = 0.3, annealStrategy = 'cos', threePhase = false, lastEpoch = -1 } = options;
    const { cycleMomentum = true, baseMomentum = 0.85, maxMomentum = 0.95 } = options;
    const { divFactor = 25, finalDivFactor = 1e4 } = options;
    requireNumber('divFactor', divFactor);
    requireNumber('finalDivFactor', finalDivFactor);
    const totalSteps = stepsOf(options);
    if (!(pctStart >= 0 && pctStart <= 1))
      throw new ValueError(`expected pctStart between 0 and 1, but got ${pctStart}`);
    if (!Object.hasOwn(ANNEAL, annealStrategy))
      throw new ValueError(
        `annealStrategy must be one of 'cos' or 'linear', instead got ${String(annealStrategy)}`,
      );
    super(optimizer, lastEpoch);
    const { groups } = this;
    this.rates = perGroup('maxLr', maxLr, groups).map((greatest) => {
      return { first: greatest / divFactor, greatest, last: greatest / divFactor / finalDivFactor };
    });
    this.totalSteps = totalSteps;
    this.phases = phasesOf(totalSteps, pctStart, threePhase);
    this.annealStrategy = annealStrategy;
    this.cycleMomentum = cycleMomentum;
    if (cycleMomentum) requireMomentum(groups);
    this.baseMomentums = perGroup('baseMomentum', baseMomentum, groups);
    this.maxMomentums = perGroup('maxMomentum', maxMomentum, groups);
    if (lastEpoch === -1) {
      groups.forEach((group, i) => (group.initialLr = this.rates[i].first));
      this.baseLrs = this.rates.map((rates) => rates.first);
    }
    this.begin();
  }

  protected override nextLrs(): readonly number[] {
    const { lastEpoch, totalSteps, phases } = this;
    if (lastEpoch > totalSteps)
      throw new ValueError(`tried to step ${lastEpoch} times, but the cycle has ${totalSteps} steps`);
    const found = phases.findIndex(({ end }) => lastEpoch <= end);
    const at = found < 0 ? phases.length - 1 : found;
    const start = at === 0 ? 0 : phases[at - 1].end;
    const { end, lr, momentum } = phases[at];
    const share = (lastEpoch - start) / (end - start);
    const anneal = ANNEAL[this.annealStrategy];
    if (this.cycleMomentum) {
      this.groups.forEach((group, i) => {
        const bounds = { least: this.baseMomentums[i], greatest: this.maxMomentums[i] };
        setMomentum(group, anneal(bounds[momentum[0]], bounds[momentum[1]], share));
      });
    }
    return this.rates.map((rates) => anneal(rates[lr[0]], rates[lr[1]], share));
  }
}

function stepsOf({ totalSteps, epochs, stepsPerEpoch }: OneCycleOptions): number {
  if (totalSteps != null) {
    requireInteger('totalSteps', totalSteps);
    return totalSteps;
  }
  if (epochs == null || stepsPerEpoch == null)
    throw new ValueError('OneCycleLR needs totalSteps, or epochs and stepsPerEpoch');
  requireInteger('epochs', epochs);
  requireInteger('stepsPerEpoch', stepsPerEpoch);
  return epochs * stepsPerEpoch;
}

function phasesOf(totalSteps: number, pctStart: number, threePhase: boolean): Phase[] {
  const top = pctStart * totalSteps - 1;
  const up: Phase = { end: top, lr: ['first', 'greatest'], momentum: ['greatest', 'least'] };
  const end = totalSteps - 1;
  if (!threePhase) return [up, { end, lr: ['greatest', 'last'], momentum: ['least', 'greatest'] }];
  return [
    up,
    { end: 2 * pctStart * totalSteps - 2, lr: ['greatest', 'first'], momentum: ['least', 'greatest'] },
    { end, lr: ['first', 'last'], momentum: ['greatest', 'greatest'] },
  ];
}
