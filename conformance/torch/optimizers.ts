/** Replays optimizers step by step, and schedules of learning rates. */
import { compareElements } from '../compare.ts';
import type { Context } from '../compare.ts';
import { elementsOf } from '../elements.ts';
import { attempt } from '../outcome.ts';
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
  for (let i = 0; i < steps; i++) {
    if (i === restoreAt) optimizer = restored(optimizer, construct());
    if (gradients) {
      parameters.forEach((p, k) => {
        const gradient = gradients[i][k];
        p.grad = gradient && made.stretch(gradient, p.shape);
      });
      attempt(`step ${i + 1}`, () => optimizer.step());
    } else {
      const closure = closureOf(optimizer, parameters, loss!);
      attempt(`step ${i + 1}`, () => optimizer.step(closure));
    }
    after.push(parameters.map((p) => p.detach().clone()));
  }
  return {
    values: after,
    check: () => {
      after.forEach((values, i) => {
        compareResult(rows[i], values, context, {}, `parameters after step ${i + 1}`);
      });
    },
  };
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
