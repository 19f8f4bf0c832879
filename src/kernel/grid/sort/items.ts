/** What sorting on a grid moves: elements as words of their bits, with their positions if those are asked for. */
import { k } from '../../build.ts';
import type { ElementType } from '../../element.ts';
import { isComplexElement } from '../../element.ts';
import { at } from '../build.ts';
import type { GridBody } from '../build.ts';
import { loadElement, wordsOf } from '../element.ts';
import type { BufferArray, LocalArray } from '../ir.ts';
import type { Expr, Local } from '../../ir.ts';
import { keyOf, rawType } from '../../sort/order.ts';

/** An item: the words of an element, and behind them the position that it had in its row. */
export type Item = readonly Expr[];

/** Sequences of items, by index. */
export interface Run {
  readonly length: Expr;
  readonly load: (index: Expr) => Item;
}

/** The bits of the element at an index: one word, or those of both parts of a complex number. */
export function loadBits(buffer: BufferArray, element: ElementType, index: Expr): Item {
  if (isComplexElement(element)) return loadWords(buffer, index, wordsOf(element));
  return [loadElement(buffer, rawType(element), 'u32', index) as Expr];
}

/** The words of an element that has been taken apart. */
export function loadWords(buffer: BufferArray, index: Expr, words: number): Item {
  if (words === 1) return [at(buffer, index)];
  return Array.from({ length: words }, (_, i) => at(buffer, k.add(k.mul(index, words), i)));
}

export function storeWords(b: GridBody, buffer: BufferArray, index: Expr, words: Item): void {
  words.forEach((word, i) =>
    b.put(buffer, words.length === 1 ? index : k.add(k.mul(index, words.length), i), word),
  );
}

/**
 * Whether the element of an item stands before that of another; false for equal ones. Keys are compared as integers, so that
 * subnormal numbers are told apart on devices that take them for 0.
 */
export function before(element: ElementType, a: Item, b: Item): Expr {
  if (!isComplexElement(element)) return k.lt(keyOf(element, a[0]), keyOf(element, b[0]));
  const [x, y] = [a, b].map(([re, im]) => [keyOf('f32', re), keyOf('f32', im)]);
  // Numbers with a NaN part come after all others, those with only an imaginary NaN first among them.
  const [hasNaN, otherHasNaN] = [x, y].map(([re, im]) => k.or(k.eq(re, NAN_KEY), k.eq(im, NAN_KEY)));
  const less = k.or(k.lt(x[0], y[0]), k.and(k.eq(x[0], y[0]), k.lt(x[1], y[1])));
  return k.or(k.and(k.not(hasNaN), otherHasNaN), k.and(k.eq(hasNaN, otherHasNaN), less));
}

const NAN_KEY = 0xffffffff;

/** Items in the memory of a workgroup. */
export class SharedItems {
  readonly #b: GridBody;
  readonly #parts: readonly LocalArray[];
  readonly #length: number;

  constructor(b: GridBody, parts: number, length: number) {
    this.#b = b;
    this.#length = length;
    this.#parts = Array.from({ length: parts }, () => b.shared('u32', length, 'items'));
  }

  load(index: Expr): Local[] {
    return this.#parts.map((part) => this.#b.let(at(part, index), 'item'));
  }

  store(index: Expr, item: Item): void {
    this.#parts.forEach((part, i) => this.#b.put(part, index, item[i]));
  }

  /** Some of the items. The one behind the last may be read, but is any item. */
  run(from: Expr, length: Expr): Run {
    return { length, load: (index) => this.load(k.min(k.add(from, index), this.#length - 1)) };
  }
}
