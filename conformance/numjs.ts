/** Replays calls recorded from numjs 0.16.1 on the layer compat/numjs. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import nj from '../compat/numjs/index.ts';
import { Selection } from '../compat/numjs/selection.ts';
import { DEVIATIONS, PRINT_THRESHOLDS } from '../compat/numjs/vectors/deviations.ts';
import { describe as textOf } from './compare.ts';

/** A recorded value: plain JSON, or an object with one of these tags. */
type Recorded = null | boolean | number | string | readonly Recorded[] | RecordedArray | Tagged;

interface RecordedArray {
  readonly nd: Recorded;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}

interface Tagged {
  /** A number that JSON has not. */
  readonly num?: string;
  readonly undef?: 1;
  /** The error's text. */
  readonly throws?: string;
}

export interface Vector {
  /** `nj.name`, or `.name` for a method of `self`. */
  readonly op: string;
  readonly self?: Recorded;
  readonly args: readonly Recorded[];
  readonly expected: Recorded;
  /** Its line in the file. */
  readonly line: number;
}

/** What became of a vector: met, different by decision for a reason, or different in a way that nobody decided. */
export interface VectorOutcome {
  readonly vector: Vector;
  readonly met: boolean;
  readonly reason?: string;
  /** How it differs. */
  readonly difference?: string;
}

const FILE = new URL('../compat/numjs/vectors/numjs-0.16.1.jsonl', import.meta.url);

export function readVectors(): Vector[] {
  const lines = readFileSync(fileURLToPath(FILE), 'utf8').trimEnd().split('\n');
  return lines.map((text, i) => ({ ...(JSON.parse(text) as Omit<Vector, 'line'>), line: i + 1 }));
}

const isArray = (x: Recorded): x is RecordedArray => typeof x === 'object' && x !== null && 'nd' in x;

const isTagged = (x: Recorded): x is Tagged =>
  typeof x === 'object' && x !== null && !Array.isArray(x) && !isArray(x);

/** A recorded value as what is given to a function. */
function decode(x: Recorded): unknown {
  if (Array.isArray(x)) return x.map(decode);
  if (isArray(x)) return arrayOf(x);
  return isTagged(x) ? (x.num === undefined ? undefined : Number(x.num)) : x;
}

/** An array that lies in its memory as the recorded one did. */
function arrayOf({ nd, dtype, shape, stride, offset }: RecordedArray): unknown {
  const reach = shape.map((n, axis) => Math.max(n - 1, 0) * stride[axis]);
  const length = reach.reduce((sum, r) => sum + Math.max(r, 0), offset + 1);
  const memory = nj.zeros(length, dtype as 'array').selection;
  const view = nj.ndarray(memory.data, shape, stride, offset);
  const array = new nj.NdArray(new Selection(view.array, memory.dtype));
  if (array.size > 0) array.assign(numbers(decode(nd)) as number[], false);
  return array;
}

/** Nested lists with NaN where numjs had nothing. */
const numbers = (x: unknown): unknown => (Array.isArray(x) ? x.map(numbers) : (x ?? NaN));

/** Results of arithmetic may differ in the last digits: the unit is the largest number of the result. */
const TOLERANCE = 2 ** -44;

function sameNumbers(expected: readonly unknown[], actual: readonly unknown[]): boolean {
  const largest = Math.max(0, ...expected.map((x) => Math.abs(Number(x))).filter(Number.isFinite));
  return (
    expected.length === actual.length &&
    expected.every((x, i) => {
      const y = actual[i];
      if (typeof x !== 'number' || typeof y !== 'number') return x === y;
      return Object.is(x + 0, y + 0) || Math.abs(x - y) <= TOLERANCE * largest;
    })
  );
}

const flat = (x: unknown): unknown[] => (Array.isArray(x) ? x.flatMap(flat) : [x]);

/** How a result differs from the recorded one, or undefined. */
function differenceOf(expected: Recorded, actual: unknown): string | undefined {
  if (isArray(expected)) return arrayDifference(expected, actual);
  const wanted = decode(expected);
  const same = Array.isArray(wanted)
    ? Array.isArray(actual) &&
      sameNumbers(flat(wanted), flat(actual)) &&
      shapeText(wanted) === shapeText(actual)
    : sameNumbers([wanted], [actual]);
  return same ? undefined : `expected ${textOf(wanted)}, got ${textOf(actual)}`;
}

