/** Windows on the GPU: where the largest element of each is. */
import { dtype } from '../../../array/dtype.ts';
import { ValueError } from '../../../array/errors.ts';
import { denseStrides, sizeOf } from '../../../array/layout.ts';
import type { NDArray } from '../../../array/ndarray.ts';
import type { Storage } from '../../../array/storage.ts';
import { POOL_GROUP, buildGridExtrema, buildGridWindowSums } from '../../../kernel/grid/window/pool.ts';
import type { Windows } from '../../window/pool.ts';
import type { Operand } from './launch.ts';
import { byAxis, operandOf, paramsFor, withTable, writtenAsSingle } from './launch.ts';
import type { Planes } from './planes.ts';
import { planesOn } from './planes.ts';
import { isWhole } from '../webgpu.ts';
import type { WebGpu } from '../webgpu.ts';

const int32 = /* @__PURE__ */ dtype('int32');

/** The windows that indices were found in, and the version of their storage at that time. */
interface Origin {
  readonly windows: readonly Windows[];
  readonly version: number;
}

const origins = /* @__PURE__ */ new WeakMap<Storage, Origin>();

/** `maxIndices` for an array on the GPU: the indices are int32. */
export function maxIndicesOn(home: WebGpu, x: NDArray, windows: readonly Windows[]): NDArray<'int64'> {
  for (const { counts, length } of windows) {
    if (counts.includes(0)) throw new ValueError(`a window has no place inside an axis of length ${length}`);
  }
  const planes = planesOn(home, x, windows.length);
  const outputs = windows.map(({ starts }) => starts.length);
  const result = home.empty(
    [...x.shape.slice(0, x.ndim - windows.length), ...outputs],
    int32 as NDArray['dtype'],
  );
  if (result.size > 0) {
    const pairs = windows.map(({ starts, counts }) => starts.flatMap((start, i) => [start, counts[i]]));
    withTable(home, Int32Array.from(pairs.flat()), (tables) => {
      const { element, bytes } = planes;
      const kernel = home.kernel(`extrema ${windows.length} ${element}`, () =>
        buildGridExtrema(windows.length, element),
      );
      const dense = denseStrides(
        windows.map(({ length }) => length),
        1,
      );
      const params = paramsFor(kernel, {
        total: result.size,
        offset: planes.offset,
        plane: planes.plane,
        ...byAxis(
          windows.map(({ step }, d) => ({
            windows: outputs[d],
            table: startOf(pairs, d),
            step,
            stride: planes.inPlane[d],
            dense: dense[d],
          })),
        ),
      });
      const groups = Math.ceil(result.size / POOL_GROUP);
      home.gpu.launch(kernel, [bytes, tables, home.fresh(result.storage)], params, groups);
    });
    origins.set(result.storage, { windows, version: result.storage.version });
  }
  return result as NDArray as NDArray<'int64'>;
}

/** Where the table of an axis begins, of tables one behind the other. */
const startOf = (tables: readonly (readonly number[])[], d: number): number =>
  tables.slice(0, d).reduce((sum, table) => sum + table.length, 0);

/** The windows that indices were found in: `null` if that is not known, or if they are not all of them. */
export function windowsBehind(indices: NDArray, size: number): readonly Windows[] | null {
  const origin = origins.get(indices.storage);
  if (!origin || origin.version !== indices.storage.version || !isWhole(indices)) return null;
  const { windows } = origin;
  const fits =
    sizeOf(windows.map(({ starts }) => starts.length)) === indices.shape.at(-1) &&
    sizeOf(windows.map(({ length }) => length)) === size;
  return fits ? windows : null;
}

/** For each place of an axis the windows that may have it, from one up to another. */
function windowsOver({ length, starts, counts, step }: Windows): number[] {
  const spans = Array.from({ length }, () => [starts.length, 0]);
  starts.forEach((start, window) => {
    for (let i = 0; i < counts[window]; i++) {
      const span = spans[start + i * step];
      span[0] = Math.min(span[0], window);
      span[1] = Math.max(span[1], window + 1);
    }
  });
  return spans.flat();
}

/**
 * Adds values to the places of windows' largest elements. Each place looks for the windows that have it, so that the order is always
 * the same, and nothing is changed by two at once.
 */
export function addToWindows(
  home: WebGpu,
  values: Planes,
  indices: NDArray,
  windows: readonly Windows[],
  shape: readonly number[],
): NDArray {
  const chosen: Operand = operandOf(home, indices);
  const share = sizeOf(shape.slice(0, -1)) / sizeOf(indices.shape.slice(0, -1));
  return writtenAsSingle(home, shape, values.array, (bytes) => {
    const tables = windows.map(windowsOver);
    withTable(home, Int32Array.from(tables.flat()), (table) => {
      const kernel = home.kernel(`window sums ${windows.length} ${values.element}`, () =>
        buildGridWindowSums(windows.length, values.element),
      );
      const params = paramsFor(kernel, {
        total: sizeOf(shape),
        share,
        size: indices.shape.at(-1)!,
        offset: values.offset,
        plane: values.plane,
        stride: values.inPlane[0],
        indexOffset: chosen.offset,
        ...byAxis(
          windows.map(({ length, starts }, d) => ({
            length,
            table: startOf(tables, d),
            windows: starts.length,
          })),
        ),
      });
      const groups = Math.ceil(sizeOf(shape) / POOL_GROUP);
      home.gpu.launch(kernel, [values.bytes, chosen.bytes, table, bytes], params, groups);
    });
  });
}
