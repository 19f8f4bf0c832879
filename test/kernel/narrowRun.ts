/** Evaluation of the narrow forms of expressions over arrays, and on devices whose arithmetic is worse than IEEE 754 has it. */
import { heap } from '../../src/array/heap.ts';
import { wasmDevice } from '../../src/device/wasm/device.ts';
import { func, k } from '../../src/kernel/build.ts';
import type { ElementType } from '../../src/kernel/element.ts';
import { layoutOf, loadAs, storeAs } from '../../src/kernel/element.ts';
import type { KernelFunction } from '../../src/kernel/ir.ts';
import type { Narrowing } from '../../src/kernel/narrow.ts';
import type { Value } from '../../src/kernel/value.ts';

export interface Formula {
  readonly inputs: readonly ElementType[];
  readonly outputs: readonly ElementType[];
  readonly expr: (...inputs: Value[]) => Value | readonly Value[];
}

/** A function that computes n elements, which lie side by side. */
export function loopOf({ inputs, outputs, expr }: Formula): KernelFunction {
  const elements = [...inputs, ...outputs];
  const params = Object.fromEntries(
    ['n', ...elements.map((_, i) => `p${i}`)].map((name) => [name, 'i32' as const]),
  );
  return func('run', params, undefined, (b, p) => {
    b.for(0, p.n, 1, (i) => {
      const at = elements.map((element, o) => k.add(p[`p${o}`], k.mul(i, layoutOf(element).bytes)));
      const values = [expr(...inputs.map((element, o) => loadAs(element, element, at[o])))].flat() as Value[];
      b.stores(outputs.flatMap((element, o) => storeAs(element, element, values[o], at[inputs.length + o])));
    });
  });
}

/** The bytes of a formula's results. */
export function evaluateFormula(
  formula: Formula,
  arrays: readonly ArrayBufferView<ArrayBuffer>[],
  lowering?: Narrowing,
): ArrayBuffer[] {
  const { inputs, outputs } = formula;
  const n = arrays[0].byteLength / layoutOf(inputs[0]).bytes;
  const loop = loopOf(formula);
  const { run } = wasmDevice.compile({ exports: [lowering ? lowering.function(loop) : loop] });
  const sizes = [...inputs, ...outputs].map((element) => n * layoutOf(element).bytes);
  const addresses = sizes.map((size) => heap.alloc(size));
  arrays.forEach((array, i) => {
    heap.views.uint8.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), addresses[i]);
  });
  run(n, ...addresses);
  const results = outputs.map((_, i) => {
    const at = addresses[inputs.length + i];
    return heap.views.uint8.slice(at, at + sizes[inputs.length + i]).buffer;
  });
  addresses.forEach((address) => heap.free(address));
  return results;
}
