/** Kernels on rows on the GPU: softmax, norms, and what belongs to them. */
import { float32, int32 } from '../../../array/dtype.ts';
import type { DType } from '../../../array/dtype.ts';
import { denseStrides, sameShape, sizeOf } from '../../../array/layout.ts';
import type { NDArray } from '../../../array/ndarray.ts';
import { placedOn } from '../../../array/remote.ts';
import { viewArray } from '../../../array/ndarray.ts';
import type { GpuBytes } from '../../../device/webgpu/bytes.ts';
import { k } from '../../../kernel/build.ts';
import { castValue } from '../../../kernel/element.ts';
import type { LineTeam } from '../../../kernel/grid/lines/lines.ts';
import { LINE_GROUP, linesOfGroup } from '../../../kernel/grid/lines/lines.ts';
import type { GridRows, RowInput } from '../../../kernel/grid/lines/rows.ts';
import { buildGridRows, rowElement } from '../../../kernel/grid/lines/rows.ts';
import { CountedRow, KnownRow, slotOf } from '../../../kernel/grid/lines/lazy_row.ts';
import type { Expr } from '../../../kernel/ir.ts';
import { cast, castInto } from '../../cast.ts';
import type { RowKernel, RowOperand } from '../../rows/run.ts';
import { Content } from '../content.ts';
import type { Leaf, ScalarParam } from '../formula.ts';
import { Composer, formulaAt, isShort } from '../formula.ts';
import type { Laid, Lines, Parts } from './lines.ts';
import { buffersOf, lineArguments, lineOperands, linesOf, operandsKey, ranksOf, teamFor } from './lines.ts';
import { runFold } from './reduce.ts';
import type { WebGpu } from '../webgpu.ts';

/** The rows of a call. */
interface Geometry {
  /** Of the arrays with all elements. */
  readonly shape: readonly number[];
  /** How many of its axes lead from row to row; the others make a row. */
  readonly lead: number;
}

/** A call of a kernel, its operands placed. */
interface RowJob {
  readonly kernel: RowKernel;
  readonly geometry: Geometry;
  readonly inputs: readonly RowInput[];
  readonly composer: Composer;
  readonly numbers: readonly number[];
  readonly targets: readonly (Laid & { readonly bytes: GpuBytes })[];
  readonly reductions: readonly number[];
}

/** `runRows` of arrays on the GPU. */
export function runRowsOn(
  home: WebGpu,
  kernel: RowKernel,
  count: number,
  n: number,
  operands: readonly RowOperand[],
  numbers: readonly number[] = [],
): void {
  if (count === 0) return;
  const geometry = geometryOf(operands[0]![0].shape, count);
  const after: (() => void)[] = [];
  const composer = new Composer(geometry.shape);
  const targets: (Laid & { bytes: GpuBytes })[] = [];
  let others = boundBesides(home, operands);
  const inputs = operands.map((operand): RowInput => {
    if (operand === null) return { value: null, element: 'f32', target: null, single: false };
    const [array, use] = operand;
    const { element } = array.dtype;
    const single = use !== 'shared' && use !== 'summed' && array.size === count && n > 1;
    if (use === 'summed') return { value: null, element, target: null, single };
    if (use === 'write') {
      const { wide, finish } = widely(home, array);
      if (finish) after.push(finish);
      const strides = stridesIn(geometry, wide, false).map((s) => s / wide.itemsize);
      const offset = wide.offset / wide.itemsize;
      const { element: stored } = wide.dtype;
      targets.push({ element: stored, offset, strides, bytes: home.fresh(wide.storage) });
      return { value: null, element, target: targets.length - 1, single };
    }
    others -= home.bindings(array.storage);
    return { ...addOperand(home, composer, geometry, array, use === 'shared', others), single, target: null };
  });
  const job: RowJob = {
    kernel,
    geometry,
    inputs,
    composer,
    numbers,
    targets,
    reductions: reductionsOf(kernel, inputs, numbers.length),
  };
  const states = launchRows(
    home,
    job,
    operands.some((one) => one?.[1] === 'summed'),
  );
  if (states !== null) {
    sumRows(home, job, operands, states, count);
    states.drop();
  }
  for (const finish of after) finish();
}

/** The bindings of a kernel on arrays as they are: those that it reads, those that one of two kernels writes, and reductions' results. */
function boundBesides(home: WebGpu, operands: readonly RowOperand[]): number {
  const counts = { read: 0, write: 0, summed: 0 };
  for (const operand of operands) {
    if (operand === null) continue;
    const [{ storage, size }, use] = operand;
    if (use === 'write' || use === 'summed') counts[use] += home.bindings({ byteLength: 4 * size });
    else counts.read += home.bindings(storage);
  }
  return counts.read + Math.max(counts.write, counts.summed) + 1;
}

