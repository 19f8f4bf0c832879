/** Runs kernels as WebAssembly, compiled synchronously against the heap's memory. */
import { heap } from '../../array/heap.ts';
import type { KernelFunction, KernelModule } from '../../kernel/ir.ts';
import type { Device, KernelEntry } from '../device.ts';
import { MEMORY_IMPORT, printModule } from './printer.ts';

/** Results that WebAssembly hands out as signed. */
function unsignedResult(fn: KernelFunction, entry: KernelEntry): KernelEntry {
  if (fn.result === 'u32') return (...args) => (entry(...args) as number) >>> 0;
  if (fn.result === 'u64') return (...args) => BigInt.asUintN(64, entry(...args) as bigint);
  return entry;
}

export const wasmDevice: Device = {
  name: 'wasm',
  compile(module: KernelModule): Readonly<Record<string, KernelEntry>> {
    const bytes = printModule(module, heap);
    const imports = { [MEMORY_IMPORT.module]: { [MEMORY_IMPORT.name]: heap.memory } };
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
    return Object.fromEntries(
      module.exports.map((fn) => [fn.name, unsignedResult(fn, exports[fn.name] as KernelEntry)]),
    );
  },
};
