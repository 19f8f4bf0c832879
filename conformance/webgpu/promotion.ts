/** Which recorded calls NumPy computes with numbers of 64 bits. */
import { isArray, lookup } from '../namespace.ts';
import type { AnyFunction, ArrayLike } from '../namespace.ts';
import type { Performed } from '../replay.ts';
import { isWide } from './narrow.ts';

/** What a call was given. */
export type Given = Pick<Performed, 'args' | 'keywords'>;

/** Functions that promote some of their arguments as a universal function does: from which to before which. */
const PROMOTING: Readonly<Record<string, readonly [number, number]>> = {
  array_equal: [0, 2],
  array_equiv: [0, 2],
  append: [0, 2],
  clip: [0, 3],
  isin: [0, 2],
  where: [1, 3],
};

/** Products of two arrays other than universal functions, computed in what holds both dtypes. */
const PRODUCT = /^(dot|inner|kron|outer|vdot)$/;

/** Methods of tensors named otherwise than the universal function. */
const ALIASES: Readonly<Record<string, string>> = { div: 'divide', mul: 'multiply', sub: 'subtract' };

/** Functions that promote the arrays of a list. */
const JOINING = /^(concat|concatenate|stack|[vhd]stack|(column|row)_stack|block)$|^[rc]_\.get$/;

/** Folds of integers, which are sums and products in 64 bits. */
const WIDE_FOLD =
  /^(add|multiply)\.(reduce|accumulate|reduceat)$|^(nan)?(cum)?(sum|prod)$|^cumulative_(sum|prod)$|^(linalg\.)?trace$|^unwrap$/;

/** Integers are averaged as float64, and what lies about a mean of another dtype is of both. */
const AVERAGE = /^(nan)?(mean|var|std)$/;

/** Reductions other than ufuncs' own methods: computed in what holds the array's and the output's dtype. */
const REDUCTION = /^(nan)?(sum|prod|max|min|mean|var|std)$|^a(max|min)$|\.reduce$/;

/** Whether NumPy computes with numbers of 64 bits: that is what a universal function's operands come to together. */
export function promotesWide(name: string, { args, keywords }: Given): boolean {
  const given = name.replace(/^\.|_$/g, '');
  const plain = Object.hasOwn(ALIASES, given) ? ALIASES[given] : given;
  const [first] = args;
  if (WIDE_FOLD.test(plain) && isArray(first) && /^u?int/.test(first.dtype.name)) return true;
  // Integers are divided as float64.
  if (/^divide\./.test(plain) && isArray(first) && /^(u?int|bool)/.test(first.dtype.name)) return true;
  // Singular values of integers are computed as float64.
  if (plain === 'linalg.matrix_rank' && isArray(first) && /^(u?int|bool)/.test(first.dtype.name)) return true;
  if (Object.hasOwn(PROMOTING, plain)) return comeToWide(args.slice(...PROMOTING[plain]));
  if (PRODUCT.test(plain)) return comeToWide(args.slice(0, 2));
  // A number among choices is an int64, and no weak one.
  if (plain === 'choose') return Array.isArray(args[1]) && args[1].some((x) => typeof x === 'number');
  // What is close to another number is computed beside the tolerance, a float.
  if (/^(is|all)close$/.test(plain)) return comeToWide([...args.slice(0, 2), 0.5]);
  if (JOINING.test(plain)) return comeToWide((plain.endsWith('.get') ? args : [first]).flat(Infinity));
  if (AVERAGE.test(plain)) {
    const dtype =
      keywords['dtype'] ?? (isArray(first) && /^(u?int|bool)/.test(first.dtype.name) ? 0.5 : null);
    if (comeToWide([first, dtype])) return true;
  }
  // Ramps and means of integers are computed as float64.
  if (plain === 'pad' && /^(linear_ramp|mean|median)$/.test(String(args[2] ?? keywords['mode'])))
    return comeToWide([first, 0.5]);
  if (REDUCTION.test(plain))
    return comeToWide([first, keywords['out'] ?? (plain.endsWith('.reduce') ? args[3] : null) ?? null]);
  const { member } = lookup(plain.split('.')[0]);
  if (typeof member !== 'function' || !('nin' in member)) return false;
  const { nin } = member as { nin: number };
  const operands = name.endsWith('.at') ? [first, args[2]].slice(0, nin) : args.slice(0, nin);
  const arrays = operands.filter(isArray);
  // NumPy compares numbers that the array's dtype does not hold in a wider one.
  if (operands.some((x) => isWhole(x) && arrays.some(({ dtype }) => !mayHold(dtype.name, x)))) return true;
  const types = operands.map((x) => (isArray(x) ? x.dtype : Array.isArray(x) ? asarray(x).dtype : x));
  const { name: common } = call('result_type', ...types) as { name: string };
  const loops = (member as unknown as { types: readonly string[] }).types;
  // What has no loop of its own goes to the next that takes it, which is float64's for integers of 32 bits.
  const loop = loops.find(([char]) => call('can_cast', common, char));
  return isWide(common) || (loop !== undefined && /[dDlLqQ]/.test(loop));
}

/** Whether the common dtype of some operands is one that a GPU lacks; null is none. */
function comeToWide(operands: readonly unknown[]): boolean {
  const types = operands.filter((x) => x !== null).map((x) => (isArray(x) ? x.dtype : x));
  return types.length > 0 && isWide((call('result_type', ...types) as { name: string }).name);
}

const isWhole = (x: unknown): x is number | bigint => typeof x === 'bigint' || Number.isInteger(x);

/** Whether an integer may be a value of an integer dtype; true of any for others. */
function mayHold(dtype: string, x: number | bigint): boolean {
  if (!/^u?int|^bool/.test(dtype)) return true;
  const bits = dtype === 'bool' ? 1 : Number(/\d+$/.exec(dtype)![0]);
  return dtype.startsWith('int') ? x >= -(2 ** (bits - 1)) && x < 2 ** (bits - 1) : x >= 0 && x < 2 ** bits;
}

const call = (name: string, ...args: unknown[]): unknown => (lookup(name).member as AnyFunction)(...args);

const asarray = (x: unknown): ArrayLike => call('asarray', x) as ArrayLike;
