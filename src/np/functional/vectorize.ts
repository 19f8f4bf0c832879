/** `vectorize`: a JavaScript function of scalars, or of small arrays, applied over whole arrays. */
import type { DType, DTypeLike } from '../../array/dtype.ts';
import { dtype as toDType } from '../../array/dtype.ts';
import type { Scalar } from '../../array/element.ts';
import { ValueError, shapeText } from '../../array/errors.ts';
import { broadcastShapes, sizeOf } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray, viewArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { beside } from '../../array/tracing.ts';
import { castInto } from '../../ops/cast.ts';
import { broadcastTo } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { positions } from '../iteration/ndindex.ts';
import type { ElementFunction } from './elementwise.ts';
import { applyElementwise, arrayOf, elementsOf } from './elementwise.ts';

export interface VectorizeOptions {
  /** The results' dtypes: a string of type codes, as `'dd'`, or a list. Without it the first result decides. */
  otypes?: string | readonly DTypeLike[] | null;
  /** Documentation of the function, accepted as in NumPy. */
  doc?: string | null;
  /** Positions of arguments that are passed on as they are. */
  excluded?: readonly number[] | null;
  /** Keeps the first call, which finds the results' number and dtype, instead of making it again. */
  cache?: boolean;
  /** Core axes of arguments and results, as `'(m,n),(n)->(m)'`: the function then takes and gives arrays. */
  signature?: string | null;
}

/** What `vectorize` applies: a function of scalars, or of arrays with a signature. Excluded arguments come as given. */
export type VectorizedFunction = (...args: never[]) => unknown;

const POSITIONAL = ['otypes', 'doc', 'excluded', 'cache', 'signature'] as const;

/**
 * A function that broadcasts its arguments and applies `pyfunc` to each combination of elements. It is a convenience, not fast.
 *
 * @param pyfunc - takes scalars and gives a scalar, or an array of several results.
 * @returns a function that gives an array, or a list of arrays for several results.
 * @throws ValueError when called on empty arrays without `otypes`, or for an invalid signature.
 * @example
 * const step = np.vectorize((x: number, limit: number) => (x > limit ? 1 : 0));
 * step([1, 5, 3], 2); // [0. 1. 1.]
 */
export function vectorize(
  pyfunc: VectorizedFunction,
  ...args: Args<VectorizeOptions, ['otypes', 'doc', 'excluded', 'cache', 'signature']>
): (...args: unknown[]) => NDArray {
  if (typeof pyfunc !== 'function') throw new TypeError('vectorize: the first argument must be a function');
  const options = bind<VectorizeOptions>('vectorize', args, POSITIONAL);
  const otypes = options.otypes == null ? undefined : [...options.otypes].map((t) => toDType(t));
  const signature = options.signature == null ? undefined : parseSignature(options.signature);
  const excluded = new Set(options.excluded ?? []);
  return (...given) => {
    const places = given.map((_, i) => i).filter((i) => !excluded.has(i));
    const operands = places.map((i) => asArray(given[i] as ArrayLike));
    const call = (...values: unknown[]): unknown => {
      const full = [...given];
      places.forEach((place, i) => (full[place] = values[i]));
      return pyfunc(...(full as never[]));
    };
    const results = signature
      ? withSignature(call, signature, operands, otypes)
      : overElements(call as ElementFunction, operands, otypes, options.cache ?? false);
    return (results.length === 1 ? results[0] : results) as NDArray;
  };
}

function overElements(
  call: ElementFunction,
  operands: readonly NDArray[],
  otypes: readonly DType[] | undefined,
  cache: boolean,
): NDArray[] {
  if (operands.length === 0) throw new ValueError('no arguments to vectorize over');
  let nout = otypes?.length;
  let first: Scalar | readonly Scalar[] | undefined;
  if (nout === undefined) {
    const shape = broadcastShapes(...operands.map((x) => x.shape));
    if (sizeOf(shape) === 0) {
      throw new ValueError('cannot call `vectorize` on size 0 inputs unless `otypes` is set');
    }
    first = call(...operands.map((x) => elementsOf(broadcastTo(x, shape))[0]));
    nout = Array.isArray(first) ? first.length : 1;
  }
  const types = otypes ?? typesOf(first!, nout);
  const { shape, lists } = applyElementwise(call, nout, operands, cache ? first : undefined);
  return lists.map((values, i) => arrayOf(values, shape, types[i]));
}

