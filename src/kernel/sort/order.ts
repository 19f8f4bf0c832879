/** The order of elements in a sort: as NumPy has it, NaN last, complex numbers by real and then imaginary part. */
import { k } from '../build.ts';
import type { ElementType } from '../element.ts';
import { isComplexElement, layoutOf } from '../element.ts';
import type { Expr, Store } from '../ir.ts';
import type { ScalarType } from '../types.ts';
import { BYTES, isFloat, isSigned } from '../types.ts';

/** What a sort moves: an element, or the index of one. It is held in one or two locals. */
export interface Item {
  readonly bytes: number;
  load(address: Expr): readonly Expr[];
  stores(address: Expr, parts: readonly Expr[]): readonly Store[];
  /** Whether `a` must stand before `b`; false for equal items. */
  before(a: readonly Expr[], b: readonly Expr[]): Expr;
}

/** Elements of a type as items. */
export function elementItem(element: ElementType): Item {
  return isComplexElement(element) ? complexItem(element) : wordItem(element);
}

/** Indices of elements from `base` on, as u32. */
export function indexItem(element: ElementType, base: Expr): Item {
  const item = elementItem(element);
  const at = ([index]: readonly Expr[]): readonly Expr[] =>
    item.load(k.add(base, k.mul(k.convert('i32', index), item.bytes)));
  return {
    bytes: 4,
    load: (address) => [k.load('u32', address)],
    stores: (address, [index]) => [{ address, offset: 0, value: index }],
    before: (a, b) => item.before(at(a), at(b)),
  };
}

/** Bits of a real element's sort key. */
export function keyBits(element: ElementType): number {
  return 8 * layoutOf(element).bytes;
}

/** The unsigned type that real elements and their keys are held in. */
export function wordType(element: ElementType): 'u32' | 'u64' {
  return layoutOf(element).bytes === 8 ? 'u64' : 'u32';
}

const RAW = { 1: 'u8', 2: 'u16', 4: 'u32', 8: 'u64' } as const;

/** The unsigned type of an element's width. */
export function rawType(element: ElementType): ScalarType {
  return RAW[layoutOf(element).bytes as keyof typeof RAW];
}

/** A real element's bits, extended by zeros. */
export function loadWord(element: ElementType, address: Expr): Expr {
  return k.convert(wordType(element), k.load(rawType(element), address));
}

/** The store of a real element's bits. */
export function storeWord(element: ElementType, address: Expr, word: Expr): Store {
  return { address, offset: 0, value: k.convert(rawType(element), word) };
}

/**
 * An unsigned number of `keyBits` bits that orders real elements: the bits themselves for unsigned types, with the sign bit
 * turned for signed ones. Negative floats are counted down from zero, so that -0 and +0 have one key; every NaN has the last.
 */
export function keyOf(element: ElementType, word: Expr): Expr {
  const { sign, infinity, last } = constantsOf(element);
  if (!isFloatElement(element)) return isSigned(element as ScalarType) ? k.xor(word, sign) : word;
  return k.select(k.gt(k.and(word, k.sub(sign, 1)), infinity), last, numberKey(element, word));
}

/** The same for floats that are no NaN. */
export function numberKey(element: ElementType, word: Expr): Expr {
  const { sign } = constantsOf(element);
  return k.select(k.ge(word, sign), countedDown(element, word), k.or(word, sign));
}

/** The bits of the float that has a key; of both zeros +0. */
export function wordOfKey(element: ElementType, key: Expr): Expr {
  const { sign } = constantsOf(element);
  return k.select(k.ge(key, sign), k.xor(key, sign), countedDown(element, key));
}

export function isFloatElement(element: ElementType): boolean {
  return element === 'f16' || isFloat(element as ScalarType);
}

/** 2^keyBits - x, which takes the bits of negative floats to keys and back. */
function countedDown(element: ElementType, x: Expr): Expr {
  return k.sub(k.const(wordType(element), keyBits(element) === 16 ? 0x10000 : 0), x);
}

/** The sign bit, infinity's bits and all ones. */
function constantsOf(element: ElementType): { sign: Expr; infinity: Expr; last: Expr } {
  const bits = keyBits(element);
  const type = wordType(element);
  const constant = (value: bigint): Expr => k.const(type, type === 'u64' ? value : Number(value));
  return {
    sign: constant(1n << BigInt(bits - 1)),
    infinity: constant(INFINITY_BITS[bits] ?? 0n),
    last: constant((1n << BigInt(bits)) - 1n),
  };
}

const INFINITY_BITS: Readonly<Record<number, bigint>> = {
  16: 0x7c00n,
  32: 0x7f800000n,
  64: 0x7ff0000000000000n,
};

function wordItem(element: ElementType): Item {
  return {
    bytes: layoutOf(element).bytes,
    load: (address) => [loadWord(element, address)],
    stores: (address, [word]) => [storeWord(element, address, word)],
    before: ([a], [b]) => k.lt(keyOf(element, a), keyOf(element, b)),
  };
}

function complexItem(element: ElementType): Item {
  const { part, bytes } = layoutOf(element);
  const size = BYTES[part];
  return {
    bytes,
    load: (address) => [k.load(part, address), k.load(part, address, size)],
    stores: (address, parts) => parts.map((value, i) => ({ address, offset: i * size, value })),
    before: complexBefore,
  };
}

/** NumPy's order (CLT in npy_sort): numbers with NaN parts come last, those with only an imaginary NaN first among them. */
function complexBefore([a, ai]: readonly Expr[], [b, bi]: readonly Expr[]): Expr {
  const isNaN = (x: Expr): Expr => k.ne(x, x);
  const isNumber = (x: Expr): Expr => k.eq(x, x);
  const onlyOtherNaN = k.and(isNaN(bi), isNumber(ai));
  const less = k.or(isNumber(ai), isNaN(bi));
  const equal = k.or(k.lt(ai, bi), onlyOtherNaN);
  const same = k.or(k.eq(a, b), k.and(isNaN(a), isNaN(b)));
  return k.select(k.lt(a, b), less, k.select(k.gt(a, b), onlyOtherNaN, k.select(same, equal, isNaN(b))));
}
