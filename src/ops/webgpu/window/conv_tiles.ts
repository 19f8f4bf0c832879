/** How convolutions are cut into tiles and parts for the GPU. */
import type { TileShape } from '../../../kernel/grid/product/tiles.ts';

interface Candidate {
  readonly tile: TileShape;
  readonly speed: number;
}

/**
 * The tiles to choose from, and how much of the arithmetic's speed each reaches if all of it is needed. An invocation that sums up
 * 8 x 8 elements loads one number of workgroup memory for 4 multiplications, one with 4 x 4 for 2. Low tiles are for few rows: the
 * filters of a first layer, the channels of an image.
 */
const STAGED: readonly Candidate[] = [
  { tile: { rows: 128, columns: 128, depth: 8, blockRows: 8, blockColumns: 8, staged: true }, speed: 1 },
  { tile: { rows: 64, columns: 128, depth: 8, blockRows: 8, blockColumns: 4, staged: true }, speed: 0.8 },
  { tile: { rows: 64, columns: 64, depth: 16, blockRows: 4, blockColumns: 4, staged: true }, speed: 0.65 },
  { tile: { rows: 32, columns: 128, depth: 16, blockRows: 4, blockColumns: 4, staged: true }, speed: 0.6 },
  { tile: { rows: 32, columns: 32, depth: 16, blockRows: 4, blockColumns: 4, staged: true }, speed: 0.45 },
  { tile: { rows: 16, columns: 128, depth: 16, blockRows: 4, blockColumns: 4, staged: true }, speed: 0.5 },
  { tile: { rows: 8, columns: 256, depth: 8, blockRows: 4, blockColumns: 4, staged: true }, speed: 0.4 },
  { tile: { rows: 4, columns: 256, depth: 8, blockRows: 4, blockColumns: 4, staged: true }, speed: 0.3 },
];

/**
 * Those for drivers in software, which read operands again rather than to wait at barriers. To read a number of the image takes about three
 * times as long as one of the other operand: high blocks do it least often.
 */
const DIRECT: readonly Candidate[] = [
  { tile: { rows: 64, columns: 64, depth: 16, blockRows: 16, blockColumns: 4, staged: false }, speed: 1 },
  { tile: { rows: 16, columns: 128, depth: 16, blockRows: 16, blockColumns: 4, staged: false }, speed: 1 },
  { tile: { rows: 8, columns: 256, depth: 16, blockRows: 8, blockColumns: 4, staged: false }, speed: 0.85 },
  { tile: { rows: 4, columns: 256, depth: 16, blockRows: 4, blockColumns: 4, staged: false }, speed: 0.6 },
];

/** Workgroups that keep a large GPU busy. */
const BUSY = 256;
/** Depth of a part of a sum that is worth a workgroup of its own. */
const LEAST_DEPTH = 256;
/** Parts of a sum, and the elements of all parts together, which have to be added up. */
const MOST_PARTS = 64;
const MOST_ELEMENTS = 2 ** 23;

/** The sizes of a product: `products` are groups and patterns, each with so many rows, columns and depth at most. */
export interface ConvSizes {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly products: number;
  /** Elements of the result. */
  readonly size: number;
}

export interface ConvPlan {
  readonly tile: TileShape;
  readonly tilesDown: number;
  readonly tilesAcross: number;
  /** Parts that sums are cut into where there are few tiles, and the depth of each. */
  readonly splits: number;
  readonly splitDepth: number;
}

function planWith(tile: TileShape, { rows, columns, depth, products, size }: ConvSizes): ConvPlan {
  const [tilesDown, tilesAcross] = [Math.ceil(rows / tile.rows), Math.ceil(columns / tile.columns)];
  const wanted = Math.ceil(BUSY / (tilesDown * tilesAcross * products));
  const possible = Math.min(Math.floor(depth / LEAST_DEPTH), MOST_PARTS, Math.floor(MOST_ELEMENTS / size));
  const parts = Math.max(1, Math.min(wanted, possible));
  const splitDepth = tile.depth * Math.max(1, Math.ceil(depth / parts / tile.depth));
  return { tile, tilesDown, tilesAcross, splitDepth, splits: Math.max(1, Math.ceil(depth / splitDepth)) };
}

/** The plan that is expected to take least time: arithmetic, that of idle corners of tiles included, by the workgroups it is shared by. */
export function planConv(sizes: ConvSizes, direct: boolean): ConvPlan {
  const plans = (direct ? DIRECT : STAGED).map(({ tile, speed }) => {
    const plan = planWith(tile, sizes);
    const tiles = plan.tilesDown * plan.tilesAcross * sizes.products;
    const work = (tiles * tile.rows * tile.columns) / speed;
    return { plan, time: work / Math.min(1, (tiles * plan.splits) / BUSY) };
  });
  return plans.reduce((best, next) => (next.time < best.time ? next : best)).plan;
}
