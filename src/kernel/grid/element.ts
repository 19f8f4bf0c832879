/** Elements of arrays in buffers of 32-bit words: narrow types lie 4 or 2 to a word, as they do in memory elsewhere. */
import { k, lift } from '../build.ts';
import type { ElementType } from '../element.ts';
import { castValue, decode, encode, layoutOf } from '../element.ts';
import { at } from './build.ts';
import type { GridBody } from './build.ts';
import type { BufferArray } from './ir.ts';
import type { Expr } from '../ir.ts';
import type { ScalarType } from '../types.ts';
import { BYTES, isSigned } from '../types.ts';
import type { Value } from '../value.ts';

/** Elements of a type that share a word: 1, 2 or 4. */
export function perWord(element: ElementType): number {
  return Math.max(1, 4 / layoutOf(element).bytes);
}

/** Words of an element: 1, or 2 of a complex number. */
export function wordsOf(element: ElementType): number {
  return Math.max(1, layoutOf(element).bytes / 4);
}

/** The bits of `part`, which stand lowest in a word with others above, as a value of its type. */
function narrow(part: ScalarType, word: Expr): Expr {
  const bits = 8 * BYTES[part];
  if (part === 'bool') return k.ne(k.and(word, 0xff), 0);
  if (!isSigned(part)) return k.convert(part, k.and(word, 2 ** bits - 1));
  const high = k.shl(k.bitcast('i32', word), 32 - bits);
  return k.convert(part, k.shr(high, 32 - bits));
}

/** A value of a part's type as bits that stand lowest in a word, with zeros above. */
function widen(part: ScalarType, value: Expr): Expr {
  if (part === 'bool') return k.convert('u32', value);
  const word = isSigned(part) ? k.bitcast('u32', k.convert('i32', value)) : k.convert('u32', value);
  return BYTES[part] === 4 ? word : k.and(word, 2 ** (8 * BYTES[part]) - 1);
}

/** One word per part: the value as it is computed with. */
function fromWords(element: ElementType, loop: ElementType, words: readonly Expr[]): Value {
  const { part } = layoutOf(element);
  const parts = words.map((word) => (BYTES[part] === 4 ? k.bitcast(part, word) : narrow(part, word)));
  return castValue(loop, element, decode(element, parts));
}

/** The words that a value is written as, one for each part. */
function toWords(element: ElementType, loop: ElementType, value: Value): Expr[] {
  const { part } = layoutOf(element);
  return encode(element, loop, value).map((x) => (x.type === 'f32' ? k.bitcast('u32', x) : widen(part, x)));
}

/**
 * The element at an index, counted in elements, as a value of the loop's type, conversion included.
 */
export function loadElement(
  buffer: BufferArray,
  element: ElementType,
  loop: ElementType,
  index: Expr,
): Value {
  const count = perWord(element);
  if (count === 1) {
    const words = wordsOf(element);
    const first = words === 1 ? index : k.mul(index, words);
    return fromWords(
      element,
      loop,
      Array.from({ length: words }, (_, i) => at(buffer, i === 0 ? first : k.add(first, i))),
    );
  }
  const word = at(buffer, k.shr(index, Math.log2(count)));
  return fromWords(element, loop, [k.shr(word, shiftOf(count, index))]);
}

/** By how many bits the element at an index stands above the lowest of its word. */
function shiftOf(count: number, index: Expr): Expr {
  return k.bitcast('u32', k.mul(k.and(index, count - 1), 32 / count));
}

/**
 * Writes a value of the loop's type as the element at an index, conversion included. The buffer must be `atomic` for elements that
 * share a word, because other invocations may write beside it.
 */
export function storeElement(
  b: GridBody,
  buffer: BufferArray,
  element: ElementType,
  loop: ElementType,
  index: Expr,
  value: Value,
): void {
  const words = toWords(element, loop, value);
  const count = perWord(element);
  if (count === 1) {
    const first = words.length === 1 ? index : b.let(k.mul(index, words.length), 'first');
    words.forEach((word, i) => b.put(buffer, i === 0 ? first : k.add(first, i), word));
    return;
  }
  const at = b.let(k.shr(index, Math.log2(count)), 'word');
  const shift = b.let(shiftOf(count, index), 'shift');
  const bits = b.let(k.shl(words[0], shift), 'bits');
  const mask = k.shl(lift(2 ** (32 / count) - 1, 'u32'), shift);
  b.atomic('and', buffer, at, k.not(mask));
  b.atomic('or', buffer, at, bits);
}

/** The value that a word is, of a type of one word an element. */
export const wordElement = (element: ElementType, word: Expr): Value => fromWords(element, element, [word]);

/** The word that a value of the loop's type is written as, in a type of one word an element. */
export const elementWord = (element: ElementType, loop: ElementType, value: Value): Expr =>
  toWords(element, loop, value)[0];

/** The elements of one word of a narrow type, as values of the loop's type. */
export function unpackWord(element: ElementType, loop: ElementType, word: Expr): Value[] {
  const count = perWord(element);
  return Array.from({ length: count }, (_, i) =>
    fromWords(element, loop, [i === 0 ? word : k.shr(word, (32 / count) * i)]),
  );
}

/** The word that values of the loop's type, as many as share one, are written as. */
export function packWord(element: ElementType, loop: ElementType, values: readonly Value[]): Expr {
  const count = perWord(element);
  return values
    .map((value) => toWords(element, loop, value)[0])
    .reduce((word, bits, i) => (i === 0 ? bits : k.or(word, k.shl(bits, (32 / count) * i))), lift(0, 'u32'));
}
