/** How kernels say that their input is bad: the first to find it writes down what it found, and a later read throws. */
import { k, lift } from '../build.ts';
import type { GridBody } from './build.ts';
import type { BufferArray } from './ir.ts';
import type { Expr } from '../ir.ts';
import type { Operand } from '../build.ts';

/** The parameter that tells kernels where in the buffer `status` they write a failure. */
export const CHECK_PARAM = 'check';

/**
 * Writes a failure to the status, unless there is one.
 *
 * @param status - an atomic buffer with 16 words for each of several operations: a code, 0 as long as nothing failed, and 15 details
 * @param first - the first of this operation's words: the kernel's parameter `CHECK_PARAM`
 * @param code - not 0
 * @param details - integers that the error's message has
 */
export function fail(
  b: GridBody,
  status: BufferArray,
  first: Expr,
  code: Operand,
  details: readonly Expr[],
): void {
  const before = b.compareExchange(status, first, lift(0, 'u32'), lift(code, 'u32'));
  b.if(k.eq(before, 0), () =>
    details.forEach((x, i) => b.atomic('exchange', status, k.add(first, i + 1), k.bitcast('u32', x))),
  );
}