/** The axes that lead from row to row are the first ones, as many as it takes. */
function geometryOf(shape: readonly number[], count: number): Geometry {
  let lead = 0;
  for (let size = 1; size < count; lead++) size *= shape[lead];
  return { shape, lead };
}

/** The array, or one of whole words in its place and how it gets from there to the array. */
function widely(home: WebGpu, array: NDArray): { wide: NDArray; finish: (() => void) | null } {
  if (array.dtype === (float32 as DType)) return { wide: array, finish: null };
  const wide = home.empty(array.shape, float32 as DType);
  return { wide, finish: () => castInto(array, wide) };
}

/** An array's strides, in bytes, for the shape: zero from row to row if all share it, and along a row that has one number of it. */
function stridesIn({ shape, lead }: Geometry, a: NDArray, isShared: boolean): number[] {
  const [rows, row] = [shape.slice(0, lead), shape.slice(lead)];
  const zeros = (axes: readonly number[]): number[] => axes.map(() => 0);
  const own = (axes: readonly number[]): readonly number[] =>
    sameShape(a.shape, axes) ? a.strides : denseStrides(axes, a.itemsize);
  if (isShared) return [...zeros(rows), ...own(row)];
  if (a.size === sizeOf(shape)) return [...own(shape)];
  return [...own(rows), ...zeros(row)];
}

/** What an operand is read from: an array, or what computes it, if there are bindings enough beside `others`. */
function addOperand(
  home: WebGpu,
  composer: Composer,
  geometry: Geometry,
  array: NDArray,
  isShared: boolean,
  others: number,
): Pick<RowInput, 'value' | 'element'> {
  const near = home.near(fitting(geometry, onDevice(array), isShared));
  const at = composer.inputs.length;
  const { element, itemsize } = near.dtype;
  const leaf: Leaf = {
    content: home.contentOf(near.storage),
    element,
    offset: near.offset / itemsize,
    strides: stridesIn(geometry, near, isShared).map((s) => s / itemsize),
  };
  const formula = formulaAt(leaf, geometry.shape);
  const contents = [...composer.leaves, ...(formula?.leaves ?? [])].map(({ content }) => content);
  if (formula !== null && home.canBind(contents, others) && isShort(formula, composer.size))
    composer.formula(formula);
  else {
    home.bytesOf(leaf.content);
    composer.array(leaf);
  }
  return { value: composer.inputs[at], element };
}

/** Labels of the processor are int64, and int32 on the device. */
function onDevice(a: NDArray): NDArray {
  const isLabels = a.storage.remote === null && a.dtype.kind === 'i';
  return isLabels ? placedOn(null, () => cast(a, int32 as DType)) : a;
}

/** An array that `stridesIn` has strides for: a dense copy where the axes don't fit. */
function fitting({ shape, lead }: Geometry, a: NDArray, isShared: boolean): NDArray {
  const axes = isShared ? shape.slice(lead) : a.size === sizeOf(shape) ? shape : shape.slice(0, lead);
  if (sameShape(a.shape, axes) || a.cContiguous) return a;
  return cast(viewArray(a, a.shape, a.strides), a.dtype);
}

/** How many values each reduction of a kernel's work has. */
function reductionsOf({ work }: RowKernel, inputs: readonly RowInput[], numbers: number): number[] {
  const row = new CountedRow(
    inputs.map(({ element }) => slotOf(() => k.const(rowElement(element) as 'f32', 0))),
    k.const('i32', 1),
  );
  work(row, row.operands, new Array<Expr>(numbers).fill(k.const('f32', 1)));
  return row.reductions;
}

/** Rows that keep a GPU busy, a workgroup each, and those that are long enough to be shared by several. */
const ENOUGH = 128;
const LONG = 16384;
const LONG_PART = 4096;

function partsOfRows({ count, n }: Lines): Parts | null {
  if (count >= ENOUGH || n < LONG) return null;
  const wanted = Math.min(Math.ceil((4 * ENOUGH) / count), Math.floor(n / LONG_PART), LINE_GROUP);
  const chunk = LINE_GROUP * Math.ceil(n / wanted / LINE_GROUP);
  return { chunk, parts: Math.ceil(n / chunk) };
}

