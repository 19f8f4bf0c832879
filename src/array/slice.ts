/** Python's slice objects. */
import type { Complex } from './complex.ts';
import { ValueError } from './errors.ts';

/**
 * A bound or step of a slice; `null` is a part left out. As in Python a slice may hold anything: indexing wants integers, while
 * the grids of `mgrid` and `r_` take fractions, and a complex step as a number of points.
 */
export type SlicePart = number | bigint | Complex | null;

/** `start:stop:step`. */
export class Slice {
  readonly start: SlicePart;
  readonly stop: SlicePart;
  readonly step: SlicePart;

  constructor(start: SlicePart, stop: SlicePart, step: SlicePart) {
    this.start = start;
    this.stop = stop;
    this.step = step;
  }

  /**
   * The slice's first index, number of indices and step on an axis of length `n`, clipped as in Python.
   *
   * @throws ValueError if the step is zero; TypeError for a part that is not an integer.
   */
  indices(n: number): { start: number; length: number; step: number } {
    const [first, last] = [integerPart(this.start), integerPart(this.stop)];
    const step = integerPart(this.step) ?? 1;
    if (step === 0) throw new ValueError('slice step cannot be zero');
    const low = step > 0 ? 0 : -1;
    const high = step > 0 ? n : n - 1;
    const clip = (x: number): number => Math.min(Math.max(x < 0 ? x + n : x, low), high);
    const start = first === null ? (step > 0 ? low : high) : clip(first);
    const stop = last === null ? (step > 0 ? high : low) : clip(last);
    return { start, length: Math.max(0, Math.ceil((stop - start) / step)), step };
  }

  toString(): string {
    const text = (x: SlicePart): string => (x === null ? 'None' : String(x));
    return `slice(${text(this.start)}, ${text(this.stop)}, ${text(this.step)})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

function integerPart(x: SlicePart): number | null {
  if (x === null) return null;
  const n = typeof x === 'number' || typeof x === 'bigint' ? Number(x) : NaN;
  if (Number.isInteger(n)) return n;
  throw new TypeError('slice indices must be integers or None or have an __index__ method');
}

/**
 * A slice: `slice(stop)`, `slice(start, stop)` or `slice(start, stop, step)`; `null` leaves a part out.
 *
 * @throws TypeError for none or more than three parts. What the parts are is checked where the slice is used.
 * @example
 * np.arange(6).get(np.slice(1, null, 2)); // [1 3 5]
 */
export function slice(...parts: (SlicePart | undefined)[]): Slice {
  if (parts.length === 0 || parts.length > 3)
    throw new TypeError(`slice expected 1 to 3 arguments, got ${parts.length}`);
  const [a, b, c] = parts;
  return parts.length === 1 ? new Slice(null, a ?? null, null) : new Slice(a ?? null, b ?? null, c ?? null);
}
