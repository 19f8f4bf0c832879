/** Whether a result is PyTorch's: its kind, dtype, shape and values. */
import { compareElements, compareForm, describe, Difference } from '../compare.ts';
import type { Context } from '../compare.ts';
import { elementsOf, gather } from '../elements.ts';
import type { ArrayLike } from '../namespace.ts';
import { decodeBase64 } from '../suite.ts';
import type { Code } from '../suite.ts';
import { isTagged, isTensor } from './tensors.ts';

interface Options {
  /** Plain arrays are expected instead of tensors, and numbers instead of 0-d ones. */
  readonly plain?: boolean;
}

/**
 * Compares one result, or a list of them.
 *
 * @throws Difference where it is not what was recorded.
 */
export function compareResult(
  expected: Code,
  actual: unknown,
  context: Context,
  { plain = false }: Options = {},
  where = 'result',
): void {
  if (!isTagged(expected)) {
    if (expected === null ? actual != null : actual !== expected) {
      throw new Difference(`${where}: expected ${String(expected)}, got ${describe(actual)}`);
    }
    return;
  }
  if ('l' in expected) {
    const items = expected.l as readonly Code[];
    if (!Array.isArray(actual) || actual.length !== items.length) {
      throw new Difference(`${where}: expected ${items.length} results, got ${describe(actual)}`);
    }
    items.forEach((item, i) => {
      compareResult(item, actual[i], context, { plain }, `${where}[${i}]`);
    });
    return;
  }
  const [dtype, shape, data] = expected.a as unknown as [string, number[], string];
  if (plain ? isTensor(actual) : !isTensor(actual)) {
    throw new Difference(`${where}: expected a ${plain ? 'plain array' : 'tensor'}, got ${describe(actual)}`);
  }
  if (plain && shape.length === 0 && typeof actual === 'number') {
    const scalar = elementsOf(decodeBase64(data), dtype);
    return compareElements(
      dtype,
      scalar,
      scalar.map(() => actual as never),
      context,
      where,
    );
  }
  compareTensor([dtype, shape, data], actual, context, where);
}

/** Compares an array with recorded ones: dtype, shape, elements. */
export function compareTensor(
  [dtype, shape, data]: readonly [string, readonly number[], string | ArrayLike],
  actual: unknown,
  context: Context,
  where: string,
): void {
  const expected = typeof data === 'string' ? elementsOf(decodeBase64(data), dtype) : gather(data);
  compareForm(dtype, shape, expected, actual, context, where);
}

/** The results of a call in a row: nested lists opened, nothing left out. */
export function flatten(result: unknown): unknown[] {
  return Array.isArray(result) ? result.flatMap(flatten) : [result];
}
