/** Computes formulas, and elementwise operations that are not put off. */
import type { GpuBytes } from '../../device/webgpu/bytes.ts';
import { perWord } from '../../kernel/grid/element.ts';
import type { GridMap, GridOperand, GridResult } from '../../kernel/grid/map.ts';
import { MAP_GROUP, buildGridMap } from '../../kernel/grid/map.ts';
import { layoutOf } from '../../kernel/element.ts';
import type { ElementType } from '../../kernel/element.ts';
import type { Expr } from '../../kernel/ir.ts';
import type { Value } from '../../kernel/value.ts';
import { denseStrides, sizeOf } from '../../array/layout.ts';
import { gridAxes, strideKind } from './axes.ts';
import { computeWithBilinear } from './product/bilinear.ts';
import type { Content } from './content.ts';
import type { Leaf, ScalarParam } from './formula.ts';
import type { Piece, Placed } from './pieces.ts';
import { pieces } from './pieces.ts';
import type { WebGpu } from './webgpu.ts';

/** A result of an elementwise operation: where it is written, in elements. */
export interface Target {
  readonly bytes: GpuBytes;
  readonly element: ElementType;
  /** The type that its value is computed in. */
  readonly loop: ElementType;
  readonly offset: number;
  readonly strides: readonly number[];
  /** Whether the elements reach to the end of the bytes, so that the last word may be written as a whole. */
  readonly toTheEnd: boolean;
}

/** An elementwise operation on operands whose places are known. */
export interface Job {
  readonly key: string;
  readonly shape: readonly number[];
  readonly leaves: readonly Leaf[];
  readonly scalars: readonly ScalarParam[];
  readonly targets: readonly Target[];
  readonly masked: boolean;
  readonly value: (leaves: readonly Value[], scalars: readonly Expr[]) => readonly Value[];
}

/** Computes the formula of a content: in the kernel of a product or a convolution that it reads, or else in one of its own. */
export function compute(home: WebGpu, content: Content): void {
  if (computeWithBilinear(home, content)) return;
  const formula = content.formula!;
  const { element, shape, value } = formula;
  const bytes = home.gpu.allocate(content.byteLength);
  runJob(home, {
    ...formula,
    targets: [{ bytes, element, loop: element, offset: 0, strides: denseStrides(shape, 1), toTheEnd: true }],
    masked: false,
    value: (leaves, scalars) => [value(leaves, scalars)],
  });
  content.bytes = bytes;
  content.settle();
}

/** Launches the kernel of an operation, several times if an operand is too large for one. */
export function runJob(home: WebGpu, job: Job): void {
  if (sizeOf(job.shape) === 0) return;
  const read = job.leaves.map((leaf): Placed => ({ ...leaf, bytes: home.bytesOf(leaf.content) }));
  const { shape, targets } = job;
  for (const piece of pieces(home.gpu.limits, shape, [...read, ...targets], targets.length))
    launch(home, job, piece);
}

function launch(home: WebGpu, job: Job, { shape, bindings, slots, offsets, isLast }: Piece): void {
  const { leaves, targets, scalars } = job;
  const n = sizeOf(shape);
  const operands = [...leaves, ...targets];
  const { lengths, strides } = gridAxes(
    shape,
    operands.map((x) => x.strides),
  );
  const placed = operands.map(({ element }, i): GridOperand => {
    const stride = strideKind(lengths, strides[i]);
    const aligned =
      stride === 'dense' && layoutOf(element).bytes === 4 && n % 4 === 0 && offsets[i] % 4 === 0;
    return { buffer: slots[i], element, stride, aligned };
  });
  const results = targets.map((target, i): GridResult => {
    const at = leaves.length + i;
    const whole = fillsWords(placed[at], offsets[at], n, isLast && target.toTheEnd);
    return { ...placed[at], loop: target.loop, whole };
  });
  const map: GridMap = {
    name: job.key,
    rank: lengths.length,
    buffers: bindings.length,
    leaves: placed.slice(0, leaves.length),
    scalars: scalars.map(({ type }) => type),
    results,
    masked: job.masked,
    value: job.value,
  };
  const kernel = home.kernel(keyOf(job.key, map), () => buildGridMap(map));
  const places = placed.flatMap(({ stride }, i) => [offsets[i], ...(stride === 'strided' ? strides[i] : [])]);
  const params = [n, ...lengths.slice(0, -1), ...places, ...scalars.map(({ value }) => value)];
  home.gpu.launch(kernel, bindings, params, Math.ceil(n / kernel.each / MAP_GROUP));
}

/** Whether words of a result hold nothing but elements of it. */
function fillsWords({ element, stride }: GridOperand, offset: number, n: number, toTheEnd: boolean): boolean {
  const each = perWord(element);
  if (each === 1) return true;
  return offset % each === 0 && (toTheEnd || n % each === 0) && (stride === 'dense' || (n === 1 && toTheEnd));
}

const operandKey = ({ buffer, element, stride, aligned }: GridOperand): string =>
  `${buffer}${element}${stride}${aligned ? 4 : ''}`;

function keyOf(key: string, { rank, leaves, scalars, results, masked }: GridMap): string {
  const outs = results.map((r) => `${operandKey(r)}${r.whole}${r.loop}`).join();
  return `map ${key} ${rank} ${leaves.map(operandKey).join()} ${scalars.join('')} ${outs} ${masked}`;
}
