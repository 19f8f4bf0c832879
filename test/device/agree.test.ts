import fc from 'fast-check';
import { expect, it } from 'vitest';
import { heap } from '../../src/array/heap.ts';
import type { Device } from '../../src/device/device.ts';
import { jsDevice } from '../../src/device/js/device.ts';
import { read } from '../../src/device/js/scalar.ts';
import type { Scalar } from '../../src/device/js/scalar.ts';
import { wasmDevice } from '../../src/device/wasm/device.ts';
import { BYTES, lanes, laneOf } from '../../src/kernel/types.ts';
import { INPUT, OUTPUT, programOf } from './program.ts';
import type { Program } from './program.ts';

const base = heap.alloc(INPUT + OUTPUT);

/** Runs a program on the input and gives everything that it wrote and returned. */
function run(device: Device, { fn, results }: Program, input: Uint8Array): readonly (Scalar | void)[] {
  const memory = heap.views.uint8.subarray(base, base + INPUT + OUTPUT);
  memory.set(input);
  memory.fill(0, INPUT);
  const result = device.compile({ exports: [fn] })[fn.name](base);
  const view = new DataView(heap.memory.buffer, base + INPUT, OUTPUT);
  const stored = results.flatMap(({ at, type }) =>
    Array.from({ length: lanes(type) }, (_, i) => read(view, laneOf(type), at + i * BYTES[laneOf(type)])),
  );
  return [result, ...stored, ...memory.subarray(INPUT, INPUT + 256)];
}

/** Bytes among which infinities, NaN, zeros and small numbers are not rare. */
const inputs = fc
  .array(
    fc.oneof(
      fc.double().map((x) => new Uint8Array(Float64Array.of(x).buffer)),
      fc.float().map((x) => new Uint8Array(Float32Array.of(x, -x).buffer)),
      fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map((x) => new Uint8Array(BigInt64Array.of(x).buffer)),
      fc.integer({ min: -3, max: 3 }).map((x) => new Uint8Array(Int32Array.of(x, -x).buffer)),
    ),
    { minLength: INPUT / 8, maxLength: INPUT / 8 },
  )
  .map((chunks) => Uint8Array.from(chunks.flatMap((chunk) => [...chunk])));

it('random programs give the same bits on both devices', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 300, size: 'max' }), inputs, (tape, input) => {
      const program = programOf(tape);
      expect(run(wasmDevice, program, input)).toEqual(run(jsDevice, program, input));
    }),
    { numRuns: Number(process.env.NUMGRAD_RUNS ?? 300) },
  );
});
