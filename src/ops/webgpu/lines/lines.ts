/** Operands of kernels that work on lines of elements, and how the work is shared out. */
import type { GpuBytes } from '../../../device/webgpu/bytes.ts';
import type { Gpu } from '../../../device/webgpu/gpu.ts';
import { denseStrides, sizeOf } from '../../../array/layout.ts';
import type { LineOperand, LineRanks, LineTeam } from '../../../kernel/grid/lines/lines.ts';
import { LINE_GROUP, linesOfGroup } from '../../../kernel/grid/lines/lines.ts';
import type { GridAxes } from '../axes.ts';
import { gridAxes, strideKind } from '../axes.ts';
import type { Leaf } from '../formula.ts';
import type { WebGpu } from '../webgpu.ts';

/** An array's elements as lines: the axes from line to line, and those along a line, as operands lie along them. */
export interface Lines {
  readonly count: number;
  readonly n: number;
  readonly across: GridAxes;
  readonly along: GridAxes;
}

/** Where an operand of lines lies: strides and offset count elements. */
export type Laid = Pick<Leaf, 'offset' | 'strides' | 'element'>;

/**
 * The lines of a shape.
 *
 * @param across - the axes from line to line, the outermost first: lines are counted in this order
 * @param along - the axes of a line, likewise
 */
export function linesOf(
  shape: readonly number[],
  across: readonly number[],
  along: readonly number[],
  operands: readonly Laid[],
): Lines {
  const of = (axes: readonly number[]): GridAxes =>
    gridAxes(
      axes.map((d) => shape[d]),
      operands.map(({ strides }) => axes.map((d) => strides[d])),
    );
  const size = (axes: readonly number[]): number => sizeOf(axes.map((d) => shape[d]));
  return { count: size(across), n: size(along), across: of(across), along: of(along) };
}

export const ranksOf = ({ across, along }: Lines): LineRanks => ({
  across: across.lengths.length,
  along: along.lengths.length,
});

/** The axes of a shape but one. */
export const axesBeside = (shape: readonly number[], axis: number): number[] =>
  [...shape.keys()].filter((d) => d !== axis);

/** Strides from line to line along an axis, and from part to part of a line, as strides for all axes of the shape. */
export function spreadOver(
  shape: readonly number[],
  axis: number,
  [line, part]: readonly number[],
): number[] {
  const others = denseStrides(
    axesBeside(shape, axis).map((d) => shape[d]),
    line,
  );
  return others.toSpliced(axis, 0, part);
}

/** The operands as a kernel is specialised by them. */
export function lineOperands(
  lines: Lines,
  operands: readonly Laid[],
  buffers: readonly number[],
): LineOperand[] {
  const kind = ({ lengths, strides }: GridAxes, i: number): LineOperand['along'] =>
    strideKind(lengths, strides[i]);
  return operands.map(({ element }, i) => ({
    buffer: buffers[i],
    element,
    across: kind(lines.across, i),
    along: kind(lines.along, i),
  }));
}

/** What the parameters of `lineParams` are. */
export function lineArguments(
  { count, n, across, along }: Lines,
  operands: readonly LineOperand[],
  laid: readonly Laid[],
): number[] {
  return [
    count,
    n,
    ...across.lengths.slice(0, -1),
    ...along.lengths.slice(0, -1),
    ...operands.flatMap((operand, i) => [
      laid[i].offset,
      ...(operand.across === 'strided' ? across.strides[i] : []),
      ...(operand.along === 'strided' ? along.strides[i] : []),
    ]),
  ];
}

export const operandsKey = (ranks: LineRanks, operands: readonly LineOperand[]): string =>
  `${ranks.across},${ranks.along} ` +
  operands.map(({ buffer, element, across, along }) => `${buffer}${element}${across}/${along}`).join();

/** The buffers of leaves, each once, and which of them each leaf is in. */
export function buffersOf(home: WebGpu, leaves: readonly Leaf[]): { buffers: GpuBytes[]; places: number[] } {
  const buffers: GpuBytes[] = [];
  const places = leaves.map(({ content }) => {
    const bytes = home.bytesOf(content);
    const known = buffers.indexOf(bytes);
    return known >= 0 ? known : buffers.push(bytes) - 1;
  });
  return { buffers, places };
}

/** What a device is good at. */
export type GpuKind = Pick<Gpu, 'isSoftware' | 'subgroupSize'>;

/** Workgroups that keep a large GPU busy, and the processor where it stands in for one. */
const ENOUGH = 1024;
const ENOUGH_IN_SOFTWARE = 8;
const enoughFor = ({ isSoftware }: GpuKind): number => (isSoftware ? ENOUGH_IN_SOFTWARE : ENOUGH);
/** Elements that a lane is worth: fewer, and combining lanes costs more than they save. */
const EACH = 8;
/** The elements of a lane that a part of a line is worth. */
const EACH_IN_PART = 16;
/** Neighbouring lines that are loaded together fill whole segments of memory. */
const TOGETHER = 32;

/** The smallest power of two that is no less, up to the size of a workgroup. */
export function powerOfTwo(n: number): number {
  let power = 1;
  while (power < n && power < LINE_GROUP) power *= 2;
  return power;
}

/** Whether elements of neighbouring lines lie closer together than those of a line. */
export function liesAcross({ across, along, count, n }: Lines): boolean {
  if (count === 1 || n === 1) return n === 1;
  const steps = across.strides.map((strides, i) => [strides[0], along.strides[i][0]].map(Math.abs));
  const telling =
    steps.find(([from, to]) => from !== 0 && to !== 0) ?? steps.find(([from, to]) => from !== to);
  return telling !== undefined && telling[0] !== 0 && (telling[1] === 0 || telling[0] < telling[1]);
}

/** The lanes that work on a line. */
export function teamFor(lines: Lines, gpu: GpuKind): LineTeam {
  return { ...lanesFor(lines, gpu), subgroup: Math.min(gpu.subgroupSize, LINE_GROUP) };
}

function lanesFor(lines: Lines, gpu: GpuKind): Omit<LineTeam, 'subgroup'> {
  const { count, n } = lines;
  const across = liesAcross(lines);
  const wanted = powerOfTwo(Math.ceil(n / EACH));
  const areMany = count >= enoughFor(gpu) * LINE_GROUP;
  // On hardware lanes share a line that lies along memory: they load neighbouring elements at once.
  if (areMany && (across || gpu.isSoftware)) return { across, lanes: 1 };
  if (!across) return { across, lanes: wanted };
  return { across, lanes: Math.min(LINE_GROUP / powerOfTwo(Math.min(count, TOGETHER)), wanted) };
}

/** Parts of lines, of so many elements but the last. */
export interface Parts {
  readonly chunk: number;
  readonly parts: number;
}

/** Cuts lines that are long and too few to keep the GPU busy. */
export function partsFor({ count, n }: Lines, team: LineTeam, gpu: GpuKind): Parts {
  const groups = Math.ceil(count / linesOfGroup(team));
  const wanted = Math.min(Math.ceil(enoughFor(gpu) / groups), Math.floor(n / (team.lanes * EACH_IN_PART)));
  if (wanted < 2) return { chunk: n, parts: 1 };
  const chunk = team.lanes * Math.ceil(n / wanted / team.lanes);
  return { chunk, parts: Math.ceil(n / chunk) };
}

/** Whether one lane is to combine the parts of a line: where barriers are dear, there are only few. */
export const joinsAlone = ({ isSoftware }: GpuKind): boolean => isSoftware;
