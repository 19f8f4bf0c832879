/** Moving bytes from one place to another, overlapping or not. */
import type { Storage } from '../array/storage.ts';
import { lazyKernel } from '../device/kernels.ts';
import { func } from '../kernel/build.ts';

/** Within the heap a kernel's bulk copy is several times as fast as typed arrays' on shared memory. */
const mover = /* @__PURE__ */ lazyKernel<'move'>(() => ({
  exports: [
    func('move', { to: 'i32', from: 'i32', bytes: 'i32' }, undefined, (b, { to, from, bytes }) =>
      b.copy(to, from, bytes),
    ),
  ],
}));

/**
 * Copies `bytes` bytes; source and target may overlap.
 *
 * @param to - the storage to write, from the byte position `target` in its buffer on
 * @param from - the storage to read, from the byte position `source` in its buffer on
 */
export function moveBytes(to: Storage, target: number, from: Storage, source: number, bytes: number): void {
  const [t, f] = [to.views.buffer, from.views.buffer];
  if (to.inHeap && from.inHeap) mover().move(target, source, bytes);
  // No typed array spans a buffer of more than 2^32 bytes, so these span only what is copied.
  else new Uint8Array(t, target, bytes).set(new Uint8Array(f, source, bytes));
}
