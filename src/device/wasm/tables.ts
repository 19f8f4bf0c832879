/** Lookup tables of kernels, each placed in the heap once. */
import { heap } from '../../array/heap.ts';
import type { Table } from '../../kernel/ir.ts';
import type { ScalarType } from '../../kernel/types.ts';
import { BYTES } from '../../kernel/types.ts';

const addresses = /* @__PURE__ */ new WeakMap<Table, number>();

const WRITE: Readonly<Record<ScalarType, (view: DataView, at: number, value: number | bigint) => void>> = {
  bool: (view, at, value) => view.setUint8(at, value ? 1 : 0),
  i8: (view, at, value) => view.setInt8(at, Number(value)),
  u8: (view, at, value) => view.setUint8(at, Number(value)),
  i16: (view, at, value) => view.setInt16(at, Number(value), true),
  u16: (view, at, value) => view.setUint16(at, Number(value), true),
  i32: (view, at, value) => view.setInt32(at, Number(value), true),
  u32: (view, at, value) => view.setUint32(at, Number(value), true),
  i64: (view, at, value) => view.setBigInt64(at, BigInt(value), true),
  u64: (view, at, value) => view.setBigUint64(at, BigInt(value), true),
  f32: (view, at, value) => view.setFloat32(at, Number(value), true),
  f64: (view, at, value) => view.setFloat64(at, Number(value), true),
};

/** Where a table lies in the heap. */
export function tableAddress(table: Table): number {
  let address = addresses.get(table);
  if (address === undefined) {
    const size = BYTES[table.type];
    address = heap.alloc(table.values.length * size);
    if (address === 0) throw new Error(`kernel: no memory for the table ${table.name}`);
    const view = new DataView(heap.memory.buffer);
    const write = WRITE[table.type];
    for (let i = 0; i < table.values.length; i++) write(view, address + i * size, table.values[i]);
    addresses.set(table, address);
  }
  return address;
}
