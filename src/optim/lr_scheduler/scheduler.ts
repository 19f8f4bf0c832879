/** What all schedules of learning rates have. */
import { ValueError } from '../../array/errors.ts';

/** What a schedule reads and changes of a group of an optimizer. */
export interface ScheduledGroup {
  lr: number;
  /** The learning rate before the first schedule. */
  initialLr?: number;
  momentum?: number;
  betas?: readonly [number, number];
}

/** An optimizer, as schedules see it. */
export interface Scheduled {
  readonly paramGroups: readonly (object & { lr: number })[];
}

/** What a schedule saves: its numbers and lists by name. Functions are not saved. */
export type SchedulerState = Readonly<Record<string, unknown>>;

/** A schedule that ends where another may take over. */
export interface Schedule {
  readonly optimizer: Scheduled;
  lastEpoch: number;
  step(metric?: number): void;
  getLastLr(): readonly number[];
  stateDict(): SchedulerState;
  loadStateDict(state: SchedulerState): void;
}

/**
 * Base of the schedules that set the learning rates of an optimizer's groups from the number of steps taken. Each class gives the next
 * rates from the present ones, so that schedules multiply (`ChainedScheduler`), and rates may be changed by hand.
 */
export abstract class LRScheduler implements Schedule {
  readonly optimizer: Scheduled;
  /** The number of steps so far. */
  lastEpoch: number;
  /** The groups' learning rates before the schedule. */
  baseLrs: readonly number[];
  protected stepCount = 0;
  protected lastLr: readonly number[] = [];

  /**
   * @param optimizer - whose rates are set
   * @param lastEpoch - the number of steps before, for going on; -1 begins
   * @throws TypeError for what is no optimizer; ValueError if there is nothing to go on from.
   */
  protected constructor(optimizer: Scheduled, lastEpoch = -1) {
    this.optimizer = requireOptimizer(optimizer, this.constructor.name);
    const { groups } = this;
    groups.forEach((group, i) => {
      if (lastEpoch === -1) group.initialLr ??= group.lr;
      else if (group.initialLr === undefined)
        throw new ValueError(
          `parameter group ${i} has no initialLr, which going on from step ${lastEpoch} needs`,
        );
    });
    this.baseLrs = groups.map((group) => group.initialLr!);
    this.lastEpoch = lastEpoch;
  }

  protected get groups(): readonly ScheduledGroup[] {
    return this.optimizer.paramGroups as readonly ScheduledGroup[];
  }

  /** The rates after `lastEpoch` steps, from the present ones. */
  protected abstract nextLrs(): readonly number[];

  /** The same from the base rates alone, where there is such a formula. */
  protected closedForm?(): readonly number[];

  /** Sets the first rates: called at the end of each constructor. */
  begin(): void {
    this.stepCount = 0;
    this.step();
  }

  /**
   * Sets the rates of the next step; to be called after `optimizer.step()`.
   *
   * @param epoch - the number of steps to go to, instead of the next
   */
  step(epoch?: number): void {
    this.stepCount++;
    this.lastEpoch = epoch ?? this.lastEpoch + 1;
    this.setLrs(epoch === undefined || !this.closedForm ? this.nextLrs() : this.closedForm());
  }

  protected setLrs(lrs: readonly number[]): void {
    this.groups.forEach((group, i) => (group.lr = lrs[i]));
    this.lastLr = [...lrs];
  }

  /** The rates that were set last, one for each group. */
  getLastLr(): readonly number[] {
    return this.lastLr;
  }

  /** The state, to be saved; functions that were given are not in it. */
  stateDict(): SchedulerState {
    return structuredClone(Object.fromEntries(savedFields(this)));
  }

  /**
   * Goes on from the state of a schedule of the same kind.
   *
   * @throws TypeError, ValueError naming what differs; then nothing is changed.
   */
  loadStateDict(state: SchedulerState): void {
    const own = savedFields(this).map(([name]) => name);
    requireFields(state, own, this.constructor.name);
    Object.assign(this, structuredClone(state));
  }
}

/** What is saved of a schedule: all but the optimizer, functions and schedules in it. */
export function savedFields(schedule: object): [string, unknown][] {
  return Object.entries(schedule).filter(
    ([name, value]) => name !== 'optimizer' && !containsFunction(value) && !containsSchedule(value),
  );
}

const containsFunction = (x: unknown): boolean =>
  typeof x === 'function' || (Array.isArray(x) && x.some(containsFunction));

const containsSchedule = (x: unknown): boolean =>
  Array.isArray(x) &&
  x.some((item: unknown) => typeof item === 'object' && item !== null && 'getLastLr' in item);

/** @throws TypeError, ValueError unless a state has just these fields. */
export function requireFields(state: unknown, fields: readonly string[], name: string): void {
  if (typeof state !== 'object' || state === null)
    throw new TypeError(`${name} loads what stateDict() gave, not ${String(state)}`);
  const missing = fields.find((field) => !(field in state));
  if (missing !== undefined) throw new ValueError(`loaded state dict has no ${missing}, which ${name} needs`);
  const unknown = Object.keys(state).find((field) => !fields.includes(field));
  if (unknown !== undefined)
    throw new ValueError(`loaded state dict has ${unknown}, which ${name} does not have`);
}

export function requireOptimizer(optimizer: Scheduled, name: string): Scheduled {
  if (typeof optimizer !== 'object' || optimizer === null || !Array.isArray(optimizer.paramGroups))
    throw new TypeError(`${name} needs an optimizer, got ${String(optimizer)}`);
  return optimizer;
}

/**
 * A parameter as one value for each group.
 *
 * @throws ValueError if there are too few or too many.
 */
export function perGroup<T>(name: string, value: T | readonly T[], groups: readonly unknown[]): readonly T[] {
  if (!Array.isArray(value)) return groups.map(() => value as T);
  if (value.length === groups.length) return [...(value as readonly T[])];
  throw new ValueError(`expected ${groups.length} values for ${name}, got ${value.length}`);
}

/** @throws TypeError, ValueError unless `n` is a positive integer (or zero, if that is `least`). */
export function requireInteger(name: string, n: unknown, least = 1): void {
  if (!Number.isInteger(n) || (n as number) < least)
    throw new ValueError(
      `expected ${least === 1 ? 'positive integer' : 'non-negative integer'} ${name}, but got ${String(n)}`,
    );
}

/** Something to divide by must not be zero, and numbers must be numbers. */
export function requireNumber(name: string, x: unknown): void {
  if (typeof x !== 'number' || Number.isNaN(x))
    throw new TypeError(`${name} must be a number, got ${String(x)}`);
}

/** @throws TypeError if a parameter that has no default was left out. */
export function required<T>(fn: string, name: string, value: T | null | undefined): T {
  if (value === null || value === undefined)
    throw new TypeError(`${fn}() missing required argument: '${name}'`);
  return value;
}
