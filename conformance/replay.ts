/** Replays recorded cases on the library and says of each whether the answer is NumPy's. */
import { callable } from './callables.ts';
import { compare, compareElements, describe, Difference } from './compare.ts';
import type { Context } from './compare.ts';
import { elementsOf } from './elements.ts';
import { lookup, numpy } from './namespace.ts';
import type { ArrayLike, TypedArray } from './namespace.ts';
import { checkError, crashText, judge } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { checkForm, PROPERTIES } from './properties.ts';
import { MissingFunction, resolve } from './special.ts';
import { decodeBase64 } from './suite.ts';
import type { Case, Chapter, Code } from './suite.ts';
import { toleranceOf } from './tolerances.ts';

/** Memory shared by the arrays of one chapter; it is put back after each case that writes to it. */
interface Memory {
  readonly array: ArrayLike;
  readonly bytes: Uint8Array;
  readonly recorded: Uint8Array<ArrayBuffer>;
  readonly dtype: string;
}

type Tagged = Readonly<Record<string, Code>>;

/** Replays the cases of one chapter in their order. */
export class Replay {
  readonly #chapter: Chapter;
  readonly #memory = new Map<number, Memory>();
  /** What the current case uses. */
  #used = new Map<number, Memory>();
  #arrays = new Map<number, ArrayLike>();

  constructor(chapter: Chapter) {
    this.#chapter = chapter;
  }

  run(c: Case): Outcome {
    this.#used = new Map();
    this.#arrays = new Map();
    const context = {
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
        () => this.#verify(c, context),
      );
    } finally {
      this.#restore();
    }
  }

  #verify(c: Case, context: Context & { given: readonly unknown[] }): void {
    const args = c.args.map((code) => this.#decode(code));
    const keywords = Object.fromEntries(
      Object.entries(c.keywords).map(([name, code]) => [name, this.#decode(code)]),
    );
    context.given = [...args, ...Object.values(keywords)];
    const fails = isTagged(c.expected) && 'err' in c.expected;
    let result: unknown;
    try {
      result = this.#call(c, args, keywords);
    } catch (error) {
      if (error instanceof MissingFunction) throw error;
      if (!fails) throw new Difference(`threw ${crashText(error)}`);
      checkError([String((c.expected as Tagged).err)], String((c.expected as Tagged).says), error);
      this.#compareWritten({}, context);
      return;
    }
    if (fails) {
      const { err, says } = c.expected as Tagged;
      throw new Difference(`expected ${String(err)} (${String(says)}), got ${describe(result)}`);
    }
    if (c.extras.check) {
      const [dtype, shape] = (c.expected as { a: [string, number[]] }).a;
      checkForm(dtype, shape, result);
      PROPERTIES[c.extras.check](result, args, keywords);
    } else {
      compare(c.expected, result, context);
    }
    this.#compareWritten(c.extras.written ?? {}, context);
  }

  #call(c: Case, args: readonly unknown[], keywords: Readonly<Record<string, unknown>>): unknown {
    const call = resolve(c.name);
    const given = Object.keys(keywords).length > 0 ? [...args, keywords] : args;
    const changesOptions = c.name === 'set_printoptions';
    if (!c.extras.print && !changesOptions) return call(...given);
    const before = numpy.get_printoptions();
    try {
      if (c.extras.print) numpy.set_printoptions(this.#decode(c.extras.print) as Record<string, unknown>);
      return call(...given);
    } finally {
      numpy.set_printoptions(before);
    }
  }

  #decode(code: Code): unknown {
    if (code === null || typeof code !== 'object') return code;
    if (Array.isArray(code)) return code.map((item: Code) => this.#decode(item));
    const [tag] = Object.keys(code);
    const value = (code as Tagged)[tag];
    switch (tag) {
      case 'a':
        return this.#array(value as number);
      case 'i':
        return BigInt(value as string);
      case 'f':
        return number(value);
      case 'c':
        return new numpy.Complex(...((value as Code[]).map(number) as [number, number]));
      case 's':
        return numpy.slice(
          ...((value as Code[]).map((part) => this.#decode(part)) as [unknown, unknown, unknown]),
        );
      case 'e':
        return '...';
      case 'd':
        return numpy.dtype(value as string);
      case 'b':
        return decodeBase64(value as string);
      case 'fn':
        return callable(value as string);
      case 'ref':
        return lookup(value as string).member;
      case 'o':
        return this.#decodeEntries(value as Tagged);
      default:
        return this.#decodeEntries(code as Tagged);
    }
  }

  #decodeEntries(entries: Tagged): Record<string, unknown> {
    return Object.fromEntries(Object.entries(entries).map(([name, item]) => [name, this.#decode(item)]));
  }

  /** An array of the chapter, laid out in memory as it was in NumPy. */
  #array(id: number): ArrayLike {
    const known = this.#arrays.get(id);
    if (known) return known;
    const layout = this.#chapter.arrays[id];
    const memory = this.#memoryOf(layout.base);
    const array = new numpy.ndarray(layout.shape, {
      dtype: layout.dtype ?? memory.dtype,
      buffer: memory.array,
      ...(layout.offset ? { offset: layout.offset } : {}),
      ...(layout.strides ? { strides: layout.strides } : {}),
    });
    if (layout.readonly) (array.flags as { writeable: boolean }).writeable = false;
    this.#arrays.set(id, array);
    return array;
  }

  #memoryOf(base: number): Memory {
    let memory = this.#memory.get(base);
    if (!memory) {
      const { dtype, data } = this.#chapter.bases[base];
      const recorded = decodeBase64(data);
      const length = elementsOf(recorded, dtype).length;
      const array = numpy.empty([dtype.startsWith('complex') ? length / 2 : length], dtype);
      memory = { array, bytes: bytesOf(array.data), recorded, dtype };
      memory.bytes.set(recorded);
      this.#memory.set(base, memory);
    }
    this.#used.set(base, memory);
    return memory;
  }

  /** Everything that the case could reach must hold what NumPy left there. */
  #compareWritten(written: Readonly<Record<string, string>>, context: Context): void {
    for (const [base, memory] of this.#used) {
      const text = written[base];
      const expected = text === undefined ? memory.recorded : decodeBase64(text);
      if (equalBytes(expected, memory.bytes)) continue;
      const actual = elementsOf(memory.bytes.slice() as Uint8Array<ArrayBuffer>, memory.dtype);
      const where = text === undefined ? 'an argument that must not change' : 'the memory written to';
      compareElements(memory.dtype, elementsOf(expected, memory.dtype), actual, context, where);
    }
  }

  #restore(): void {
    for (const memory of this.#used.values()) {
      if (!equalBytes(memory.recorded, memory.bytes)) memory.bytes.set(memory.recorded);
    }
  }
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

function isTagged(code: Code): code is Tagged {
  return typeof code === 'object' && code !== null && !Array.isArray(code);
}

function bytesOf(data: TypedArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function number(value: Code): number {
  return value === 'nan' ? NaN : value === 'inf' ? Infinity : value === '-inf' ? -Infinity : Number(value);
}
