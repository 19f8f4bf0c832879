/** Why a recorded case says nothing about a GPU. */
import { Difference } from '../compare.ts';
import { crashText, Inapplicable } from '../outcome.ts';
import { isArray, lookup } from '../namespace.ts';
import type { AnyFunction, ArrayLike } from '../namespace.ts';
import type { Performed } from '../replay.ts';
import type { Case, Chapter, Code } from '../suite.ts';
import { HANDS_OVER } from './gaps.ts';
import { isWide } from './narrow.ts';

/** Chapters whose cases are about values in JavaScript's hands. */
const CHAPTERS: Readonly<Record<string, string>> = {
  printing: 'text and files are made of values that were read',
  'torch/schedules': 'schedules are made of numbers of JavaScript',
  files: 'text and files are made of values that were read',
};

/** @throws Inapplicable for a chapter that says nothing about a GPU. */
export function requireChapter({ chapter }: Chapter): void {
  const reason = CHAPTERS[chapter] as string | undefined;
  if (reason !== undefined) throw new Inapplicable(reason);
}

/** Functions about arrays of which a GPU has none, or about their text. */
const NAMES: Readonly<Record<string, string>> = {
  ndarray: 'plain arrays stay on the processor',
  str: 'text and files are made of values that were read',
  repr: 'text and files are made of values that were read',
};

/** @throws Inapplicable for what can be seen before the call. */
export function requireApplicable(chapter: Chapter, c: Case): void {
  if (Object.hasOwn(NAMES, c.name)) throw new Inapplicable(NAMES[c.name]);
  requireChapter(chapter);
  if (!holds([c.args, c.keywords], 'a')) throw new Inapplicable('no array is given');
}

/** Whether a code, or one inside it, has a tag. */
export function holds(code: unknown, tag: string): boolean {
  if (typeof code !== 'object' || code === null) return false;
  if (Array.isArray(code)) return code.some((item) => holds(item, tag));
  return tag in code || Object.values(code).some((item) => holds(item, tag));
}

const NO_DTYPE = /^webgpu has no \w+/;
const SYNCHRONOUS = /read synchronously|can't wait for the values|at once: use await/;
/** What exactly is said of values that JavaScript cannot have at once. */
const UNREADABLE =
  /^the values are on 'webgpu' and can't be read synchronously: use await tensor\.cpu\(\) for a tensor with them, or await tensor\.array\(\) for an array$/;
/** Why such a case says nothing more. */
export const HANDED_OVER = 'values are handed to JavaScript at the call';
const ASYNC_FORM = /shape of the result is not known at once|await (np\.)?[\w.]*Async|await np\.\w+/;

/**
 * Says what an error means that the recording does not have.
 *
 * @param wide - whether NumPy's own result has a dtype that a GPU lacks
 * @throws Inapplicable if a GPU is right to refuse; nothing otherwise.
 */
export function excuse(error: unknown, { name, expected, args, keywords }: Case, wide: boolean): void {
  if (!(error instanceof Error)) return;
  const { message } = error;
  if (NO_DTYPE.test(message) && wide) throw new Inapplicable('NumPy computes with 64 bits a number');
  if (HANDS_OVER.includes(name) && UNREADABLE.test(message)) throw new Inapplicable(HANDED_OVER);
  if (!SYNCHRONOUS.test(message) && !ASYNC_FORM.test(message)) return;
  excuseShape(error);
  if (holds([args, keywords], 'fn')) throw new Inapplicable('elements are given to a function of JavaScript');
  if (!holds(expected, 'a') && !holds(expected, 'n'))
    throw new Inapplicable('the result is a value for JavaScript');
}

/** @throws Inapplicable for an error that names the asynchronous form of a call. */
export function excuseShape(error: unknown): void {
  if (error instanceof Error && ASYNC_FORM.test(error.message))
    throw new Inapplicable('the shape of the result depends on values');
}

/** Whether a recorded result has a dtype that a GPU lacks and has no narrow form for: floats of 64 bits. */
export function givesWideFloats(code: Code): boolean {
  if (typeof code !== 'object' || code === null) return false;
  if (Array.isArray(code)) return code.some((item: Code) => givesWideFloats(item));
  const { a, n, f, c } = code as Readonly<Record<string, Code>>;
  const form = a ?? n;
  if (Array.isArray(form)) return /^(float64|complex128)$/.test(String(form[0]));
  if (f !== undefined || c !== undefined) return true;
  return Object.values(code as object).some((item: Code) => givesWideFloats(item));
}

/** Whether a code names a dtype that a GPU lacks. */
export function namesWide(code: unknown): boolean {
  if (typeof code === 'string') return isWide(code) || /^[<>=]?([fiu]8|c16|[dlqDLQ])$/.test(code);
  if (typeof code !== 'object' || code === null) return false;
  return Object.values(code).some(namesWide);
}

