/** Binary search on the GPU. Indices are int32, which counts the elements of any array there. */
import { int32 } from '../../../array/dtype.ts';
import type { NDArray } from '../../../array/ndarray.ts';
import { SEARCH_GROUP, buildGridSearch } from '../../../kernel/grid/sort/search.ts';
import type { Side } from '../../search.ts';
import { withDense } from '../dense.ts';
import type { WebGpu } from '../webgpu.ts';

/** `searchSorted` where one of the arrays is on the GPU. */
export function searchSortedOn(home: WebGpu, sorted: NDArray, values: NDArray, side: Side): NDArray<'int64'> {
  const result = home.empty(values.shape, int32) as NDArray as NDArray<'int64'>;
  if (values.size === 0) return result;
  const { element } = sorted.dtype;
  const kernel = home.kernel(`search ${element} ${side}`, () => buildGridSearch(element, side));
  withDense(home, sorted, (elements, offset) =>
    withDense(home, values, (wanted, valueOffset) =>
      home.gpu.launch(
        kernel,
        [elements, wanted, home.fresh(result.storage)],
        [sorted.size, offset, values.size, valueOffset],
        Math.ceil(values.size / SEARCH_GROUP),
      ),
    ),
  );
  return result;
}
