/** Borders around arrays, and borders cut off. */
import type { Scalar } from '../../array/element.ts';
import { NotImplementedError, ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { embed, interior } from '../../ops/window/embed.ts';
import type { AxisMatrix } from '../../ops/window/resample.ts';
import { resampleAxes, sparseMatrix } from '../../ops/window/resample.ts';
import { floatArray, listed } from './images.ts';

export type PadMode = 'constant' | 'reflect' | 'replicate' | 'circular';

export interface PadOptions {
  mode?: PadMode;
  /** 'constant': the number in the border, 0 by default. */
  value?: Scalar | null;
}

const OPTIONS = ['mode', 'value'] as const;

/** Elements added before and after an axis; a negative number cuts off. */
interface Widths {
  readonly axis: number;
  readonly before: number;
  readonly after: number;
}

/** Which element of an axis stands at place i, counted from its first; and the most that may be added to either side. */
interface Border {
  readonly element: (i: number, length: number) => number;
  readonly most: (length: number) => number;
}

const BORDERS: Readonly<Record<Exclude<PadMode, 'constant'>, Border>> = {
  reflect: {
    element: (i, n) => (i < 0 ? -i : i < n ? i : 2 * (n - 1) - i),
    most: (n) => n - 1,
  },
  replicate: {
    element: (i, n) => Math.min(Math.max(i, 0), n - 1),
    most: (n) => (n === 0 ? 0 : Infinity),
  },
  circular: {
    element: (i, n) => (i + n) % n,
    most: (n) => n,
  },
};

/** The pairs of `pad`, which begin with the last axis. */
function widthsOf(a: NDArray, pad: readonly number[]): Widths[] {
  if (!Array.isArray(pad) || !pad.every((n) => Number.isInteger(n)))
    throw new TypeError(`pad: expected a list of integers, but got ${String(pad)}`);
  if (pad.length % 2 !== 0)
    throw new ValueError(`pad: padding length must be divisible by 2, but got ${listed(pad)}`);
  if (pad.length > 2 * a.ndim) {
    throw new ValueError(
      `pad: padding length too large: ${pad.length} numbers for an input of ${a.ndim} axes`,
    );
  }
  return Array.from({ length: pad.length / 2 }, (_, i): Widths => {
    const axis = a.ndim - 1 - i;
    const [before, after] = [pad[2 * i], pad[2 * i + 1]];
    if (a.shape[axis] + before + after < 0 || a.shape[axis] + Math.min(before, 0) + Math.min(after, 0) < 0) {
      throw new ValueError(
        `pad: ${before} and ${after} leave a negative length of axis ${axis} of an input of size ${listed(a.shape)}`,
      );
    }
    return { axis, before, after };
  });
}

function padConstant(a: NDArray, widths: readonly Widths[], value: Scalar): NDArray {
  const [start, kept, place, shape] = [
    a.shape.map(() => 0),
    [...a.shape],
    a.shape.map(() => 0),
    [...a.shape],
  ];
  for (const { axis, before, after } of widths) {
    start[axis] = Math.max(-before, 0);
    kept[axis] += Math.min(before, 0) + Math.min(after, 0);
    place[axis] = Math.max(before, 0);
    shape[axis] += before + after;
  }
  return embed(interior(a, start, kept), place, shape, value);
}

/** The matrix that makes an axis with its border. */
function borderMatrix(a: NDArray, { axis, before, after }: Widths, { element, most }: Border): AxisMatrix {
  const length = a.shape[axis];
  if (Math.max(before, after) > most(length)) {
    throw new ValueError(
      `pad: at most ${most(length)} elements can be added to axis ${axis} of an input of size ${listed(a.shape)} in this mode, but got ${before} and ${after}`,
    );
  }
  const rows = Array.from({ length: length + before + after }, (_, i) => [
    [element(i - before, length), 1] as const,
  ]);
  return { axis, matrix: sparseMatrix(length, rows) };
}

/**
 * An array with a border.
 *
 * @param input - of any dtype with mode 'constant', else of a float dtype
 * @param pad - how many elements to add before and after the last axis, then the one before it, and so on; negative numbers cut off
 * @param args - `mode`: 'constant' (the default), 'reflect' (mirrored at the edge element), 'replicate' (the edge element), 'circular'
 *   (what comes at the other end); `value`: the constant, 0 by default
 * @returns `input`'s dtype
 * @throws ValueError for an odd number of widths, more than axes, or widths that the mode has not elements for; NotImplementedError for another
 *   mode; TypeError for widths that are no integers, or a dtype that the mode does not take.
 * @example
 * np.nn.functional.pad([[1, 2, 3]], [1, 2]); // [[0. 1. 2. 3. 0. 0.]]
 * np.nn.functional.pad([[1, 2, 3]], [1, 2], { mode: 'reflect' }); // [[2. 1. 2. 3. 2. 1.]]
 */
export function pad(
  input: ArrayLike,
  pad: readonly number[],
  ...args: Args<PadOptions, typeof OPTIONS>
): NDArray {
  const { mode = 'constant', value = 0 } = bind<PadOptions>('pad', args, OPTIONS);
  const a = asArray(input);
  if (mode === 'constant') return padConstant(a, widthsOf(a, pad), value ?? 0);
  if (!Object.hasOwn(BORDERS, mode)) {
    throw new NotImplementedError(
      `pad: unrecognised padding mode '${String(mode)}': must be 'constant', 'reflect', 'replicate' or 'circular'`,
    );
  }
  if (value) throw new ValueError(`pad: mode '${mode}' doesn't take a value`);
  const widths = widthsOf(floatArray('pad', a), pad);
  const wide = widths.filter(({ before, after }) => before !== 0 || after !== 0);
  // The result is a new array even if nothing is added.
  const steps = wide.length > 0 ? wide : widths.slice(0, 1);
  return resampleAxes(
    a,
    steps.map((each) => borderMatrix(a, each, BORDERS[mode])),
  );
}
