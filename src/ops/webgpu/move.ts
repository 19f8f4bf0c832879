/** Clearing bytes on the GPU. */
import type { Storage } from '../../array/storage.ts';
import type { WebGpu } from './webgpu.ts';

/** `clearBytes` for a storage on the GPU: whole words, or up to the end of the bytes. */
export function clearBytesOn(home: WebGpu, storage: Storage, offset: number, bytes: number): void {
  const isAll = offset === 0 && bytes === storage.byteLength;
  home.gpu.clear(isAll ? home.fresh(storage) : home.writable(storage), offset, bytes);
}
