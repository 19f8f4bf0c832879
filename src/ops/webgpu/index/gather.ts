/** Gathering on the GPU. */
import type { NDArray } from '../../../array/ndarray.ts';
import { sizeOf } from '../../../array/layout.ts';
import { GATHERED, buildGridGather } from '../../../kernel/grid/index/gather.ts';
import { perWord } from '../../../kernel/grid/element.ts';
import type { Selection } from '../../index/select.ts';
import {
  inParts,
  launchFor,
  movingOf,
  nearAsItLies,
  shapeInParts,
  walkOf,
  walkedOffsets,
  withOffsets,
} from './launch.ts';
import type { WebGpu } from '../webgpu.ts';

/** `gather` where the array or an index is on the GPU. */
export function gatherOn(home: WebGpu, a: NDArray, selection: Selection): NDArray {
  const result = home.empty(selection.shape, a.dtype);
  const near = nearAsItLies(home, a);
  const moving = movingOf(a);
  withOffsets(home, selection, moving.bytes, (offsets) => {
    const total = sizeOf(selection.shape) * moving.parts;
    if (total === 0) return;
    const chosen = inParts(moving, selection.offset + near.offset - a.offset, selection.strides);
    const moves = walkedOffsets(home, offsets, selection.shape, moving);
    const walk = walkOf(shapeInParts(moving, selection.shape), GATHERED, [chosen, moves]);
    const { bits } = moving;
    const kernel = home.kernel(`gather ${bits} ${walk.rank}`, () => buildGridGather(bits, walk.rank));
    const from = home.bytesOf(home.contentOf(near.storage));
    const buffers = [from, moves.bytes, home.fresh(result.storage)];
    launchFor(home, kernel, buffers, { total, ...walk.values }, Math.ceil(total / perWord(bits)));
  });
  if (near !== a) near.storage.dispose();
  return result;
}
