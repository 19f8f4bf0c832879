/** The text of arrays: `str`, `repr` and `array2string`. */
import { scalarAt } from '../ndarray.ts';
import type { NDArray } from '../ndarray.ts';
import { elementFormat } from './elements.ts';
import { cornerValues, nestedText } from './nesting.ts';
import { checkedOptions, currentOptions } from './options.ts';
import type { GivenPrintOptions } from './options.ts';
import { scalarText } from './scalars.ts';

/** What separates the elements of an array, and what its text will stand between. */
export interface Surroundings {
  readonly separator?: string;
  /** Only the length matters: lines after the first are indented by it. */
  readonly prefix?: string;
  /** Only the length matters: lines are shorter by it. */
  readonly suffix?: string;
}

/**
 * The elements of an array in brackets, as NumPy's `array2string` writes them.
 *
 * @param a - the array
 * @param given - options that take the place of those in force
 * @param surroundings - separator, prefix and suffix
 * @returns the text
 * @throws TypeError, ValueError if an option is unknown or has no meaning
 */
export function arrayText(
  a: NDArray,
  given: GivenPrintOptions = {},
  { separator = ' ', prefix = '', suffix = '' }: Surroundings = {},
): string {
  const options = { ...currentOptions(), ...checkedOptions(given) };
  if (a.size === 0) return '[]';
  const edgeitems = a.size > options.threshold ? options.edgeitems : Infinity;
  return nestedText(a, {
    format: elementFormat(a, cornerValues(a, edgeitems), options),
    separator,
    linewidth: options.linewidth - suffix.length,
    indent: ' '.repeat(prefix.length + 1),
    edgeitems,
  });
}

/**
 * An array as Python's `str` writes it. One without dimensions reads like a scalar.
 *
 * @param a - the array
 * @param given - options that take the place of those in force
 * @returns the text
 * @throws TypeError, ValueError if an option is unknown or has no meaning
 */
export function arrayStr(a: NDArray, given: GivenPrintOptions = {}): string {
  return a.ndim === 0 ? scalarText(scalarAt(a, a.offset), a.dtype) : arrayText(a, given);
}

/** The dtypes that NumPy's `array` gives elements of their kind, and those that PyTorch's `tensor` does. */
const IMPLIED: Readonly<Record<string, ReadonlySet<string>>> = {
  array: /* @__PURE__ */ new Set(['bool', 'int64', 'float64', 'complex128']),
  tensor: /* @__PURE__ */ new Set(['bool', 'int64', 'float32', 'complex64']),
};

/**
 * An array as Python's `repr` writes it: the call that makes it, with dtype and shape where the elements do not tell them.
 *
 * @param a - the array
 * @param given - options that take the place of those in force
 * @param name - the function in whose call the text stands
 * @returns the text
 * @throws TypeError, ValueError if an option is unknown or has no meaning
 */
export function arrayRepr(
  a: NDArray,
  given: GivenPrintOptions = {},
  name: 'array' | 'tensor' = 'array',
): string {
  const { override_repr, threshold, linewidth } = currentOptions();
  if (override_repr) return override_repr(a);
  const prefix = `${name}(`;
  const start = prefix + arrayText(a, given, { separator: ', ', prefix, suffix: ')' });

  const extras: string[] = [];
  const isEmpty = a.size === 0;
  if (a.size > threshold || (isEmpty && a.ndim > 1)) extras.push(`shape=${tupleText(a.shape)}`);
  if (isEmpty || !IMPLIED[name].has(a.dtype.name)) extras.push(`dtype=${a.dtype.name}`);
  if (extras.length === 0) return start + ')';

  const end = extras.join(', ') + ')';
  const lastLine = start.length - (start.lastIndexOf('\n') + 1) + ','.length;
  const fits = lastLine + ' '.length + end.length <= (given.linewidth ?? linewidth);
  return `${start},${fits ? ' ' : '\n' + ' '.repeat(prefix.length)}${end}`;
}

function tupleText(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
}
