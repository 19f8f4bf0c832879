/**
 * The end of a matrix product or a convolution: every element of it goes through the elementwise operations that follow (bias, activation, residual)
 * and is written. Without any it is just written.
 */
import { k } from '../../build.ts';
import type { ElementType } from '../../element.ts';
import { loadElement, packWord, perWord, storeElement } from '../element.ts';
import type { GridBody, ParamType } from '../build.ts';
import type { BufferArray } from '../ir.ts';
import type { Expr } from '../../ir.ts';
import type { Value } from '../../value.ts';

/** How an operand lies along the product: all in one place, as the product itself, one element for each column (of a convolution, channel), or by strides. */
export type EndPlace = 'one' | 'dense' | 'columns' | 'strided';

export interface EndLeaf {
  /** Which of the end's buffers it is in: operands that share memory share one. */
  readonly buffer: number;
  readonly element: ElementType;
  readonly place: EndPlace;
}

export interface ProductEnd {
  /** Names the computation. */
  readonly key: string;
  readonly leaves: readonly EndLeaf[];
  /** Buffers that leaves are in. */
  readonly buffers: number;
  /** Axes that strided leaves are walked along. */
  readonly rank: number;
  readonly scalars: readonly ParamType[];
  /** The types of what is written, each to a dense array like the product. */
  readonly results: readonly ElementType[];
  /** Whether each word of the results lies within one row, so that it is written as a whole. */
  readonly whole: boolean;
  /** What is written, of the product's element, the leaves and the scalars. */
  readonly value: (product: Value, leaves: readonly Value[], scalars: readonly Expr[]) => readonly Value[];
}

/** The end that writes the product as it is. */
export function plainEnd(element: ElementType, whole: boolean): ProductEnd {
  return {
    key: '',
    leaves: [],
    buffers: 0,
    rank: 0,
    scalars: [],
    results: [element],
    whole,
    value: (product) => [product],
  };
}

/** Elements next to each other in a row that are written together. */
export function writtenTogether({ results, whole }: ProductEnd): number {
  return whole ? Math.max(...results.map(perWord)) : 1;
}

/** The end's buffers: those that it reads, then the results. */
export function endBuffers({ buffers, results, whole }: ProductEnd): Record<string, BufferArray['access']> {
  const specs: Record<string, BufferArray['access']> = {};
  for (let i = 0; i < buffers; i++) specs[`leaf${i}`] = 'read';
  results.forEach(
    (element, i) => (specs[`result${i}`] = !whole && perWord(element) > 1 ? 'atomic' : 'write'),
  );
  return specs;
}

/**
 * The end's parameters: lengths of the axes but the outermost (inner axes first), for each leaf its offset and strides (inner axes
 * first), in elements; then the scalars.
 */
export function endParams({ leaves, rank, scalars }: ProductEnd): Record<string, ParamType> {
  const params: Record<string, ParamType> = {};
  for (let d = 0; d < rank - 1; d++) params[`endLength${d}`] = 'i32';
  leaves.forEach(({ place }, i) => {
    params[`leaf${i}_offset`] = 'i32';
    const strides = place === 'columns' ? 1 : place === 'strided' ? rank : 0;
    for (let d = 0; d < strides; d++) params[`leaf${i}_stride${d}`] = 'i32';
  });
  scalars.forEach((type, i) => (params[`scalar${i}`] = type));
  return params;
}

type Arrays = Readonly<Record<string, BufferArray>>;
type Params = Readonly<Record<string, Expr>>;

/**
 * Writes the elements that belong together.
 *
 * @param index - the first one's position in the product in C order
 * @param column - and its column
 * @param products - the product's elements, as many as `writtenTogether` says
 */
export function writeEnd(
  b: GridBody,
  end: ProductEnd,
  arrays: Arrays,
  p: Params,
  index: Expr,
  column: Expr,
  products: readonly Value[],
): void {
  const scalars = end.scalars.map((_, i) => p[`scalar${i}`]);
  const values = products.map((product, j) => {
    const places = endPlaces(
      b,
      end,
      p,
      j === 0 ? index : k.add(index, j),
      j === 0 ? column : k.add(column, j),
    );
    const leaves = end.leaves.map(({ buffer, element }, i) =>
      loadElement(arrays[`leaf${buffer}`], element, element, places[i]),
    );
    return end.value(product, leaves, scalars).map((value) => settled(b, value));
  });
  end.results.forEach((element, i) => {
    const target = arrays[`result${i}`];
    const own = values.map((value) => value[i]);
    const each = perWord(element);
    if (!end.whole || each === 1) {
      own.forEach((value, j) =>
        storeElement(b, target, element, element, j === 0 ? index : k.add(index, j), value),
      );
      return;
    }
    const first = b.let(k.shr(index, Math.log2(each)), 'word');
    for (let j = 0; j < own.length; j += each) {
      b.put(target, k.add(first, j / each), packWord(element, element, own.slice(j, j + each)));
    }
  });
}

/** A value whose parts are computed now: the stores that follow may be of several results. */
function settled(b: GridBody, value: Value): Value {
  return 'op' in value ? b.let(value, 'value') : { re: b.let(value.re, 're'), im: b.let(value.im, 'im') };
}

/** Where the leaves of an element are. */
function endPlaces(b: GridBody, { leaves, rank }: ProductEnd, p: Params, index: Expr, column: Expr): Expr[] {
  const coordinates: Expr[] = [];
  if (leaves.some(({ place }) => place === 'strided')) {
    let rest = index;
    for (let d = 0; d < rank - 1; d++) {
      const outer = b.let(k.idiv(rest, p[`endLength${d}`]), 'rest');
      coordinates.push(b.let(k.sub(rest, k.mul(outer, p[`endLength${d}`])), 'at'));
      rest = outer;
    }
    coordinates.push(rest);
  }
  return leaves.map(({ place }, i) => {
    const offset = p[`leaf${i}_offset`];
    if (place === 'one') return offset;
    if (place === 'dense') return k.add(offset, index);
    if (place === 'columns') return k.add(offset, k.mul(column, p[`leaf${i}_stride0`]));
    return coordinates.reduce((sum: Expr, at, d) => k.add(sum, k.mul(at, p[`leaf${i}_stride${d}`])), offset);
  });
}
