/** Schedules made of schedules. */
import { ValueError } from '../../array/errors.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import type { Schedule, Scheduled, ScheduledGroup, SchedulerState, LRScheduler } from './scheduler.ts';
import { requireFields, requireInteger, requireOptimizer, required } from './scheduler.ts';

function requireSameOptimizer(schedulers: readonly Schedule[], optimizer: Scheduled, name: string): void {
  if (!Array.isArray(schedulers) || schedulers.length === 0)
    throw new ValueError(`${name} needs a list of at least one schedule`);
  const other = schedulers.findIndex((scheduler) => scheduler.optimizer !== optimizer);
  if (other >= 0)
    throw new ValueError(
      `${name}: all schedules must belong to one optimizer, but that of number ${other} is another`,
    );
}

function statesOf(schedulers: readonly Schedule[]): SchedulerState[] {
  return schedulers.map((scheduler) => scheduler.stateDict());
}

function loadStates(schedulers: readonly Schedule[], states: unknown, name: string): void {
  if (!Array.isArray(states) || states.length !== schedulers.length) {
    const n = Array.isArray(states) ? states.length : 0;
    throw new ValueError(`loaded state dict has ${n} schedules, ${name} has ${schedulers.length}`);
  }
  schedulers.forEach((scheduler, i) => scheduler.loadStateDict(states[i] as SchedulerState));
}

interface SequentialOptions {
  /** The schedules in their order; must be given. */
  schedulers?: readonly LRScheduler[];
  /** The steps at which the second, third, ... takes over; must be given. */
  milestones?: readonly number[];
  /** The number of steps before, for going on; -1 begins. */
  lastEpoch?: number;
}

const SEQUENTIAL = ['schedulers', 'milestones', 'lastEpoch'] as const;

/**
 * Lets one schedule follow another, each for its part of the steps.
 *
 * @example
 * const optimizer = new np.optim.SGD([np.tensor([1], { requiresGrad: true })], { lr: 1 });
 * const { ConstantLR, ExponentialLR, SequentialLR } = np.optim.lrScheduler;
 * const parts = [new ConstantLR(optimizer, { factor: 0.1 }), new ExponentialLR(optimizer, 0.9)];
 * new SequentialLR(optimizer, parts, [2]).getLastLr(); // [0.1]
 */
export class SequentialLR implements Schedule {
  readonly optimizer: Scheduled;
  lastEpoch: number;
  readonly #schedulers: readonly LRScheduler[];
  #milestones: readonly number[];
  #lastLr: readonly number[];

  /** @throws ValueError if there is not one milestone fewer than schedules, or one schedule belongs to another optimizer. */
  constructor(optimizer: Scheduled, ...args: Args<SequentialOptions, typeof SEQUENTIAL>) {
    const options = bind<SequentialOptions>('SequentialLR', args, SEQUENTIAL);
    const schedulers = required('SequentialLR', 'schedulers', options.schedulers);
    const milestones = required('SequentialLR', 'milestones', options.milestones);
    this.optimizer = requireOptimizer(optimizer, 'SequentialLR');
    requireSameOptimizer(schedulers, optimizer, 'SequentialLR');
    if (milestones.length !== schedulers.length - 1) {
      throw new ValueError(
        `SequentialLR expects one milestone fewer than schedules, but got ${milestones.length} and ${schedulers.length}`,
      );
    }
    milestones.forEach((n) => requireInteger('milestone', n, 0));
    this.#schedulers = [...schedulers];
    this.#milestones = [...milestones];
    this.lastEpoch = (options.lastEpoch ?? -1) + 1;
    // The constructors have each taken their first step: only that of the first schedule is to count.
    for (const group of optimizer.paramGroups as readonly ScheduledGroup[])
      group.lr = group.initialLr ?? group.lr;
    for (const scheduler of schedulers) scheduler.lastEpoch--;
    schedulers[0].begin();
    this.#lastLr = schedulers[0].getLastLr();
  }

  /** Sets the rates of the next step; to be called after `optimizer.step()`. */
  step(): void {
    this.lastEpoch++;
    const passed = this.#milestones.filter((n) => n <= this.lastEpoch).length;
    const scheduler = this.#schedulers[passed];
    if (passed > 0 && this.#milestones[passed - 1] === this.lastEpoch) scheduler.step(0);
    else scheduler.step();
    this.#lastLr = scheduler.getLastLr();
  }

  /** The rates that were set last, one for each group. */
  getLastLr(): readonly number[] {
    return this.#lastLr;
  }

  /** The state, to be saved: with that of each schedule. */
  stateDict(): SchedulerState {
    const { lastEpoch } = this;
    return {
      lastEpoch,
      milestones: [...this.#milestones],
      lastLr: [...this.#lastLr],
      schedulers: statesOf(this.#schedulers),
    };
  }

  /**
   * Goes on from a saved state.
   *
   * @throws TypeError, ValueError naming what differs.
   */
  loadStateDict(state: SchedulerState): void {
    requireFields(state, ['lastEpoch', 'milestones', 'lastLr', 'schedulers'], 'SequentialLR');
    loadStates(this.#schedulers, state.schedulers, 'SequentialLR');
    this.lastEpoch = state.lastEpoch as number;
    this.#milestones = [...(state.milestones as number[])];
    this.#lastLr = [...(state.lastLr as number[])];
  }
}

/**
 * Steps several schedules together, so that their factors multiply.
 *
 * @example
 * const optimizer = new np.optim.SGD([np.tensor([1], { requiresGrad: true })], { lr: 1 });
 * const { ChainedScheduler, ConstantLR, ExponentialLR } = np.optim.lrScheduler;
 * const chain = new ChainedScheduler([new ConstantLR(optimizer, { factor: 0.1 }), new ExponentialLR(optimizer, 0.9)]);
 * chain.getLastLr(); // [0.1]
 */
export class ChainedScheduler implements Schedule {
  readonly optimizer: Scheduled;
  lastEpoch = 0;
  readonly #schedulers: readonly Schedule[];

  /** @throws ValueError if there is none, or they belong to different optimizers. */
  constructor(...args: Args<{ schedulers: readonly Schedule[] }, ['schedulers']>) {
    const options = bind<{ schedulers: readonly Schedule[] }>('ChainedScheduler', args, ['schedulers']);
    const schedulers = required('ChainedScheduler', 'schedulers', options.schedulers);
    const [first] = schedulers;
    requireSameOptimizer(schedulers, first?.optimizer, 'ChainedScheduler');
    this.optimizer = first.optimizer;
    this.#schedulers = [...schedulers];
  }

  /** Sets the rates of the next step; to be called after `optimizer.step()`. */
  step(): void {
    this.lastEpoch++;
    for (const scheduler of this.#schedulers) scheduler.step();
  }

  /** The rates, one for each group. */
  getLastLr(): readonly number[] {
    return this.optimizer.paramGroups.map(({ lr }) => lr);
  }

  /** The state, to be saved: with that of each schedule. */
  stateDict(): SchedulerState {
    return { lastEpoch: this.lastEpoch, schedulers: statesOf(this.#schedulers) };
  }

  /**
   * Goes on from a saved state.
   *
   * @throws TypeError, ValueError naming what differs.
   */
  loadStateDict(state: SchedulerState): void {
    requireFields(state, ['lastEpoch', 'schedulers'], 'ChainedScheduler');
    loadStates(this.#schedulers, state.schedulers, 'ChainedScheduler');
    this.lastEpoch = state.lastEpoch as number;
  }
}
