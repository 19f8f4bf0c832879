/** Examples put together to a batch. */
import { ValueError } from '../array/errors.ts';
import { NDArray } from '../array/ndarray.ts';
import { isKeywords } from '../np/args.ts';
import { stack } from '../np/shape/join.ts';
import type { ArrayLike } from '../ops/asarray.ts';
import { tensor } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** What a batch of examples `T` is. */
export type Collated<T> = T extends NDArray
  ? T
  : T extends number | bigint | boolean
    ? Tensor
    : T extends string
      ? string[]
      : T extends ArrayBufferView
        ? NDArray
        : T extends readonly unknown[] | object
          ? { [K in keyof T]: Collated<T[K]> }
          : never;

/**
 * Examples as a batch, with a new first axis: arrays and tensors are stacked; numbers become a float32 tensor, bigints (class labels)
 * an int64 one, booleans a bool one; strings a list; of lists and objects of these, each place is put together by itself.
 *
 * @throws TypeError for examples that cannot be put together; ValueError for ones of different shapes or lengths.
 * @example
 * np.data.defaultCollate([[np.tensor([1, 2]), 0n], [np.tensor([3, 4]), 1n]])[0].tolist(); // [[1, 2], [3, 4]]
 */
export function defaultCollate<T>(examples: readonly T[]): Collated<T> {
  return collate(examples) as Collated<T>;
}

function collate(examples: readonly unknown[]): unknown {
  const [first] = examples;
  if (first instanceof NDArray || ArrayBuffer.isView(first)) return stack(examples as ArrayLike[]);
  switch (typeof first) {
    case 'number':
    case 'bigint':
    case 'boolean':
      requireAll(examples, (x) => typeof x === typeof first, typeof first);
      return tensor(examples as ArrayLike);
    case 'string':
      return [...examples];
  }
  if (Array.isArray(first)) return collateLists(examples as readonly unknown[][]);
  if (isKeywords(first)) return collateObjects(examples as readonly Record<string, unknown>[]);
  throw new TypeError(
    `a batch can be made of arrays, numbers, strings, and lists and objects of these, but not of ${describe(first)}: give a collateFn`,
  );
}

function collateLists(examples: readonly (readonly unknown[])[]): unknown[] {
  const { length } = examples[0];
  if (examples.some((x) => !Array.isArray(x) || x.length !== length))
    throw new ValueError('each example of a batch must have as many parts as the others');
  return Array.from({ length }, (_, i) => collate(examples.map((x) => x[i])));
}

function collateObjects(examples: readonly Record<string, unknown>[]): Record<string, unknown> {
  const keys = Object.keys(examples[0]);
  requireAll(
    examples,
    (x) => isKeywords(x) && keys.every((key) => key in x),
    `an object with ${keys.join(', ')}`,
  );
  return Object.fromEntries(keys.map((key) => [key, collate(examples.map((x) => x[key]))]));
}

function requireAll(examples: readonly unknown[], holds: (x: unknown) => boolean, what: string): void {
  const other = examples.find((x) => !holds(x));
  if (other !== undefined)
    throw new TypeError(`an example of a batch is ${describe(other)} where the first is ${what}`);
}

function describe(x: unknown): string {
  if (x === null || typeof x !== 'object') return typeof x === 'object' ? 'null' : `a ${typeof x}`;
  return x.constructor?.name ?? 'an object';
}