/** The dtype of each result, which its first value decides. */
function typesOf(first: Scalar | readonly Scalar[], nout: number): DType[] {
  return (nout === 1 ? [first] : (first as readonly Scalar[])).map((x) => asArray(x as ArrayLike).dtype);
}

interface Signature {
  readonly text: string;
  readonly ins: readonly (readonly string[])[];
  readonly outs: readonly (readonly string[])[];
}

/** Reads `'(m,n),(n)->(m)'`. */
function parseSignature(text: string): Signature {
  const list = /^\((\w+(,\w+)*)?\)(,\((\w+(,\w+)*)?\))*$/;
  const sides = text.replace(/\s/g, '').split('->');
  if (sides.length !== 2 || !sides.every((side) => list.test(side))) {
    throw new ValueError(`not a valid gufunc signature: ${text}`);
  }
  const [ins, outs] = sides.map((side) =>
    side
      .slice(1, -1)
      .split('),(')
      .map((core) => core.split(',').filter(Boolean)),
  );
  return { text, ins, outs };
}

/** Broadcasts over the axes before the core axes and calls with the cores. */
function withSignature(
  call: (...cores: NDArray[]) => unknown,
  signature: Signature,
  operands: readonly NDArray[],
  otypes: readonly DType[] | undefined,
): NDArray[] {
  const { ins, outs, text } = signature;
  if (operands.length !== ins.length) {
    throw new TypeError(
      `wrong number of positional arguments: expected ${ins.length}, got ${operands.length}`,
    );
  }
  const sizes = new Map<string, number>();
  operands.forEach((x, i) => matchCore(sizes, x.shape, ins[i], text));
  const loops = operands.map((x, i) => x.shape.slice(0, x.ndim - ins[i].length));
  const shape = broadcastShapes(...loops);
  const spread = operands.map((x, i) => broadcastTo(x, [...shape, ...x.shape.slice(loops[i].length)]));
  let results: NDArray[] | undefined;
  for (const at of positions(shape)) {
    const given = call(...spread.map((x) => part(x, at)));
    const cores = (outs.length === 1 ? [given] : (given as unknown[])).map((x) => asArray(x as ArrayLike));
    cores.forEach((core, i) => matchCore(sizes, core.shape, outs[i], text));
    results ??= cores.map((core, i) =>
      beside(core, () => emptyArray([...shape, ...core.shape], otypes?.[i] ?? core.dtype)),
    );
    const targets = results.map((result) => part(result, at));
    cores.forEach((core, i) => castInto(targets[i], core));
  }
  return results ?? outs.map((core, i) => emptyResult(shape, core, sizes, otypes?.[i]));
}

/** Notes the lengths of core axes, which must be the same wherever their name occurs. */
function matchCore(
  sizes: Map<string, number>,
  shape: readonly number[],
  core: readonly string[],
  text: string,
): void {
  if (shape.length < core.length) {
    throw new ValueError(
      `${shape.length}-dimensional argument does not have enough dimensions for all core dimensions of ${text}`,
    );
  }
  core.forEach((name, i) => {
    const length = shape[shape.length - core.length + i];
    const known = sizes.get(name);
    if (known !== undefined && known !== length) {
      throw new ValueError(
        `inconsistent size for core dimension '${name}' of shape ${shapeText(shape)}: ${length} vs ${known}`,
      );
    }
    sizes.set(name, length);
  });
}

/** The view at a position of the leading axes. */
function part(a: NDArray, at: readonly number[]): NDArray {
  const offset = at.reduce((sum, i, axis) => sum + i * a.strides[axis], a.offset);
  return viewArray(a, a.shape.slice(at.length), a.strides.slice(at.length), offset);
}

function emptyResult(
  shape: readonly number[],
  core: readonly string[],
  sizes: ReadonlyMap<string, number>,
  dtype: DType | undefined,
): NDArray {
  if (!dtype) throw new ValueError('cannot call `vectorize` on size 0 inputs unless `otypes` is set');
  const lengths = core.map((name) => sizes.get(name));
  if (lengths.includes(undefined)) {
    throw new ValueError(
      'cannot call `vectorize` with a signature including new output dimensions on size 0 inputs',
    );
  }
  return emptyArray([...shape, ...(lengths as number[])], dtype);
}
