/** Replays a module: construct, load the recorded state, call, differentiate. */
import { Difference } from '../compare.ts';
import type { Context } from '../compare.ts';
import type { ArrayLike } from '../namespace.ts';
import { attempt } from '../outcome.ts';
import type { Pending } from '../outcome.ts';
import type { Case } from '../suite.ts';
import { extrasOf } from './case.ts';
import type { ModuleExtras } from './case.ts';
import { compareResult, compareTensor } from './compare.ts';
import { compareGradient, differentiate, gradientsOf } from './gradients.ts';
import type { Arguments, TensorLike } from './tensors.ts';

/** What the runner uses of a module. */
interface Module {
  loadStateDict: (state: Record<string, unknown>) => unknown;
  stateDict: () => Record<string, ArrayLike> | Map<string, ArrayLike>;
  namedParameters: () => Iterable<[string, TensorLike]>;
  to: (device: string) => unknown;
  train: () => unknown;
  eval: () => unknown;
  call: (...args: unknown[]) => unknown;
}

export function runModule(
  c: Case,
  { state, training, args, keywords, gradients = {}, after = {} }: ModuleExtras,
  made: Arguments,
  context: Context,
): Pending {
  const module = attempt('the constructor', () => made.construct([c.name, c.args, c.keywords])) as Module;
  if (made.device === 'webgpu') module.to('webgpu');
  attempt('loadStateDict', () => module.loadStateDict(made.entries(state)));
  if (training) module.train();
  else module.eval();
  const given = made.list(args, keywords);
  const result = attempt('the call', () => module.call(...given));
  const { cotangents, gradients: ofInputs = [] } = extrasOf(c);
  differentiate(result, cotangents, made);
  const parameters = new Map(module.namedParameters());
  const final = module.stateDict();
  const buffers = final instanceof Map ? (Object.fromEntries(final) as Record<string, ArrayLike>) : final;
  return {
    values: [result, gradientsOf([...made.leaves, ...parameters.values()]), buffers],
    check: () => {
      compareResult(c.expected, result, context);
      made.leaves.forEach((leaf, i) => {
        compareGradient(ofInputs[i] ?? null, leaf, context, `gradient of input ${i}`);
      });
      for (const [name, gradient] of Object.entries(gradients)) {
        const parameter = parameters.get(name);
        if (!parameter)
          throw new Difference(`no parameter ${name}; there are ${[...parameters.keys()].join(', ')}`);
        compareGradient(gradient, parameter, context, `gradient of ${name}`);
      }
      for (const [name, recorded] of Object.entries(after)) {
        compareTensor(recorded, buffers[name], context, `${name} after the call`);
      }
    },
  };
}
