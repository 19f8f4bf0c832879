/** The sort kernels: order, stability, every layout, on both devices. */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import * as np from '../../src/index.ts';
import { DTYPES } from '../../src/array/dtype.ts';
import type { NDArray } from '../../src/index.ts';

const DEVICES = ['wasm', 'js'] as const;

afterEach(() => np.kernels.use('wasm'));

/** Bytes of the elements in C order. */
const bits = (a: NDArray): Uint8Array => {
  const { buffer, byteOffset, byteLength } = np.ascontiguousarray(a).data;
  return new Uint8Array(buffer, byteOffset, byteLength).slice();
};

/** Random elements of a dtype from any bits; bools from parity. */
function fromBytes(name: string, bytes: Uint8Array): NDArray {
  const dtype = np.dtype(name);
  const data = name === 'bool' ? bytes.map((x) => x & 1) : bytes;
  const a = np.zeros(Math.floor(data.length / dtype.itemsize), dtype);
  new Uint8Array(a.data.buffer, a.data.byteOffset, a.nbytes).set(data.subarray(0, a.nbytes));
  return a;
}

describe.each(DEVICES)('sorting on %s', (device) => {
  it('puts NaN last whatever its sign, and keeps the order of -0 and +0', () => {
    np.kernels.use(device);
    const negativeNaN = new Float64Array(new BigUint64Array([0xfff8000000000000n]).buffer)[0];
    for (const n of [8, 1000]) {
      const x = new Float64Array(n).fill(1);
      x.set([NaN, 0, -0, -Infinity, negativeNaN, -0, 0, Infinity]);
      const sorted = np.sort(x).data as Float64Array;
      expect(sorted[0]).toBe(-Infinity);
      expect(Array.from(sorted.slice(1, 5), (v) => Object.is(v, -0))).toEqual([false, true, true, false]);
      expect(Array.from(sorted.slice(n - 3))).toEqual([Infinity, NaN, NaN]);
      expect(np.argsort(x).data.slice(n - 2)).toEqual(BigInt64Array.of(0n, 4n));
    }
  });

  it('sorts elements that their upper digits tell apart, nearly tell apart and do not tell apart', () => {
    np.kernels.use(device);
    const n = 4000;
    const scattered = Float64Array.from({ length: n }, (_, i) => Math.sin(i * i));
    // Pairs, and enough elements of the same upper digits in falling order that inserting them would take too long.
    const near = (x: number, i: number) => x * (1 + (n - i) * 2 ** -52);
    const cases = [
      scattered,
      scattered.map((_, i) => near(scattered[i >> 1], i)),
      scattered.map((x, i) => (i % 16 === 0 ? near(0.7, i) : x)),
      scattered.map((_, i) => near(1, i)),
    ];
    for (const x of cases) {
      expect(np.sort(x).data).toEqual(x.slice().sort());
      const integers = new BigInt64Array(x.buffer);
      expect(np.sort(integers).data).toEqual(integers.slice().sort());
      const words = new Uint32Array(x.buffer);
      expect(np.sort(words).data).toEqual(words.slice().sort());
    }
  });

  it('orders integers at the ends of their ranges', () => {
    np.kernels.use(device);
    const signed = np.sort(BigInt64Array.of(0n, 2n ** 63n - 1n, -(2n ** 63n), -1n));
    expect(signed.data).toEqual(BigInt64Array.of(-(2n ** 63n), -1n, 0n, 2n ** 63n - 1n));
    const unsigned = np.sort(BigUint64Array.of(2n ** 64n - 1n, 0n, 2n ** 63n));
    expect(unsigned.data).toEqual(BigUint64Array.of(0n, 2n ** 63n, 2n ** 64n - 1n));
  });

  it('orders complex numbers with NaN parts as NumPy', () => {
    np.kernels.use(device);
    const x = np.zeros(6, 'complex128');
    (x.data as NDArray<'complex128'>['data']).set([NaN, 0, 1, NaN, 2, 1, NaN, NaN, 2, -1, 0, NaN]);
    expect(Array.from(np.argsort(x).data)).toEqual([4n, 2n, 5n, 1n, 0n, 3n]);
  });

  it('sorts along any axis of any layout', () => {
    np.kernels.use(device);
    const a = np.array(Float32Array.from({ length: 60 }, (_, i) => (i * 37) % 60)).reshape([3, 4, 5]);
    const views = [a, np.asfortranarray(a), a.get('::-1, :, ::-2') as NDArray, np.transpose(a, [1, 2, 0])];
    for (const view of views) {
      for (const axis of [0, 1, 2]) {
        const sorted = np.sort(view, axis);
        const rows = np.moveaxis(sorted, axis, -1).reshape([-1, view.shape[axis]]).tolist() as number[][];
        const input = np.moveaxis(view, axis, -1).reshape([-1, view.shape[axis]]).tolist() as number[][];
        expect(rows).toEqual(input.map((row) => [...row].sort((x, y) => x - y)));
        const own = np.copy(a).reshape([3, 4, 5]);
        own.sort(axis);
        expect(bits(own)).toEqual(bits(np.sort(a, axis)));
      }
    }
  });
});

