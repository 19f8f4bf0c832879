/** Sorting each of many rows that lie densely one after the other. */
import type { Body } from '../build.ts';
import { func, k } from '../build.ts';
import type { ElementType } from '../element.ts';
import { isComplexElement, layoutOf } from '../element.ts';
import type { Expr, KernelFunction, KernelModule, Local } from '../ir.ts';
import { mergeSort } from './merge.ts';
import { elementItem, indexItem } from './order.ts';
import { selection } from './select.ts';
import { counterBytes, radixArgsort, radixSort, radixThreshold } from './radix.ts';

/** Bytes of scratch memory that sorting rows of `n` elements needs. */
export function sortScratch(element: ElementType, n: number): number {
  return counters(element) + n * layoutOf(element).bytes;
}

/** Bytes of scratch memory that the sorting indices of rows of `n` elements need. */
export function argsortScratch(element: ElementType, n: number): number {
  return counters(element) + n * (8 + 2 * layoutOf(element).bytes);
}

const counters = (element: ElementType): number => (isComplexElement(element) ? 0 : counterBytes(element));

/** `sort(elements, rows, n, scratch)` sorts in place, `argsort(elements, rows, n, scratch, out)` writes int64 indices. */
export function buildSort(element: ElementType): KernelModule {
  return { exports: [sortRows(element), argsortRows(element)] };
}

/** Chooses between radix sort for long rows of real elements and merge sort. */
function choose(b: Body, element: ElementType, n: Local, radix: () => void, merge: () => void): void {
  if (isComplexElement(element)) merge();
  else b.if(k.ge(n, radixThreshold(element)), radix, merge);
}

function sortRows(element: ElementType): KernelFunction {
  const { bytes } = layoutOf(element);
  const merge = mergeSort(() => elementItem(element));
  const params = { elements: 'i32', rows: 'i32', n: 'i32', scratch: 'i32' } as const;
  return func('sort', params, undefined, (b, { elements, rows, n, scratch }) => {
    const spare = b.let(k.add(scratch, counters(element)), 'spare');
    const size = b.let(k.mul(n, bytes), 'size');
    b.for(0, rows, 1, () => {
      const at = b.let(elements, 'at');
      choose(
        b,
        element,
        n,
        () => {
          b.fill(scratch, 0, counterBytes(element));
          b.set(at, k.call(radixSort(element), elements, n, spare, scratch));
        },
        () => b.set(at, k.call(merge, elements, n, spare, elements)),
      );
      b.if(k.ne(at, elements), () => b.copy(elements, at, size));
      b.bump(elements, size);
    });
  });
}

function argsortRows(element: ElementType): KernelFunction {
  const { bytes } = layoutOf(element);
  const merge = mergeSort((base) => indexItem(element, base));
  const params = { elements: 'i32', rows: 'i32', n: 'i32', scratch: 'i32', out: 'i32' } as const;
  return func('argsort', params, undefined, (b, { elements, rows, n, scratch, out }) => {
    const indices = b.let(k.add(scratch, counters(element)), 'indices');
    const spareIndices = b.let(k.add(indices, k.mul(n, 4)), 'spareIndices');
    const copy = b.let(k.add(indices, k.mul(n, 8)), 'copy');
    const size = b.let(k.mul(n, bytes), 'size');
    b.for(0, rows, 1, () => {
      b.for(0, n, 1, (i) => b.store(k.add(indices, k.mul(i, 4)), i));
      const at = b.let(indices, 'at');
      choose(
        b,
        element,
        n,
        () => {
          b.copy(copy, elements, size);
          b.fill(scratch, 0, counterBytes(element));
          const radix = radixArgsort(element);
          b.set(at, k.call(radix, copy, n, k.add(copy, size), scratch, indices, spareIndices));
        },
        () => b.set(at, k.call(merge, indices, n, spareIndices, elements)),
      );
      writeIndices(b, at, n, out);
      b.bump(elements, size);
    });
  });
}

/** Writes u32 indices as int64 to `out`, which moves on. */
function writeIndices(b: Body, indices: Local, n: Expr, out: Local): void {
  b.for(0, n, 1, () => {
    b.store(out, k.convert('i64', k.load('u32', indices)));
    b.bump(indices, 4);
    b.bump(out, 8);
  });
}

/** Bytes of scratch memory for the indices of rows of `n` elements. */
export function argpartitionScratch(n: number): number {
  return 4 * n;
}

/**
 * `partition(elements, rows, n, positions, count)` selects in place, `argpartition(elements, rows, n, positions, count, scratch,
 * out)` writes int64 indices; the positions are ascending i32. Both tell whether they could: if not, the rows are to be sorted.
 */
export function buildPartition(element: ElementType): KernelModule {
  return { exports: [partitionRows(element), argpartitionRows(element)] };
}

const SELECTING = { elements: 'i32', rows: 'i32', n: 'i32', positions: 'i32', count: 'i32' } as const;

function partitionRows(element: ElementType): KernelFunction {
  const select = selection(() => elementItem(element));
  const { bytes } = layoutOf(element);
  return func('partition', SELECTING, 'bool', (b, { elements, rows, n, positions, count }) => {
    b.for(0, rows, 1, () => {
      const done = k.call(select, elements, n, positions, count, elements);
      b.if(k.not(done), () => b.return(k.const('bool', false)));
      b.bump(elements, k.mul(n, bytes));
    });
    b.return(k.const('bool', true));
  });
}

function argpartitionRows(element: ElementType): KernelFunction {
  const select = selection((base) => indexItem(element, base));
  const { bytes } = layoutOf(element);
  const params = { ...SELECTING, scratch: 'i32', out: 'i32' } as const;
  return func('argpartition', params, 'bool', (b, p) => {
    const { elements, rows, n, positions, count, scratch, out } = p;
    b.for(0, rows, 1, () => {
      b.for(0, n, 1, (i) => b.store(k.add(scratch, k.mul(i, 4)), i));
      const done = k.call(select, scratch, n, positions, count, elements);
      b.if(k.not(done), () => b.return(k.const('bool', false)));
      writeIndices(b, b.let(scratch, 'indices'), n, out);
      b.bump(elements, k.mul(n, bytes));
    });
    b.return(k.const('bool', true));
  });
}
