/** `frompyfunc`: a JavaScript function as a ufunc object. */
import type { Scalar } from '../../array/element.ts';
import { ValueError, shapeText } from '../../array/errors.ts';
import { sameShape } from '../../array/layout.ts';
import type { ArrayOrScalar } from '../../array/ndarray.ts';
import { NDArray, viewArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { castInto } from '../../ops/cast.ts';
import type { IndexArg } from '../../ops/index/parse.ts';
import type { Args } from '../args.ts';
import { bind, isKeywords } from '../args.ts';
import type { ElementFunction } from './elementwise.ts';
import { applyElementwise, arrayOf } from './elementwise.ts';
import type { Fold, FoldOptions } from './fold.ts';
import { accumulate, atElements, reduce, reduceat, requireBinary } from './fold.ts';

export interface FromPyFuncOptions {
  /** What an empty reduction gives; with it, reductions may run over several axes. */
  identity?: Scalar | null;
}

interface CallOptions {
  out?: NDArray | readonly (NDArray | null)[] | null;
}

/** A ufunc made of a JavaScript function. It computes element by element, and its results have the dtype of their values. */
export interface PyFuncUFunc {
  /** A list of results where the function gives several. */
  (...args: (ArrayLike | CallOptions)[]): ArrayOrScalar;
  readonly nin: number;
  readonly nout: number;
  readonly nargs: number;
  readonly ntypes: number;
  readonly types: readonly string[];
  readonly identity: Scalar | null;
  readonly signature: null;
  /** Combines all elements along an axis into one. */
  reduce(a: ArrayLike, ...args: Args<FoldOptions, ['axis']>): ArrayOrScalar;
  /** Combines elements along an axis, keeping each intermediate result. */
  accumulate(a: ArrayLike, ...args: Args<{ axis: number }, ['axis']>): NDArray;
  /** Combines the elements from each index up to the next into one. */
  reduceat(a: ArrayLike, indices: ArrayLike, ...args: Args<{ axis: number }, ['axis']>): NDArray;
  /** Applies to every pair of an element of `a` and one of `b`. */
  outer(a: ArrayLike, b: ArrayLike): ArrayOrScalar;
  /** `a[indices] = f(a[indices], b)`, one element after the other. */
  at(a: NDArray, indices: IndexArg, b?: ArrayLike): void;
}

/**
 * A ufunc of a function of scalars: it broadcasts and has NumPy's methods of ufuncs. NumPy's gives object arrays; here the
 * results' dtype is that of an array made of the values.
 *
 * @param func - takes `nin` scalars and gives a scalar, or an array of `nout`.
 * @throws TypeError if `func` is no function; ValueError for numbers of operands or results that are no ufunc's.
 * @example
 * const hypotenuse = np.frompyfunc((x: number, y: number) => Math.hypot(x, y), 2, 1);
 * hypotenuse([3, 5], [4, 12]); // [ 5. 13.]
 */
export function frompyfunc(
  func: (...values: never[]) => unknown,
  nin: number,
  nout: number,
  ...args: Args<FromPyFuncOptions>
): PyFuncUFunc {
  const { identity = null } = bind<FromPyFuncOptions>('frompyfunc', args, [], ['identity']);
  if (typeof func !== 'function') throw new TypeError('frompyfunc: the first argument must be a function');
  if (!Number.isInteger(nin) || !Number.isInteger(nout) || nin < 1 || nout < 1 || nin + nout > 64) {
    throw new ValueError(`Cannot construct a ufunc with ${nin} operands and ${nout} results`);
  }
  const name = `${func.name || '?'} (vectorized)`;
  const element = func as ElementFunction;
  const call = (...given: (ArrayLike | CallOptions)[]): ArrayOrScalar => {
    const options = isKeywords(given.at(-1)) ? bind<CallOptions>(name, [given.pop()], [], ['out']) : {};
    if (given.length !== nin)
      throw new TypeError(`${name} takes ${nin} positional arguments but ${given.length} were given`);
    const operands = given.map((x) => asArray(x as ArrayLike));
    return finish(applyElementwise(element, nout, operands), options);
  };
  const fold: Fold = { name, func: element, binary: nin === 2 && nout === 1, identity };
  return Object.assign(call, {
    nin,
    nout,
    nargs: nin + nout,
    ntypes: 1,
    types: [`${'O'.repeat(nin)}->${'O'.repeat(nout)}`],
    identity,
    signature: null,
    reduce: (a: ArrayLike, ...rest: unknown[]) => reduce(fold, asArray(a), rest),
    accumulate: (a: ArrayLike, ...rest: unknown[]) => accumulate(fold, asArray(a), rest),
    reduceat: (a: ArrayLike, indices: ArrayLike, ...rest: unknown[]) =>
      reduceat(fold, asArray(a), indices, rest),
    outer: (a: ArrayLike, b: ArrayLike) => outer(fold, asArray(a), asArray(b)),
    at: (a: NDArray, indices: IndexArg, b?: ArrayLike) => {
      atElements({ name, nin, nout, func: element }, a, indices, b);
    },
  });
}

/** Results in new arrays or in `out`; scalars for operands without axes. */
function finish(
  { shape, lists }: ReturnType<typeof applyElementwise>,
  { out }: CallOptions = {},
): ArrayOrScalar {
  const outs = out instanceof NDArray ? [out] : (out ?? []);
  if (outs.length > lists.length)
    throw new ValueError("The 'out' tuple must have exactly one entry per ufunc output");
  for (const target of outs) {
    if (target && !sameShape(target.shape, shape)) {
      throw new ValueError(`out has shape ${shapeText(target.shape)}, the result ${shapeText(shape)}`);
    }
  }
  const results = lists.map((values, i) => {
    const target = outs[i];
    if (!target) return shape.length > 0 ? arrayOf(values, shape) : values[0];
    castInto(target, arrayOf(values, shape));
    return target;
  });
  return (results.length === 1 ? results[0] : results) as ArrayOrScalar;
}

function outer(fold: Fold, a: NDArray, b: NDArray): ArrayOrScalar {
  requireBinary(fold, 'outer');
  const ones = b.shape.map(() => 1);
  const left = viewArray(a, [...a.shape, ...ones], [...a.strides, ...ones.map(() => a.itemsize)]);
  return finish(applyElementwise(fold.func, 1, [left, b]));
}
