/** Replays recorded PyTorch cases: values, gradients, and what was written. */
import { compareElements, describe, Difference } from '../compare.ts';
import type { Context } from '../compare.ts';
import { elementsOf, gather } from '../elements.ts';
import { lookup } from '../namespace.ts';
import type { AnyFunction } from '../namespace.ts';
import { attempt, checkError, Inapplicable, judge, judgeLater, Thrown } from '../outcome.ts';
import type { Outcome, Pending } from '../outcome.ts';
import { writtenWhere } from '../memory.ts';
import { MissingFunction, resolve } from '../special.ts';
import { decodeBase64 } from '../suite.ts';
import type { Case, Chapter, Code } from '../suite.ts';
import { toleranceOf } from '../tolerances.ts';
import type { Tolerance } from '../tolerances.ts';
import { excuse, givesWideFloats, requireChapter } from '../webgpu/inapplicable.ts';
import { narrowBytes } from '../webgpu/narrow.ts';
import { webgpuToleranceOf } from '../webgpu/tolerances.ts';
import { extrasOf } from './case.ts';
import type { Program, Stretch } from './case.ts';
import { compareResult } from './compare.ts';
import { compareGradient, differentiate, gradientsOf } from './gradients.ts';
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
    const context = contextOf(c, toleranceOf(c.name));
    return judge(
      c,
      context,
      () => tensorCallText(this.#chapter, c),
      () => {
        this.#begin(c, new Arguments(this.#chapter), context).check();
      },
    );
  }

  /** The same with the tensors on a GPU: `fetch` reads the values that the comparison needs. */
  runOnGpu(c: Case, fetch: (values: unknown) => Promise<void>): Promise<Outcome> {
    const context = contextOf(c, webgpuToleranceOf(c.name), true);
    return judgeLater(
      c,
      context,
      () => tensorCallText(this.#chapter, c),
      async () => {
        requireChapter(this.#chapter);
        const made = new Arguments(this.#chapter, 'webgpu');
        try {
          await this.#verifyOnGpu(c, made, context, fetch);
        } catch (error) {
          if (error instanceof Thrown) excuse(error.cause, c, givesWideFloats(c.expected));
          throw error;
        }
      },
    );
  }

  async #verifyOnGpu(
    c: Case,
    made: Arguments,
    context: Context,
    fetch: (values: unknown) => Promise<void>,
  ): Promise<void> {
    const fails = isTagged(c.expected) && 'err' in c.expected;
    const pending = this.#begin(c, made, context);
    if (made.all.length === 0) throw new Inapplicable('no array is given');
    let late: { error: unknown } | undefined;
    try {
      // A case that waited before its reads would be told what other cases did wrong.
      if (pending.ready) await pending.ready;
      await fetch([pending.values, made.all]);
    } catch (error) {
      late = { error };
    }
    if (!late) return pending.check();
    if (!fails) throw new Thrown('', late.error);
    checkKind(c.expected as Tagged, late.error);
  }

  /** Does what a case says; what there is to compare comes with the result. */
  #begin(c: Case, made: Arguments, context: Context): Pending {
    const expected = c.expected;
    if (isTagged(expected) && 'err' in expected) return beginFailing(c, expected, made);
    const { module, optimizer, schedule } = extrasOf(c);
    if (module) return runModule(c, module, made, context);
    if (optimizer) return runOptimizer(c, optimizer, made, context);
    if (schedule) return runSchedule(c, schedule, made, context);
    return beginCall(c, made, context);
  }
}

function contextOf(c: Case, tolerance: Tolerance, remote = false): Context {
  return { name: c.name, tolerance, given: [], loose: false, remote, worst: 0, digest: 0 };
}

function beginCall(c: Case, made: Arguments, context: Context): Pending {
  const { cotangents, gradients = [], plain = false, program } = extrasOf(c);
  const result = perform(c, made);
  const isDifferentiated = !plain && !(program && !cotangents);
  if (isDifferentiated) differentiate(result, cotangents, made);
  return {
    values: [result, made.all, gradientsOf(made.leaves)],
    check: () => {
      compareResult(c.expected, result, context, { plain });
      compareConstants(c, made, context);
      if (!isDifferentiated) return;
      made.leaves.forEach((leaf, i) => {
        compareGradient(gradients[i] ?? null, leaf, context, `gradient of input ${i}`);
      });
    },
  };
}

/** Compares the arguments without gradients: only what the case writes to may have changed. */
function compareConstants(c: Case, made: Arguments, context: Context): void {
  const { written = {} } = extrasOf(c);
  for (const [code, array] of made.constants) {
    const stretch = JSON.parse(code) as Stretch;
    const changed = written[code];
    const bytes = changed === undefined ? made.recorded(stretch) : decodeBase64(changed);
    const dtype = made.dtypeOf(stretch);
    const expected = made.device === 'webgpu' ? narrowBytes(dtype, bytes) : elementsOf(bytes, dtype);
    const where = writtenWhere(changed);
    compareElements(array.dtype.name, expected, gather(array), context, where);
  }
}

function beginFailing(c: Case, expected: Tagged, made: Arguments): Pending {
  let result: unknown;
  try {
    result = performFailing(c, made);
  } catch (error) {
    if (error instanceof MissingFunction || error instanceof Inapplicable) throw error;
    const check = (): void => {
      checkKind(expected, error instanceof Thrown ? error.cause : error);
    };
    return { values: [], check };
  }
  const check = (): void => {
    throw new Difference(
      `expected ${String(expected.err)} (${String(expected.says)}), got ${describe(result)}`,
    );
  };
  return { values: result, check };
}

function checkKind({ err, says }: Tagged, error: unknown): void {
  checkError(KINDS[String(err)] ?? [String(err)], String(says), error);
}

/** Makes the call of a case, or runs its program; an error is a difference where none is expected. */
function perform(c: Case, made: Arguments): unknown {
  const { program } = extrasOf(c);
  const call = program ? () => runProgram(program, made) : resolveTensor(c.name);
  const args = made.list(c.args, c.keywords);
  return attempt('', () => call(...args));
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
  const { call, to } = constructed as { call: AnyFunction; to: AnyFunction };
  if (made.device === 'webgpu') to.call(constructed, 'webgpu');
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
