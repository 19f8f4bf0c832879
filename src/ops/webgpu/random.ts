/** Random bits on the GPU: those of the same stream on the processor. */
import type { Storage } from '../../array/storage.ts';
import { PHILOX_GROUP, gridPhilox } from '../../kernel/grid/random.ts';
import type { StreamPlace } from '../generator.ts';
import type { WebGpu } from './webgpu.ts';

/** `drawBits` for a storage on the GPU. */
export function drawBitsOn(
  home: WebGpu,
  storage: Storage,
  quads: number,
  { key, block, stream }: StreamPlace,
): void {
  const blocks = 4 * quads;
  const halves = [key, block, stream].flatMap((x) => [Number(x & 0xffffffffn), Number(x >> 32n)]);
  home.gpu.launch(gridPhilox, [home.fresh(storage)], [blocks, ...halves], Math.ceil(blocks / PHILOX_GROUP));
}
