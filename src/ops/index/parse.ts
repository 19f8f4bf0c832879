/** Index expressions: what `a.get(...)` and `a.set(...)` were given, as a list of typed items. */
import { int64 } from '../../array/dtype.ts';
import { IndexError } from '../../array/errors.ts';
import { NDArray } from '../../array/ndarray.ts';
import { Slice } from '../../array/slice.ts';
import type { ArrayLike } from '../asarray.ts';
import { asArray } from '../asarray.ts';
import { integersOf } from './integers.ts';

/** What may stand in an index: see the contract of `get`. */
export type IndexArg = number | bigint | boolean | null | string | Slice | ArrayLike;

export type IndexItem =
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'slice'; readonly slice: Slice }
  | { readonly kind: 'newaxis' }
  | { readonly kind: 'ellipsis' }
  /** Indices along one axis. */
  | { readonly kind: 'array'; readonly array: NDArray<'int64'> }
  /** Chooses elements of as many axes as it has. */
  | { readonly kind: 'mask'; readonly array: NDArray<'bool'> };

const NEWAXIS: IndexItem = { kind: 'newaxis' };
const ELLIPSIS: IndexItem = { kind: 'ellipsis' };

/**
 * The items of an index.
 *
 * @throws IndexError for what cannot be an index.
 */
export function parseIndex(args: readonly IndexArg[]): IndexItem[] {
  return args.flatMap((arg) => (typeof arg === 'string' ? parseText(arg) : [parseItem(arg)]));
}

function parseItem(arg: Exclude<IndexArg, string>): IndexItem {
  if (arg === null) return NEWAXIS;
  if (arg instanceof Slice) return { kind: 'slice', slice: arg };
  if (typeof arg === 'number' || typeof arg === 'bigint') return { kind: 'integer', value: requireInteger(arg) };
  if (typeof arg !== 'boolean' && typeof arg !== 'object') throw invalidIndex();
  return parseArray(Array.isArray(arg) && arg.length === 0 ? asArray(arg, int64) : asArray(arg as ArrayLike));
}

function parseArray(array: NDArray): IndexItem {
  if (array.dtype.kind === 'b') return { kind: 'mask', array: array as NDArray<'bool'> };
  return { kind: 'array', array: integersOf(array, invalidIndex) };
}

function requireInteger(x: number | bigint): number {
  const value = Number(x);
  if (!Number.isInteger(value)) throw invalidIndex();
  return value;
}

/** What NumPy says to an index of a wrong kind. */
export function invalidIndex(): IndexError {
  return new IndexError(
    "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean arrays are valid indices",
  );
}

/** NumPy's own text: `'1:3, ::-1, None, ...'`. */
function parseText(text: string): IndexItem[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length > 1 && parts.at(-1) === '') parts.pop();
  return parts.map(parsePart);
}

const INTEGER = /^[+-]?\d+$/;
const SLICE = /^([+-]?\d+|None)?\s*:\s*([+-]?\d+|None)?\s*(?::\s*([+-]?\d+|None)?)?$/;

function parsePart(part: string): IndexItem {
  if (part === '...' || part === 'Ellipsis') return ELLIPSIS;
  if (part === 'None' || part === 'newaxis' || part === 'np.newaxis') return NEWAXIS;
  if (INTEGER.test(part)) return { kind: 'integer', value: Number(part) };
  const match = SLICE.exec(part);
  if (!match) throw new IndexError(`'${part}' is not an index: write integers, slices, '...' or 'None', separated by commas`);
  const [start, stop, step] = match.slice(1).map((s) => (s === undefined || s === 'None' ? null : Number(s)));
  return { kind: 'slice', slice: new Slice(start, stop, step) };
}
