/** Index expressions: what `a.get(...)` and `a.set(...)` were given, as a list of typed items. */
import { Complex } from '../../array/complex.ts';
import { int64 } from '../../array/dtype.ts';
import { readElement } from '../../array/element.ts';
import { IndexError } from '../../array/errors.ts';
import { NDArray } from '../../array/ndarray.ts';
import { placedOn } from '../../array/remote.ts';
import type { SlicePart } from '../../array/slice.ts';
import { Slice } from '../../array/slice.ts';
import type { ArrayLike } from '../asarray.ts';
import { asArray, isScalar } from '../asarray.ts';

/**
 * What may stand in an index: an integer, a slice, NumPy's text (`'1:3'`, `'...'`, also several items: `'1:3, None, ::-1'`), `null`
 * for a new axis, an integer array or nested array, or a boolean array. An array that holds slices, texts or `null` is a whole index,
 * as `np.s_` makes them; it stands alone.
 */
export type IndexArg = number | bigint | boolean | null | string | Slice | ArrayLike | readonly IndexArg[];

export type IndexItem =
  /** `copies`: the integer came in an array, which makes the result a copy. */
  | { readonly kind: 'integer'; readonly value: number; readonly copies: boolean }
  | { readonly kind: 'slice'; readonly slice: Slice }
  | { readonly kind: 'newaxis' }
  | { readonly kind: 'ellipsis' }
  /** Indices along one axis, in an array of at least one axis, or one on another device. */
  | { readonly kind: 'array'; readonly array: NDArray }
  /** Chooses elements of as many axes as it has. */
  | { readonly kind: 'mask'; readonly array: NDArray<'bool'> };

const NEWAXIS: IndexItem = { kind: 'newaxis' };
const ELLIPSIS: IndexItem = { kind: 'ellipsis' };

/**
 * The items of an index.
 *
 * @throws IndexError for what cannot be an index.
 */
export function parseIndex(args: readonly IndexArg[]): readonly IndexItem[] {
  if (args.length === 1 && isWholeIndex(args[0])) return parseIndex(args[0]);
  const items = new Array<IndexItem>(args.length);
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (typeof arg === 'string') return args.length === 1 ? textItems(arg) : args.flatMap(itemsOf);
    items[i] = parseItem(arg);
  }
  return items;
}

function isWholeIndex(arg: IndexArg): arg is readonly IndexArg[] {
  return Array.isArray(arg) && arg.some((x) => x === null || typeof x === 'string' || x instanceof Slice);
}

function itemsOf(arg: IndexArg): readonly IndexItem[] {
  return typeof arg === 'string' ? textItems(arg) : [parseItem(arg)];
}

/** The texts parsed before: programs use few, again and again. */
const parsed = /* @__PURE__ */ new Map<string, readonly IndexItem[]>();
const MOST_PARSED = 1000;

function textItems(text: string): readonly IndexItem[] {
  const known = parsed.get(text);
  if (known) return known;
  const items = parseText(text).map(textItem);
  if (parsed.size >= MOST_PARSED) parsed.clear();
  parsed.set(text, items);
  return items;
}

/** The items of an index given as one argument. An array of numbers or booleans is one item, an index array. */
export function indexArgs(index: IndexArg): readonly IndexArg[] {
  if (!Array.isArray(index)) return [index];
  return index.length === 0 || isNestedScalars(index) ? [index as ArrayLike] : (index as readonly IndexArg[]);
}

function isNestedScalars(x: readonly unknown[]): boolean {
  return (
    x.length > 0 &&
    x.every((item) => (Array.isArray(item) ? isNestedScalars(item) || item.length === 0 : isScalar(item)))
  );
}

function parseItem(arg: Exclude<IndexArg, string>): IndexItem {
  if (typeof arg === 'number' || typeof arg === 'bigint') return integerItem(arg, false);
  if (arg === null) return NEWAXIS;
  if (arg instanceof Slice) return { kind: 'slice', slice: arg };
  if (arg instanceof NDArray) return parseArray(arg);
  if (Array.isArray(arg) || typeof arg === 'boolean' || ArrayBuffer.isView(arg))
    return parseArray(hostArray(arg as ArrayLike));
  throw invalidIndex();
}

/** Indices of JavaScript stay on the processor, where they are checked. */
function hostArray(x: ArrayLike): NDArray {
  const dtype = Array.isArray(x) && x.length === 0 ? int64 : null;
  return placedOn(null, () => asArray(x, dtype));
}

function parseArray(array: NDArray): IndexItem {
  if (array.dtype.kind === 'b') return { kind: 'mask', array: array as NDArray<'bool'> };
  requireIndexDType(array);
  // What an index on another device is, is known there.
  if (array.ndim > 0 || array.storage.remote !== null) return { kind: 'array', array };
  return integerItem(
    readElement(array.storage.views, array.dtype.element, array.offset) as number | bigint,
    true,
  );
}

/** @throws IndexError for an array of a dtype that cannot be indices; float64 may, if its values are integers. */
function requireIndexDType({ dtype }: NDArray): void {
  if (dtype.kind !== 'i' && dtype.kind !== 'u' && dtype.name !== 'float64') {
    throw wrongIndexType();
  }
}

/** What NumPy says to an index array of a wrong dtype; here also to a float64 that holds a fraction or NaN. */
export function wrongIndexType(): IndexError {
  return new IndexError('arrays used as indices must be of integer (or boolean) type');
}

function integerItem(x: number | bigint, copies: boolean): IndexItem {
  const value = Number(x);
  if (!Number.isInteger(value)) throw invalidIndex();
  return { kind: 'integer', value, copies };
}

/** What NumPy says to an index of a wrong kind. */
function invalidIndex(): IndexError {
  return new IndexError(
    'only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean arrays are valid indices',
  );
}

/** An item of an index in NumPy's own text. */
export type TextItem = number | Complex | null | '...' | Slice;

function textItem(item: TextItem): IndexItem {
  if (item === '...') return ELLIPSIS;
  if (item instanceof Complex) throw invalidIndex();
  return parseItem(item);
}

/**
 * The items of an index text: `'1:3, ::-1, None, ...'`.
 *
 * @throws IndexError for a text that is no index.
 */
export function parseText(text: string): TextItem[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length > 1 && parts.at(-1) === '') parts.pop();
  return parts.map((part) => parsePart(part));
}

function parsePart(part: string): TextItem {
  if (part === '...' || part === 'Ellipsis') return '...';
  if (part.endsWith('newaxis') && /^(np\.|numpy\.)?newaxis$/.test(part)) return null;
  if (!part.includes(':')) return parseNumber(part);
  const parts = part.split(':').map((x) => (x.trim() === '' ? null : parseNumber(x.trim())));
  if (parts.length > 3) throw invalidText(part);
  return new Slice(parts[0], parts[1], parts[2] ?? null);
}

const NUMBER = /^([+-]?\s*(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(j?)$/;

/** Python's number literals, as far as indices and grids use them. */
function parseNumber(text: string): Exclude<SlicePart, bigint> {
  if (text === 'None') return null;
  const match = NUMBER.exec(text);
  if (!match) throw invalidText(text);
  const value = Number(match[1].replace(/[\s_]/g, ''));
  return match[2] ? new Complex(0, value) : value;
}

function invalidText(text: string): IndexError {
  return new IndexError(
    `'${text}' is not an index: write integers, slices, '...' or 'None', separated by commas`,
  );
}
