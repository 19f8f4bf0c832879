/** Replays recorded PyTorch cases: values, gradients, and what was written. */
import { compareElements, describe, Difference } from '../compare.ts';
import type { Context } from '../compare.ts';
import { elementsOf, gather } from '../elements.ts';
import { lookup } from '../namespace.ts';
import type { AnyFunction } from '../namespace.ts';
import { checkError, crashText, judge } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { MissingFunction, resolve } from '../special.ts';
import { decodeBase64 } from '../suite.ts';
import type { Case, Chapter, Code } from '../suite.ts';
import { toleranceOf } from '../tolerances.ts';
import { extrasOf } from './case.ts';
import type { Program, Stretch } from './case.ts';
import { compareResult } from './compare.ts';
import { compareGradient, differentiate } from './gradients.ts';
import { runModule } from './modules.ts';
import { optimizerOf, runOptimizer, runSchedule } from './optimizers.ts';
import { resolveTensor } from './special.ts';
import { Arguments, isTagged } from './tensors.ts';
import type { Tagged } from './tensors.ts';

/**
 * PyTorch raises RuntimeError for almost everything that is wrong with a tensor; here the kinds are Python's own for wrong shapes,
 * dtypes and indices.
 */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  RuntimeError: ['RuntimeError', 'ValueError', 'TypeError', 'IndexError', 'ZeroDivisionError'],
  NotImplementedError: ['NotImplementedError', 'ValueError', 'TypeError'],
};

/** Replays the cases of one chapter. */
export class TensorReplay {
  readonly #chapter: Chapter;

  constructor(chapter: Chapter) {
    this.#chapter = chapter;
  }

  run(c: Case): Outcome {
    const context: Context = {
      name: c.name,
      tolerance: toleranceOf(c.name),
      given: [],
      loose: false,
      worst: 0,
      digest: 0,
    };
    return judge(
      c,
      context,
      () => tensorCallText(this.#chapter, c),
      () => this.#verify(c, context),
    );
  }

  #verify(c: Case, context: Context): void {
    const made = new Arguments(this.#chapter);
    const expected = c.expected;
    if (isTagged(expected) && 'err' in expected) return this.#verifyError(c, expected, made);
    const { module, optimizer, schedule } = extrasOf(c);
    if (module) return runModule(c, module, made, context);
    if (optimizer) return runOptimizer(c, optimizer, made, context);
    if (schedule) return runSchedule(c, schedule, made, context);
    this.#verifyCall(c, made, context);
  }

  #verifyCall(c: Case, made: Arguments, context: Context): void {
    const { cotangents, gradients = [], written = {}, plain = false, program } = extrasOf(c);
    const result = perform(c, made);
    compareResult(c.expected, result, context, { plain });
    for (const [code, array] of made.constants) {
      const stretch = JSON.parse(code) as Stretch;
      const changed = written[code];
      const bytes = changed === undefined ? made.recorded(stretch) : decodeBase64(changed);
      const dtype = array.dtype.name;
      const where = changed === undefined ? 'an argument that must not change' : 'the argument written to';
      compareElements(dtype, elementsOf(bytes, dtype), gather(array), context, where);
    }
    if (plain || (program && !cotangents)) return;
    differentiate(result, cotangents, made);
    made.leaves.forEach((leaf, i) => {
      compareGradient(gradients[i] ?? null, leaf, context, `gradient of input ${i}`);
    });
  }

  #verifyError(c: Case, { err, says }: Tagged, made: Arguments): void {
    let result: unknown;
    try {
      result = performFailing(c, made);
    } catch (error) {
      if (error instanceof MissingFunction) throw error;
      return checkError(KINDS[String(err)] ?? [String(err)], String(says), error);
    }
    throw new Difference(`expected ${String(err)} (${String(says)}), got ${describe(result)}`);
  }
}

/** Makes the call of a case, or runs its program; an error is a difference where none is expected. */
function perform(c: Case, made: Arguments): unknown {
  const { program } = extrasOf(c);
  const call = program ? () => runProgram(program, made) : resolveTensor(c.name);
  const args = made.list(c.args, c.keywords);
  if (isTagged(c.expected) && 'err' in c.expected) return call(...args);
  try {
    return call(...args);
  } catch (error) {
    if (error instanceof MissingFunction) throw error;
    throw new Difference(`threw ${crashText(error)}`);
  }
}

function runProgram({ steps, results }: Program, made: Arguments): unknown {
  for (const [variable, name, args, keywords] of steps) {
    const call = resolve(name.replace(/^noGrad:/, ''));
    const given = made.list(args, keywords);
    const run = (): unknown => call(...given);
    const value = name.startsWith('noGrad:') ? (lookup('noGrad').member as AnyFunction)(run) : run();
    made.variables.set(variable, value);
  }
  return results.map((name) => made.variables.get(name));
}

/** Does what must throw: constructs a module and calls it, constructs an optimizer or a schedule, or calls a function. */
function performFailing(c: Case, made: Arguments): unknown {
  const { module, optimizer, schedule } = extrasOf(c);
  if (!module && !optimizer && !schedule) return perform(c, made);
  if (schedule) made.optimizer = optimizerOf(schedule, made);
  const constructed = made.construct([c.name, c.args, c.keywords]);
  if (!module) return constructed;
  const { call } = constructed as { call: (...args: unknown[]) => unknown };
  return call.apply(constructed, made.list(module.args, module.keywords));
}

/** The call of a case on one line. */
function tensorCallText(chapter: Chapter, c: Case): string {
  const { module, program } = extrasOf(c);
  const listed = (args: readonly Code[], keywords: Tagged): string =>
    [
      ...args.map((code) => codeText(chapter, code)),
      ...Object.entries(keywords).map(([name, code]) => `${name}=${codeText(chapter, code)}`),
    ].join(', ');
  const called = module ? `.call(${listed(module.args, module.keywords)})` : '';
  const steps = program?.steps.map(
    ([variable, name, args, keywords]) => `${variable} = ${name}(${listed(args, keywords)})`,
  );
  const text = steps ? `${c.name}: ${steps.join('; ')}` : `${c.name}(${listed(c.args, c.keywords)})${called}`;
  return `${text.length > 190 ? `${text.slice(0, 187)}...` : text}  [${chapter.chapter}:${c.line}]`;
}

function codeText(chapter: Chapter, code: Code): string {
  if (Array.isArray(code)) return `[${code.map((item: Code) => codeText(chapter, item)).join(', ')}]`;
  if (!isTagged(code)) return JSON.stringify(code);
  const [tag] = Object.keys(code);
  const value = code[tag];
  if (tag === 'g' || tag === 't' || tag === 'n') {
    const [base, , shape] = value as unknown as Stretch;
    return `${tag === 'g' ? '∂' : ''}${chapter.bases[base].dtype} (${shape.join(',')})`;
  }
  if (tag === 'call' || tag === 'new') {
    const [name, args] = value as [string, Code[]];
    return `${name}(${args.map((item) => codeText(chapter, item)).join(', ')})`;
  }
  if (tag === 'e') return '...';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
