/** Sorting on the GPU. Positions are int32, which counts the elements of any array there. */
import { int32, uint32 } from '../../../array/dtype.ts';
import { sizeOf } from '../../../array/layout.ts';
import type { NDArray } from '../../../array/ndarray.ts';
import { viewArray } from '../../../array/ndarray.ts';
import type { GpuBytes } from '../../../device/webgpu/bytes.ts';
import type { ElementType } from '../../../kernel/element.ts';
import { perWord, wordsOf } from '../../../kernel/grid/element.ts';
import type { GridSort } from '../../../kernel/grid/sort/sort.ts';
import { SORT_TILE, buildGridMerge, buildGridTiles } from '../../../kernel/grid/sort/sort.ts';
import { castInto } from '../../cast.ts';
import { lastAxis } from '../../views.ts';
import { withDense } from '../dense.ts';
import { deviceBytes, isWhole } from '../webgpu.ts';
import type { WebGpu } from '../webgpu.ts';

/** `sortInPlace` for an array on the GPU. */
export function sortInPlaceOn(home: WebGpu, a: NDArray, axis: number): void {
  if (a.size === 0 || a.shape[axis] < 2) return;
  const rows = lastAxis(a, axis);
  const n = a.shape[axis];
  if (perWord(a.dtype.element) === 1 && isWhole(rows) && !deviceBytes(a.storage).isShared) {
    const bytes = home.bytesOf(home.contentOf(a.storage)).retain();
    const { size, dtype } = a;
    const { element } = dtype;
    sortRows(home, { bytes, offset: 0, element, n, size }, { values: home.fresh(a.storage) });
    bytes.release();
    return;
  }
  const sorted = home.empty(wordShape(rows), uint32);
  sortDense(home, rows, { values: home.fresh(sorted.storage) });
  castInto(rows, ofWords(sorted, rows));
  sorted.storage.dispose();
}

/** `argsortAxis` for an array on the GPU. */
export function argsortAxisOn(home: WebGpu, a: NDArray, axis: number): NDArray<'int64'> {
  const result = home.empty(a.shape, int32) as NDArray as NDArray<'int64'>;
  if (a.size === 0) return result;
  const output = lastAxis(result, axis);
  const rows = lastAxis(home.near(a), axis);
  const order = isWhole(output) ? output : home.empty(output.shape, int32);
  sortDense(home, rows, { positions: home.fresh(order.storage) });
  if (order !== output) {
    castInto(output, order);
    order.storage.dispose();
  }
  return result;
}

/** The shape of an array of the words that elements are sorted as. */
const wordShape = ({ shape, dtype }: NDArray): readonly number[] =>
  wordsOf(dtype.element) === 1 ? shape : [...shape, wordsOf(dtype.element)];

/** Words as elements of the rows' dtype: narrow ones are the low bits of a word each. */
function ofWords(words: NDArray, rows: NDArray): NDArray {
  const { shape, dtype } = rows;
  const size = Math.max(dtype.itemsize, 4);
  const strides = shape.map((_, d) => size * sizeOf(shape.slice(d + 1)));
  return viewArray(words, shape, strides, words.offset, dtype);
}

/** Rows that lie densely one after the other, in C order. */
interface DenseRows {
  readonly bytes: GpuBytes;
  /** Elements in front of the first one. */
  readonly offset: number;
  readonly element: ElementType;
  /** Elements of a row, and of all rows. */
  readonly n: number;
  readonly size: number;
}

/** What is written: the sorted elements as words, the positions that they had, or both. */
interface Results {
  readonly values?: GpuBytes;
  readonly positions?: GpuBytes;
}

function sortDense(home: WebGpu, rows: NDArray, results: Results): void {
  const { size, shape, dtype } = rows;
  const n = shape[rows.ndim - 1];
  withDense(home, rows, (bytes, offset) =>
    sortRows(home, { bytes, offset, n, size, element: dtype.element }, results),
  );
}

function sortRows(home: WebGpu, dense: DenseRows, results: Results): void {
  const { n } = dense;
  const count = dense.size / n;
  const tiles = Math.ceil(n / SORT_TILE);
  let sorted = tiles === 1 ? results : between(home, dense, results);
  launchTiles(home, dense, count, tiles, sorted);
  for (let run = SORT_TILE; run < n; run *= 2) {
    const next = 2 * run >= n ? results : between(home, dense, results);
    launchMerge(home, dense, [count, n, tiles, run], sorted, next);
    release(sorted);
    sorted = next;
  }
}

/** Room for what one pass leaves for the next. */
function between({ gpu }: WebGpu, { element, size }: DenseRows, { positions }: Results): Results {
  const values = gpu.allocate(4 * wordsOf(element) * size);
  return positions ? { values, positions: gpu.allocate(4 * size) } : { values };
}

function release({ values, positions }: Results): void {
  values?.release();
  positions?.release();
}

const kindOf = ({ element }: DenseRows, { values, positions }: Results): GridSort => ({
  element,
  values: values !== undefined,
  positions: positions !== undefined,
});

const keyOf = ({ element, values, positions }: GridSort): string => `${element} ${values} ${positions}`;

const buffersOf = ({ values, positions }: Results): GpuBytes[] => [values, positions].filter((x) => !!x);

function launchTiles(home: WebGpu, dense: DenseRows, count: number, tiles: number, to: Results): void {
  const { bytes, offset, n } = dense;
  const sort = kindOf(dense, to);
  const kernel = home.kernel(`sort ${keyOf(sort)}`, () => buildGridTiles(sort));
  const bits = Math.ceil(Math.log2(Math.min(Math.max(n, 4), SORT_TILE)));
  const groups = Math.ceil((count * tiles) / 2 ** (Math.log2(SORT_TILE) - bits));
  home.gpu.launch(kernel, [bytes, ...buffersOf(to)], [count, n, tiles, bits, offset], groups);
}

function launchMerge(
  home: WebGpu,
  dense: DenseRows,
  params: readonly number[],
  from: Results,
  to: Results,
): void {
  const sort = kindOf(dense, to);
  const kernel = home.kernel(`merge ${keyOf(sort)}`, () => buildGridMerge(sort));
  const [count, , tiles] = params;
  home.gpu.launch(kernel, [...buffersOf(from), ...buffersOf(to)], params, count * tiles);
}
