/** Whether a result is the recorded one: dtype, shape, values in ULP, aliasing, writeability, strides. */
import {
  elementsOf,
  foldBits,
  gather,
  half,
  isComplex,
  isFloating,
  itemsize,
  show,
  spacingAt,
  ulpDistance,
} from './elements.ts';
import { isArray, isRemote } from './namespace.ts';
import type { ArrayLike, TypedArray } from './namespace.ts';
import { hasStrides } from './layouts.ts';
import { decodeBase64 } from './suite.ts';
import type { Code } from './suite.ts';
import { ulpsFor } from './tolerances.ts';
import type { Tolerance } from './tolerances.ts';
import { narrowElements, narrowName, narrowSteps } from './webgpu/narrow.ts';
import { areFlushed, freed } from './webgpu/subnormal.ts';

/** What a comparison needs to know of the case. */
export interface Context {
  readonly name: string;
  readonly tolerance: Tolerance;
  /** Arguments as given, positional ones first: results may be one of them or look at their memory. */
  given: readonly unknown[];
  readonly loose: boolean;
  /** Results must be on the GPU: in the dtypes that it has, and with the freedom that WebGPU leaves its arithmetic. */
  readonly remote?: boolean;
  /** Results may be copies of arguments where NumPy gives views. */
  readonly copies?: boolean;
  /** The case was made in narrower dtypes than recorded. */
  narrowed?: boolean;
  /** The largest distance seen so far; comparisons raise it. */
  worst: number;
  /** A number made of the bits of results that a tolerance lets differ: devices must give the same. */
  digest: number;
}

/** A difference, in words that name where it is. */
export class Difference extends Error {}

type Tagged = Readonly<Record<string, Code>>;

/**
 * Compares one result.
 *
 * @throws Difference where it is not what was recorded.
 */
export function compare(expected: Code, actual: unknown, context: Context, where = 'result'): void {
  if (expected === null) {
    if (actual != null) differ(where, 'nothing', actual);
  } else if (typeof expected === 'number') {
    if (typeof actual === 'bigint' ? actual !== BigInt(expected) : actual !== expected)
      differ(where, expected, actual);
  } else if (typeof expected === 'boolean' && context.remote && isArray(actual)) {
    compareForm('bool', [], Uint8Array.of(Number(expected)), actual, context, where);
  } else if (typeof expected !== 'object') {
    if (actual !== expected) differ(where, JSON.stringify(expected), actual);
  } else {
    compareTagged(expected as Tagged, actual, context, where);
  }
}

function compareTagged(expected: Tagged, actual: unknown, context: Context, where: string): void {
  const [tag] = Object.keys(expected);
  const value = expected[tag];
  switch (tag) {
    case 'a':
      return compareArray(expected as unknown as ArrayCode, actual, context, where);
    case 'n':
      if (context.remote && isArray(actual)) {
        const [dtype, number] = value as [string, Code];
        return compareForm(dtype, [], scalarElements(dtype, number), actual, context, where);
      }
      return compareScalar(value as [string, Code], actual, context, where);
    case 'same':
      if (actual !== context.given[value as number])
        differ(where, `argument ${String(value)} itself`, actual);
      return;
    case 't':
      return compareSequence(value as readonly Code[], actual, context, where);
    case 'named':
      return compareNamed(value as Tagged, actual, context, where);
    case 'o':
      return compareEntries(value as Tagged, actual, context, where);
    case 'd':
      if ((actual as { name?: unknown } | null)?.name !== value)
        differ(where, `dtype ${String(value)}`, actual);
      return;
    case 's':
      for (const [i, part] of (['start', 'stop', 'step'] as const).entries()) {
        compare(
          (value as readonly Code[])[i],
          (actual as Record<string, unknown>)[part],
          context,
          `${where}.${part}`,
        );
      }
      return;
    case 'c':
      return compareScalar(['complex128', value], actual, context, where);
    case 'f':
      return compareScalar(['float64', value], actual, context, where);
    case 'i':
      if (String(actual) !== value) differ(where, value, actual);
      return;
    case 'b':
      return compareBytes(decodeBase64(value as string), actual, where);
    case 'e':
      if (actual !== '...' && actual !== Symbol.for('Ellipsis')) differ(where, '...', actual);
      return;
    default:
      throw new Error(`no comparison for ${tag}`);
  }
}

function differ(where: string, expected: unknown, actual: unknown): never {
  throw new Difference(`${where}: expected ${String(expected)}, got ${describe(actual)}`);
}

