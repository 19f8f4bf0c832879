/** Scans on the GPU. */
import type { NDArray } from '../../../array/ndarray.ts';
import { placedOn } from '../../../array/remote.ts';
import type { GpuBytes } from '../../../device/webgpu/bytes.ts';
import { castValue } from '../../../kernel/element.ts';
import type { ElementType } from '../../../kernel/element.ts';
import { foldOf, toWord, wideElement } from '../../../kernel/grid/lines/fold.ts';
import type { Fold } from '../../../kernel/grid/lines/fold.ts';
import type { LineTeam } from '../../../kernel/grid/lines/lines.ts';
import { LINE_GROUP, linesOfGroup } from '../../../kernel/grid/lines/lines.ts';
import type { GridScan } from '../../../kernel/grid/lines/scan.ts';
import { buildGridChain, buildGridScan } from '../../../kernel/grid/lines/scan.ts';
import type { ReduceSpec } from '../../../kernel/reduce/spec.ts';
import { partsOf, valueOf } from '../../../kernel/value.ts';
import { castInto } from '../../cast.ts';
import { orderedEmpty } from '../../order.ts';
import type { ScanOptions } from '../../scan.ts';
import { Content } from '../content.ts';
import type { Leaf, ScalarParam } from '../formula.ts';
import { Composer } from '../formula.ts';
import type { Laid, Lines } from './lines.ts';
import {
  axesBeside,
  buffersOf,
  lineArguments,
  lineOperands,
  linesOf,
  operandsKey,
  powerOfTwo,
  ranksOf,
  spreadOver,
  teamFor,
} from './lines.ts';
import { addInput, stateOfWords, foldParts, widened } from './reduce.ts';
import type { WebGpu } from '../webgpu.ts';
import { requireDType } from '../webgpu.ts';

/** A scan along an axis of a shape. */
interface ScanJob {
  /** Names `fold`, `first` and `finish`. */
  readonly key: string;
  readonly shape: readonly number[];
  readonly axis: number;
  readonly leaves: readonly Leaf[];
  readonly scalars: readonly ScalarParam[];
  readonly fold: Fold;
  readonly first: GridScan['first'];
  readonly finish: GridScan['finish'];
  /** Where the results go: all in the same bytes. */
  readonly targets: readonly Laid[];
  readonly bytes: GpuBytes;
}

/** Elements of a lane in a tile. */
const EACH = 4;

/** `scan` of an array on the GPU. */
export function scanOn(
  home: WebGpu,
  spec: ReduceSpec,
  a: NDArray,
  axis: number,
  { dtype, out }: ScanOptions,
): NDArray {
  requireDType(dtype);
  const input = home.near(a);
  const result = placedOn(home, () =>
    widened(
      dtype,
      (type) => orderedEmpty(a.shape, type, 'K', [input]),
      (wide) => scanInto(home, wide, spec, input, axis, dtype.element),
    ),
  );
  if (!out) return result;
  castInto(out, result);
  return out;
}

function scanInto(
  home: WebGpu,
  target: NDArray,
  spec: ReduceSpec,
  input: NDArray,
  axis: number,
  loop: ElementType,
): void {
  if (target.size === 0) return;
  const composer = new Composer(input.shape);
  addInput(home, composer, input);
  const [own] = composer.inputs;
  const { element } = input.dtype;
  const { shape, itemsize } = target;
  const job: ScanJob = {
    key: `${spec.name} ${element}>${loop} [${composer.keys.join(' ')}]`,
    shape,
    axis,
    leaves: composer.leaves,
    scalars: composer.scalars,
    fold: foldOf(spec, loop),
    first: (leaves, scalars) => partsOf(castValue(loop, element, own(leaves, scalars))),
    finish: (state) => [castValue(wideElement(loop), loop, valueOf(state))],
    targets: [{ element: target.dtype.element, offset: 0, strides: target.strides.map((s) => s / itemsize) }],
    bytes: home.fresh(target.storage),
  };
  if (spec.reorderable) runScan(home, job);
  else runChain(home, job);
}

const axesOf = ({ shape, axis }: ScanJob): number[] => axesBeside(shape, axis);

