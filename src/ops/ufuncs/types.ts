/** The dtype combinations that NumPy's loops come in, written once: `loops('??->?', INTEGERS)` and so on. */

export const BOOL = '?';
export const INTEGERS = 'bBhHiIlL';
export const FLOATS = 'efd';
export const COMPLEX = 'FD';
export const REALS = INTEGERS + FLOATS;
export const NUMBERS = REALS + COMPLEX;
export const ALL = BOOL + NUMBERS;

/** A loop for each dtype character: `same(2, 1, 'fd')` is `['ff->f', 'dd->d']`. */
export function same(nin: number, nout: number, chars: string): string[] {
  return [...chars].map((c) => `${c.repeat(nin)}->${c.repeat(nout)}`);
}

/** A loop to bool for each dtype character: `test(1, 'fd')` is `['f->?', 'd->?']`. */
export function test(nin: number, chars: string): string[] {
  return [...chars].map((c) => `${c.repeat(nin)}->?`);
}

/** Exact comparisons of int64 with uint64. */
export const MIXED_SIGNS = ['lL->?', 'Ll->?'];