/** A value in a line of text. */
export function describe(x: unknown): string {
  if (isArray(x)) return `array of ${x.dtype.name} (${x.shape.join(',')})`;
  if (x instanceof Error) return `${x.name}: ${x.message}`;
  if (typeof x === 'string') return JSON.stringify(x);
  if (Array.isArray(x)) return `[${x.map(describe).join(', ')}]`.slice(0, 200);
  if (typeof x === 'object' && x !== null && 're' in x && 'im' in x)
    return `(${String(x.re)}, ${String(x.im)}j)`;
  if (typeof x === 'object' && x !== null) return x.constructor?.name ?? 'object';
  return Object.is(x, -0) ? '-0' : typeof x === 'bigint' ? `${x}n` : String(x);
}

interface ArrayCode {
  readonly a: readonly [string, readonly number[], string];
  readonly view?: readonly number[];
  readonly strides?: readonly number[];
  readonly readonly?: boolean | 'open';
}

function compareArray(expected: ArrayCode, actual: unknown, context: Context, where: string): void {
  const [dtype, shape, data] = expected.a;
  compareForm(dtype, shape, elementsOf(decodeBase64(data), dtype), actual, context, where);
  compareMemory(expected, actual as ArrayLike, context, where);
}

/**
 * Compares dtype, shape and elements, and that the array lies where results of its operands do.
 *
 * @throws Difference where they are not those.
 */
export function compareForm(
  recorded: string,
  shape: readonly number[],
  elements: TypedArray,
  actual: unknown,
  context: Context,
  where: string,
): asserts actual is ArrayLike {
  const dtype = context.remote ? narrowName(recorded) : recorded;
  if (!isArray(actual)) differ(where, `array of ${dtype} (${shape.join(',')})`, actual);
  const sameShape =
    actual.shape.length === shape.length && shape.every((n, axis) => actual.shape[axis] === n);
  if (!sameShape || (actual.dtype.name !== dtype && !context.loose)) {
    differ(where, `array of ${dtype} (${shape.join(',')})`, actual);
  }
  if (context.remote && !isRemote(actual)) differ(where, 'an array on webgpu', 'one on the processor');
  const found = gather(actual);
  const expected = context.remote
    ? freed(narrowElements(recorded, elements), found, shape, context)
    : elements;
  compareElements(dtype, expected, found, context, where);
}

/** Aliasing, strides and writeability. */
function compareMemory(expected: ArrayCode, actual: ArrayLike, context: Context, where: string): void {
  const size = expected.a[1].reduce((product, n) => product * n, 1);
  const shared = expected.view ?? [];
  if (size > 0) {
    for (const [i, argument] of context.given.entries()) {
      if (!isArray(argument)) continue;
      const sharing = rootOf(argument) === rootOf(actual);
      if (shared.includes(i) && !sharing && !context.copies)
        differ(where, `a view of argument ${i}`, 'a copy');
      if (shared.length === 0 && sharing) differ(where, 'a copy', `a view of argument ${i}`);
    }
    const strides =
      stridesOf(expected, context) ?? (hasStrides(context.name) ? denseStrides(actual) : undefined);
    if (strides && (shared.length > 0 || hasStrides(context.name))) {
      const wrong = actual.strides.findIndex(
        (stride, axis) => actual.shape[axis] > 1 && stride !== strides[axis],
      );
      if (wrong >= 0)
        differ(where, `strides (${strides.join(',')})`, `strides (${actual.strides.join(',')})`);
    }
  }
  if (expected.readonly !== 'open' && actual.flags.writeable === (expected.readonly ?? false)) {
    differ(where, expected.readonly ? 'a read-only array' : 'a writeable array', 'the contrary');
  }
}

/** The recorded strides, for the dtype that the result has. */
function stridesOf({ a: [dtype], strides }: ArrayCode, context: Context): readonly number[] | undefined {
  return strides && context.remote ? (narrowSteps(dtype, strides) ?? undefined) : strides;
}

/** The array whose memory an array looks at. */
export function rootOf(a: ArrayLike): ArrayLike {
  let root = a;
  while (isArray(root.base)) root = root.base;
  return root;
}

function denseStrides(a: ArrayLike): number[] {
  const strides: number[] = [];
  let step = itemsize(a.dtype.name);
  for (let axis = a.shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= a.shape[axis];
  }
  return strides;
}

