/** The functions that cases pass as arguments; `scripts/record/tables.py` has the same ones. */
import { lookup } from './namespace.ts';
import type { AnyFunction } from './namespace.ts';

type Numbers = (x: number, y: number) => unknown;

const onNumbers: Readonly<Record<string, Numbers>> = {
  plus: (x, y) => x + y,
  larger: (x, y) => (x > y ? x : y),
  hypotenuse: (x, y) => x * x + y * y,
  square_plus_one: (x) => x * x + 1,
  is_positive: (x) => x > 0,
  both: (x, y) => [x + y, x - y],
  sign_text: (x) => (Number.isNaN(x) ? 'nan' : x < 0 ? '-' : '+'),
};

const onArrays: Readonly<Record<string, AnyFunction>> = {
  mean_of_row: (row) => call('mean', row),
  grid: (i, j) => call('add', call('multiply', i, 10), j),
  same: (i, j) => call('equal', i, j),
  constant: () => 7.5,
  upper: (a, k) => call('triu', a, k),
  ramp: (vector, pad) => {
    const [before, after] = pad as [number, number];
    const target = vector as { set: AnyFunction };
    target.set(`:${before}`, 10);
    if (after) target.set(`${-after}:`, -10);
  },
};

function call(name: string, ...args: unknown[]): unknown {
  return (lookup(name).member as AnyFunction)(...args);
}

/** The function that a case names. */
export function callable(name: string): AnyFunction {
  return (onNumbers[name] as AnyFunction | undefined) ?? onArrays[name];
}
