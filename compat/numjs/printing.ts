/** The text of an array, character for character numjs's. */
import { config } from './config.ts';
import type { DTypeName } from './dtypes.ts';

/** Numbers in nested lists; a text stands for what is left out. */
type Nested = number | string | readonly Nested[];

/** A number, or what is no number as 0. */
const formatNumber = (x: number): string => String(Number((x || 0).toFixed(config.nFloatingValues)));

/** The items of an axis: of a long one its ends. */
function shownItems(items: readonly Nested[]): readonly Nested[] {
  const { printThreshold } = config;
  if (items.length <= printThreshold) return items;
  const half = Math.floor(printThreshold / 2);
  return [...items.slice(0, half), ' ...', ...items.slice(items.length - half)];
}

/**
 * An array as text.
 *
 * @param elements - nested lists
 * @param largest - the largest element, whose text all others are as wide as
 */
export function arrayText(elements: Nested, largest: number | null, dtype: DTypeName): string {
  const width = formatNumber(largest ?? 0).length + 1;
  const opening = 'array(';
  const show = (item: Nested, depth: number): string => {
    if (typeof item === 'string') return item;
    if (typeof item === 'number') return formatNumber(item).padStart(width);
    const items = shownItems(item);
    const nested = items.some(Array.isArray);
    const texts = items.map((one) => (typeof one === 'string' && nested ? ' ...' : show(one, depth + 1)));
    const between = nested ? `,\n${' '.repeat(opening.length + depth + 1)}` : ',';
    return `[${nested ? joinRows(texts, between) : texts.join(between)}]`;
  };
  return `${opening}${show(elements, 0)}${dtype === 'array' ? '' : `, dtype=${dtype}`})`;
}

/** Rows below each other; behind what is left out there is no comma. */
function joinRows(rows: readonly string[], between: string): string {
  return rows.reduce((text, row, i) => text + (rows[i - 1] === ' ...' ? between.slice(1) : between) + row);
}
