/**
 * Radix sort from the last digit: stable, each pass reads the elements in order and writes them to where their digit belongs.
 * Digits are counted in one reading, and a digit that all elements share costs nothing more.
 *
 * Where the upper digits nearly tell all elements apart, sorting begins with the first of them, and the few elements out of order
 * are inserted where they belong. If they turn out to be many, sorting begins again with the last digit.
 */
import type { Body } from '../build.ts';
import { func, k } from '../build.ts';
import type { ElementType } from '../element.ts';
import { layoutOf } from '../element.ts';
import type { Expr, KernelFunction, Local } from '../ir.ts';
import type { RowOperand } from '../row.ts';
import { buildRow } from '../row.ts';
import {
  isFloatElement,
  keyBits,
  keyOf,
  loadWord,
  numberKey,
  rawType,
  storeWord,
  wordOfKey,
  wordType,
} from './order.ts';

/** A pass writes to as many places as a digit has values: 2^8 stay in the first cache, and beat fewer passes over wider digits. */
const WIDEST_DIGIT = 8;

interface Digits {
  readonly count: number;
  readonly bits: number;
  readonly values: number;
}

function digitsOf(element: ElementType): Digits {
  const count = Math.ceil(keyBits(element) / WIDEST_DIGIT);
  const bits = Math.ceil(keyBits(element) / count);
  return { count, bits, values: 2 ** bits };
}

/** Bytes of memory for the counters of all digits. */
export function counterBytes(element: ElementType): number {
  const { count, values } = digitsOf(element);
  return 4 * count * values;
}

/** Shorter rows are merge-sorted: counters cost more than they save. */
export function radixThreshold(element: ElementType): number {
  return 64 * digitsOf(element).count;
}

const digitOf = (element: ElementType, word: Expr, shift: Expr): Expr => {
  const key = keyOf(element, word);
  const shifted = k.shr(key, k.convert(key.type === 'u64' ? 'u64' : 'u32', shift));
  return k.and(k.convert('i32', shifted), digitsOf(element).values - 1);
};

const PARAMS = {
  elements: 'i32',
  n: 'i32',
  spare: 'i32',
  counters: 'i32',
  indices: 'i32',
  spareIndices: 'i32',
} as const;

/**
 * `radix_sort(elements, n, spare, counters)` sorts `n` elements and gives the address where they then lie. The counters must
 * be nought.
 */
export function radixSort(element: ElementType): KernelFunction {
  const upper = upperDigits(element);
  const { count } = digitsOf(element);
  const countUpper = countDigits(element, upper, count);
  const params = { elements: 'i32', n: 'i32', spare: 'i32', counters: 'i32' } as const;
  return func('radix_sort', params, 'i32', (b, { elements, n, spare, counters }) => {
    const special = b.let(k.call(countUpper, elements, n, counters), 'special');
    if (!isFloatElement(element)) {
      b.return(k.call(sortDigits(element), elements, n, spare, counters));
      return;
    }
    // Sorting keys and taking them back costs less than making keys in each pass, but loses NaN's bits and the sign of zero.
    b.if(k.eq(special, 0), () => {
      b.call(replaceAll('encode', element, numberKey), elements, n);
      const at = b.let(k.call(sortDigits(rawType(element)), elements, n, spare, counters), 'at');
      b.call(replaceAll('decode', element, wordOfKey), at, n);
      b.return(at);
    });
    if (upper > 0) b.call(countDigits(element, 0, upper), elements, n, counters);
    const zero = k.const('i32', 0);
    b.return(k.call(allPasses(element, false), elements, n, spare, counters, spare, spare, zero));
  });
}

/** The same for indices, which move along with the elements: their address is the result, and the elements are lost. */
export function radixArgsort(element: ElementType): KernelFunction {
  const count = countDigits(element, 0, digitsOf(element).count);
  const keys = isFloatElement(element) ? rawType(element) : element;
  const passes = allPasses(keys, true);
  return func('radix_argsort', PARAMS, 'i32', (b, p) => {
    const { elements, n, spare, counters, indices, spareIndices } = p;
    b.call(count, elements, n, counters);
    if (keys !== element) b.call(replaceAll('encode', element, keyOf), elements, n);
    const zero = k.const('i32', 0);
    b.return(k.call(passes, elements, n, spare, counters, indices, spareIndices, zero));
  });
}

