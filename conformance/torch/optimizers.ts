/** Replays optimizers step by step, and schedules of learning rates. */
import { compareElements, Difference } from '../compare.ts';
import type { Context } from '../compare.ts';
import { elementsOf } from '../elements.ts';
import { attempt, Thrown } from '../outcome.ts';
import type { Pending } from '../outcome.ts';
import { decodeBase64 } from '../suite.ts';
import type { Case, Code } from '../suite.ts';
import { callable } from './callables.ts';
import type { ArrayCode, OptimizerExtras, ScheduleExtras } from './case.ts';
import { compareResult } from './compare.ts';
import type { Arguments, TensorLike } from './tensors.ts';

/** What the runner uses of an optimizer. */
interface Optimizer extends Stateful {
  readonly paramGroups: readonly Readonly<Record<string, unknown>>[];
  step: (closure?: () => unknown) => unknown;
  /** `step` for an optimizer that looks at the loss, where that is on a GPU. */
  stepAsync?: (closure: () => unknown) => Promise<unknown>;
  zeroGrad: () => void;
}

interface Stateful {
  stateDict: () => unknown;
  loadStateDict: (state: unknown) => unknown;
}

interface Scheduler extends Stateful {
  step: (metric?: number) => unknown;
}

/** Steps with recorded gradients, or with those of a loss; the parameters are compared after each step. */
export function runOptimizer(
  c: Case,
  { gradients, loss, steps, restoreAt }: OptimizerExtras,
  made: Arguments,
  context: Context,
): Pending {
  const construct = (): Optimizer =>
    attempt('the constructor', () => made.construct([c.name, c.args, c.keywords])) as Optimizer;
  let optimizer = construct();
  const parameters = made.leaves;
  const rows = (c.expected as { l: readonly Code[] }).l;
  const after: TensorLike[][] = [];
  const take = (i: number): unknown => {
    if (i === restoreAt) optimizer = restored(optimizer, construct());
    gradients?.[i].forEach((gradient, k) => {
      parameters[k].grad = gradient && made.stretch(gradient, parameters[k].shape);
    });
    if (gradients) return optimizer.step();
    const closure = closureOf(optimizer, parameters, loss!);
    const waits = made.device === 'webgpu' && optimizer.stepAsync !== undefined;
    return waits ? optimizer.stepAsync!(closure) : optimizer.step(closure);
  };
  const note = (): void => void after.push(parameters.map((p) => p.detach().clone()));
  const check = (): void => {
    after.forEach((values, i) => {
      compareResult(rows[i], values, context, {}, `parameters after step ${i + 1}`);
    });
  };
  if (made.device === 'webgpu') return { values: after, check, ready: stepsLater(steps, take, note) };
  for (let i = 0; i < steps; i++) {
    attempt(`step ${i + 1}`, () => take(i));
    note();
  }
  return { values: after, check };
}

/** Takes steps that may be asynchronous. */
async function stepsLater(steps: number, take: (i: number) => unknown, note: () => void): Promise<void> {
  for (let i = 0; i < steps; i++) {
    try {
      await attempt(`step ${i + 1}`, () => take(i));
    } catch (error) {
      throw error instanceof Difference ? error : new Thrown(`step ${i + 1} `, error);
    }
    note();
  }
}

/** What LBFGS evaluates as often as it needs to: the loss and its gradients. */
function closureOf(optimizer: Optimizer, parameters: readonly TensorLike[], loss: string): () => unknown {
  return () => {
    optimizer.zeroGrad();
    const value = callable(loss)(...parameters) as TensorLike;
    value.backward(undefined);
    return value;
  };
}

function restored<T extends Stateful>(old: T, fresh: T): T {
  const state = attempt('stateDict', () => old.stateDict());
  attempt('loadStateDict', () => fresh.loadStateDict(state));
  return fresh;
}

/** One row of numbers before the first step and after each: what a schedule made of the parameter groups. */
export function runSchedule(c: Case, extras: ScheduleExtras, made: Arguments, context: Context): Pending {
  const { steps, metrics, reads, restoreAt } = extras;
  const construct = (): [Optimizer, Scheduler] => {
    const driven = optimizerOf(extras, made);
    made.optimizer = driven;
    const call = [c.name, c.args, c.keywords] as const;
    return [driven, attempt('the constructor', () => made.construct(call)) as Scheduler];
  };
  let [optimizer, scheduler] = construct();
  const rows = [readGroups(optimizer, reads)];
  for (let i = 0; i < steps; i++) {
    if (i === restoreAt) {
      const [freshOptimizer, freshScheduler] = construct();
      scheduler = restored(scheduler, freshScheduler);
      optimizer = restored(optimizer, freshOptimizer);
    }
    attempt(`step ${i + 1}`, () => {
      optimizer.step();
      scheduler.step(...(metrics ? [metrics[i]] : []));
    });
    rows.push(readGroups(optimizer, reads));
  }
  const [dtype, shape, data] = (c.expected as { a: Code }).a as unknown as ArrayCode;
  const check = (): void => {
    const expected = elementsOf(decodeBase64(data), dtype);
    const where = `${shape[0]} rows of ${reads.join(', ')}`;
    compareElements(dtype, expected, Float64Array.from(rows.flat()), context, where);
  };
  return { values: [], check };
}

/** The optimizer that a schedule drives. */
export function optimizerOf(
  { optimizer: [name, groups, keywords] }: ScheduleExtras,
  made: Arguments,
): Optimizer {
  return attempt('the optimizer', () => made.construct([name, [groups], keywords])) as Optimizer;
}

function readGroups(optimizer: Optimizer, reads: readonly string[]): number[] {
  return optimizer.paramGroups.flatMap((group) =>
    reads.map((read) => Number(read === 'betas' ? (group.betas as readonly number[])[0] : group[read])),
  );
}
