/**
 * Chooses how a matrix product is computed.
 *
 * | result                                  | kernel                      | why                                                            |
 * | --------------------------------------- | --------------------------- | -------------------------------------------------------------- |
 * | at most 4 rows or columns               | lines                       | each number of the matrix is used at most 4 times: what counts |
 * |                                         |                             | is to read it once, and all of it at the same time             |
 * | a stack of matrices of at most 16 by 16 | lines, one for each element | a tile would be mostly empty; the caches hold the operands     |
 * | at least 256 tiles of 128 by 128        | 128 by 128, 8 by 8 each     | 64 multiplications for 4 reads of workgroup memory; enough     |
 * |                                         |                             | workgroups for the largest GPUs (132 processors), twice over   |
 * | more than 32 rows and columns, and      | 64 by 64, 4 by 4 each       | half the reuse, but a quarter of the registers and of the tile |
 * | at least 32 tiles of 64 by 64           |                             |                                                                |
 * | anything else                           | 32 by 32, 4 by 4 each       | more workgroups, less waste at the edges; also for devices     |
 * |                                         |                             | with fewer than 256 invocations in a workgroup                 |
 * | instead of these tiles on a driver in   | 32 by 32, 8 by 4 each,      | it has neither fast workgroup memory nor invocations that run  |
 * | software                                | without workgroup memory    | side by side: barriers take longer than to read again          |
 *
 * Those that share a line of `lines` add up through subgroups where the device has them (`kernel/grid/lines/lanes.ts`). Tiles have no use for
 * them: what an invocation needs of a tile, all others in its row or column need too, and workgroup memory hands it to all at once.
 * A driver in software has an invocation for each line, or for several, since neighbours are no help to it.
 *
 * Where that makes fewer than 64 workgroups and the product is deep, the depth is split: the parts are added by a second kernel. How
 * operands are read (`Reading`) follows from their strides: four numbers at a time where all is aligned to that, and otherwise
 * neighbouring invocations read neighbouring numbers, whichever way the matrix lies.
 */
import type { GpuLimits } from '../../../device/webgpu/context.ts';
import type { Gpu } from '../../../device/webgpu/gpu.ts';
import type { GridRing } from '../../../kernel/grid/product/ring.ts';
import type { LineProduct } from '../../../kernel/grid/product/lines.ts';
import type { Reading } from '../../../kernel/grid/product/source.ts';
import type { TileProduct } from '../../../kernel/grid/product/tile.ts';
import type { TileShape } from '../../../kernel/grid/product/tiles.ts';
import { invocationsOf, tileMemory } from '../../../kernel/grid/product/tiles.ts';

/** The tiles there are. */
export const TILES = {
  large: { rows: 128, columns: 128, depth: 8, blockRows: 8, blockColumns: 8, staged: true },
  medium: { rows: 64, columns: 64, depth: 16, blockRows: 4, blockColumns: 4, staged: true },
  small: { rows: 32, columns: 32, depth: 16, blockRows: 4, blockColumns: 4, staged: true },
  direct: { rows: 32, columns: 32, depth: 4, blockRows: 8, blockColumns: 4, staged: false },
} as const satisfies Record<string, TileShape>;

/** What is to be done otherwise than the table says, for measuring. */
export interface ProductWishes {
  /** A tile, also where `lines` would be chosen; or `lines`, for at most 4 rows or columns. */
  readonly kernel?: keyof typeof TILES | 'lines';
  /** Into how many parts the depth is split, roughly. */
  readonly splits?: number;
  /** Whether operands may be read four numbers at a time. */
  readonly four?: boolean;
}

/** A matrix of a stack in memory, in elements. */
export interface MatrixPlace {
  readonly offset: number;
  readonly row: number;
  readonly column: number;
  /** From one matrix to the next, along the stack's axes, inner axes first. */
  readonly steps: readonly number[];
}

/** A stack of products. Sizes count elements. */
export interface ProductSizes {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** The stack's axes, inner ones first. */
  readonly lengths: readonly number[];
  readonly leaves: readonly [MatrixPlace, MatrixPlace];
}

/** How the depth is split: into how many parts, and how deep each is. */
interface Split {
  readonly splits: number;
  readonly chunk: number;
}

export type ProductPlan =
  | ({ readonly kernel: 'tiles' } & Pick<TileProduct, 'tile' | 'left' | 'right'> & Split)
  | ({ readonly kernel: 'lines' } & Pick<
      LineProduct,
      'vectors' | 'count' | 'lines' | 'size' | 'team' | 'four'
    > &
      Split);

