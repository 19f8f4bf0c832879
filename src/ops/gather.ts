/** Gather: the elements that a selection chooses, as a new array or written to another. */
import type { DTypeName } from '../array/dtype.ts';
import { sizeOf } from '../array/layout.ts';
import type { NDArray } from '../array/ndarray.ts';
import { emptyArray } from '../array/ndarray.ts';
import { buildGather } from '../kernel/gather.ts';
import { castInto } from './cast.ts';
import { acceleratorOfSelection } from './index/select.ts';
import { PLAIN, direction, moveSelected } from './index/moves.ts';
import { checkIndices } from './index/offsets.ts';
import type { Selection } from './index/select.ts';

const GATHER = /* @__PURE__ */ direction(PLAIN, buildGather);

/**
 * The chosen elements of `a`.
 *
 * @param selection - shape (s0, s1, ...), see `Selection`
 * @returns a new array of that shape and `a`'s dtype, in C order
 * @throws IndexError for an index that is out of range or no integer.
 */
export function gather<D extends DTypeName>(a: NDArray<D>, selection: Selection): NDArray<D> {
  const on = acceleratorOfSelection(a, selection);
  if (on !== null) return on.gather(a, selection) as NDArray<D>;
  const result = emptyArray(selection.shape, a.dtype);
  if (sizeOf(selection.shape) === 0) checkIndices(selection);
  else moveSelected(GATHER, a, selection, result, result.strides);
  return result;
}

/**
 * Writes the chosen elements of `a`, converted, to `out`, an array of the selection's shape, after all indices are checked.
 *
 * @throws IndexError as `gather`.
 */
export function gatherInto(a: NDArray, selection: Selection, out: NDArray): void {
  const result = gather(a, selection);
  castInto(out, result);
  result.storage.dispose();
}
