/** Operands of kernels that read elements which lie densely, in C order. */
import { isContiguous } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { GpuBytes } from '../../device/webgpu/bytes.ts';
import type { WebGpu } from './webgpu.ts';

/** Calls `use` with the bytes of an array, or of a dense copy of it, and with the number of elements in front of the first. */
export function withDense(home: WebGpu, a: NDArray, use: (bytes: GpuBytes, offset: number) => void): void {
  const there = home.near(a);
  const isDense = isContiguous(there.shape, there.strides, there.itemsize, 'C');
  const own = isDense ? there : home.copy(there);
  use(home.bytesOf(home.contentOf(own.storage)), own.offset / own.itemsize);
  if (own !== a) own.storage.dispose();
}
