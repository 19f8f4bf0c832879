import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Complex } from '../../src/array/complex.ts';
import type { DType } from '../../src/array/dtype.ts';
import { DTYPES, bool_, float64 } from '../../src/array/dtype.ts';
import type { Scalar } from '../../src/array/element.ts';
import { readElement, writeElement } from '../../src/array/element.ts';
import { broadcastStrides, byteExtent, denseStrides, sizeOf } from '../../src/array/layout.ts';
import { NDArray } from '../../src/array/ndarray.ts';
import type { Storage } from '../../src/array/storage.ts';
import { adopt, allocate } from '../../src/array/storage.ts';
import { kernels } from '../../src/device/kernels.ts';
import type { MapSpec } from '../../src/kernel/map.ts';
import { identityMap } from '../../src/kernel/map.ts';
import { v } from '../../src/kernel/value.ts';
import { mapKernel, runMap } from '../../src/ops/map.ts';

const RUNS = Number(process.env.NUMGRAD_RUNS ?? 150);
afterEach(() => kernels.use('wasm'));

/** How an array lies in its storage: axes' order, steps (negative: reversed), and axes that are broadcast. */
interface Lie {
  readonly order: readonly number[];
  readonly steps: readonly number[];
  readonly broadcast: readonly boolean[];
  readonly inHeap: boolean;
}

const lie: fc.Arbitrary<Lie> = fc.record({
  order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4, maxLength: 4 }),
  steps: fc.array(fc.constantFrom(1, 1, 1, -1, 2, -3), { minLength: 4, maxLength: 4 }),
  broadcast: fc.array(fc.constantFrom(false, false, false, true), { minLength: 4, maxLength: 4 }),
  inHeap: fc.constantFrom(true, true, false),
});

const storageOf = (bytes: number, inHeap: boolean): Storage =>
  inHeap ? allocate(bytes) : adopt(new Float64Array(Math.ceil(bytes / 8) + 1));

/** An array of `shape` that lies as told, its own length 1 where it is broadcast. */
function arrayOf(dtype: DType, shape: readonly number[], how: Lie, mayBroadcast: boolean): NDArray {
  const own = shape.map((n, i) => (mayBroadcast && how.broadcast[i] ? 1 : n));
  const axes = how.order.filter((axis) => axis < shape.length);
  const steps = axes.map((axis) => Math.abs(how.steps[axis]));
  const dense = denseStrides(
    axes.map((axis, i) => own[axis] * steps[i]),
    dtype.itemsize,
  );
  const strides = new Array<number>(shape.length);
  axes.forEach((axis, i) => (strides[axis] = dense[i] * how.steps[axis]));
  const { low, high } = byteExtent(own, strides, dtype.itemsize);
  const storage = storageOf(high - low, how.inHeap);
  return new NDArray(storage, dtype, own, strides, storage.address - low, null);
}

/** Calls `visit` with every index of a shape. */
function eachIndex(
  shape: readonly number[],
  visit: (index: readonly number[]) => void,
  index: number[] = [],
): void {
  if (index.length === shape.length) visit(index);
  else for (let i = 0; i < shape[index.length]; i++) eachIndex(shape, visit, [...index, i]);
}

const at = (a: NDArray, index: readonly number[]): number =>
  index.reduce((p, i, axis) => p + a.strides[axis] * i, a.offset);

const broadcast = (a: NDArray, shape: readonly number[]): NDArray =>
  new NDArray(a.storage, a.dtype, shape, broadcastStrides(a.shape, a.strides, shape), a.offset, a);

const get = (a: NDArray, index: readonly number[]): Scalar =>
  readElement(a.storage.views, a.dtype.element, at(a, index));

function elements(a: NDArray): Scalar[] {
  const all: Scalar[] = [];
  eachIndex(a.shape, (index) => all.push(get(a, index)));
  return all;
}

function fill(a: NDArray, seed: number): void {
  let state = seed;
  eachIndex(a.shape, (index) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    const x = (state >>> 8) % 100;
    const value = a.dtype.kind === 'c' ? new Complex(x, 100 - x) : a.dtype.kind === 'b' ? x > 50 : x;
    writeElement(a.storage.views, a.dtype.element, at(a, index), value);
  });
}

/** Small integers: every type holds them and their sums, products fit in int16. */
const asNumber = (x: Scalar): number => (x instanceof Complex ? x.re : Number(x));

const spec = (loop: 'f64' | 'i32' | 'f32' | 'i16' | 'i64'): MapSpec => ({
  name: `test ${loop}`,
  inputs: [loop, loop],
  outputs: [loop, 'bool'],
  expr: (a, b) => [v.add(v.mul(a, b), a), v.lt(a, b)],
});

const shapes = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }),
  fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 4 })),
  fc.tuple(fc.integer({ min: 60, max: 90 }), fc.integer({ min: 60, max: 90 })),
);

const operand = fc.tuple(fc.constantFrom(...DTYPES), lie);

