/** NumPy's functions that make arrays of numbers, with the options of tensors: with one of those they make tensors, as in PyTorch. */
import type { DType, DTypeLike } from '../array/dtype.ts';
import { bool_, dtype as toDType, float32, int64 } from '../array/dtype.ts';
import type { NDArray } from '../array/ndarray.ts';
import { placedOn } from '../array/remote.ts';
import { isKeywords } from '../np/args.ts';
import type { FilledOptions, ShapeLike } from '../np/creation/filled.ts';
import * as filled from '../np/creation/filled.ts';
import type { EyeOptions } from '../np/creation/matrices.ts';
import * as matrices from '../np/creation/matrices.ts';
import type { ArangeOptions, SpaceOptions } from '../np/creation/ranges.ts';
import * as ranges from '../np/creation/ranges.ts';
import type { ArrayLike } from '../ops/asarray.ts';
import { isScalar } from '../ops/asarray.ts';
import { narrowed } from '../ops/given.ts';
import type { DeviceLike } from './device.ts';
import { requireDevice } from './device.ts';
import { onPlainArrays } from './modes.ts';
import type { Tensor } from './tensor.ts';
import { wrap } from './tensor.ts';

/** The options of tensors, of which one is given. */
export type TensorWish =
  { device: DeviceLike; requiresGrad?: boolean } | { device?: DeviceLike | null; requiresGrad: boolean };

/** A function of NumPy, and the same that makes a tensor. */
type Creation<F, A extends readonly unknown[], O> = ((...args: [...A, O & TensorWish]) => Tensor) & F;

type Real = number | bigint;

type Options = Readonly<Record<string, unknown>>;

/** How a tensor is made. */
interface Manner {
  /** Where the dtype stands among the arguments. */
  readonly place: number;
  /** The dtype where none is given: float32 if this is left out. */
  readonly dtype?: (args: readonly unknown[], options: Options) => DType;
  /** Whether the numbers are computed on the processor, in double precision, and copied. */
  readonly isComputedHere?: (args: readonly unknown[]) => boolean;
}

function creation<A extends readonly unknown[], O, F extends (...args: never[]) => unknown>(
  name: string,
  make: F,
  { place, dtype = () => float32, isComputedHere = () => false }: Manner,
): Creation<F, A, O> {
  const call = make as unknown as (...args: readonly unknown[]) => NDArray;
  const made = (...args: readonly unknown[]): NDArray => {
    const last = args.at(-1);
    if (!isKeywords(last) || !('device' in last || 'requiresGrad' in last)) return call(...args);
    const { device, requiresGrad, ...options } = last;
    const home = requireDevice((device ?? 'cpu') as DeviceLike);
    const given = args.slice(0, -1);
    if ((options.dtype ?? given[place] ?? null) === null) {
      const usual = dtype(given, options);
      options.dtype = home === null ? usual : narrowed(usual);
    }
    home?.requireDType(toDType((options.dtype ?? given[place]) as DTypeLike));
    const isHere = isComputedHere(given);
    const fresh = placedOn(isHere ? null : home, () => onPlainArrays(() => call(...given, options)));
    if (Array.isArray(fresh))
      throw new TypeError(`${name}(): 'retstep' is an option of arrays, and the result is a tensor`);
    const result = wrap(isHere && home !== null ? home.near(fresh) : fresh);
    if (requiresGrad === true) result.requiresGrad = true;
    return result;
  };
  return Object.defineProperty(made, 'name', { value: name }) as unknown as Creation<F, A, O>;
}

/** A number is float32 in a tensor; other scalars are what they are. */
const dtypeOfFill = ([, value]: readonly unknown[]): DType =>
  typeof value === 'bigint' ? int64 : typeof value === 'boolean' ? bool_ : float32;

/** Whole limits and steps make integers. */
function dtypeOfRange(args: readonly unknown[], { start, stop, step }: Options): DType {
  const given = [...args, start, stop, step].filter((x) => x !== undefined && x !== null);
  return given.every((x) => typeof x === 'bigint' || Number.isInteger(x)) ? int64 : float32;
}

const FILLED: Manner = { place: 1 };

/**
 * Zeros. With `device` or `requiresGrad` a tensor, float32 by default; else an array, float64 by default.
 *
 * @param args - the shape; `dtype`, `order`, `device`, `requiresGrad`
 * @throws TypeError, ValueError for a shape that cannot be, or an unknown device.
 * @example
 * np.zeros([2, 3], 'int32');
 * np.zeros(2, { requiresGrad: true }); // tensor([0., 0.], requiresGrad: true)
 */