/** Compares all elements and names the first one that is too far off, and how many are. */
export function compareElements(
  dtype: string,
  expected: TypedArray,
  actual: TypedArray,
  context: Context,
  where: string,
): void {
  const allowed = ulpsFor(context.tolerance, dtype);
  const floating = isFloating(dtype);
  const complex = isComplex(dtype);
  const anyZero = context.tolerance.anyZero === 'all' || (complex && context.tolerance.anyZero !== undefined);
  if (allowed > 0) context.digest = digestOf(actual, context.digest);
  const largest = largestFor(dtype, expected, context);
  let wrong = 0;
  let first = -1;
  for (let i = 0; i < expected.length; i++) {
    if (expected[i] === actual[i] && (expected[i] !== 0 || anyZero)) continue;
    if (anyZero && areZeros16(dtype, expected[i], actual[i])) continue;
    if (context.remote && areFlushed(dtype, expected[i], actual[i])) continue;
    let distance = distanceBetween(dtype, floating, expected[i], actual[i]);
    if (distance > allowed && Number.isFinite(distance) && context.tolerance.of !== 'element') {
      const scale =
        largest ||
        (complex ? Math.hypot(Number(expected[i - (i % 2)]), Number(expected[i - (i % 2) + 1])) : 0);
      distance = Math.min(distance, scaledDistance(dtype, Number(expected[i]), Number(actual[i]), scale));
    }
    if (distance > allowed) {
      wrong++;
      if (first < 0) first = i;
    }
    if (distance > context.worst) context.worst = distance;
  }
  if (wrong > 0) {
    const at = complex ? first >> 1 : first;
    const far = ulpDistance(dtype, Number(expected[first]), Number(actual[first]));
    const off = floating && far > 0 && Number.isFinite(far) ? ` (${far} ULP, ${allowed} allowed)` : '';
    throw new Difference(
      `${where}: element ${at}: expected ${show(dtype, expected, at)}, got ${show(dtype, actual, at)}${off}; ` +
        `${wrong} of ${expected.length} differ`,
    );
  }
}

/** The number of whose last place distances are counted, where it is not each element itself. */
function largestFor(dtype: string, expected: TypedArray, { tolerance, given }: Context): number {
  if (tolerance.of !== 'largest' && tolerance.of !== 'operands') return 0;
  const least = Math.max(largestOf(dtype, expected), tolerance.least ?? 0);
  if (tolerance.of === 'largest') return least;
  const operands = given.filter((x) => isArray(x) && isFloating(x.dtype.name)) as ArrayLike[];
  return Math.max(least, ...operands.map((a) => largestOf(a.dtype.name, gather(a))));
}

function distanceBetween(dtype: string, floating: boolean, x: number | bigint, y: number | bigint): number {
  if (floating) return ulpDistance(dtype, Number(x), Number(y));
  return x === y ? 0 : Infinity;
}

/** Whether two float16, which are given as bits, are zeros of any sign. */
const areZeros16 = (dtype: string, x: number | bigint, y: number | bigint): boolean =>
  dtype === 'float16' && ((Number(x) | Number(y)) & 0x7fff) === 0;

/** FNV-1a over the elements; NaN counts as one value. */
function digestOf(data: TypedArray, seed: number): number {
  let digest = seed;
  for (let i = 0; i < data.length; i++) {
    const bits = foldBits(Number(data[i]));
    digest = Math.imul(digest ^ bits, 0x01000193);
  }
  return digest | 0;
}

/** The distance in units of the spacing that floats have at `scale`. */
function scaledDistance(dtype: string, x: number, y: number, scale: number): number {
  const [a, b] = dtype === 'float16' ? [half(x), half(y)] : [x, y];
  return Math.abs(a - b) / spacingAt(dtype, Math.max(scale, Math.abs(a)));
}

function largestOf(dtype: string, data: TypedArray): number {
  let largest = 0;
  for (const x of data) {
    const magnitude = Math.abs(dtype === 'float16' ? half(Number(x)) : Number(x));
    if (magnitude > largest && Number.isFinite(magnitude)) largest = magnitude;
  }
  return largest;
}