/** The first of the digits that are counted at first. */
const upperDigits = (element: ElementType): number => (digitsOf(element).count > 4 ? 4 : 0);

/** Sorts elements whose upper digits are counted. */
function sortDigits(element: ElementType): KernelFunction {
  const upper = upperDigits(element);
  const { count } = digitsOf(element);
  const begin = firstDigit(element, upper);
  const passes = allPasses(element, false);
  const params = { elements: 'i32', n: 'i32', spare: 'i32', counters: 'i32' } as const;
  return func('sort_digits', params, 'i32', (b, { elements, n, spare, counters }) => {
    const first = b.let(k.call(begin, counters, n), 'first');
    if (upper > 0) {
      b.if(k.eq(first, 0), () => b.call(countDigits(element, 0, upper), elements, n, counters));
    }
    const at = b.let(k.call(passes, elements, n, spare, counters, spare, spare, first), 'at');
    b.if(k.eq(first, 0), () => b.return(at));
    b.if(k.call(settle(element), at, n), () => b.return(at));
    b.fill(counters, 0, counterBytes(element));
    b.call(countDigits(element, 0, count), at, n, counters);
    const other = k.select(k.eq(at, elements), spare, elements);
    b.return(k.call(passes, at, n, other, counters, spare, spare, k.const('i32', 0)));
  });
}

/** As many places as there are elements leave a pair in every second of them; this many times more, few pairs. */
const SPREAD = 4;

/**
 * `first_digit(counters, n)`: the digit from which on elements are nearly all told apart, if it is one from `least` on, or 0.
 * Taken as independent, digits split the elements into at least the product of n / (how many have the most frequent value).
 */
function firstDigit(element: ElementType, least: number): KernelFunction {
  const { count, values } = digitsOf(element);
  return func('first_digit', { counters: 'i32', n: 'i32' }, 'i32', (b, { counters, n }) => {
    const total = b.let(k.convert('f64', n), 'total');
    const places = b.let(k.const('f64', 1), 'places');
    const digit = b.let(k.const('i32', count), 'digit');
    b.while(k.gt(digit, least), () => {
      b.bump(digit, -1);
      const table = b.let(k.add(counters, k.mul(digit, 4 * values)), 'table');
      const most = b.let(k.const('i32', 1), 'most');
      b.for(0, values, 1, () => {
        b.set(most, k.max(most, k.load('i32', table)));
        b.bump(table, 4);
      });
      b.set(places, k.mul(places, k.div(total, k.convert('f64', most))));
      b.if(k.ge(places, k.mul(total, SPREAD)), () => b.return(digit));
    });
    b.return(k.const('i32', 0));
  });
}

/** `settle(elements, n)` sorts by insertion unless that takes more than 2n moves; tells whether all are in order. */
function settle(element: ElementType): KernelFunction {
  const { bytes } = layoutOf(element);
  const params = { elements: 'i32', n: 'i32' } as const;
  return func('settle', params, 'bool', (b, { elements, n }) => {
    const end = b.let(k.add(elements, k.mul(n, bytes)), 'end');
    const left = b.let(k.mul(n, 2), 'left');
    const at = b.let(elements, 'at');
    const greatest = b.let(loadWord(element, at), 'greatest');
    b.while(k.lt(k.bitcast('u32', at), k.bitcast('u32', end)), () => {
      const word = b.let(loadWord(element, at), 'word');
      const isBefore = (x: Expr, y: Expr): Expr => k.lt(keyOf(element, x), keyOf(element, y));
      b.if(
        isBefore(word, greatest),
        () => {
          const hole = b.let(at, 'hole');
          const other = b.let(greatest, 'other');
          b.while(isBefore(word, other), () => {
            b.stores([storeWord(element, hole, other)]);
            b.bump(hole, -bytes);
            b.bump(left, -1);
            b.if(k.eq(hole, elements), () => b.break());
            b.set(other, loadWord(element, k.sub(hole, bytes)));
          });
          b.stores([storeWord(element, hole, word)]);
          b.if(k.lt(left, 0), () => b.return(k.const('bool', false)));
        },
        () => b.set(greatest, word),
      );
      b.bump(at, bytes);
    });
    b.return(k.const('bool', true));
  });
}