export const zeros = /* @__PURE__ */ creation<[ShapeLike], FilledOptions, typeof filled.zeros>(
  'zeros',
  filled.zeros,
  FILLED,
);

/**
 * Ones. With `device` or `requiresGrad` a tensor, float32 by default; else an array, float64 by default.
 *
 * @param args - the shape; `dtype`, `order`, `device`, `requiresGrad`
 * @throws TypeError, ValueError for a shape that cannot be, or an unknown device.
 * @example
 * np.ones(3, { device: 'cpu' }); // tensor([1., 1., 1.])
 */
export const ones = /* @__PURE__ */ creation<[ShapeLike], FilledOptions, typeof filled.ones>(
  'ones',
  filled.ones,
  FILLED,
);

/**
 * Elements that are not set. With `device` or `requiresGrad` a tensor, float32 by default; else an array, float64 by default.
 *
 * @param args - the shape; `dtype`, `order`, `device`, `requiresGrad`
 * @throws TypeError, ValueError for a shape that cannot be, or an unknown device.
 * @example
 * np.empty([2, 3]).shape; // [2, 3]
 */
export const empty = /* @__PURE__ */ creation<[ShapeLike], FilledOptions, typeof filled.empty>(
  'empty',
  filled.empty,
  FILLED,
);

/**
 * One value everywhere. With `device` or `requiresGrad` a tensor, float32 by default for numbers; else an array of the value's dtype.
 *
 * @param args - the shape; the value, an array that broadcasts to it; `dtype`, `order`, `device`, `requiresGrad`
 * @throws ValueError if the value does not broadcast, or for an unknown device.
 * @example
 * np.full([2], 7); // [7. 7.]
 * np.full([2], true, { device: 'cpu' }); // tensor([ True,  True])
 */
export const full = /* @__PURE__ */ creation<[ShapeLike, ArrayLike], FilledOptions, typeof filled.full>(
  'full',
  filled.full,
  { place: 2, dtype: dtypeOfFill, isComputedHere: ([, value]) => !isScalar(value) },
);

/**
 * Numbers from `start` (0) up to but not including `stop`, `step` (1) apart: integers if these are. With `device` or `requiresGrad` a
 * tensor, whose other numbers are float32 by default, and its integers int32 on a GPU; else an array.
 *
 * @param args - `start`, `stop`, `step`, `dtype`, `device`, `requiresGrad`
 * @throws ZeroDivisionError if `step` is 0; ValueError for a length that is no number or too large, or an unknown device.
 * @example
 * np.arange(2, 10, 3); // [2 5 8]
 * np.arange(3, { device: 'cpu' }).dtype; // int64
 */
export const arange = /* @__PURE__ */ creation<
  [Real] | [Real, Real] | [Real, Real, Real],
  ArangeOptions,
  typeof ranges.arange
>('arange', ranges.arange, { place: 3, dtype: dtypeOfRange });

/**
 * Ones on a diagonal, zeros elsewhere. With `device` or `requiresGrad` a tensor, float32 by default; else an array, float64 by default.
 *
 * @param args - the number of rows; `M` (columns), `k` (which diagonal), `dtype`, `order`, `device`, `requiresGrad`
 * @throws TypeError, ValueError for a shape that cannot be, or an unknown device.
 * @example
 * np.eye(2); // [[1. 0.] [0. 1.]]
 */
export const eye = /* @__PURE__ */ creation<[number], EyeOptions, typeof matrices.eye>('eye', matrices.eye, {
  place: 3,
});

/**
 * `num` numbers evenly spaced from `start` to `stop`. With `device` or `requiresGrad` a tensor, float32 by default; else an array.
 *
 * @param args - `start`, `stop`, `num` (50), `endpoint`, `retstep`, `dtype`, `axis`, `device`, `requiresGrad`
 * @returns the numbers; of an array with `retstep` a pair of it and the spacing.
 * @throws ValueError for a negative `num` or an unknown device; TypeError for a `num` that is no integer, or `retstep` of a tensor.
 * @example
 * np.linspace(0, 1, 5); // [0.   0.25 0.5  0.75 1.  ]
 */
export const linspace = /* @__PURE__ */ creation<
  [ArrayLike, ArrayLike] | [ArrayLike, ArrayLike, number],
  Omit<SpaceOptions, 'retstep'>,
  typeof ranges.linspace
>('linspace', ranges.linspace, { place: 5, isComputedHere: () => true });
