/**
 * Blocks of n lanes (a power of two) held in vectors: n lanes of s bytes are n * s / 16 vectors, or the low part of one.
 * Here are the conversions between lanes of different widths and types, and between interleaved and separate parts.
 */
import { k } from './build.ts';
import type { Expr } from './ir.ts';
import type { ScalarType, VectorType } from './types.ts';
import { BYTES, isFloat, isSigned, vectorOf } from './types.ts';

export type LaneType = Exclude<ScalarType, 'bool'>;
export type Width = 1 | 2 | 4 | 8;
/** The vectors of a block. */
export type Block = readonly Expr[];

const SIGNED = { 1: 'i8', 2: 'i16', 4: 'i32', 8: 'i64' } as const;
const UNSIGNED = { 1: 'u8', 2: 'u16', 4: 'u32', 8: 'u64' } as const;

export function widthOf(type: ScalarType): Width {
  return BYTES[type] as Width;
}

/** The integer vector whose lanes are masks for lanes of `width` bytes. */
export function maskVector(width: Width): VectorType {
  return vectorOf(SIGNED[width]);
}

/** Joins masks as a tree, so that no step waits for all others. */
const joined =
  (join: typeof k.or) =>
  (masks: readonly Expr[]): Expr => {
    if (masks.length === 1) return masks[0];
    const half = masks.length >> 1;
    return join(joined(join)(masks.slice(0, half)), joined(join)(masks.slice(half)));
  };

/** The lanes that are set in some mask. */
export const anyOf = /* @__PURE__ */ joined(k.or);

/** The bytes that are set in all masks, of whatever widths. */
export const allOf = (masks: readonly Expr[]): Expr =>
  joined(k.and)(masks.map((mask) => k.bitcast('i8x16', mask)));

/** How many vectors a block of n lanes of `width` bytes takes. */
export function vectorCount(n: number, width: number): number {
  return Math.max(1, (n * width) / 16);
}

const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

const cast = (type: LaneType, block: Block): Block => block.map((x) => k.bitcast(vectorOf(type), x));

/** Sixteen byte numbers: units of `unit` bytes, by their numbers in the two vectors together. */
function unitBytes(unit: number, units: readonly number[]): number[] {
  return units.flatMap((u) => times(unit, (i) => u * unit + i));
}

/** Every second unit of two vectors: the even ones (`odd` 0) or the odd ones (1). */
function everySecond(a: Expr, b: Expr, unit: number, odd: 0 | 1): Expr {
  const units = times(16 / unit, (i) => 2 * i + odd);
  return k.shuffle(a.type as VectorType, a, b, unitBytes(unit, units));
}

/** The units of two vectors alternating, from their low halves (`high` 0) or high halves (1). */
function alternate(a: Expr, b: Expr, unit: number, high: 0 | 1): Expr {
  const half = 8 / unit;
  const units = times(2 * half, (i) => (i >> 1) + high * half + (i & 1) * 2 * half);
  return k.shuffle(a.type as VectorType, a, b, unitBytes(unit, units));
}

const highHalf = (x: Expr): Expr => k.shuffle(x.type as VectorType, x, x, unitBytes(8, [1, 1]));
const lowHalves = (a: Expr, b: Expr): Expr => k.shuffle(a.type as VectorType, a, b, unitBytes(8, [0, 2]));

/** Separates n pairs (re, im, re, im, ...) into the block of first and the block of second parts. */
export function deinterleave(pairs: Block, width: Width): [Block, Block] {
  const halves = (odd: 0 | 1): Block =>
    times(Math.max(1, pairs.length / 2), (i) =>
      everySecond(pairs[2 * i], pairs[2 * i + 1] ?? pairs[2 * i], width, odd),
    );
  return [halves(0), halves(1)];
}

/** The opposite: n pairs from their first and second parts. `n` lanes of `width` bytes in each. */
export function interleave(first: Block, second: Block, width: Width, n: number): Block {
  return times(vectorCount(n, 2 * width), (i) =>
    alternate(first[i >> 1], second[i >> 1], width, (i & 1) as 0 | 1),
  );
}

/** Integers at twice the width. */
function extend(type: LaneType, block: Block, n: number): Block {
  const width = widthOf(type);
  const target = vectorOf((isSigned(type) ? SIGNED : UNSIGNED)[(2 * width) as Width]);
  return times(vectorCount(n, 2 * width), (i) => (i % 2 ? k.extendHigh : k.extendLow)(target, block[i >> 1]));
}

const pairs = (block: Block, join: (a: Expr, b: Expr) => Expr): Block =>
  times(Math.max(1, block.length / 2), (i) => join(block[2 * i], block[2 * i + 1] ?? block[2 * i]));

