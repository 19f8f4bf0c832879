/** Nested brackets, line wrapping and summaries: how the texts of elements become the text of an array. */
import { scalarAt } from '../ndarray.ts';
import type { NDArray } from '../ndarray.ts';
import type { Scalar } from '../element.ts';

/** Where the text of an array goes. */
export interface NestingOptions {
  readonly format: (value: Scalar) => string;
  readonly separator: string;
  readonly linewidth: number;
  /** What continuation lines begin with. */
  readonly indent: string;
  /** Elements shown at each end of a long axis, or Infinity to show all. */
  readonly edgeitems: number;
}

/**
 * The elements that a summary shows: the corners of the array.
 *
 * @param a - the array
 * @param edgeitems - elements at each end of an axis, or Infinity for all
 * @returns the elements in C order
 */
export function cornerValues(a: NDArray, edgeitems: number): Scalar[] {
  const values: Scalar[] = [];
  const visit = (axis: number, address: number): void => {
    if (axis === a.ndim) {
      values.push(scalarAt(a, address));
      return;
    }
    const length = a.shape[axis];
    // Like NumPy's slice [-0:], no edge items at all mean the whole axis here.
    const skips = edgeitems > 0 && length > 2 * edgeitems;
    for (let i = 0; i < length; i++) {
      if (skips && i === edgeitems) i = length - edgeitems;
      visit(axis + 1, address + i * a.strides[axis]);
    }
  };
  visit(0, a.offset);
  return values;
}

/**
 * The text of an array that is not empty.
 *
 * @param a - the array
 * @param options - how elements are written, and where lines break
 * @returns nested brackets for one dimension or more, the bare element for none
 */
export function nestedText(
  a: NDArray,
  { format, separator, linewidth, indent, edgeitems }: NestingOptions,
): string {
  const visit = (axis: number, address: number, hanging: string, width: number): string => {
    const axesLeft = a.ndim - axis;
    if (axesLeft === 0) return format(scalarAt(a, address));
    const item = (i: number): string =>
      visit(axis + 1, address + i * a.strides[axis], hanging + ' ', width - 1);
    const items = shownItems(a.shape[axis], edgeitems, item);
    const body =
      axesLeft === 1
        ? wrapped(items, separator, width - Math.max(separator.trimEnd().length, 1), hanging)
        : items.map((text) => hanging + text).join(separator.trimEnd() + '\n'.repeat(axesLeft - 1));
    return '[' + body.slice(hanging.length) + ']';
  };
  return visit(0, a.offset, indent, linewidth);
}

const GAP = '...';

/** The items of one axis, with a gap in the middle of a long one. Its last item is shown in any case. */
function shownItems(length: number, edgeitems: number, item: (i: number) => string): string[] {
  const summarised = length > 2 * edgeitems;
  const items: string[] = [];
  for (let i = 0; i < (summarised ? edgeitems : length); i++) items.push(item(i));
  if (!summarised) return items;
  items.push(GAP);
  for (let i = length - Math.max(edgeitems, 1); i < length; i++) items.push(item(i));
  return items;
}

/** Words joined by a separator into lines that begin with `indent` and keep, where a break helps, within `width`. */
function wrapped(words: readonly string[], separator: string, width: number, indent: string): string {
  let done = '';
  let line = indent;
  words.forEach((word, i) => {
    // A formatter may have put several lines into a word.
    const rows = word.replace(LAST_BREAK, '').split(LINE_BREAK);
    const longest = Math.max(...rows.map((row) => row.length));
    if (line.length + longest > width && line.length > indent.length) {
      done += line.trimEnd() + '\n';
      line = indent;
    }
    const margin = ' '.repeat(line.length);
    line += rows[0];
    for (const row of rows.slice(1)) {
      done += line.trimEnd() + '\n';
      line = margin + row;
    }
    line += ' '.repeat(longest - rows[rows.length - 1].length);
    if (i < words.length - 1) line += separator;
  });
  return done + line;
}

const LINE_BREAK = /\r\n|[\n\r\v\f\u2028\u2029]/;
const LAST_BREAK = /(?:\r\n|[\n\r\v\f\u2028\u2029])$/;