/** Runs the kernel; gives the results of its reductions if they are asked for. */
function launchRows(home: WebGpu, job: RowJob, keepsResults: boolean): Content | null {
  const { composer, targets, geometry, numbers, reductions, kernel } = job;
  const { buffers, places } = buffersOf(home, composer.leaves);
  const laid = [...composer.leaves, ...targets];
  const lines = rowLines(geometry, laid);
  const slots = [...places, ...targets.map((_, i) => buffers.length + i)];
  const operands = lineOperands(lines, laid, slots);
  const split = reductions.length > 0 ? partsOfRows(lines) : null;
  const team: LineTeam = split
    ? { ...teamFor(lines, home.gpu), across: false, lanes: LINE_GROUP }
    : teamFor(lines, home.gpu);
  const { chunk, parts } = split ?? { chunk: lines.n, parts: 1 };
  const all = reductions.reduce((sum, values) => sum + values, 0);
  const keeps = split !== null || keepsResults;
  const states = keeps ? new Content(4 * all * lines.count * (split ? parts + 1 : 1)) : null;
  if (states) states.bytes = home.gpu.allocate(states.byteLength);
  const rows: Omit<GridRows, 'pass'> = {
    name: kernel.name,
    work: kernel.work,
    inputs: job.inputs.map((input) => ({
      ...input,
      target: input.target === null ? null : composer.leaves.length + input.target,
    })),
    ranks: ranksOf(lines),
    buffers: buffers.length,
    operands,
    scalars: [...composer.scalars.map(({ type }) => type), ...numbers.map(() => 'f32' as const)],
    numbers: numbers.length,
    team,
    reductions,
    keeps,
  };
  const key = `rows ${kernel.name} [${composer.keys.join(' ')}] ${operandsKey(rows.ranks, operands)} ${rows.scalars.join('')} ${rows.inputs
    .map(({ element, target, single }) => `${element}${target}${single}`)
    .join()} ${team.lanes} ${team.across} ${keeps}`;
  const bound = [...buffers, ...targets.map(({ bytes }) => bytes), ...(states ? [states.bytes!] : [])];
  const values = [
    ...lineArguments(lines, operands, laid),
    ...[chunk, parts],
    ...composer.scalars.map(({ value }) => value),
    ...numbers,
  ];
  const groups = Math.ceil(lines.count / linesOfGroup(team)) * parts;
  const passes = split ? [...reductions.keys(), reductions.length] : [null];
  for (const pass of passes)
    home.gpu.launch(
      home.kernel(`${key} ${pass}`, () => buildGridRows({ ...rows, pass })),
      bound,
      values,
      groups,
    );
  if (keepsResults) return states;
  states?.drop();
  return null;
}

const axes = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

const rowLines = ({ shape, lead }: Geometry, laid: readonly Laid[]): Lines =>
  linesOf(shape, axes(0, lead), axes(lead, shape.length), laid);

/** What rows add to sums: a fold of columns, for which the work is done anew with the results of the rows' reductions. */
function sumRows(
  home: WebGpu,
  { kernel, composer, geometry, inputs, numbers, reductions }: RowJob,
  operands: readonly RowOperand[],
  states: Content,
  count: number,
): void {
  const { shape, lead } = geometry;
  const rows = denseStrides(shape.slice(0, lead), 1);
  const strides = shape.map((_, d) => (d < lead ? rows[d] : 0));
  const known = Array.from({ length: reductions.reduce((sum, values) => sum + values, 0) }, (_, i): Leaf => ({
    content: states,
    element: 'f32',
    offset: i * count,
    strides,
  }));
  const summed = operands.flatMap((one, i) => (one?.[1] === 'summed' ? [{ slot: i, array: one[0] }] : []));
  const own = composer.leaves.length;
  const n = sizeOf(shape.slice(lead));
  const extra = [...numbers, n].map((value): ScalarParam => ({ type: 'f32', value }));
  const leaves = [...composer.leaves, ...known];
  runFold(home, {
    key: `sums of ${kernel.name} [${composer.keys.join(' ')}]`,
    lines: linesOf(shape, axes(lead, shape.length), axes(0, lead), leaves),
    leaves,
    scalars: [...composer.scalars, ...extra],
    size: composer.size + known.length,
    fold: {
      types: summed.map(() => 'f32'),
      combine: (a, b) => a.map((x, i) => k.add(x, b[i])),
    },
    first: (elements, scalars) => {
      const given = scalars.slice(composer.scalars.length);
      const slots = inputs.map(({ value, element }) =>
        slotOf(
          value &&
            (() =>
              castValue(
                rowElement(element),
                element,
                value(elements.slice(0, own), scalars.slice(0, composer.scalars.length)),
              ) as Expr),
        ),
      );
      const row = new KnownRow(
        slots,
        k.convert('i32', given[given.length - 1]),
        elements.slice(own) as readonly Expr[],
      );
      kernel.work(row, slots, given.slice(0, -1));
      return summed.map(({ slot }) => slots[slot].term!(k.const('i32', 0)));
    },
    results: summed.map(() => 'f32'),
    finish: (state) => state,
    targets: summed.map(({ array }) => home.fresh(array.storage)),
  });
}