/** The lengths of nested lists. */
const shapeText = (x: unknown): string => (Array.isArray(x) ? `[${x.map(shapeText).join()}]` : '');

function arrayDifference(expected: RecordedArray, actual: unknown): string | undefined {
  if (!(actual instanceof nj.NdArray)) return `expected an array, got ${textOf(actual)}`;
  const { dtype, shape, stride, offset } = expected;
  if (actual.dtype !== dtype) return `expected dtype ${dtype}, got ${actual.dtype}`;
  if (actual.shape.join() !== shape.join()) return `expected shape (${shape}), got (${actual.shape.join()})`;
  if (!sameNumbers(flat(decode(expected.nd)), flat(actual.tolist()))) {
    return `expected ${JSON.stringify(expected.nd)}, got ${JSON.stringify(actual.tolist())}`;
  }
  const { selection } = actual;
  const layout = layoutText(shape, selection.stride, selection.offset);
  const wanted = layoutText(shape, stride, offset);
  return layout === wanted || actual.size === 0 ? undefined : `expected ${wanted}, got ${layout}`;
}

/** Where elements lie; the stride of an axis of one element says nothing. */
const layoutText = (shape: readonly number[], stride: readonly number[], offset: number): string =>
  `strides (${stride.map((s, axis) => (shape[axis] === 1 ? '' : s)).join()}) at ${offset}`;

function run({ op, self, args, expected, line }: Vector): string | undefined {
  const { printThreshold } = nj.config;
  nj.config.printThreshold = PRINT_THRESHOLDS.get(line) ?? printThreshold;
  try {
    return differenceOfCall(op, self, args, expected);
  } finally {
    nj.config.printThreshold = printThreshold;
  }
}

function differenceOfCall(
  op: string,
  self: Recorded | undefined,
  args: readonly Recorded[],
  expected: Recorded,
): string | undefined {
  const given = args.map(decode);
  const owner = (op.startsWith('.') ? decode(self!) : nj) as Record<string, (...given: unknown[]) => unknown>;
  const call = (): unknown => owner[op.slice(op.indexOf('.') + 1)](...given);
  if (!isArray(expected) && isTagged(expected) && expected.throws !== undefined) {
    return throwDifference(expected.throws, call);
  }
  return differenceOf(expected, call());
}

function throwDifference(expected: string, call: () => unknown): string | undefined {
  const kind = expected.slice(0, expected.indexOf(':'));
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    const { name, message } = error as Error;
    return kind === 'Error' || kind === name ? undefined : `expected ${expected}, threw ${name}: ${message}`;
  }
  return `expected ${expected}, got ${textOf(result)}`;
}

/** Replays one call. */
export function replayVector(vector: Vector): VectorOutcome {
  let difference: string | undefined;
  try {
    difference = run(vector);
  } catch (error) {
    difference = `threw ${(error as Error).name}: ${(error as Error).message}`;
  }
  const met = difference === undefined;
  return { vector, met, reason: met ? undefined : DEVIATIONS.get(vector.line), difference };
}

/** The outcome of all vectors in a few lines; `failed` counts the differences that have no reason. */
export function replayVectors(): { text: string; failed: number } {
  const outcomes = readVectors().map(replayVector);
  const met = outcomes.filter((outcome) => outcome.met).length;
  const failures = outcomes.filter(({ met: ok, reason }) => !ok && reason === undefined);
  const decided = new Map<string, number>();
  for (const { reason } of outcomes) if (reason) decided.set(reason, (decided.get(reason) ?? 0) + 1);
  const lines = [
    `numjs ${met} of ${outcomes.length} recorded calls met`,
    ...[...decided].map(([reason, count]) => `  ${count} different by decision: ${reason}`),
    ...failures.map(({ vector, difference }) => `  ${vector.op} [line ${vector.line}]: ${difference}`),
  ];
  return { text: lines.join('\n'), failed: failures.length };
}
