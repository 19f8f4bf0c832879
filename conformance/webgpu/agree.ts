/** Whether a call on the GPU gave what the same call gives on the processor. */
import { compareForm, describe, Difference, rootOf } from '../compare.ts';
import type { Context } from '../compare.ts';
import { gather } from '../elements.ts';
import { isArray } from '../namespace.ts';
import type { ArrayLike } from '../namespace.ts';

/** A result and the arguments of its call. */
export interface Given {
  readonly result: unknown;
  readonly given: readonly unknown[];
}

/**
 * Compares results of any nesting: arrays in dtype, shape, elements and in which argument's memory they look at, and the rest by value.
 *
 * @throws Difference where they differ.
 */
export function agree(host: Given, device: Given, context: Context, where = 'result'): void {
  const [expected, actual] = [host.result, device.result];
  if (isArray(expected)) {
    compareForm(expected.dtype.name, expected.shape, gather(expected), actual, context, where);
    if (!context.copies) compareSharing(expected, host.given, actual, device.given, where);
  } else if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) throw other(where, expected, actual);
    expected.forEach((item: unknown, i) => {
      agree({ ...host, result: item }, { ...device, result: actual[i] }, context, `${where}[${i}]`);
    });
  } else if (typeof expected === 'object' && expected !== null && !isArray(actual)) {
    compareText(expected, actual, where);
  } else if (!Object.is(expected, actual)) {
    throw other(where, expected, actual);
  }
}

function compareSharing(
  expected: ArrayLike,
  hostGiven: readonly unknown[],
  actual: ArrayLike,
  deviceGiven: readonly unknown[],
  where: string,
): void {
  if (expected.shape.includes(0)) return;
  for (const [i, argument] of hostGiven.entries()) {
    const other = deviceGiven[i];
    if (!isArray(argument) || !isArray(other)) continue;
    const shares = rootOf(argument) === rootOf(expected);
    if (shares !== (rootOf(other) === rootOf(actual))) {
      const [wanted, found] = shares ? ['a view', 'a copy'] : ['a copy', 'a view'];
      throw new Difference(`${where}: expected ${wanted} of argument ${i}, got ${found}`);
    }
  }
}

/** Objects that are no arrays: complex numbers, dtypes, slices. */
function compareText(expected: object, actual: unknown, where: string): void {
  if (String(actual) !== String(expected) || JSON.stringify(actual) !== JSON.stringify(expected))
    throw other(where, expected, actual);
}

const other = (where: string, expected: unknown, actual: unknown): Difference =>
  new Difference(`${where}: expected ${describe(expected)}, got ${describe(actual)}`);
