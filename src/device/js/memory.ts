/** The heap as the JavaScript kernels see it. */
import { heap } from '../../array/heap.ts';

let view: DataView | undefined;
let bytes: Uint8Array | undefined;

/** Looks at the heap anew: it may have grown since the last kernel ran. */
export function refresh(): void {
  const { buffer } = heap.memory;
  if (view?.buffer === buffer) return;
  view = new DataView(buffer);
  bytes = new Uint8Array(buffer);
}

/** All of memory. Valid from `refresh` to the end of the kernel that runs. */
export function memoryView(): DataView {
  return view!;
}

/** All of memory, as bytes to copy and fill. */
export function memoryBytes(): Uint8Array {
  return bytes!;
}