/** Signed integers at half the width, clamped to what `to` holds. */
const saturate = (to: LaneType, block: Block): Block => pairs(block, (a, b) => k.narrow(vectorOf(to), a, b));

/** Integers at half the width, upper bits dropped. */
function truncate(from: Width, block: Block): Block {
  if (from === 8) return pairs(cast('i32', block), (a, b) => everySecond(a, b, 4, 0));
  const low = from === 4 ? 0xffff : 0xff;
  return saturate(
    UNSIGNED[(from / 2) as Width],
    cast(SIGNED[from], block).map((x) => k.and(x, low)),
  );
}

/** Masks for lanes of another width. */
export function resizeMask(block: Block, from: Width, to: Width, n: number): Block {
  if (from === to) return block;
  if (from < to) return resizeMask(extend(SIGNED[from], block, n), (2 * from) as Width, to, n);
  // The halves of a 64-bit mask are 32-bit masks, so one narrowing makes pairs of 16-bit masks of them.
  const half = (from / 2) as Width;
  const narrowed =
    from === 8 ? cast('i32', saturate('i16', cast('i32', block))) : saturate(SIGNED[half], block);
  return resizeMask(narrowed, half, to, n);
}

function convertIntegers(to: LaneType, from: LaneType, block: Block, n: number): Block {
  let width = widthOf(from);
  let current = block;
  for (; width < BYTES[to]; width = (2 * width) as Width) {
    current = extend((isSigned(from) ? SIGNED : UNSIGNED)[width], current, n);
  }
  for (; width > BYTES[to]; width = (width / 2) as Width) current = truncate(width, current);
  return cast(to, current);
}

/**
 * 64-bit integers to float64 by Mysticial's method: both halves become floats by their exponent bits; the difference with
 * the upper half is exact, so that the sum rounds once.
 */
function wideToDouble(signed: boolean, x: Expr): Expr {
  const bits = k.bitcast('u64x2', x);
  const upperMagic = signed ? 0x4530000080000000n : 0x4530000000000000n;
  const sumMagic = signed ? 2 ** 84 + 2 ** 63 + 2 ** 52 : 2 ** 84 + 2 ** 52;
  const lower = k.or(k.and(bits, 0xffffffffn), 0x4330000000000000n);
  const upper = k.xor(k.shr(bits, 32), upperMagic);
  return k.add(k.sub(k.bitcast('f64x2', upper), sumMagic), k.bitcast('f64x2', lower));
}

const toDoubles = (block: Block, n: number, half: (x: Expr) => Expr): Block =>
  times(vectorCount(n, 8), (i) => half(i % 2 ? highHalf(block[i >> 1]) : block[i >> 1]));

function integersToFloats(to: 'f32' | 'f64', from: LaneType, block: Block, n: number): Block {
  if (BYTES[from] === 8) return block.map((x) => wideToDouble(isSigned(from), x));
  const word = BYTES[from] === 4 ? from : 'i32';
  const words = convertIntegers(word, from, block, n);
  if (to === 'f32') return words.map((x) => k.convertLanes('f32x4', x));
  return toDoubles(words, n, (x) => k.convertLow('f64x2', x));
}

function floatsToFloats(to: 'f32' | 'f64', block: Block, n: number): Block {
  if (to === 'f64') return toDoubles(block, n, (x) => k.promoteLow('f64x2', x));
  return pairs(
    block.map((x) => k.demoteZero('f32x4', x)),
    lowHalves,
  );
}

/** Truncation with saturation, as `convert` has it: to 32 bits at once, to fewer by clamping further. */
function floatsToIntegers(to: LaneType, from: LaneType, block: Block): Block {
  const word = to === 'u32' ? 'u32' : 'i32';
  const words =
    from === 'f32'
      ? block.map((x) => k.truncSat(vectorOf(word), x))
      : pairs(
          block.map((x) => k.truncSatZero(vectorOf(word), x)),
          lowHalves,
        );
  if (BYTES[to] === 4) return words;
  return BYTES[to] === 2 ? saturate(to, words) : saturate(to, saturate('i16', words));
}

/** Whether SIMD can do `convert` between lanes of these types. */
export function canConvert(to: LaneType, from: LaneType): boolean {
  if (BYTES[to] !== 8 && BYTES[from] !== 8) return true;
  if (isFloat(from) && !isFloat(to)) return BYTES[to] < 8;
  return !(to === 'f32' && !isFloat(from));
}

/** `convert` of a block of n lanes; `canConvert` must hold. */
export function convertBlock(to: LaneType, from: LaneType, block: Block, n: number): Block {
  if (to === from) return block;
  if (to === 'f32' || to === 'f64') {
    return isFloat(from) ? floatsToFloats(to, block, n) : integersToFloats(to, from, block, n);
  }
  return isFloat(from) ? floatsToIntegers(to, from, block) : convertIntegers(to, from, block, n);
}
