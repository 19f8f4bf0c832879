/** Prints a kernel module as a WebAssembly module that imports the heap's memory. */
import type { KernelFunction, KernelModule } from '../../kernel/ir.ts';
import { ByteWriter } from './encoder.ts';
import { printFunction } from './function.ts';
import { MACHINE } from './opcodes.ts';

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const SECTION = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;
const FUNCTION_TYPE = 0x60;
const MEMORY = 0x02;

/** The names under which the module imports its memory. */
export const MEMORY_IMPORT = { module: 'heap', name: 'memory' } as const;

export interface MemoryLimits {
  readonly shared: boolean;
  readonly maximumPages: number;
}

/** Function types, each written once. */
class TypeSection {
  readonly content = new ByteWriter(64);
  private readonly indices = new Map<string, number>();

  indexOf(fn: KernelFunction): number {
    const key = `${fn.params.map((p) => MACHINE[p.type])}:${fn.result ? MACHINE[fn.result] : ''}`;
    let index = this.indices.get(key);
    if (index === undefined) {
      this.indices.set(key, (index = this.indices.size));
      this.write(fn);
    }
    return index;
  }

  get count(): number {
    return this.indices.size;
  }

  private write(fn: KernelFunction): void {
    const out = this.content;
    out.byte(FUNCTION_TYPE);
    out.u32(fn.params.length);
    for (const p of fn.params) out.byte(MACHINE[p.type]);
    out.u32(fn.result ? 1 : 0);
    if (fn.result) out.byte(MACHINE[fn.result]);
  }
}

/** A vector of the format: the count, then the items. */
function counted(count: number, items: ByteWriter): ByteWriter {
  const out = new ByteWriter(items.length + 5);
  out.u32(count);
  out.append(items);
  return out;
}

function memoryImport({ shared, maximumPages }: MemoryLimits): ByteWriter {
  const out = new ByteWriter(32);
  out.name(MEMORY_IMPORT.module);
  out.name(MEMORY_IMPORT.name);
  out.byte(MEMORY);
  out.byte(shared ? 3 : 1);
  out.u32(0);
  out.u32(maximumPages);
  return out;
}

/** The bytes of `module`: its exported functions and, once each, the functions that they call. */
export function printModule(module: KernelModule, memory: MemoryLimits): Uint8Array<ArrayBuffer> {
  const functions = [...new Set(module.exports)];
  const indices = new Map(functions.map((fn, i) => [fn, i]));
  const indexOf = (fn: KernelFunction): number => {
    let index = indices.get(fn);
    if (index === undefined) indices.set(fn, (index = functions.push(fn) - 1));
    return index;
  };
  const types = new TypeSection();
  const [signatures, code, exported] = [new ByteWriter(32), new ByteWriter(1024), new ByteWriter(64)];
  // Printing a function may add those it calls to the list.
  for (let i = 0; i < functions.length; i++) {
    signatures.u32(types.indexOf(functions[i]));
    const body = printFunction(functions[i], indexOf);
    code.u32(body.length);
    code.append(body);
  }
  for (const fn of module.exports) {
    exported.name(fn.name);
    exported.byte(0);
    exported.u32(indexOf(fn));
  }
  const out = new ByteWriter(code.length + 256);
  out.raw(HEADER);
  out.section(SECTION.type, counted(types.count, types.content));
  out.section(SECTION.import, counted(1, memoryImport(memory)));
  out.section(SECTION.function, counted(functions.length, signatures));
  out.section(SECTION.export, counted(module.exports.length, exported));
  out.section(SECTION.code, counted(functions.length, code));
  return out.finish();
}
