/** What kernels on windows are launched with: parameters by name, and tables of numbers. */
import type { GpuBytes } from '../../../device/webgpu/bytes.ts';
import type { GridKernel } from '../../../kernel/grid/build.ts';
import type { ProductEnd } from '../../../kernel/grid/product/results.ts';
import { endParams } from '../../../kernel/grid/product/results.ts';
import { dtype } from '../../../array/dtype.ts';
import type { NDArray } from '../../../array/ndarray.ts';
import { castInto } from '../../cast.ts';
import type { Leaf } from '../formula.ts';
import { requireDType } from '../webgpu.ts';
import type { WebGpu } from '../webgpu.ts';

/** An array on the device, and where its elements lie there. */
export interface Operand extends Leaf {
  readonly array: NDArray;
  readonly bytes: GpuBytes;
}

/** An array as an operand of a kernel, computed or uploaded if need be. @throws TypeError for a dtype that the device lacks. */
export function operandOf(home: WebGpu, a: NDArray): Operand {
  requireDType(a.dtype);
  const array = home.near(a);
  const leaf = home.leaf(array, array.shape);
  home.bytesOf(leaf.content);
  return {
    ...leaf,
    array,
    // A kernel that is put off reads the bytes of then: what is written in the meantime goes elsewhere.
    get bytes(): GpuBytes {
      return home.bytesOf(leaf.content);
    },
  };
}

/** The parameters of a kernel in its order. */
export function paramsFor(kernel: GridKernel, values: Readonly<Record<string, number>>): number[] {
  return kernel.params.map(({ name }) => {
    if (name in values) return values[name];
    throw new Error(`kernel ${kernel.name}: no value for ${name}`);
  });
}

/** The parameters of an end by name. */
export function endValues(end: ProductEnd, values: readonly number[]): Record<string, number> {
  return Object.fromEntries(Object.keys(endParams(end)).map((name, i) => [name, values[i]]));
}

/** Numbers for each axis under the names that kernels have for them: `name0`, `name1`, ... */
export function byAxis(axes: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  return Object.fromEntries(
    axes.flatMap((values, d) => Object.entries(values).map(([name, value]) => [`${name}${d}`, value])),
  );
}

/** Tables that are longer are not kept. */
const LONGEST = 4096;
/** Tables of a device that are kept. */
const MOST = 256;

const kept = /* @__PURE__ */ new WeakMap<WebGpu, Map<string, GpuBytes>>();

/** Calls `fn` with words that a kernel looks up. */
export function withTable(home: WebGpu, words: Int32Array, fn: (table: GpuBytes) => void): void {
  if (words.length > LONGEST) {
    const table = uploaded(home, words);
    fn(table);
    table.release();
    return;
  }
  let tables = kept.get(home);
  if (!tables) kept.set(home, (tables = new Map()));
  const key = words.join();
  let table = tables.get(key);
  if (table) tables.delete(key);
  else table = uploaded(home, words);
  // The last one used is the last to go.
  tables.set(key, table);
  fn(table);
  if (tables.size <= MOST) return;
  const [[oldest, bytes]] = tables;
  tables.delete(oldest);
  bytes.release();
}

function uploaded(home: WebGpu, words: Int32Array): GpuBytes {
  const table = home.gpu.allocate(words.byteLength);
  home.gpu.upload(table, 0, new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
  return table;
}

const float32 = /* @__PURE__ */ dtype('float32');

/** A new array of a float dtype, which `write` fills: as float32, from which float16 is rounded. */
export function writtenAsSingle(
  home: WebGpu,
  shape: readonly number[],
  { dtype: wanted }: NDArray,
  write: (bytes: GpuBytes) => void,
): NDArray {
  const single = home.empty(shape, float32);
  if (single.size > 0) write(home.fresh(single.storage));
  if (wanted === single.dtype) return single;
  const result = home.empty(shape, wanted);
  castInto(result, single);
  single.storage.dispose();
  return result;
}
