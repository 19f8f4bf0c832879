import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heap } from '../../src/array/heap.ts';
import { jsDevice } from '../../src/device/js/device.ts';
import { read } from '../../src/device/js/scalar.ts';
import type { Scalar } from '../../src/device/js/scalar.ts';
import { wasmDevice } from '../../src/device/wasm/device.ts';
import type { Device } from '../../src/device/device.ts';
import { func, k } from '../../src/kernel/build.ts';
import type { Expr } from '../../src/kernel/ir.ts';
import type { MapSpec, StrideClass } from '../../src/kernel/map.ts';
import { buildMap } from '../../src/kernel/map.ts';
import { BYTES } from '../../src/kernel/types.ts';
import type { ScalarType } from '../../src/kernel/types.ts';
import { SCALARS, expressionOf } from './expressions.ts';

const REGION = 4096;
const base = heap.alloc(6 * REGION);
const RUNS = Number(process.env.NUMGRAD_RUNS ?? 150);

interface Case {
  readonly spec: MapSpec;
  readonly classes: readonly StrideClass[];
  readonly types: readonly ScalarType[];
}

function stepOf(type: ScalarType, stride: StrideClass): number {
  if (stride === 'b') return 0;
  return stride === 'c' ? BYTES[type] : 3 * BYTES[type];
}

/** Runs a row over n elements; the operands lie one region apart, after one another. */
function run(device: Device, { spec, classes, types }: Case, n: number, vectorsBelow: number): Scalar[] {
  const { inputs, outputs } = spec;
  const output = base + inputs.length * REGION;
  heap.views.uint8.fill(0xee, output, output + REGION);
  const { row } = device.compile(buildMap(spec, { inputs, outputs, classes, masked: false, vectorsBelow }));
  const steps = types.map((type, i) => stepOf(type, classes[i])).filter((_, i) => classes[i] === 's');
  row(...types.map((_, i) => base + i * REGION), n, ...steps);
  const type = types[types.length - 1];
  const step = stepOf(type, classes[classes.length - 1]);
  const view = new DataView(heap.memory.buffer, output, REGION);
  const values = Array.from({ length: n }, (_, i) => read(view, type, i * step));
  // What lies between and behind the elements must stay as it was.
  for (let i = 0; i < n; i++) for (let j = 0; j < BYTES[type]; j++) view.setUint8(i * step + j, 0xee);
  expect(heap.views.uint8.subarray(output, output + REGION).every((x) => x === 0xee)).toBe(true);
  return values;
}

const bytes = fc
  .array(
    fc.oneof(
      fc.double().map((x) => new Uint8Array(Float64Array.of(x).buffer)),
      fc.float().map((x) => new Uint8Array(Float32Array.of(x, -x).buffer)),
      fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map((x) => new Uint8Array(BigInt64Array.of(x).buffer)),
      fc.integer({ min: -3, max: 3 }).map((x) => new Uint8Array(Int32Array.of(x, -x).buffer)),
    ),
    { minLength: 30, maxLength: 30 },
  )
  .map((chunks) => Uint8Array.from(chunks.flatMap((chunk) => [...chunk])));

const stride = fc.constantFrom<StrideClass>('c', 'c', 's', 'b');
const cases = fc
  .record({
    inputs: fc.array(fc.tuple(fc.constantFrom(...SCALARS), stride), { minLength: 1, maxLength: 3 }),
    output: fc.tuple(fc.constantFrom(...SCALARS), fc.constantFrom<StrideClass>('c', 'c', 's')),
    tape: fc.array(fc.nat(), { minLength: 1, maxLength: 80, size: 'max' }),
  })
  .map(({ inputs, output, tape }): Case => {
    const types = [...inputs, output].map(([type]) => type);
    const spec: MapSpec = {
      name: 'random',
      inputs: types.slice(0, -1),
      outputs: [output[0]],
      expr: (...leaves) => expressionOf(tape, leaves as Expr[], output[0]),
    };
    return { spec, types, classes: [...inputs, output].map(([, c]) => c) };
  });

describe('rare values in vector code', () => {
  const slow = func('slow', { x: 'f64' }, 'f64', (b, { x }) => b.return(k.add(x, 1000)));
  const spec: MapSpec = {
    name: 'rare',
    inputs: ['f64'],
    outputs: ['f64'],
    expr: (x) => k.rare(k.not(k.lt(x as Expr, 30)), k.mul(x as Expr, 2), slow, x as Expr),
  };
  const classes: readonly StrideClass[] = ['c', 's'];
  const every = classes.flatMap((input) => classes.map((output) => [input, output] as const));

  it.each(every)('are found wherever they stand, strides %s and %s', (...strides) => {
    const types = ['f64', 'f64'] as const;
    const step = stepOf('f64', strides[0]) / 8;
    for (let place = 0; place < 40; place++) {
      const at = base / 8;
      for (let i = 0; i < 40; i++) heap.views.float64[at + i * step] = i === place ? 100 : i % 30;
      const expected = Array.from({ length: 40 }, (_, i) => (i === place ? 1100 : 2 * (i % 30)));
      expect(run(wasmDevice, { spec, classes: strides, types }, 40, Infinity)).toEqual(expected);
    }
  });
});

describe('vector code', () => {
  it('gives the bits of scalar code, on both devices', () => {
    fc.assert(
      fc.property(
        cases,
        fc.integer({ min: 0, max: 70 }),
        fc.array(bytes, { minLength: 3, maxLength: 3 }),
        (c, n, data) => {
          data.forEach((chunk, i) => {
            for (let at = 0; at < REGION; at++)
              heap.views.uint8[base + i * REGION + at] = chunk[at % chunk.length];
          });
          const expected = run(jsDevice, c, n, 0);
          expect(run(wasmDevice, c, n, Infinity)).toEqual(expected);
          expect(run(wasmDevice, c, n, 0)).toEqual(expected);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('is itself the same on both devices', () => {
    fc.assert(
      fc.property(cases, bytes, (c, data) => {
        for (let at = 0; at < 3 * REGION; at++) heap.views.uint8[base + at] = data[at % data.length];
        expect(run(wasmDevice, c, 40, Infinity)).toEqual(run(jsDevice, c, 40, Infinity));
      }),
      { numRuns: RUNS / 3 },
    );
  });
});
