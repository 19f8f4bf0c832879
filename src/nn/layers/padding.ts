/** Padding layers: the spatial axes of (n, channels, ...) or (channels, ...) made longer at both ends. */
import { ValueError } from '../../array/errors.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asTensor } from '../../tensor/create.ts';
import type { Size } from '../functional/images.ts';
import type { PadMode } from '../functional/pad.ts';
import * as F from '../functional/index.ts';
import type { Needed } from './layer.ts';
import { layersOf, needed } from './layer.ts';

const padded = /* @__PURE__ */ layersOf<[input: ArrayLike]>();

/** Elements added at all ends, or at the start and end of each axis, the last axis first. */
const padding = needed as Needed<Size>;

/** A padding of `rank` axes as a function of the input and its options. */
function by(rank: number, mode: PadMode) {
  return (input: ArrayLike, size: Size, value?: number): unknown => {
    const a = asTensor(input);
    if (mode !== 'constant' && a.ndim !== rank + 1 && a.ndim !== rank + 2)
      throw new ValueError(`expected ${rank + 1}D or ${rank + 2}D input (got ${a.ndim}D input)`);
    const sizes = typeof size === 'number' ? new Array<number>(2 * rank).fill(size) : size;
    return F.pad(a, sizes, { mode, value });
  };
}

const reflect = (rank: number) =>
  padded(`ReflectionPad${rank}d`, by(rank, 'reflect'), ['padding'], { padding });
const replicate = (rank: number) =>
  padded(`ReplicationPad${rank}d`, by(rank, 'replicate'), ['padding'], { padding });
const circular = (rank: number) =>
  padded(`CircularPad${rank}d`, by(rank, 'circular'), ['padding'], { padding });
const zero = (rank: number) => padded(`ZeroPad${rank}d`, by(rank, 'constant'), ['padding'], { padding });
const constant = (rank: number) =>
  padded(`ConstantPad${rank}d`, by(rank, 'constant'), ['padding', 'value'], {
    padding,
    value: needed as Needed<number>,
  });

/**
 * The input mirrored at its ends, without the end itself.
 *
 * @param args - `padding`; `padding` is one number, or for each axis, the last one first, one before and one after
 * @example
 * new np.nn.ReflectionPad1d(1).call(np.tensor([[1, 2, 3]])); // tensor([[2., 1., 2., 3., 2.]])
 */
export const ReflectionPad1d = /* @__PURE__ */ reflect(1);
/** `ReflectionPad1d` for images. @param args - `padding` */
export const ReflectionPad2d = /* @__PURE__ */ reflect(2);
/** `ReflectionPad1d` for volumes. @param args - `padding` */
export const ReflectionPad3d = /* @__PURE__ */ reflect(3);

/**
 * The elements at the ends again and again.
 *
 * @param args - `padding`; `padding` is one number, or for each axis, the last one first, one before and one after
 * @example
 * new np.nn.ReplicationPad1d(1).call(np.tensor([[1, 2, 3]])); // tensor([[1., 1., 2., 3., 3.]])
 */
export const ReplicationPad1d = /* @__PURE__ */ replicate(1);
/** `ReplicationPad1d` for images. @param args - `padding` */
export const ReplicationPad2d = /* @__PURE__ */ replicate(2);
/** `ReplicationPad1d` for volumes. @param args - `padding` */
export const ReplicationPad3d = /* @__PURE__ */ replicate(3);

/**
 * The input goes on at its other end.
 *
 * @param args - `padding`; `padding` is one number, or for each axis, the last one first, one before and one after
 * @example
 * new np.nn.CircularPad1d(1).call(np.tensor([[1, 2, 3]])); // tensor([[3., 1., 2., 3., 1.]])
 */
export const CircularPad1d = /* @__PURE__ */ circular(1);
/** `CircularPad1d` for images. @param args - `padding` */
export const CircularPad2d = /* @__PURE__ */ circular(2);
/** `CircularPad1d` for volumes. @param args - `padding` */
export const CircularPad3d = /* @__PURE__ */ circular(3);

/**
 * Zeros.
 *
 * @param args - `padding`; `padding` is one number, or for each axis, the last one first, one before and one after
 * @example
 * new np.nn.ZeroPad1d([2, 0]).call(np.tensor([[1, 2]])); // tensor([[0., 0., 1., 2.]])
 */
export const ZeroPad1d = /* @__PURE__ */ zero(1);
/** `ZeroPad1d` for images. @param args - `padding` */
export const ZeroPad2d = /* @__PURE__ */ zero(2);
/** `ZeroPad1d` for volumes. @param args - `padding` */
export const ZeroPad3d = /* @__PURE__ */ zero(3);

/**
 * A number.
 *
 * @param args - `padding`, `value`; `padding` is one number, or for each axis, the last one first, one before and one after
 * @example
 * new np.nn.ConstantPad1d(1, 7).call(np.tensor([[1, 2]])); // tensor([[7., 1., 2., 7.]])
 */
export const ConstantPad1d = /* @__PURE__ */ constant(1);
/** `ConstantPad1d` for images. @param args - `padding`, `value` */
export const ConstantPad2d = /* @__PURE__ */ constant(2);
/** `ConstantPad1d` for volumes. @param args - `padding`, `value` */
export const ConstantPad3d = /* @__PURE__ */ constant(3);
