/** What runs kernels. Every device works on the one heap (array/heap.ts) and gives the same bits. */
import type { KernelModule } from '../kernel/ir.ts';

/** A compiled kernel function. i64 and u64 travel as bigint, everything else as number. */
export type KernelEntry = (...args: (number | bigint)[]) => number | bigint | void;

export interface Device {
  readonly name: 'js' | 'wasm';
  compile(module: KernelModule): Readonly<Record<string, KernelEntry>>;
}
