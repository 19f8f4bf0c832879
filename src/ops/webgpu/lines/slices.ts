/** Reductions of slices on the GPU. */
import { int32 } from '../../../array/dtype.ts';
import type { NDArray } from '../../../array/ndarray.ts';
import { sizeOf } from '../../../array/layout.ts';
import { placedOn } from '../../../array/remote.ts';
import { emptyArray } from '../../../array/ndarray.ts';
import { linesOfGroup } from '../../../kernel/grid/lines/lines.ts';
import type { GridSlices } from '../../../kernel/grid/lines/slices.ts';
import { buildGridSlices } from '../../../kernel/grid/lines/slices.ts';
import type { ReduceSpec } from '../../../kernel/reduce/spec.ts';
import { castInto } from '../../cast.ts';
import type { SlicesOptions } from '../../slices.ts';
import {
  axesBeside,
  buffersOf,
  lineArguments,
  lineOperands,
  linesOf,
  operandsKey,
  ranksOf,
  spreadOver,
  teamFor,
} from './lines.ts';
import type { FoldJob, PartStates } from './reduce.ts';
import { foldParts, sourceOf, stateOfWords, widened } from './reduce.ts';
import { nearIn } from '../index/scatter.ts';
import type { WebGpu } from '../webgpu.ts';
import { requireDType } from '../webgpu.ts';

/** Elements of a part of a line, and how long lines are that parts are folded of. */
const PART = 1024;
const LONG = 16 * PART;

/** `reduceSlices` where an operand is on the GPU. */
export function reduceSlicesOn(
  home: WebGpu,
  spec: ReduceSpec,
  a: NDArray,
  axis: number,
  starts: NDArray,
  { dtype, out }: SlicesOptions,
): NDArray {
  requireDType(dtype);
  const input = home.near(a);
  const positions = nearIn(home, starts, starts.storage.remote === null ? int32 : starts.dtype);
  const result = placedOn(home, () =>
    widened(
      dtype,
      (type) => emptyArray(a.shape.with(axis, starts.size), type),
      (wide) => {
        if (wide.size > 0) slicesInto(home, wide, spec, { input, axis, positions, options: { dtype } });
      },
    ),
  );
  for (const [own, given] of [
    [input, a],
    [positions, starts],
  ])
    if (own !== given) own.storage.dispose();
  if (!out) return result;
  castInto(out, result);
  return out;
}

interface Operands {
  readonly input: NDArray;
  readonly axis: number;
  readonly positions: NDArray;
  readonly options: Pick<SlicesOptions, 'dtype'>;
}

function slicesInto(home: WebGpu, target: NDArray, spec: ReduceSpec, operands: Operands): void {
  const { input, axis, positions } = operands;
  const { shape } = input;
  const source = sourceOf(home, spec, { input, options: operands.options });
  const others = axesBeside(shape, axis);
  const parts = partsOf(home, spec, source, shape, axis);
  const states = (parts?.leaves ?? []).map((leaf) => ({
    ...leaf,
    strides: spreadOver(shape, axis, leaf.strides),
  }));
  const leaves = [...source.leaves, ...states];
  const lines = linesOf(shape, others, [axis], leaves);
  const { buffers, places } = buffersOf(home, leaves);
  const laid = lineOperands(lines, leaves, places);
  const team = teamFor({ ...lines, n: Math.ceil(lines.n / positions.size) }, home.gpu);
  const grid: GridSlices = {
    name: `slices of ${source.key}`,
    ranks: ranksOf(lines),
    buffers: buffers.length,
    operands: laid,
    inputs: source.leaves.length,
    scalars: source.scalars.map(({ type }) => type),
    fold: source.fold,
    first: source.first,
    part: parts && stateOfWords(source.fold),
    result: source.results[0],
    finish: source.finish,
    positions: positions.dtype.element,
    team: spec.reorderable ? team : { ...team, lanes: 1 },
  };
  const key = [
    ...['slices', source.key, operandsKey(grid.ranks, laid), grid.scalars.join(''), grid.positions],
    ...[grid.team.lanes, grid.team.across, parts !== null],
  ].join(' ');
  const at = home.leaf(positions, positions.shape);
  home.gpu.launch(
    home.kernel(key, () => buildGridSlices(grid)),
    [...buffers, home.bytesOf(at.content), home.fresh(target.storage)],
    [
      ...lineArguments(lines, laid, leaves),
      ...[positions.size, sizeOf(shape.slice(axis + 1)), PART, at.offset, at.strides[0]],
      ...source.scalars.map(({ value }) => value),
    ],
    Math.ceil((lines.count * positions.size) / linesOfGroup(grid.team)),
  );
  parts?.content.drop();
}

/** The folds of equal parts of long lines. */
function partsOf(
  home: WebGpu,
  spec: ReduceSpec,
  source: Omit<FoldJob, 'lines' | 'targets'>,
  shape: readonly number[],
  axis: number,
): PartStates | null {
  const n = shape[axis];
  if (!spec.reorderable || n < LONG) return null;
  const lines = linesOf(shape, axesBeside(shape, axis), [axis], source.leaves);
  const team = teamFor({ ...lines, n: PART }, home.gpu);
  return foldParts(home, { ...source, lines, targets: [] }, team, {
    chunk: PART,
    parts: Math.ceil(n / PART),
  });
}
