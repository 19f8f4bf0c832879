/** Convolutions on the GPU: as products gathered from images, or, of groups with few filters, element by element. */
import type { NDArray } from '../../../array/ndarray.ts';
import { sizeOf } from '../../../array/layout.ts';
import type { GridConv } from '../../../kernel/grid/window/conv.ts';
import { PATTERN, buildGridConv } from '../../../kernel/grid/window/conv.ts';
import { gridRing } from '../../../kernel/grid/product/ring.ts';
import type { ConvOptions } from '../../window/conv.ts';
import type { ConvAxis, Taps } from '../../window/taps.ts';
import { adjointTaps, forwardTaps, reach } from '../../window/taps.ts';
import type { Columns, EndJob } from '../product/bilinear.ts';
import { addParts, endKey, plainJob } from '../product/bilinear.ts';
import type { Direct } from './conv_direct.ts';
import { directly, tapsDirectly } from './conv_direct.ts';
import { putOff } from './conv_end.ts';
import { planConv } from './conv_tiles.ts';
import type { Operand } from './launch.ts';
import { byAxis, endValues, operandOf, paramsFor, withTable, writtenAsSingle } from './launch.ts';
import { isDirect } from '../product/tuner.ts';
import type { WebGpu } from '../webgpu.ts';

type Shape = readonly number[];

/** Groups with fewer filters are not worth a product. */
const FEW_ROWS = 4;

/** An axis: its windows by pattern, and its strides in the left operand, in the image and in the result. */
interface Axis {
  readonly length: number;
  readonly patterns: readonly Taps[];
  readonly a: number;
  readonly image: number;
  readonly c: number;
}

/** A product in which all but spatial axes are given: strides of the left operand, the image and the result, in elements. */
interface Product {
  readonly left: Operand;
  readonly image: Operand;
  readonly groups: number;
  readonly rows: number;
  /** The columns' and the depth's axis that is not spatial: images or channels. */
  readonly columnOuter: number;
  readonly depthOuter: number;
  readonly strides: Readonly<
    Record<
      | 'aRow'
      | 'aOuter'
      | 'aGroup'
      | 'imageColumn'
      | 'imageDepth'
      | 'imageGroup'
      | 'cRow'
      | 'cOuter'
      | 'cGroup',
      number
    >
  >;
  readonly axes: readonly Axis[];
  /** Which index of the image's elements follows memory. */
  readonly along: GridConv['along'];
  /** How the result lies: channels are its columns. */
  readonly result: Columns;
}

const columnsOf = (shape: Shape): Columns => ({
  size: sizeOf(shape),
  columns: shape[1],
  inner: sizeOf(shape.slice(2)),
});

const denseOf = (shape: Shape): number[] => shape.map((_, d) => sizeOf(shape.slice(d + 1)));

/** Windows that no tap reaches have none: their elements are 0. */
function allRemainders(axis: ConvAxis): Taps[] {
  const found = adjointTaps(axis);
  const count = Math.min(axis.stride, axis.input);
  const like = found[0] ?? { ...forwardTaps(axis), columnStep: 1, outStep: axis.stride };
  return Array.from(
    { length: count },
    (_, outStart) =>
      found.find((taps) => taps.outStart === outStart) ?? {
        ...like,
        columns: Math.ceil((axis.input - outStart) / axis.stride),
        taps: 0,
        outStart,
      },
  );
}

/** The spatial axes of a convolution, given the lengths of its operands. */
function convAxes(input: Shape, kernel: Shape, output: Shape, options: ConvOptions): ConvAxis[] {
  return options.stride.map((stride, d) => ({
    input: input[d],
    kernel: kernel[d],
    output: output[d],
    stride,
    padding: options.padding[d],
    dilation: options.dilation[d],
  }));
}

/** A convolution or its adjoint: the kernel has filters along one axis, and what is summed along the other. */
interface Filtering {
  readonly image: NDArray;
  readonly w: NDArray;
  readonly bias: NDArray | null;
  readonly shape: Shape;
  /** Which axis of the kernel has the channels of the result. */
  readonly rowAxis: 0 | 1;
  readonly axes: readonly ConvAxis[];
  readonly groups: number;
  /** Tables of numbers that the kernel is bound to. */
  readonly tables: number;
  /** How long the image is along an axis, and which windows there are on it; or one set of windows, computed directly. */
  readonly length: (axis: ConvAxis) => number;
  readonly patterns: (axis: ConvAxis) => readonly Taps[];
  readonly direct: (axis: ConvAxis) => Omit<Direct['axes'][number], 'length'>;
}

