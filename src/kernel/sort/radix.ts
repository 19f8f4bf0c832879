/**
 * Radix sort from the last digit: stable, each pass reads the elements in order and writes them to where their digit belongs.
 * All digits are counted in one reading, and a digit that all elements share costs nothing more.
 */
import type { Body } from '../build.ts';
import { func, k } from '../build.ts';
import type { ElementType } from '../element.ts';
import { layoutOf } from '../element.ts';
import type { Expr, KernelFunction, Local } from '../ir.ts';
import { isFloatElement, keyBits, keyOf, loadWord, rawType, storeWord, wordOfKey } from './order.ts';

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
 * `radix_sort(elements, n, spare, counters, indices, spare indices)` sorts `n` elements and gives the address where they then lie.
 * With indices these move along, their address is the result, and the elements are lost.
 */
export function radixSort(element: ElementType, withIndices: boolean): KernelFunction {
  const count = countDigits(element);
  const passes = allPasses(element, withIndices);
  return func('radix_sort', PARAMS, 'i32', (b, p) => {
    const { elements, n, spare, counters, indices, spareIndices } = p;
    b.fill(counters, 0, counterBytes(element));
    const special = b.let(k.call(count, elements, n, counters), 'special');
    if (isFloatElement(element)) {
      // Sorting keys and taking them back costs less than making keys in each pass, but loses NaN's bits and the sign of zero.
      const keys = allPasses(rawType(element), withIndices);
      b.if(withIndices ? k.const('bool', true) : k.eq(special, 0), () => {
        b.call(replaceAll('encode', element, keyOf), elements, n);
        const at = b.let(k.call(keys, elements, n, spare, counters, indices, spareIndices), 'at');
        if (!withIndices) b.call(replaceAll('decode', element, wordOfKey), at, n);
        b.return(at);
      });
    }
    b.return(k.call(passes, elements, n, spare, counters, indices, spareIndices));
  });
}

/** One pass for each digit, after they are counted; gives the address of the result. */
function allPasses(element: ElementType, withIndices: boolean): KernelFunction {
  const { count, bits, values } = digitsOf(element);
  const pass = distribute(element, withIndices);
  return func('passes', PARAMS, 'i32', (b, p) => {
    const { elements, n, spare, counters, indices, spareIndices } = p;
    const digit = b.let(k.const('i32', 0), 'digit');
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
  return func(name, { elements: 'i32', n: 'i32' }, undefined, (b, { elements, n }) => {
    b.for(0, n, 1, () => {
      b.stores([storeWord(element, elements, replace(element, loadWord(element, elements)))]);
      b.bump(elements, layoutOf(element).bytes);
    });
  });
}

/** `count_digits(elements, n, counters)` also tells, as 1, of a float whose key does not tell its bits. */
function countDigits(element: ElementType): KernelFunction {
  const { count, bits, values } = digitsOf(element);
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
      for (let digit = 0; digit < count; digit++) {
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
