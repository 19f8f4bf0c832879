/** Positions of extrema. */
import { asConstant, isTraced } from '../../array/tracing.ts';
import { ValueError, shapeText } from '../../array/errors.ts';
import { normalizeAxis, sameShape } from '../../array/layout.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import { arrayOrScalar } from '../../array/ndarray.ts';
import { argReduce } from '../../ops/argreduce.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { castInto } from '../../ops/cast.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { expand_dims, ravelArray, reshapeArray } from '../shape/reshape.ts';

export interface ArgOptions {
  /** The axis; `null` for the flattened array. */
  axis?: number | null;
  /** An array for the result, of int64; of int32 on devices without. */
  out?: NDArray | null;
  keepdims?: boolean;
}

export type ArgArgs = Args<ArgOptions, ['axis', 'out']>;
export const ARG_POSITIONAL = ['axis', 'out'] as const;
export const ARG_KEYWORDS = ['keepdims'] as const;

/** `argmax` or `argmin` with parsed options. */
export function argExtremum(kind: 'argmax' | 'argmin', a: NDArray, options: ArgOptions): ArrayOrScalar {
  const { axis = null, out = null, keepdims = false } = options;
  const x = axis === null ? ravelArray(a) : a;
  const along = normalizeAxis(axis ?? 0, Math.max(x.ndim, 1));
  const source = x.ndim === 0 ? reshapeArray(x, [1]) : x;
  if (source.shape[along] === 0) throw new ValueError(`attempt to get ${kind} of an empty sequence`);
  const result = argReduce(kind === 'argmax' ? 'max' : 'min', source, along);
  const kept = keepdims
    ? axis === null
      ? reshapeArray(
          result,
          a.shape.map(() => 1),
        )
      : expand_dims(result, along)
    : result;
  const shaped = a.ndim === 0 ? reshapeArray(kept, []) : kept;
  if (!out) return arrayOrScalar(shaped);
  if (!sameShape(out.shape, shaped.shape)) {
    throw new ValueError(
      `output array does not match result of np.${kind}: expected ${shapeText(shaped.shape)}, got ${shapeText(out.shape)}`,
    );
  }
  if (out.dtype !== shaped.dtype) {
    throw new TypeError(
      `Cannot cast array data from dtype('${shaped.dtype.name}') to dtype('${out.dtype.name}') according to the rule 'safe'`,
    );
  }
  if (!out.writeable) throw new ValueError('output array is read-only');
  castInto(out, shaped);
  return out as ArrayOrScalar;
}

/**
 * The position of the largest element, the first of equal ones; of NaN if one takes part.
 *
 * @throws ValueError for no elements; AxisError.
 * @example
 * np.argmax([1, 5, 3]); // 1
 */
export function argmax(a: ArrayLike, ...args: ArgArgs): ArrayOrScalar {
  if (isTraced(a)) return asConstant(argmax, a, ...args);
  return argExtremum('argmax', asArray(a), bind<ArgOptions>('argmax', args, ARG_POSITIONAL, ARG_KEYWORDS));
}

/**
 * The position of the smallest element, the first of equal ones; of NaN if one takes part.
 *
 * @throws ValueError for no elements; AxisError.
 * @example
 * np.argmin([4, 1, 3]); // 1
 */
export function argmin(a: ArrayLike, ...args: ArgArgs): ArrayOrScalar {
  if (isTraced(a)) return asConstant(argmin, a, ...args);
  return argExtremum('argmin', asArray(a), bind<ArgOptions>('argmin', args, ARG_POSITIONAL, ARG_KEYWORDS));
}