function filtered(home: WebGpu, filtering: Filtering): NDArray {
  const { w, bias, shape, rowAxis, axes, groups, tables, length } = filtering;
  const [image, left] = [operandOf(home, filtering.image), operandOf(home, w)];
  const rows = shape[1] / groups;
  const channels = filtering.image.shape[1] / groups;
  const depth = channels * sizeOf(w.shape.slice(2));
  const roles = {
    rows: left.strides[rowAxis],
    channels: left.strides[1 - rowAxis],
    group: (w.shape[0] / groups) * left.strides[0],
  };
  return putOff(home, { shape, like: filtering.image, left, image, depth, tables, bias }, (job) => {
    if (groups > 1 && rows < FEW_ROWS) {
      const direct = axes.map((axis) => ({ ...filtering.direct(axis), length: length(axis) }));
      const strided = direct.some(({ divisor }) => divisor > 1);
      directly(home, { left, image, shape, rows, channels, roles, axes: direct, strided }, job);
      return;
    }
    const [n, c, ...spatial] = denseOf(shape);
    const strides = {
      aRow: roles.rows,
      aOuter: roles.channels,
      aGroup: roles.group,
      imageColumn: image.strides[0],
      imageDepth: image.strides[1],
      imageGroup: channels * image.strides[1],
      cRow: c,
      cOuter: n,
      cGroup: rows * c,
    };
    const product: Product = {
      left,
      image,
      groups,
      rows,
      strides,
      columnOuter: shape[0],
      depthOuter: channels,
      along: 'across',
      result: columnsOf(shape),
      axes: axes.map((axis, d) => ({
        length: length(axis),
        patterns: filtering.patterns(axis),
        a: left.strides[d + 2],
        image: image.strides[d + 2],
        c: spatial[d],
      })),
    };
    run(home, product, job);
  });
}

/** `convolve` for arrays on the GPU. */
export function convolveOn(
  home: WebGpu,
  x: NDArray,
  w: NDArray,
  bias: NDArray | null,
  output: Shape,
  options: ConvOptions,
): NDArray {
  const [filters, , ...kernel] = w.shape;
  return filtered(home, {
    ...{ image: x, w, bias, groups: options.groups, tables: 0 },
    shape: [x.shape[0], filters, ...output],
    rowAxis: 0,
    axes: convAxes(x.shape.slice(2), kernel, output, options),
    length: ({ input }) => input,
    patterns: (axis) => [forwardTaps(axis)],
    direct: (axis) => ({ ...forwardTaps(axis), divisor: 1 }),
  });
}

/** `convolveToInput` for arrays on the GPU. */
export function convolveToInputOn(
  home: WebGpu,
  y: NDArray,
  w: NDArray,
  bias: NDArray | null,
  input: Shape,
  options: ConvOptions,
): NDArray {
  const [, channels, ...kernel] = w.shape;
  return filtered(home, {
    ...{ image: y, w, bias, groups: options.groups, tables: 1 },
    shape: [y.shape[0], channels * options.groups, ...input],
    rowAxis: 1,
    axes: convAxes(input, kernel, y.shape.slice(2), options),
    length: ({ output }) => output,
    patterns: allRemainders,
    direct: (axis) => ({
      columns: axis.input,
      columnStep: 1,
      taps: axis.kernel,
      tapStep: -axis.dilation,
      origin: axis.padding,
      divisor: axis.stride,
    }),
  });
}

/** Windows with columns and taps exchanged. */
function exchanged(t: Taps): Taps {
  return {
    columns: t.taps,
    columnStep: t.tapStep,
    taps: t.columns,
    tapStep: t.columnStep,
    origin: t.origin,
    outStart: 0,
    outStep: 1,
    kernelStart: 0,
    kernelStep: 1,
  };
}

/** `convolveToKernel` for arrays on the GPU. */
export function convolveToKernelOn(
  home: WebGpu,
  y: NDArray,
  x: NDArray,
  kernel: Shape,
  options: ConvOptions,
): NDArray {
  const { groups } = options;
  const [rows, channels] = [y.shape[1] / groups, x.shape[1] / groups];
  const shape = [rows * groups, channels, ...kernel];
  const axes = convAxes(x.shape.slice(2), kernel, y.shape.slice(2), options);
  const [image, left] = [operandOf(home, x), operandOf(home, y)];
  return writtenAsSingle(home, shape, x, (bytes) => {
    if (groups > 1 && rows < FEW_ROWS) {
      const forward = axes.map((axis) => ({ ...forwardTaps(axis), length: axis.input }));
      tapsDirectly(home, { left, image, shape, rows, axes: forward }, bytes);
      return;
    }
    const [f, c, ...spatial] = denseOf(shape);
    const strides = {
      aRow: left.strides[1],
      aOuter: left.strides[0],
      aGroup: rows * left.strides[1],
      imageColumn: image.strides[1],
      imageDepth: image.strides[0],
      imageGroup: channels * image.strides[1],
      cRow: f,
      cOuter: c,
      cGroup: rows * f,
    };
    run(
      home,
      {
        left,
        image,
        groups,
        rows,
        strides,
        columnOuter: channels,
        depthOuter: y.shape[0],
        along: 'along',
        result: { size: sizeOf(shape), columns: shape[0], inner: sizeOf(shape.slice(1)) },
        axes: axes.map((axis, d) => ({
          length: axis.input,
          patterns: [exchanged(forwardTaps(axis))],
          a: left.strides[d + 2],
          image: image.strides[d + 2],
          c: spatial[d],
        })),
      },
      plainJob('f32', true, bytes),
    );
  });
}