/** What a call was given. */
type Given = Pick<Performed, 'args' | 'keywords'>;

/** Functions that promote some of their arguments as a universal function does: from which to before which. */
const PROMOTING: Readonly<Record<string, readonly [number, number]>> = {
  array_equal: [0, 2],
  array_equiv: [0, 2],
  clip: [0, 3],
  isin: [0, 2],
  where: [1, 3],
};

/** Folds of integers, which are sums and products in 64 bits. */
const WIDE_FOLD =
  /^(add|multiply)\.(reduce|accumulate|reduceat)$|^(nan)?(cum)?(sum|prod)$|^cumulative_(sum|prod)$|^(linalg\.)?trace$/;

/** Whether NumPy computes with numbers of 64 bits: that is what a universal function's operands come to together. */
export function promotesWide(name: string, { args, keywords }: Given): boolean {
  const plain = name.replace(/^\.|_$/g, '');
  const [first] = args;
  if (WIDE_FOLD.test(plain) && isArray(first) && /^u?int/.test(first.dtype.name)) return true;
  // Integers are divided as float64.
  if (/^divide\./.test(plain) && isArray(first) && /^(u?int|bool)/.test(first.dtype.name)) return true;
  if (Object.hasOwn(PROMOTING, plain)) return comeToWide(args.slice(...PROMOTING[plain]));
  // A number among choices is an int64, and no weak one.
  if (plain === 'choose') return Array.isArray(args[1]) && args[1].some((x) => typeof x === 'number');
  // What is close to another number is computed beside the tolerance, a float.
  if (/^(is|all)close$/.test(plain)) return comeToWide([...args.slice(0, 2), 0.5]);
  // A reduction is computed in what holds the array's and the output's dtype.
  if (plain.endsWith('.reduce')) return comeToWide([first, keywords['out'] ?? args[3] ?? null]);
  const { member } = lookup(plain.split('.')[0]);
  if (typeof member !== 'function' || !('nin' in member)) return false;
  const { nin } = member as { nin: number };
  const operands = name.endsWith('.at') ? [first, args[2]].slice(0, nin) : args.slice(0, nin);
  const arrays = operands.filter(isArray);
  // NumPy compares numbers that the array's dtype does not hold in a wider one.
  if (operands.some((x) => isWhole(x) && arrays.some(({ dtype }) => !mayHold(dtype.name, x)))) return true;
  const types = operands.map((x) => (isArray(x) ? x.dtype : Array.isArray(x) ? asarray(x).dtype : x));
  const { name: common } = call('result_type', ...types) as { name: string };
  const loops = (member as unknown as { types: readonly string[] }).types;
  // What has no loop of its own goes to the next that takes it, which is float64's for integers of 32 bits.
  const loop = loops.find(([char]) => call('can_cast', common, char));
  return isWide(common) || (loop !== undefined && /[dDlLqQ]/.test(loop));
}

/** Whether the common dtype of some operands is one that a GPU lacks; null is none. */
function comeToWide(operands: readonly unknown[]): boolean {
  const types = operands.filter((x) => x !== null).map((x) => (isArray(x) ? x.dtype : x));
  return types.length > 0 && isWide((call('result_type', ...types) as { name: string }).name);
}

const isWhole = (x: unknown): x is number | bigint => typeof x === 'bigint' || Number.isInteger(x);

/** Whether an integer may be a value of an integer dtype; true of any for others. */
function mayHold(dtype: string, x: number | bigint): boolean {
  if (!/^u?int|^bool/.test(dtype)) return true;
  const bits = dtype === 'bool' ? 1 : Number(/\d+$/.exec(dtype)![0]);
  return dtype.startsWith('int') ? x >= -(2 ** (bits - 1)) && x < 2 ** (bits - 1) : x >= 0 && x < 2 ** bits;
}

const call = (name: string, ...args: unknown[]): unknown => (lookup(name).member as AnyFunction)(...args);

const asarray = (x: unknown): ArrayLike => call('asarray', x) as ArrayLike;

/**
 * Of two errors a GPU tells the one that follows from dtypes, at the call; the processor may tell that of a value.
 *
 * @throws Inapplicable for these two.
 */
export function excuseOrder(expected: unknown, found: unknown): void {
  const ofDTypes = found instanceof TypeError && found.message.includes('not supported for the input types');
  if (ofDTypes && expected instanceof Error && expected.constructor.name === 'IndexError')
    throw new Inapplicable('of two errors, the one that follows from dtypes comes first');
}

/** @throws Difference, or Inapplicable if a GPU is right to refuse. */
export function unexpected(error: unknown, c: Case, given: Given): never {
  excuse(
    error,
    c,
    givesWideFloats(c.expected) || namesWide([c.args, c.keywords]) || promotesWide(c.name, given),
  );
  throw new Difference(`threw ${crashText(error)}`);
}
