/** Replays recorded cases on the library and says of each whether the answer is NumPy's. */
import { compare, describe, Difference } from './compare.ts';
import type { Context } from './compare.ts';
import { Decoder, isTagged } from './decode.ts';
import { HostMemory } from './memory.ts';
import type { Memory } from './memory.ts';
import { numpy } from './namespace.ts';
import { checkError, crashText, judge } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { checkForm, PROPERTIES } from './properties.ts';
import { MissingFunction, resolve } from './special.ts';
import type { Case, Chapter, Code } from './suite.ts';
import { toleranceOf } from './tolerances.ts';
import { narrowName } from './webgpu/narrow.ts';

/** What a call gave: a result, or an error. */
export interface Performed {
  readonly args: readonly unknown[];
  readonly keywords: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** Replays the cases of one chapter in their order. */
export class Replay {
  readonly #chapter: Chapter;
  readonly #memory: HostMemory;
  readonly #decoder: Decoder;

  constructor(chapter: Chapter) {
    this.#chapter = chapter;
    this.#memory = new HostMemory(chapter);
    this.#decoder = new Decoder((id) => this.#memory.array(id));
  }

  run(c: Case): Outcome {
    const context: Context = {
      name: c.name,
      tolerance: toleranceOf(c.name),
      given: [],
      loose: c.extras.loose ?? false,
      worst: 0,
      digest: 0,
    };
    try {
      return judge(
        c,
        context,
        () => callText(this.#chapter, c),
        () => verify(c, perform(c, this.#decoder), this.#memory, context),
      );
    } finally {
      this.#memory.restore();
    }
  }
}

/** Makes the call of a case. @throws MissingFunction; other errors are part of what the call gave. */
export function perform(c: Case, decoder: Decoder): Performed {
  const args = c.args.map((code) => decoder.decode(code));
  const keywords = decoder.entries(c.keywords);
  try {
    return { args, keywords, result: call(c, decoder, args, keywords) };
  } catch (error) {
    if (error instanceof MissingFunction) throw error;
    return { args, keywords, error };
  }
}

function call(
  c: Case,
  decoder: Decoder,
  args: readonly unknown[],
  keywords: Readonly<Record<string, unknown>>,
): unknown {
  const called = resolve(c.name);
  const given = Object.keys(keywords).length > 0 ? [...args, keywords] : args;
  const changesOptions = c.name === 'set_printoptions';
  if (!c.extras.print && !changesOptions) return called(...given);
  const before = numpy.get_printoptions();
  try {
    if (c.extras.print) numpy.set_printoptions(decoder.decode(c.extras.print) as Record<string, unknown>);
    return called(...given);
  } finally {
    numpy.set_printoptions(before);
  }
}

/**
 * Compares what a call gave with what NumPy did.
 *
 * @throws Difference where that is something else.
 */
export function verify(c: Case, performed: Performed, memory: Memory, context: Context): void {
  const { args, keywords, result } = performed;
  context.given = [...args, ...Object.values(keywords)];
  const failure = isTagged(c.expected) && 'err' in c.expected ? c.expected : null;
  if ('error' in performed) {
    if (!failure) throw new Difference(`threw ${crashText(performed.error)}`);
    checkError([String(failure.err)], String(failure.says), performed.error);
    memory.compareWritten({}, context);
    return;
  }
  if (failure)
    throw new Difference(
      `expected ${String(failure.err)} (${String(failure.says)}), got ${describe(result)}`,
    );
  if (c.extras.check) {
    const [dtype, shape] = (c.expected as { a: [string, number[]] }).a;
    checkForm(context.remote ? narrowName(dtype) : dtype, shape, result);
    PROPERTIES[c.extras.check](result, args, keywords);
  } else {
    compare(c.expected, result, context);
  }
  memory.compareWritten(c.extras.written ?? {}, context);
}

/** The call of a case on one line: `sum(float64 (3,4), axis=0)`. */
export function callText(chapter: Chapter, c: Case): string {
  const words = [
    ...c.args.map((code) => argumentText(chapter, code)),
    ...Object.entries(c.keywords).map(([name, code]) => `${name}=${argumentText(chapter, code)}`),
  ];
  const text = `${c.name}(${words.join(', ')})`;
  return `${text.length > 150 ? `${text.slice(0, 147)}...` : text}  [${chapter.chapter}:${c.line}]`;
}

function argumentText(chapter: Chapter, code: Code): string {
  if (Array.isArray(code)) return `[${code.map((item: Code) => argumentText(chapter, item)).join(', ')}]`;
  if (!isTagged(code)) return JSON.stringify(code);
  const [tag] = Object.keys(code);
  const value = code[tag];
  if (tag === 'a') {
    const { base, shape, dtype, strides, readonly } = chapter.arrays[value as number];
    const form = `${dtype ?? chapter.bases[base].dtype} (${shape.join(',')})`;
    return `${form}${strides ? ` strides (${strides.join(',')})` : ''}${readonly ? ' read-only' : ''}`;
  }
  if (tag === 's') return `slice(${(value as Code[]).map((part) => argumentText(chapter, part)).join(', ')})`;
  if (tag === 'e') return '...';
  if (tag === 'b') return `${String(value).length} bytes of base64`;
  if (tag === 'c') return `complex(${(value as Code[]).join(', ')})`;
  return tag.length <= 3 ? String(value) : JSON.stringify(code);
}