describe('laws', () => {
  it('argsort is stable and gathers to sort, to the same bits on both devices', () => {
    const bytes = fc.uint8Array({ minLength: 0, maxLength: 3000 });
    fc.assert(
      fc.property(fc.constantFrom(...DTYPES.map(({ name }) => name)), bytes, (name, given) => {
        const a = fromBytes(name, given);
        np.kernels.use('js');
        const [slow, slowOrder] = [np.sort(a), np.argsort(a)];
        np.kernels.use('wasm');
        const order = np.argsort(a);
        expect(bits(np.sort(a))).toEqual(bits(slow));
        expect(bits(order)).toEqual(bits(slowOrder));
        if (a.size > 0) expect(bits(a.get(order) as NDArray)).toEqual(bits(slow));
        expect(new Set(order.data).size).toBe(a.size);
      }),
      { numRuns: 60 },
    );
  });

  it('searchsorted finds places that keep order', () => {
    const numbers = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(numbers, numbers, (a, v) => {
        const sorted = [...a].sort((x, y) => x - y);
        const left = np.searchsorted(sorted, v).tolist();
        const right = np.searchsorted(sorted, v, 'right').tolist();
        expect(left).toEqual(v.map((x) => sorted.filter((y) => y < x).length));
        expect(right).toEqual(v.map((x) => sorted.filter((y) => y <= x).length));
      }),
    );
  });
});

describe.each(DEVICES)('partitioning on %s', (device) => {
  const n = 1500;
  const shapes: Readonly<Record<string, (i: number) => number>> = {
    scattered: (i) => Math.sin(i * i),
    rising: (i) => i,
    falling: (i) => -i,
    equal: () => 7,
    'few values': (i) => (i * i) % 5,
    'two peaks': (i) => Math.abs(i - n / 2) % (n / 4),
    'some NaN': (i) => (i % 7 === 3 ? NaN : Math.cos(i)),
  };

  it.each(Object.entries(shapes))('puts elements at their sorted positions: %s', (_, element) => {
    np.kernels.use(device);
    const x = Float64Array.from({ length: n }, (__, i) => element(i));
    const sorted = np.sort(x).data as Float64Array;
    for (const positions of [[0], [n - 1], [n >> 1], [3, 3, 700], [900, 10, 1200, 11], [1, 2, 3, 4, 5, 6]]) {
      const taken = np.take(x, np.argpartition(x, positions)).data as Float64Array;
      for (const parted of [np.partition(x, positions).data as Float64Array, taken]) {
        expect(parted.slice().sort()).toEqual(sorted);
        for (const k of positions) {
          expect(parted[k]).toBe(sorted[k]);
          expect(parted.slice(0, k).sort()).toEqual(sorted.slice(0, k));
        }
      }
    }
  });

  it('partitions along any axis of any layout, and complex numbers', () => {
    np.kernels.use(device);
    const a = np.array(Float64Array.from({ length: 600 }, (_, i) => Math.sin(i * i))).reshape([6, 100]);
    const z = np.multiply(a, new np.Complex(0, 1));
    for (const x of [a, z, a.get('::-1, ::2') as NDArray, np.asfortranarray(a)]) {
      for (const axis of [0, 1]) {
        const sorted = np.sort(x, axis);
        const kth = axis === 0 ? 4 : 40;
        const index = axis === 0 ? '4' : ':, 40';
        expect(bits(np.partition(x, kth, axis).get(index) as NDArray)).toEqual(
          bits(sorted.get(index) as NDArray),
        );
        const taken = np.take_along_axis(x, np.argpartition(x, kth, axis), axis);
        expect(bits(taken.get(index) as NDArray)).toEqual(bits(sorted.get(index) as NDArray));
      }
    }
  });
});
