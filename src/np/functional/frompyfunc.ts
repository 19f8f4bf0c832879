/** `frompyfunc`: a JavaScript function as a ufunc object. */
import type { Scalar } from '../../array/element.ts';
import { ValueError, shapeText } from '../../array/errors.ts';
import { normalizeAxes, sameShape } from '../../array/layout.ts';
import type { ArrayOrScalar } from '../../array/ndarray.ts';
import { NDArray, viewArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { castInto } from '../../ops/cast.ts';
import type { Args } from '../args.ts';
import { bind, isKeywords } from '../args.ts';
import type { ElementFunction } from './elementwise.ts';
import { applyElementwise, arrayOf, elementsOf } from './elementwise.ts';

export interface FromPyFuncOptions {
  /** What an empty reduction gives; with it, reductions may run over several axes. */
  identity?: Scalar | null;
}

interface CallOptions {
  out?: NDArray | readonly (NDArray | null)[] | null;
}

interface FoldOptions {
  axis?: number | readonly number[] | null;
  keepdims?: boolean;
  initial?: Scalar;
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
  /** Applies to every pair of an element of `a` and one of `b`. */
  outer(a: ArrayLike, b: ArrayLike): ArrayOrScalar;
}

/**
 * A ufunc of a function of scalars: it broadcasts and has `reduce`, `accumulate` and `outer`. NumPy's gives object arrays; here the
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
    outer: (a: ArrayLike, b: ArrayLike) => outer(fold, asArray(a), asArray(b)),
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

interface Fold {
  readonly name: string;
  readonly func: ElementFunction;
  readonly binary: boolean;
  readonly identity: Scalar | null;
}

function requireBinary({ name, binary }: Fold, method: string): void {
  if (!binary)
    throw new ValueError(`${name}.${method} is only supported for functions of two operands with one result`);
}

function reduce(fold: Fold, a: NDArray, args: readonly unknown[]): ArrayOrScalar {
  requireBinary(fold, 'reduce');
  const {
    axis = 0,
    keepdims = false,
    initial,
  } = bind<FoldOptions>(`${fold.name}.reduce`, args, ['axis'], ['keepdims', 'initial']);
  const axes = normalizeAxes(axis, a.ndim);
  if (axes.length > 1 && fold.identity === null) {
    throw new ValueError(
      `reduction operation '${fold.name}' is not reorderable, so at most one axis may be specified`,
    );
  }
  const start = initial ?? fold.identity ?? undefined;
  const kept = a.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const shape = kept.map((i) => a.shape[i]);
  const values = linesOf(a, kept, axes).map((line) => combined(fold, line, start).at(-1)!);
  if (keepdims)
    return arrayOf(
      values,
      a.shape.map((n, i) => (axes.includes(i) ? 1 : n)),
    ) as ArrayOrScalar;
  return (shape.length > 0 ? arrayOf(values, shape) : values[0]) as ArrayOrScalar;
}

function accumulate(fold: Fold, a: NDArray, args: readonly unknown[]): NDArray {
  requireBinary(fold, 'accumulate');
  const { axis = 0 } = bind<{ axis: number }>(`${fold.name}.accumulate`, args, ['axis']);
  const [at] = normalizeAxes(axis, a.ndim);
  const kept = a.shape.map((_, i) => i).filter((i) => i !== at);
  const values = linesOf(a, kept, [at]).flatMap((line) => (line.length > 0 ? combined(fold, line) : []));
  const moved = arrayOf(values, [...kept.map((i) => a.shape[i]), a.shape[at]]);
  const back = a.shape.map((_, i) => (i === at ? kept.length : kept.indexOf(i)));
  return axesInOrder(moved, back);
}

function outer(fold: Fold, a: NDArray, b: NDArray): ArrayOrScalar {
  requireBinary(fold, 'outer');
  const ones = b.shape.map(() => 1);
  const left = viewArray(a, [...a.shape, ...ones], [...a.strides, ...ones.map(() => a.itemsize)]);
  return finish(applyElementwise(fold.func, 1, [left, b]));
}

/** The elements along `axes`, a list for each position of the others. */
function linesOf(a: NDArray, kept: readonly number[], axes: readonly number[]): Scalar[][] {
  const elements = elementsOf(axesInOrder(a, [...kept, ...axes]));
  const length = axes.reduce((product, i) => product * a.shape[i], 1);
  const count = kept.reduce((product, i) => product * a.shape[i], 1);
  return Array.from({ length: count }, (_, i) => elements.slice(i * length, (i + 1) * length));
}

function axesInOrder(a: NDArray, axes: readonly number[]): NDArray {
  return viewArray(
    a,
    axes.map((i) => a.shape[i]),
    axes.map((i) => a.strides[i]),
  );
}

/** All intermediate results along a line. */
function combined({ name, func }: Fold, line: readonly Scalar[], start?: Scalar): Scalar[] {
  const all = start === undefined ? line : [start, ...line];
  if (all.length === 0)
    throw new ValueError(`zero-size array to reduction operation ${name} which has no identity`);
  const results = [all[0]];
  for (let i = 1; i < all.length; i++) results.push(func(results[i - 1], all[i]) as Scalar);
  return results;
}