/** One pass for each digit from the `first` on, after they are counted; gives the address of the result. */
function allPasses(element: ElementType, withIndices: boolean): KernelFunction {
  const { count, bits, values } = digitsOf(element);
  const pass = distribute(element, withIndices);
  return func('passes', { ...PARAMS, first: 'i32' }, 'i32', (b, p) => {
    const { elements, n, spare, counters, indices, spareIndices, first: digit } = p;
    b.while(k.lt(digit, count), () => {
      const shift = b.let(k.mul(digit, bits), 'shift');
      const table = b.let(k.add(counters, k.mul(digit, 4 * values)), 'table');
      const first = digitOf(element, loadWord(element, elements), shift);
      b.if(k.ne(k.load('i32', k.add(table, k.mul(first, 4))), n), () => {
        b.call(pass, elements, n, spare, table, shift, indices, spareIndices);
        swap(b, elements, spare);
        swap(b, indices, spareIndices);
      });
      b.bump(digit, 1);
    });
    b.return(withIndices ? indices : elements);
  });
}

function swap(b: Body, x: Local, y: Local): void {
  const old = b.let(x, 'old');
  b.set(x, y);
  b.set(y, old);
}

/** `name(elements, n)`: every element's bits replaced. */
function replaceAll(
  name: string,
  element: ElementType,
  replace: (element: ElementType, word: Expr) => Expr,
): KernelFunction {
  const raw = rawType(element);
  return func(name, { elements: 'i32', n: 'i32' }, undefined, (b, { elements, n }) => {
    const operand = (): RowOperand => ({
      element: raw,
      loop: raw,
      stride: 'c',
      pointer: b.let(elements, 'p'),
      step: undefined,
    });
    buildRow(b, {
      expr: (word) => k.convert(raw, replace(element, k.convert(wordType(element), word as Expr))),
      inputs: [operand()],
      mask: undefined,
      outputs: [operand()],
      n,
      vectorsBelow: 1,
    });
  });
}

/** `count_digits(elements, n, counters)` also tells, as 1, of a float whose key does not tell its bits. */
function countDigits(element: ElementType, first: number, end: number): KernelFunction {
  const { bits, values } = digitsOf(element);
  const params = { elements: 'i32', n: 'i32', counters: 'i32' } as const;
  return func('count_digits', params, 'i32', (b, { elements, n, counters }) => {
    const from = b.let(elements, 'from');
    const special = b.let(k.const('i32', 0), 'special');
    b.for(0, n, 1, () => {
      const word = b.let(loadWord(element, from), 'word');
      const key = b.let(keyOf(element, word), 'key');
      if (isFloatElement(element)) {
        b.set(special, k.or(special, k.convert('i32', k.ne(wordOfKey(element, key), word))));
      }
      for (let digit = first; digit < end; digit++) {
        const place = digitOf(rawType(element), key, k.const('i32', digit * bits));
        const counter = b.let(k.add(counters, k.mul(place, 4)), 'counter');
        const offset = 4 * values * digit;
        b.store(counter, k.add(k.load('i32', counter, offset), 1), offset);
      }
      b.bump(from, layoutOf(element).bytes);
    });
    b.return(special);
  });
}

/** `distribute(elements, n, to, table, shift, indices, to indices)`: one pass; the table of counts becomes one of places. */
function distribute(element: ElementType, withIndices: boolean): KernelFunction {
  const { bytes } = layoutOf(element);
  const own = { elements: 'i32', n: 'i32', to: 'i32', table: 'i32', shift: 'i32' } as const;
  const params = { ...own, indices: 'i32', toIndices: 'i32' } as const;
  return func('distribute', params, undefined, (b, { elements, n, to, table, shift, indices, toIndices }) => {
    const place = b.let(k.const('i32', 0), 'place');
    b.for(0, digitsOf(element).values, 1, (i) => {
      const slot = b.let(k.add(table, k.mul(i, 4)), 'slot');
      const size = b.let(k.load('i32', slot), 'size');
      b.store(slot, place);
      b.bump(place, size);
    });
    b.for(0, n, 1, () => {
      const word = b.let(loadWord(element, elements), 'word');
      const slot = b.let(k.add(table, k.mul(digitOf(element, word, shift), 4)), 'slot');
      const at = b.let(k.load('i32', slot), 'at');
      b.stores([storeWord(element, k.add(to, k.mul(at, bytes)), word)]);
      b.store(slot, k.add(at, 1));
      b.bump(elements, bytes);
      if (!withIndices) return;
      b.store(k.add(toIndices, k.mul(at, 4)), k.load('u32', indices));
      b.bump(indices, 4);
    });
  });
}