function runScan(home: WebGpu, job: ScanJob): void {
  const { shape, axis, leaves, fold } = job;
  const n = shape[axis];
  const others = axesOf(job);
  const lines = linesOf(shape, others, [axis], [...leaves, ...job.targets]);
  const team = teamForScan(home, lines);
  const tile = team.lanes * EACH;
  const tiles = Math.ceil(n / tile);
  if (tiles === 1) {
    launchScan(home, job, lines, [], team, 1);
    return;
  }
  const ends = foldParts(
    home,
    { ...job, lines: linesOf(shape, others, [axis], leaves), targets: [], results: [], size: 0 },
    team,
    { chunk: tile, parts: tiles },
  );
  const content = new Content(ends.content.byteLength);
  const bytes = (content.bytes = home.gpu.allocate(content.byteLength));
  runScan(home, {
    ...job,
    key: `${job.key} of tiles`,
    shape: [lines.count, tiles],
    axis: 1,
    leaves: ends.leaves,
    scalars: [],
    first: stateOfWords(fold),
    finish: (state) => state.map(toWord),
    targets: ends.leaves,
    bytes,
  });
  const carried = ends.leaves.map((leaf) => ({
    ...leaf,
    content,
    strides: spreadOver(shape, axis, leaf.strides),
  }));
  const all = linesOf(shape, others, [axis], [...leaves, ...carried, ...job.targets]);
  launchScan(home, job, all, carried, team, tiles);
  ends.content.drop();
  content.drop();
}

/** Lanes for tiles of a few elements each. */
function teamForScan({ gpu }: WebGpu, lines: Lines): LineTeam {
  const team = teamFor(lines, gpu);
  const { across, lanes } = team;
  const needed = powerOfTwo(Math.ceil(lines.n / EACH));
  return { ...team, lanes: across ? Math.min(needed, Math.max(lanes, LINE_GROUP / 32)) : needed };
}

function launchScan(
  home: WebGpu,
  job: ScanJob,
  lines: Lines,
  carried: readonly Leaf[],
  team: LineTeam,
  tiles: number,
): void {
  const { scan, buffers, values } = specialised(home, job, lines, carried);
  const { fold } = job;
  const hasTiles = carried.length > 0;
  const whole: GridScan = {
    ...scan,
    carried: hasTiles ? stateOfWords(fold) : null,
    team,
    each: EACH,
  };
  const key = `scan ${keyOf(job, scan)} ${team.lanes} ${team.across} ${hasTiles}`;
  const groups = Math.ceil(lines.count / linesOfGroup(team)) * tiles;
  home.gpu.launch(
    home.kernel(key, () => buildGridScan(whole)),
    [...buffers, job.bytes],
    [...values, tiles],
    groups,
  );
}

/** An operation that is not associative: each line is a chain of operations, and lines are all that runs side by side. */
function runChain(home: WebGpu, job: ScanJob): void {
  const lines = linesOf(job.shape, axesOf(job), [job.axis], [...job.leaves, ...job.targets]);
  const { scan, buffers, values } = specialised(home, job, lines, []);
  const kernel = home.kernel(`chain ${keyOf(job, scan)}`, () => buildGridChain(scan));
  home.gpu.launch(kernel, [...buffers, job.bytes], values, Math.ceil(lines.count / LINE_GROUP));
}

type Specialised = Omit<GridScan, 'carried' | 'team' | 'each'>;

const keyOf = (job: ScanJob, { ranks, operands, scalars }: Specialised): string =>
  `${job.key} ${operandsKey(ranks, operands)} ${scalars.join('')}`;

function specialised(home: WebGpu, job: ScanJob, lines: Lines, carried: readonly Leaf[]) {
  const { leaves, targets, scalars } = job;
  const { buffers, places } = buffersOf(home, [...leaves, ...carried]);
  const laid = [...leaves, ...carried, ...targets];
  const slots = [...places, ...targets.map(() => buffers.length)];
  const operands = lineOperands(lines, laid, slots);
  const scan: Specialised = {
    name: job.key,
    ranks: ranksOf(lines),
    buffers: buffers.length,
    operands,
    inputs: leaves.length,
    scalars: scalars.map(({ type }) => type),
    fold: job.fold,
    first: job.first,
    finish: job.finish,
  };
  const values = [...lineArguments(lines, operands, laid), ...scalars.map(({ value }) => value)];
  return { scan, buffers, values };
}