function compareScalar(
  [dtype, value]: readonly [string, Code],
  actual: unknown,
  context: Context,
  where: string,
): void {
  if (isComplex(dtype)) {
    if (typeof actual !== 'object' || actual === null || !('re' in actual) || !('im' in actual)) {
      differ(where, `a complex number (${String(value)})`, actual);
    }
    const [re, im] = value as [Code, Code];
    const pair = (x: number, y: number): TypedArray =>
      dtype === 'complex64' ? Float32Array.of(x, y) : Float64Array.of(x, y);
    compareElements(
      dtype,
      pair(number(re), number(im)),
      pair(Number(actual.re), Number(actual.im)),
      context,
      where,
    );
  } else if (!isFloating(dtype)) {
    if (
      typeof actual === 'boolean' ||
      (typeof actual !== 'number' && typeof actual !== 'bigint') ||
      String(actual) !== String(value)
    ) {
      differ(where, value, actual);
    }
    if (Object.is(actual, -0)) differ(where, value, actual);
    if (typeof actual === 'bigint' && Number.isSafeInteger(Number(actual)))
      differ(where, `the number ${String(value)}`, actual);
  } else {
    if (typeof actual !== 'number') differ(where, `the number ${String(value)}`, actual);
    if (dtype !== 'float64' && half32(dtype, actual) !== actual && !Number.isNaN(actual))
      differ(where, `a ${dtype} value`, actual);
    compareElements(dtype, floatElement(dtype, number(value)), floatElement(dtype, actual), context, where);
  }
}

/** The elements of an array of one number. */
function scalarElements(dtype: string, value: Code): TypedArray {
  if (isComplex(dtype)) {
    const parts = (value as [Code, Code]).map(number);
    return dtype === 'complex64' ? Float32Array.from(parts) : Float64Array.from(parts);
  }
  if (isFloating(dtype)) return floatElement(dtype, number(value));
  const integer = BigInt(value as number | string | boolean);
  if (dtype === 'int64') return BigInt64Array.of(integer);
  if (dtype === 'uint64') return BigUint64Array.of(integer);
  const one = elementsOf(new Uint8Array(itemsize(dtype)), dtype);
  one[0] = Number(integer);
  return one;
}

const floatElement = (dtype: string, x: number): TypedArray =>
  dtype === 'float64'
    ? Float64Array.of(x)
    : dtype === 'float32'
      ? Float32Array.of(x)
      : Uint16Array.of(halfBits(x));

/** The value rounded to the precision of a narrow dtype. */
function half32(dtype: string, x: number): number {
  return dtype === 'float32' ? Math.fround(x) : half(halfBits(x));
}

/** The bits of the float16 that equals `x` (which is one, or the result of a wrong kernel: then the nearest below). */
function halfBits(x: number): number {
  if (Number.isNaN(x)) return 0x7e00;
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const size = Math.abs(x);
  if (size > 65504) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | Math.trunc(size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  return sign | ((exponent + 15) << 10) | Math.trunc((size / 2 ** exponent - 1) * 1024);
}

function number(value: Code): number {
  return value === 'nan' ? NaN : value === 'inf' ? Infinity : value === '-inf' ? -Infinity : Number(value);
}

function compareSequence(expected: readonly Code[], actual: unknown, context: Context, where: string): void {
  if (!Array.isArray(actual)) differ(where, `${expected.length} values`, actual);
  if (actual.length !== expected.length)
    differ(where, `${expected.length} values`, `${actual.length}: ${describe(actual)}`);
  expected.forEach((item, i) => compare(item, actual[i], context, `${where}[${i}]`));
}

function compareNamed(expected: Tagged, actual: unknown, context: Context, where: string): void {
  compareSequence(Object.values(expected), actual, context, where);
  for (const name of Object.keys(expected)) {
    const field = (actual as Record<string, unknown>)[name];
    if (field === undefined) differ(where, `a field ${name}`, 'none');
    compare(expected[name], field, context, `${where}.${name}`);
  }
}

function compareEntries(expected: Tagged, actual: unknown, context: Context, where: string): void {
  if (typeof actual !== 'object' || actual === null)
    differ(where, `the entries ${Object.keys(expected).join(', ')}`, actual);
  for (const [name, value] of Object.entries(expected)) {
    compare(value, (actual as Record<string, unknown>)[name], context, `${where}.${name}`);
  }
}

function compareBytes(expected: Uint8Array, actual: unknown, where: string): void {
  if (!(actual instanceof Uint8Array)) differ(where, `${expected.length} bytes`, actual);
  const wrong = expected.findIndex((byte, i) => actual[i] !== byte);
  if (wrong >= 0 || expected.length !== actual.length) {
    throw new Difference(
      `${where}: ${actual.length} bytes instead of ${expected.length}, the first difference at ${wrong}`,
    );
  }
}
