/** Python's slice objects. */
import { ValueError } from './errors.ts';

/** `start:stop:step`; `null` is a part left out. */
export class Slice {
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number | null;

  constructor(start: number | null, stop: number | null, step: number | null) {
    this.start = start;
    this.stop = stop;
    this.step = step;
  }

  /**
   * The slice's first index, number of indices and step on an axis of length `n`, clipped as in Python.
   *
   * @throws ValueError if the step is zero.
   */
  indices(n: number): { start: number; length: number; step: number } {
    const step = this.step ?? 1;
    if (step === 0) throw new ValueError('slice step cannot be zero');
    const low = step > 0 ? 0 : -1;
    const high = step > 0 ? n : n - 1;
    const clip = (x: number): number => Math.min(Math.max(x < 0 ? x + n : x, low), high);
    const start = this.start === null ? (step > 0 ? low : high) : clip(this.start);
    const stop = this.stop === null ? (step > 0 ? high : low) : clip(this.stop);
    return { start, length: Math.max(0, Math.ceil((stop - start) / step)), step };
  }

  toString(): string {
    const text = (x: number | null): string => (x === null ? 'None' : String(x));
    return `slice(${text(this.start)}, ${text(this.stop)}, ${text(this.step)})`;
  }
}

/**
 * A slice: `slice(stop)`, `slice(start, stop)` or `slice(start, stop, step)`; `null` leaves a part out.
 *
 * @throws TypeError for a part that is not an integer.
 * @example
 * a.get(np.slice(1, null, 2)); // a[1::2]
 */
export function slice(...parts: (number | bigint | null | undefined)[]): Slice {
  if (parts.length === 0 || parts.length > 3) throw new TypeError(`slice expected 1 to 3 arguments, got ${parts.length}`);
  const [a, b, c] = parts.map(slicePart);
  return parts.length === 1 ? new Slice(null, a, null) : new Slice(a, b, c ?? null);
}

function slicePart(x: number | bigint | null | undefined): number | null {
  if (x === null || x === undefined) return null;
  const n = Number(x);
  if ((typeof x !== 'number' && typeof x !== 'bigint') || !Number.isInteger(n)) {
    throw new TypeError('slice indices must be integers or None or have an __index__ method');
  }
  return n;
}
