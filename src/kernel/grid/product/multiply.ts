/** The product of two operands for the tile of the result that a workgroup computes. */
import type { GridBody } from '../build.ts';
import { multiplyDirectly } from './direct.ts';
import { multiplyStaged } from './staged.ts';
import type { TileJob } from './tiles.ts';

/** Computes and writes a workgroup's tile. */
export function multiplyTile(b: GridBody, job: TileJob): void {
  (job.tile.staged ? multiplyStaged : multiplyDirectly)(b, job);
}
