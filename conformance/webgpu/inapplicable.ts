/** Why a recorded case says nothing about a GPU. */
import { Difference } from '../compare.ts';
import { crashText, Inapplicable } from '../outcome.ts';
import type { Case, Chapter, Code } from '../suite.ts';
import { isWide } from './narrow.ts';
import type { Given } from './promotion.ts';
import { promotesWide } from './promotion.ts';

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
  if (lacksResiduals(c)) throw new Inapplicable('the shape of the result depends on values');
}

/** Whether there are no residuals of a least-squares solution because of the rank of a matrix: a GPU gives them then, too. */
function lacksResiduals({ name, expected }: Case): boolean {
  if (name !== 'linalg.lstsq' || !holds(expected, 't')) return false;
  const parts = (expected as Readonly<Record<'t', readonly Code[]>>).t;
  const [x, residuals, rank, values] = parts.map((part) => Object.values(part as object)[0] as Code[]);
  const [columns] = x[1] as number[];
  const isDeficient = Number(rank[1]) < columns && columns === (values[1] as number[])[0];
  return isDeficient && (residuals[1] as number[])[0] === 0;
}

/** Whether a code, or one inside it, has a tag. */
export function holds(code: unknown, tag: string): boolean {
  if (typeof code !== 'object' || code === null) return false;
  if (Array.isArray(code)) return code.some((item) => holds(item, tag));
  return tag in code || Object.values(code).some((item) => holds(item, tag));
}

/** Functions that give JavaScript an array's values, one after the other: for one on a GPU they throw, and name what to await. */
export const HANDS_OVER: readonly string[] = [
  'flat:values',
  'ndenumerate',
  'nditer:indices',
  'nditer:values',
];

const NO_DTYPE = /^webgpu has no \w+/;
const SYNCHRONOUS = /read synchronously|can't wait for the values|at once: use await/;
/** What exactly is said of values that JavaScript cannot have at once. */
const UNREADABLE =
  /^the values are on 'webgpu' and can't be read synchronously: use await tensor\.cpu\(\) for a tensor with them, or await tensor\.array\(\) for an array$/;
/** Why such a case says nothing more. */
export const HANDED_OVER = 'values are handed to JavaScript at the call';
const ASYNC_FORM = /shape of the result is not known at once|await (np\.)?[\w.]*Async/;

/**
 * Says what an error means that the recording does not have.
 *
 * @param wide - whether NumPy's own result has a dtype that a GPU lacks
 * @throws Inapplicable if a GPU is right to refuse; nothing otherwise.
 */
export function excuse(error: unknown, c: Case, wide: boolean): void {
  if (!(error instanceof Error)) return;
  const { message } = error;
  const { name, expected, args, keywords } = c;
  if (NO_DTYPE.test(message) && wide) throw new Inapplicable('NumPy computes with 64 bits a number');
  if (HANDS_OVER.includes(name) && UNREADABLE.test(message)) throw new Inapplicable(HANDED_OVER);
  if (!SYNCHRONOUS.test(message) && !ASYNC_FORM.test(message)) return;
  excuseShape(error);
  if (holds([args, keywords], 'fn')) throw new Inapplicable('elements are given to a function of JavaScript');
  if (!holds(expected, 'a') && !holds(expected, 'n'))
    throw new Inapplicable('the result is a value for JavaScript');
}

/** @throws Inapplicable for an error that says that values decide the shape of the result, and names what to await. */
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

/**
 * Of two errors a GPU tells the one that follows from dtypes, at the call; the processor may tell that of a value or of shapes.
 *
 * @param expected - the name of the error that is expected
 * @throws Inapplicable for these two.
 */
export function excuseOrder(expected: string, found: unknown, { name }: Case, given: Given): void {
  if (!(found instanceof TypeError)) return;
  const ofTypes = found.message.includes('not supported for the input types') && expected === 'IndexError';
  if (ofTypes || (NO_DTYPE.test(found.message) && promotesWide(name, given)))
    throw new Inapplicable('of two errors, the one that follows from dtypes comes first');
}

/**
 * Indices are of 32 bits on a GPU: an output of int32 holds them there.
 *
 * @param refused - the error of the processor, whose indices have 64 bits
 * @throws Inapplicable for that one.
 */
export function excuseNarrowIndices(refused: unknown): void {
  if (
    refused instanceof TypeError &&
    /from dtype\('int64'\) to dtype\('int32'\).*'safe'/.test(refused.message)
  )
    throw new Inapplicable('indices have 32 bits there');
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

/** Whether a function gives back a copy of an array whose values it checks: the copy says what is wrong, and the argument stays good. */
export const copiesChecked = (name: string): boolean => /^histogram(_bin_edges)?$/.test(name);