describe('runMap', () => {
  it('computes every element of any layouts and dtypes, on both devices, with and without a mask', () => {
    fc.assert(
      fc.property(
        shapes,
        fc.constantFrom('f64', 'i32', 'f32', 'i16', 'i64'),
        fc.array(operand, { minLength: 4, maxLength: 4 }),
        fc.option(lie),
        fc.constantFrom('js', 'wasm', 'wasm', 'wasm'),
        (shape, loop, [a, b, first, second], masked, device) => {
          kernels.use(device);
          const x = arrayOf(...(a.slice(0, 1) as [DType]), shape, a[1], true);
          const y = arrayOf(b[0], shape, b[1], true);
          // A sum of products up to 10,000 must fit the result.
          const wide = ['int16', 'int32', 'int64', 'float32', 'float64', 'complex128'].includes(first[0].name)
            ? first[0]
            : float64;
          const outs = [arrayOf(wide, shape, first[1], false), arrayOf(second[0], shape, second[1], false)];
          const where = masked ? arrayOf(bool_, shape, masked, true) : undefined;
          [x, y, ...outs, ...(where ? [where] : [])].forEach((array, i) => fill(array, i + 1));
          const before = outs.map(elements);
          const kernel = mapKernel(
            spec(loop),
            [x.dtype.element, y.dtype.element],
            outs.map((o) => o.dtype.element),
            where !== undefined,
          );
          runMap(kernel, [x, y], outs, where);
          const [ps, qs] = [elements(broadcast(x, shape)), elements(broadcast(y, shape))];
          const taken = where ? elements(broadcast(where, shape)) : undefined;
          const after = outs.map(elements);
          const wrong = ps.flatMap((value, i) => {
            const [p, q] = [asNumber(value), asNumber(qs[i])];
            const expected = [p * q + p, Number(p < q)];
            const found = after.map((all) => asNumber(all[i]));
            const want = taken && !taken[i] ? before.map((all) => asNumber(all[i])) : expected;
            return found.every((z, o) => z === want[o]) ? [] : [{ i, p, q, found, want }];
          });
          expect(wrong.slice(0, 3)).toEqual([]);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('reads an input before an overlapping output changes it', () => {
    const square = identityMap('f64');
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom(1, -1, 2),
        fc.constantFrom(1, -1, 2),
        fc.nat(8),
        fc.nat(8),
        fc.boolean(),
        (n, stepIn, stepOut, fromIn, fromOut, inHeap) => {
          const storage = storageOf(8 * 200, inHeap);
          const view = (from: number, step: number): NDArray => {
            const start = step < 0 ? from + n : from;
            return new NDArray(storage, float64, [n], [8 * step], storage.address + 8 * start, null);
          };
          fill(new NDArray(storage, float64, [200], [8], storage.address, null), 7);
          const [input, output] = [view(fromIn, stepIn), view(fromOut, stepOut)];
          const expected = elements(input);
          runMap(mapKernel(square, ['f64'], ['f64']), [input], [output]);
          expect(elements(output)).toEqual(expected);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('takes scalars in the type of the loop', () => {
    const a = arrayOf(float64, [3, 4], { order: [1, 0], steps: [1, 1], broadcast: [], inHeap: true }, false);
    fill(a, 3);
    for (const device of ['js', 'wasm'] as const) {
      kernels.use(device);
      for (const dtype of DTYPES) {
        if (dtype.kind === 'b') continue;
        const e = dtype.element;
        const sum: MapSpec = { name: `sum ${e}`, inputs: [e, e], outputs: [e], expr: (x, y) => v.add(x, y) };
        const out = arrayOf(
          dtype,
          [3, 4],
          { order: [0, 1], steps: [1, 2], broadcast: [], inHeap: true },
          false,
        );
        runMap(
          mapKernel(sum, ['f64', 'scalar'], [e]),
          [a, dtype.kind === 'c' ? new Complex(5, 2) : 5],
          [out],
        );
        expect(elements(out).map(asNumber)).toEqual(elements(a).map((x) => asNumber(x) + 5));
        if (dtype.kind === 'c') expect(elements(out).every((x) => (x as Complex).im === 2)).toBe(true);
      }
    }
  });

  it('takes operands larger than a staging block through the heap', () => {
    const n = 50_001;
    const how = { order: [0, 1, 2], steps: [1, 1, 1], broadcast: [false, true, false] };
    const a = arrayOf(float64, [n], { ...how, inHeap: false }, false);
    const out = arrayOf(float64, [n], { ...how, inHeap: true }, false);
    fill(a, 5);
    runMap(mapKernel(spec('f64'), ['f64', 'scalar'], ['f64', 'f64']), [a, 2], [a, out]);
    expect(sizeOf(a.shape)).toBe(n);
    const [x, less] = [elements(a), elements(out)];
    expect(x.every((value, i) => Number(less[i]) === Number(Number(value) / 3 < 2))).toBe(true);
  });

  it('refuses arrays that were disposed, wherever they lie', () => {
    for (const shape of [[4], [2, 2]]) {
      const how = { order: [1, 0], steps: [1, 1], broadcast: [], inHeap: true };
      const [a, out] = [arrayOf(float64, shape, how, false), arrayOf(float64, shape, how, false)];
      a.storage.dispose();
      const kernel = mapKernel(identityMap('f64'), ['f64'], ['f64']);
      expect(() => runMap(kernel, [a], [out])).toThrow('disposed');
      expect(() => runMap(kernel, [out], [a])).toThrow('disposed');
    }
  });
});
