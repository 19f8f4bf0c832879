/** Windows as columns, and back. */
import { IndexError, ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import { reshape } from '../../np/shape/reshape.ts';
import { transpose } from '../../np/shape/transpose.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import type { Entry, SparseMatrix } from '../../ops/window/resample.ts';
import { resampleAxes, sparseMatrix, transposedMatrix } from '../../ops/window/resample.ts';
import type { Size } from './images.ts';
import { imagesOf, listed, sizesOf } from './images.ts';

export interface UnfoldOptions {
  /** Elements between neighbouring places of a window; 1 by default. */
  dilation?: Size;
  /** Zeros on both sides of each axis; 0 by default. */
  padding?: Size;
  /** Elements between neighbouring windows; 1 by default. */
  stride?: Size;
}

const OPTIONS = ['dilation', 'padding', 'stride'] as const;

/** Windows along one axis. */
interface Slide {
  readonly kernel: number;
  readonly dilation: number;
  readonly padding: number;
  readonly stride: number;
  readonly windows: number;
}

/** The windows along both axes of images. */
function slides(fn: string, spatial: readonly number[], kernelSize: Size, given: UnfoldOptions): Slide[] {
  const kernel = sizesOf(fn, 'kernelSize', kernelSize, 2);
  const [dilation, padding, stride] = OPTIONS.map((name) =>
    sizesOf(fn, name, given[name] ?? (name === 'padding' ? 0 : 1), 2),
  );
  const about = `spatial size ${listed(spatial)}, kernelSize=${listed(kernel)}, dilation=${listed(dilation)}, padding=${listed(padding)}, stride=${listed(stride)}`;
  if ([kernel, dilation, stride].flat().some((n) => n < 1) || padding.some((n) => n < 0))
    throw new ValueError(`${fn}: sizes must be greater than zero and padding not negative: ${about}`);
  return spatial.map((length, d) => {
    const windows = Math.floor((length + 2 * padding[d] - dilation[d] * (kernel[d] - 1) - 1) / stride[d]) + 1;
    if (windows < 1) throw new ValueError(`${fn}: there are no windows, given ${about}`);
    return { kernel: kernel[d], dilation: dilation[d], padding: padding[d], stride: stride[d], windows };
  });
}

/** The matrix that takes an axis to (place in window, window). */
function windowMatrix(length: number, { kernel, dilation, padding, stride, windows }: Slide): SparseMatrix {
  const rows: Entry[][] = [];
  for (let place = 0; place < kernel; place++) {
    for (let i = 0; i < windows; i++) {
      const at = i * stride - padding + place * dilation;
      rows.push(at >= 0 && at < length ? [[at, 1]] : []);
    }
  }
  return sparseMatrix(length, rows);
}

/**
 * The windows of images as columns.
 *
 * @param input - (n, channels, height, width) or (channels, height, width), in a float dtype
 * @param kernelSize - places of a window
 * @param args - `dilation`, `padding`, `stride`
 * @returns (n, channels * places, windows), or without n
 * @throws ValueError for sizes out of range, no windows or more axes; IndexError for fewer axes; TypeError for another dtype than a float's.
 * @example
 * np.nn.functional.unfold([[[[1, 2], [3, 4], [5, 6]]]], 2); // [[[1. 3.] [2. 4.] [3. 5.] [4. 6.]]]
 */
export function unfold(
  input: ArrayLike,
  kernelSize: Size,
  ...args: Args<UnfoldOptions, typeof OPTIONS>
): NDArray {
  const given = bind<UnfoldOptions>('unfold', args, OPTIONS);
  const a = asArray(input);
  if (a.ndim < 3)
    throw new IndexError(`unfold: expected 3 or 4 dimensions, but got input of size ${listed(a.shape)}`);
  const { images, unbatched } = imagesOf('unfold', a, 2);
  const [n, channels, ...spatial] = images.shape;
  const both = slides('unfold', spatial, kernelSize, given);
  const [rows, columns] = both;
  const unfolded = resampleAxes(images, [
    { axis: 3, matrix: windowMatrix(spatial[1], columns) },
    { axis: 2, matrix: windowMatrix(spatial[0], rows) },
  ]);
  const apart = reshape(unfolded, [n, channels, rows.kernel, rows.windows, columns.kernel, columns.windows]);
  const ordered = transpose(apart, [0, 1, 2, 4, 3, 5]);
  const places = channels * rows.kernel * columns.kernel;
  return unbatched(reshape(ordered, [n, places, rows.windows * columns.windows]));
}

/**
 * Adds columns up to images, each in its window: the derivative of `unfold`.
 *
 * @param input - (n, channels * places, windows) or (channels * places, windows), in a float dtype
 * @param outputSize - height and width of the images
 * @param kernelSize - places of a window
 * @param args - `dilation`, `padding`, `stride`
 * @returns (n, channels, height, width), or without n
 * @throws ValueError for sizes that do not fit; TypeError for another dtype than a float's.
 * @example
 * np.nn.functional.fold([[[1, 3], [2, 4], [3, 5], [4, 6]]], [3, 2], 2); // [[[[1. 2.] [6. 8.] [5. 6.]]]]
 */
export function fold(
  input: ArrayLike,
  outputSize: Size,
  kernelSize: Size,
  ...args: Args<UnfoldOptions, typeof OPTIONS>
): NDArray {
  const given = bind<UnfoldOptions>('fold', args, OPTIONS);
  const { images: columns, unbatched } = imagesOf('fold', input, 1);
  const size = sizesOf('fold', 'outputSize', outputSize, 2);
  const both = slides('fold', size, kernelSize, given);
  const [down, across] = both;
  const [n, places, windows] = columns.shape;
  const each = down.kernel * across.kernel;
  if (places % each !== 0) {
    throw new ValueError(
      `fold: expected size of input's dimension 1 to be divisible by the product of kernelSize ${listed([down.kernel, across.kernel])}, but got ${places}`,
    );
  }
  if (windows !== down.windows * across.windows) {
    throw new ValueError(
      `fold: given outputSize=${listed(size)}, expected size of input's dimension 2 to match the number of windows ${down.windows} * ${across.windows}, but got ${windows}`,
    );
  }
  const channels = places / each;
  const apart = reshape(columns, [n, channels, down.kernel, across.kernel, down.windows, across.windows]);
  const ordered = transpose(apart, [0, 1, 2, 4, 3, 5]);
  const unfolded = reshape(ordered, [
    n,
    channels,
    down.kernel * down.windows,
    across.kernel * across.windows,
  ]);
  const sums = resampleAxes(unfolded, [
    { axis: 2, matrix: transposedMatrix(windowMatrix(size[0], down)) },
    { axis: 3, matrix: transposedMatrix(windowMatrix(size[1], across)) },
  ]);
  return unbatched(sums);
}