/** Most vectors that are multiplied with a matrix line by line. */
const MOST_VECTORS = 4;
/** Tiny matrices: their sides, and the depth up to which one invocation sums all of an element. */
const TINY = 16;
const TINY_DEPTH = 64;
/** Workgroups that keep a GPU busy: with fewer than half as many the depth is split to have about as many. */
const WORKGROUPS = 128;
const WORKGROUPS_IN_SOFTWARE = 8;
/** A part is at least as deep: what it costs to write and to read it again is little beside. */
const LEAST_CHUNK = 256;
/** Most bytes of parts. */
const MOST_PARTS = 2 ** 26;
const LARGE_TILES = 256;
const MEDIUM_TILES = 32;
/** Invocations of a workgroup of lines. */
const LINE_GROUP = 256;
/** In software, sums of an invocation that has several lines, and workgroups that are left to others. */
const MOST_SUMS = 4;
const LEAST_GROUPS = 8;
/** Numbers that an invocation adds before it shares a line with another. */
const LEAST_SHARE = 16;

const matricesOf = ({ lengths }: ProductSizes): number => lengths.reduce((all, n) => all * n, 1);

/** What the plan depends on of the device. */
export type ProductDevice = Pick<Gpu, 'limits' | 'isSoftware' | 'subgroupSize'>;

/** The plan of a product. */
export function planProduct(
  gpu: ProductDevice,
  ring: GridRing,
  sizes: ProductSizes,
  wishes: ProductWishes = {},
): ProductPlan {
  const { m, n, k } = sizes;
  const few = Math.min(m, n) <= MOST_VECTORS;
  const tiny = Math.max(m, n) <= TINY && k <= TINY_DEPTH && matricesOf(sizes) >= TINY;
  const { kernel = few || tiny ? 'lines' : tileFor(gpu, ring, sizes) } = wishes;
  if (kernel === 'lines' && (few || tiny)) return planLines(gpu, ring, sizes, wishes, !few);
  return planTiles(gpu, ring, sizes, wishes, TILES[kernel === 'lines' ? 'small' : kernel]);
}

/** Whether tiles do without workgroup memory. */
export const isDirect = ({ isSoftware }: Pick<Gpu, 'isSoftware'>, { kernel }: ProductWishes): boolean =>
  kernel === undefined ? isSoftware : kernel === 'direct';

function tilesOf({ rows, columns }: TileShape, { parts }: GridRing, sizes: ProductSizes): number {
  return Math.ceil(sizes.m / rows) * Math.ceil((sizes.n * parts) / columns) * matricesOf(sizes);
}

const fits = (limits: GpuLimits, tile: TileShape): boolean =>
  invocationsOf(tile) <= limits.maxComputeInvocationsPerWorkgroup &&
  tileMemory(tile) <= limits.maxComputeWorkgroupStorageSize;

function tileFor(
  { limits, isSoftware }: ProductDevice,
  ring: GridRing,
  sizes: ProductSizes,
): keyof typeof TILES {
  if (isSoftware) return 'direct';
  const { large, medium } = TILES;
  if (fits(limits, large) && tilesOf(large, ring, sizes) >= LARGE_TILES) return 'large';
  const isWide = Math.min(sizes.m, sizes.n * ring.parts) > TILES.small.rows;
  const parts = Math.max(1, Math.floor((sizes.k * ring.parts) / LEAST_CHUNK));
  if (fits(limits, medium) && isWide && tilesOf(medium, ring, sizes) * parts >= MEDIUM_TILES) return 'medium';
  return 'small';
}

function planTiles(
  gpu: ProductDevice,
  ring: GridRing,
  sizes: ProductSizes,
  wishes: ProductWishes,
  tile: TileShape,
): ProductPlan {
  const [a, b] = sizes.leaves;
  const { m, n, k } = sizes;
  const four = ring.isWord && wishes.four !== false;
  const reading = (lines: number, line: number, depth: number, place: MatrixPlace): Reading =>
    readingOf(
      four,
      { lines, depth: k, lineStride: lines > 1 ? line : 0, depthStride: k > 1 ? depth : 0 },
      place,
    );
  return {
    kernel: 'tiles',
    tile,
    left: reading(m, a.row, a.column, a),
    right: reading(n, b.column, b.row, b),
    ...splitOf(gpu, ring, sizes, tilesOf(tile, ring, sizes), k * ring.parts, tile.depth, LEAST_CHUNK, wishes),
  };
}

/** An operand as lines along the depth. */
interface LineLayout {
  readonly lines: number;
  readonly depth: number;
  readonly lineStride: number;
  readonly depthStride: number;
}

const inFours = (...counts: readonly number[]): boolean => counts.every((count) => count % 4 === 0);

