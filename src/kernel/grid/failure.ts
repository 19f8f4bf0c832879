/** How kernels say that their input is bad: the first to find it writes down what it found, and a later read throws. */
import { k, lift } from '../build.ts';
import type { GridBody } from './build.ts';
import type { BufferArray } from './ir.ts';
import type { Expr } from '../ir.ts';
import type { Operand } from '../build.ts';

/**
 * Writes a failure to the status, unless there is one.
 *
 * @param status - an atomic buffer of 16 words: a code, 0 as long as nothing failed, and 15 details
 * @param code - not 0
 * @param details - integers that the error's message has
 */
export function fail(b: GridBody, status: BufferArray, code: Operand, details: readonly Expr[]): void {
  const before = b.compareExchange(status, 0, lift(0, 'u32'), lift(code, 'u32'));
  b.if(k.eq(before, 0), () =>
    details.forEach((x, i) => b.atomic('exchange', status, i + 1, k.bitcast('u32', x))),
  );
}
