/** Moving and clearing bytes wherever they are. */
import type { Storage } from '../array/storage.ts';
import { lazyKernel } from '../device/current.ts';
import { func } from '../kernel/build.ts';
import { acceleratorOf } from './accelerator.ts';

/** Within the heap these are several times as fast as typed arrays' own `set` and `fill` are on shared memory. */
const bulk = /* @__PURE__ */ lazyKernel<'move' | 'clear'>(() => ({
  exports: [
    func('move', { to: 'i32', from: 'i32', bytes: 'i32' }, undefined, (b, { to, from, bytes }) =>
      b.copy(to, from, bytes),
    ),
    func('clear', { to: 'i32', bytes: 'i32' }, undefined, (b, { to, bytes }) => b.fill(to, 0, bytes)),
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
  if (to.inHeap && from.inHeap) bulk().move(target, source, bytes);
  // No typed array spans a buffer of more than 2^32 bytes, so these span only what is copied.
  else new Uint8Array(t, target, bytes).set(new Uint8Array(f, source, bytes));
}

/** Sets `bytes` bytes of a storage to zero, from a byte position in its buffer on. */
export function clearBytes(storage: Storage, address: number, bytes: number): void {
  const on = acceleratorOf({ storage });
  if (on !== null) return on.clearBytes(storage, address, bytes);
  const { uint8 } = storage.views;
  if (storage.inHeap) bulk().clear(address, bytes);
  else uint8.fill(0, address, address + bytes);
}