/** All combinations of the axes' patterns. */
function combinations(axes: readonly Axis[]): Taps[][] {
  return axes.reduce<Taps[][]>(
    (all, { patterns }) => all.flatMap((head) => patterns.map((taps) => [...head, taps])),
    [[]],
  );
}

/** A pattern's numbers as the kernel has them. */
const numbersOf = (t: Taps, { a, c }: Axis): Record<(typeof PATTERN)[number], number> => ({
  columns: t.columns,
  depth: t.taps,
  origin: t.origin,
  cStart: t.outStart * c,
  aStart: t.kernelStart * a,
});

/** Computes a product, and does the job. */
function run(home: WebGpu, product: Product, job: EndJob): void {
  const { axes, groups, rows, columnOuter, depthOuter, result } = product;
  const { size } = result;
  const patterns = combinations(axes);
  const most = (count: (t: Taps) => number): number =>
    Math.max(...patterns.map((taps) => taps.reduce((n, t) => n * count(t), 1)));
  const columns = columnOuter * most((t) => t.columns);
  const depth = depthOuter * most((t) => t.taps);
  const plan = planConv(
    { rows, columns, depth, products: groups * patterns.length, size },
    isDirect(home.gpu, home.products),
  );
  if (plan.splits === 1) {
    launch(home, product, plan, patterns, job);
    return;
  }
  const parts = home.gpu.allocate(4 * size * plan.splits);
  launch(home, product, plan, patterns, plainJob('f32', true, parts));
  addParts(home, gridRing('f32'), result, plan.splits, parts, job);
  parts.release();
}

function launch(
  home: WebGpu,
  product: Product,
  plan: ReturnType<typeof planConv>,
  patterns: readonly Taps[][],
  { end, buffers, params: values, targets }: EndJob,
): void {
  const { left, image, axes, groups, rows, columnOuter, depthOuter, strides, along, result } = product;
  const { tile, tilesDown, tilesAcross, splits, splitDepth } = plan;
  const spec: GridConv = {
    axes: axes.length,
    tile,
    left: left.element,
    image: image.element,
    along,
    reaching: axes.map(({ patterns, length }) => reaches(patterns, length)),
    end,
    patterned: patterns.length > 1,
  };
  const key = [
    spec.axes,
    ...Object.values(tile),
    spec.left,
    along,
    spec.reaching,
    spec.patterned,
    endKey(end),
  ];
  const kernel = home.kernel(`conv ${key.join(' ')}`, () => buildGridConv(spec));
  const total = patterns.length * splits * groups * tilesDown * tilesAcross;
  const params = paramsFor(kernel, {
    total,
    tilesDown,
    tilesAcross,
    groups,
    splits,
    splitDepth,
    rows,
    columnOuter,
    depthOuter,
    aOffset: left.offset,
    imageOffset: image.offset,
    cSplit: result.size,
    ...strides,
    ...endValues(end, values),
    ...byAxis(
      axes.map((axis, d) => {
        const [taps] = axis.patterns;
        return {
          length: axis.length,
          image: axis.image,
          columnStep: taps.columnStep,
          depthStep: taps.tapStep,
          c: taps.outStep * axis.c,
          a: taps.kernelStep * axis.a,
          ...numbersOf(patterns[0][d], axis),
        };
      }),
    ),
  });
  const ends = [...buffers, ...targets];
  if (!spec.patterned) {
    home.gpu.launch(kernel, [left.bytes, image.bytes, ...ends], params, total);
    return;
  }
  const words = patterns.flatMap((taps) =>
    taps.flatMap((t, d) => {
      const numbers = numbersOf(t, axes[d]);
      return PATTERN.map((name) => numbers[name]);
    }),
  );
  withTable(home, Int32Array.from(words), (table) =>
    home.gpu.launch(kernel, [left.bytes, image.bytes, table, ...ends], params, total),
  );
}

/** Whether windows touch places outside an axis. */
function reaches(patterns: readonly Taps[], length: number): boolean {
  const touching = patterns.filter(({ taps, columns }) => taps > 0 && columns > 0);
  if (touching.length === 0) return false;
  const { low, high } = reach(touching);
  return low < 0 || high > length;
}
