/** Replays a module: construct, load the recorded state, call, differentiate. */
import { Difference } from '../compare.ts';
import type { Context } from '../compare.ts';
import type { ArrayLike } from '../namespace.ts';
import { crashText } from '../outcome.ts';
import { MissingFunction } from '../special.ts';
import type { Case } from '../suite.ts';
import { extrasOf } from './case.ts';
import type { ModuleExtras } from './case.ts';
import { compareResult, compareTensor } from './compare.ts';
import { compareGradient, differentiate } from './gradients.ts';
import type { Arguments, TensorLike } from './tensors.ts';

/** What the runner uses of a module. */
interface Module {
  loadStateDict: (state: Record<string, unknown>) => unknown;
  stateDict: () => Record<string, ArrayLike> | Map<string, ArrayLike>;
  namedParameters: () => Iterable<[string, TensorLike]>;
  train: () => unknown;
  eval: () => unknown;
  call: (...args: unknown[]) => unknown;
}

export function runModule(
  c: Case,
  { state, training, args, keywords, gradients = {}, after = {} }: ModuleExtras,
  made: Arguments,
  context: Context,
): void {
  const module = attempt('the constructor', () => made.construct([c.name, c.args, c.keywords])) as Module;
  attempt('loadStateDict', () => module.loadStateDict(made.entries(state)));
  if (training) module.train();
  else module.eval();
  const given = made.list(args, keywords);
  const result = attempt('the call', () => module.call(...given));
  compareResult(c.expected, result, context);
  const { cotangents, gradients: ofInputs = [] } = extrasOf(c);
  differentiate(result, cotangents, made);
  made.leaves.forEach((leaf, i) => {
    compareGradient(ofInputs[i] ?? null, leaf, context, `gradient of input ${i}`);
  });
  const parameters = new Map(module.namedParameters());
  for (const [name, gradient] of Object.entries(gradients)) {
    const parameter = parameters.get(name);
    if (!parameter)
      throw new Difference(`no parameter ${name}; there are ${[...parameters.keys()].join(', ')}`);
    compareGradient(gradient, parameter, context, `gradient of ${name}`);
  }
  const final = module.stateDict();
  for (const [name, recorded] of Object.entries(after)) {
    const buffer = final instanceof Map ? final.get(name) : final[name];
    compareTensor(recorded, buffer, context, `${name} after the call`);
  }
}

/** Runs one part of a replay; an error in it is a difference that names the part. */
export function attempt<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof MissingFunction) throw error;
    throw new Difference(`${what} threw ${crashText(error)}`);
  }
}
