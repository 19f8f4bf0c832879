/** The text of an array, for up to three axes character for character numjs's. */
import * as np from '../../src/index.ts';
import type { NDArray } from '../../src/index.ts';
import { config } from './config.ts';
import type { DTypeName } from './dtypes.ts';

/** Numbers in nested lists. */
type Nested = number | readonly Nested[];

const isLong = (length: number): boolean => length > config.printThreshold;

/** How many items are shown at either end of a long axis. */
const shownEnd = (): number => Math.floor(config.printThreshold / 2);

/** The array without what its text leaves out. */
export function withoutMiddles(x: NDArray): NDArray {
  const end = shownEnd();
  return x.shape.reduce((part, length, axis) => {
    if (!isLong(length)) return part;
    const ends = Array.from({ length: 2 * end }, (_, i) => (i < end ? i : length - 2 * end + i));
    return np.take(part, np.array(ends, 'int64'), axis) as NDArray;
  }, x);
}

/** A number, or what is no number as 0. */
const formatNumber = (x: number): string => String(Number((x || 0).toFixed(config.nFloatingValues)));

const OPENING = 'array(';

/**
 * An array as text.
 *
 * @param elements - the nested lists of the array without its middles
 * @param shape - that of the whole array
 * @param largest - its largest element, whose text all others are as wide as
 */
export function arrayText(
  elements: Nested,
  shape: readonly number[],
  largest: number,
  dtype: DTypeName,
): string {
  const width = formatNumber(largest).length + 1;
  const show = (item: Nested, depth: number): string => {
    if (typeof item === 'number') return formatNumber(item).padStart(width);
    const texts = item.map((one) => show(one, depth + 1));
    if (isLong(shape[depth])) texts.splice(shownEnd(), 0, ' ...');
    if (depth === shape.length - 1 || texts.length === 0) return `[${texts.join(',')}]`;
    return `[${joinRows(texts, `,\n${' '.repeat(OPENING.length + depth + 1)}`)}]`;
  };
  return `${OPENING}${show(elements, 0)}${dtype === 'array' ? '' : `, dtype=${dtype}`})`;
}

/** Rows below each other; behind what is left out there is no comma. */
function joinRows(rows: readonly string[], between: string): string {
  return rows.reduce((text, row, i) => text + (rows[i - 1] === ' ...' ? between.slice(1) : between) + row);
}
