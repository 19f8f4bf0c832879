/** `np.lib.stride_tricks`: views by their shape and strides. */
import { ValueError, shapeText } from '../../array/errors.ts';
import { byteExtent, denseStrides, normalizeAxis, normalizeShape } from '../../array/layout.ts';
import { viewArray } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import type { ShapeLike } from '../creation/filled.ts';

export interface AsStridedOptions {
  /** The new shape; the array's own if left out. */
  shape?: ShapeLike | null;
  /** Bytes from one element to the next along each axis. */
  strides?: readonly number[] | null;
  /** There are no subclasses of arrays: ignored. */
  subok?: boolean;
  writeable?: boolean;
}

const AS_STRIDED = ['shape', 'strides', 'subok', 'writeable'] as const;

/**
 * A view with any shape and strides. Elements may appear many times: writing to such a view writes to all of them.
 *
 * NumPy trusts the caller; here a layout that leaves the array's memory is refused.
 *
 * @param x - the array; the view begins at its first element
 * @throws ValueError if shape and strides differ in length or reach outside the memory.
 * @example
 * np.lib.stride_tricks.as_strided(np.arange(5), [3, 3], [8, 8]); // [[0 1 2] [1 2 3] [2 3 4]]
 */
export function as_strided(
  x: ArrayLike,
  ...args: Args<AsStridedOptions, ['shape', 'strides', 'subok', 'writeable']>
): NDArray {
  const options = bind<AsStridedOptions>('as_strided', args, AS_STRIDED);
  const a = asArray(x);
  const shape =
    options.shape === undefined || options.shape === null ? [...a.shape] : normalizeShape(options.shape);
  const strides = options.strides ?? (a.cContiguous ? denseStrides(shape, a.itemsize) : a.strides);
  return strided(a, shape, strides, options.writeable ?? true);
}

function strided(
  a: NDArray,
  shape: readonly number[],
  strides: readonly number[],
  writeable: boolean,
): NDArray {
  if (strides.length !== shape.length) {
    throw new ValueError(`mismatch in length of strides ${shapeText(strides)} and shape ${shapeText(shape)}`);
  }
  const { low, high } = byteExtent(shape, strides, a.itemsize);
  const first = a.storage.address;
  if (a.offset + low < first || a.offset + high > first + a.storage.byteLength) {
    throw new ValueError(
      `strides ${shapeText(strides)} with shape ${shapeText(shape)} reach outside the array's ${a.storage.byteLength} bytes of memory`,
    );
  }
  if (strides.some((stride) => stride % elementWidth(a) !== 0)) {
    throw new ValueError(`strides ${shapeText(strides)} are not multiples of ${elementWidth(a)} bytes`);
  }
  return viewArray(a, shape, [...strides], a.offset, a.dtype, a.writeable && writeable);
}

/** Bytes that the memory of an array is read in: a complex number is two of them. */
function elementWidth({ dtype }: NDArray): number {
  return dtype.kind === 'c' ? dtype.itemsize / 2 : dtype.itemsize;
}

export interface SlidingWindowOptions {
  /** The axis of each length of the window; all axes if left out. */
  axis?: number | readonly number[] | null;
  /** There are no subclasses of arrays: ignored. */
  subok?: boolean;
  /** Whether the view may be written to; its windows overlap. */
  writeable?: boolean;
}

/**
 * All windows of a given size, as a view: the positions of the window, then the axes of the window.
 *
 * @param window_shape - the window's length along each axis; an axis may come more than once
 * @throws ValueError for a window that is negative, larger than the array, or has another number of axes than `axis`; AxisError.
 * @example
 * np.mean(np.lib.stride_tricks.sliding_window_view(np.arange(6), 3), -1); // [1. 2. 3. 4.]
 */
export function sliding_window_view(
  x: ArrayLike,
  window_shape: number | readonly number[],
  ...args: Args<SlidingWindowOptions, ['axis']>
): NDArray {
  const { axis = null, writeable = false } = bind<SlidingWindowOptions>(
    'sliding_window_view',
    args,
    ['axis'],
    ['subok', 'writeable'],
  );
  const a = asArray(x);
  const window = windowLengths(window_shape);
  const axes = windowAxes(a, window, axis);
  const shape = [...a.shape];
  axes.forEach((along, i) => {
    if (shape[along] < window[i])
      throw new ValueError('window shape cannot be larger than input array shape');
    shape[along] -= window[i] - 1;
  });
  const strides = [...a.strides, ...axes.map((along) => a.strides[along])];
  return strided(a, [...shape, ...window], strides, writeable);
}

function windowLengths(shape: number | readonly number[]): number[] {
  const lengths = typeof shape === 'number' ? [shape] : [...shape];
  for (const length of lengths) {
    if (!Number.isInteger(length))
      throw new TypeError(`'${String(length)}' cannot be interpreted as an integer`);
    if (length < 0) throw new ValueError('`window_shape` cannot contain negative values');
  }
  return lengths;
}

function windowAxes(a: NDArray, window: readonly number[], axis: SlidingWindowOptions['axis']): number[] {
  if (axis === null || axis === undefined) {
    if (window.length === a.ndim) return window.map((_, i) => i);
    throw new ValueError(
      `Since axis is \`None\`, must provide window_shape for all dimensions of \`x\`; got ${window.length} window_shape elements and \`x.ndim\` is ${a.ndim}.`,
    );
  }
  const axes = (typeof axis === 'number' ? [axis] : axis).map((one) => normalizeAxis(one, a.ndim));
  if (axes.length === window.length) return axes;
  throw new ValueError(
    `Must provide matching length window_shape and axis; got ${window.length} window_shape elements and ${axes.length} axes elements.`,
  );
}
