/** The reference values of math.bin, and the evaluation of kernel expressions over arrays. */
import { readFileSync } from 'node:fs';
import { heap } from '../../src/array/heap.ts';
import type { Device } from '../../src/device/device.ts';
import { jsDevice } from '../../src/device/js/device.ts';
import { wasmDevice } from '../../src/device/wasm/device.ts';
import type { ElementType } from '../../src/kernel/element.ts';
import { layoutOf } from '../../src/kernel/element.ts';
import { buildMap } from '../../src/kernel/map.ts';
import type { Value } from '../../src/kernel/value.ts';

const ARRAYS = {
  float64: Float64Array,
  float32: Float32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
} as const;

type Name = keyof typeof ARRAYS;
export type Data = InstanceType<(typeof ARRAYS)[Name]>;

export interface Entry {
  readonly name: string;
  readonly kind: string;
  readonly type: Name;
  readonly arrays: Readonly<Record<string, Data>>;
}

/** Reads the file that scripts/record_math.py wrote. */
export function readReference(): Entry[] {
  const file = readFileSync(new URL('./math.bin', import.meta.url));
  const bytes = new Uint8Array(file).buffer;
  const length = new DataView(bytes).getUint32(0, true);
  const listed = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length))) as (Omit<
    Entry,
    'arrays'
  > & {
    arrays: [string, Name, number][];
  })[];
  let at = 4 + length;
  return listed.map((entry) => {
    const arrays: Record<string, Data> = {};
    for (const [label, type, count] of entry.arrays) {
      arrays[label] = new ARRAYS[type](bytes, at, count);
      at += Math.ceil(arrays[label].byteLength / 8) * 8;
    }
    return { ...entry, arrays };
  });
}

/** The element type of a dtype's name. */
export function elementOf(type: Name): ElementType {
  return type.replace('uint', 'u').replace('int', 'i').replace('float', 'f') as ElementType;
}

export interface Evaluation {
  readonly inputs: readonly ElementType[];
  readonly outputs: readonly ElementType[];
  readonly expr: (...inputs: Value[]) => Value | readonly Value[];
}

const NAME_OF: Partial<Record<ElementType, Name>> = {
  f64: 'float64',
  f32: 'float32',
  c128: 'float64',
  c64: 'float32',
  i8: 'int8',
  u8: 'uint8',
  i16: 'int16',
  u16: 'uint16',
  i32: 'int32',
  u32: 'uint32',
  i64: 'int64',
  u64: 'uint64',
};

let names = 0;

/** The expression's values for all elements of the arrays. `vectors` forces vector code, or single elements. */
export function evaluate(
  device: Device,
  what: Evaluation,
  arrays: readonly Data[],
  vectors: boolean,
): Data[] {
  const { inputs, outputs } = what;
  const count = arrays[0].byteLength / layoutOf(inputs[0]).bytes;
  const spec = { ...what, name: `math${names++}` };
  const classes = [...inputs, ...outputs].map(() => 'c' as const);
  const module = buildMap(spec, {
    inputs,
    outputs,
    classes,
    masked: false,
    vectorsBelow: vectors ? Infinity : 0,
  });
  const sizes = [...inputs, ...outputs].map((element) => count * layoutOf(element).bytes);
  const addresses = sizes.map((size) => heap.alloc(size));
  arrays.forEach((array, i) => {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    heap.views.uint8.set(bytes, addresses[i]);
  });
  device.compile(module).row(...addresses, count);
  const results = outputs.map((element, i) => {
    const at = addresses[inputs.length + i];
    return new ARRAYS[NAME_OF[element]!](heap.views.uint8.slice(at, at + sizes[inputs.length + i]).buffer);
  });
  addresses.forEach((address) => heap.free(address));
  return results;
}

const same = (a: number | bigint, b: number | bigint): boolean => Object.is(a, b);

/** The first places where two arrays differ; NaN equals NaN, zeros differ by sign. */
export function differences(a: Data, b: Data): string[] {
  const found: string[] = [];
  for (let i = 0; i < a.length && found.length < 5; i++) {
    if (!same(a[i], b[i])) found.push(`[${i}] ${a[i]} instead of ${b[i]}`);
  }
  return found;
}

/** The values from WebAssembly vectors, after checking that WebAssembly scalars and JavaScript give the same bits. */
export function evaluateEverywhere(
  what: Evaluation,
  arrays: readonly Data[],
): { values: Data[]; disagreements: string[] } {
  const values = evaluate(wasmDevice, what, arrays, true);
  const others = [evaluate(wasmDevice, what, arrays, false), evaluate(jsDevice, what, arrays, false)];
  const disagreements = others.flatMap((other) => other.flatMap((array, i) => differences(array, values[i])));
  return { values, disagreements };
}

/** A double's place value of the last bit. */
function lastPlace(x: number, bits: number, least: number): number {
  const exponent = Math.floor(Math.log2(Math.abs(x)));
  // log2 may be one off near a power of 2.
  const power =
    2 ** exponent > Math.abs(x) ? exponent - 1 : 2 ** (exponent + 1) <= Math.abs(x) ? exponent + 1 : exponent;
  return 2 ** Math.max(power - bits, least);
}

/** |x - reference| in units of the reference's last place, where `rest` is what the reference lacks in 1/254 of it. */
export function ulpError(x: number, reference: number, rest: number, type: 'float64' | 'float32'): number {
  if (Object.is(x, reference)) return Math.abs(rest) / 254;
  if (!Number.isFinite(x) && !Number.isFinite(reference)) return Infinity;
  if (type === 'float32') {
    if (!Number.isFinite(x)) return Math.abs(reference) >= 3.4028235677973366e38 ? 0.5 : Infinity;
    return Math.abs(x - reference) / (reference === 0 ? 2 ** -149 : lastPlace(reference, 23, -149));
  }
  if (!Number.isFinite(x) || !Number.isFinite(reference)) return Infinity;
  const place = reference === 0 ? 2 ** -1074 : lastPlace(reference, 52, -1074);
  return Math.abs((x - reference) / place - rest / 254);
}