function readingOf(
  four: boolean,
  { lines, depth, lineStride, depthStride }: LineLayout,
  { offset, steps }: MatrixPlace,
): Reading {
  const aligned = four && inFours(offset, ...steps);
  if (aligned && depthStride === 1 && inFours(depth, lineStride)) return 'along4';
  if (aligned && lineStride === 1 && inFours(lines, depthStride)) return 'across4';
  return depthStride !== 0 && Math.abs(depthStride) < Math.abs(lineStride) ? 'along' : 'across';
}

/** Splits the depth where there would be few workgroups. Parts are multiples of `grain` deep. */
function splitOf(
  { limits, isSoftware }: ProductDevice,
  ring: GridRing,
  sizes: ProductSizes,
  groups: number,
  depth: number,
  grain: number,
  least: number,
  { splits }: ProductWishes,
): Split {
  const bytes = 4 * ring.parts * sizes.m * sizes.n * matricesOf(sizes);
  const most = Math.floor(Math.min(MOST_PARTS, limits.maxStorageBufferBindingSize) / bytes);
  const workgroups = isSoftware ? WORKGROUPS_IN_SOFTWARE : WORKGROUPS;
  const wanted =
    splits ??
    (groups < workgroups / 2 ? Math.min(Math.ceil(workgroups / groups), Math.floor(depth / least)) : 1);
  const parts = Math.max(1, Math.min(wanted, most));
  const chunk = grain * Math.ceil(depth / parts / grain);
  return { splits: Math.ceil(depth / chunk), chunk };
}

const powerOfTwo = (x: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, x)));

function planLines(
  gpu: ProductDevice,
  ring: GridRing,
  sizes: ProductSizes,
  wishes: ProductWishes,
  each: boolean,
): ProductPlan {
  const { limits, isSoftware, subgroupSize } = gpu;
  const { m, n, k, leaves } = sizes;
  const [a, b] = leaves;
  const vectors = each ? 'each' : n <= m ? 'right' : 'left';
  const count = each ? 1 : Math.min(m, n);
  const total = (each ? m * n : Math.max(m, n)) * matricesOf(sizes);
  const layouts = [
    { lines: m, lineStride: a.row, depthStride: a.column },
    { lines: n, lineStride: b.column, depthStride: b.row },
  ];
  const matrix = layouts[vectors === 'left' ? 1 : 0];
  const four =
    ring.isWord &&
    wishes.four !== false &&
    !each &&
    inFours(k) &&
    layouts.every(
      ({ lines, lineStride, depthStride }, i) =>
        depthStride === 1 && inFours(leaves[i].offset, lines > 1 ? lineStride : 0, ...leaves[i].steps),
    );
  const across =
    each || (matrix.lines > 1 && k > 1 && Math.abs(matrix.lineStride) < Math.abs(matrix.depthStride));
  const size = Math.min(LINE_GROUP, limits.maxComputeInvocationsPerWorkgroup);
  const alone = each || (isSoftware && total >= size);
  const lanes = alone ? 1 : lanesOf(size, across, total, powerOfTwo(k / LEAST_SHARE));
  const grain = lanes * (four ? 4 : 1);
  const split = splitOf(
    gpu,
    ring,
    sizes,
    Math.ceil((total * lanes) / size),
    k,
    grain,
    Math.max(LEAST_CHUNK, LEAST_SHARE * lanes),
    wishes,
  );
  const isShared = isSoftware && lanes === 1 && !each && split.splits === 1;
  return {
    kernel: 'lines',
    vectors,
    count,
    lines: isShared ? linesEach(count, Math.max(m, n), total / size) : 1,
    size,
    team: { lanes, across, subgroup: Math.min(subgroupSize, size) },
    four,
    ...split,
  };
}

/**
 * How many lines of a matrix an invocation works on in software, where it would take so many workgroups for one each. To read the vectors
 * costs as much as to read the matrix there, and so it serves several lines; a GPU's caches hand on what a neighbour has read.
 */
function linesEach(count: number, inMatrix: number, groups: number): number {
  const enough = Math.min(MOST_SUMS / count, inMatrix / MOST_SUMS, groups / LEAST_GROUPS);
  return enough < 2 ? 1 : enough < 4 ? 2 : 4;
}

/** Most lines side by side in a workgroup: they are read as whole runs of memory, and more would leave workgroups without work. */
const MOST_ACROSS = 64;

/** How many of a workgroup's invocations share a line, where `useful` have enough to do. */
function lanesOf(size: number, across: boolean, total: number, useful: number): number {
  const beside = across ? Math.min(MOST_ACROSS, powerOfTwo(total)) : 1;
  return Math.min(size / beside, useful);
}
