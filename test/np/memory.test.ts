import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heap } from '../../src/array/heap.ts';
import * as np from '../../src/index.ts';
import type { NDArray } from '../../src/index.ts';

describe('scope', () => {
  it('frees what the result does not hold', () => {
    const before = heap.liveBytes;
    let inner: NDArray | undefined;
    const result = np.scope(() => {
      inner = np.ones(1_000_000);
      return { list: [np.add(inner, 1)], map: new Map([['x', np.zeros([3, 100_000]).get('1')]]) };
    });
    expect(inner!.storage.disposed).toBe(true);
    expect(() => np.sum(inner!)).toThrow(np.ValueError);
    expect(np.max(result.list[0])).toBe(2);
    expect(np.max(result.map.get('x')!)).toBe(0);
    result.list[0].dispose();
    (result.map.get('x') as NDArray).dispose();
    expect(heap.liveBytes - before).toBeLessThan(200_000);
  });

  it('keeps raw data, and nests', () => {
    const [data, kept] = np.scope(() => {
      const made = np.scope(() => np.full(5000, 2.5));
      return [np.full(5000, 1.5).data, made] as const;
    });
    expect(data[4999]).toBe(1.5);
    expect(np.min(kept)).toBe(2.5);
  });

  it('frees everything when the function throws, and refuses promises', () => {
    let made: NDArray | undefined;
    const fail = (): never => {
      made = np.ones(10_000);
      throw new RangeError('no');
    };
    expect(() => np.scope(fail)).toThrow(RangeError);
    expect(made!.storage.disposed).toBe(true);
    expect(() => np.scope(() => Promise.resolve(1))).toThrow(TypeError);
  });

  it('leaves arrays from outside alone', () => {
    const a = np.ones(5000);
    np.scope(() => {
      np.add(a, 1, { out: a });
    });
    expect(np.min(a)).toBe(2);
  });
});

describe('memory that arrays share', () => {
  it('is found exactly', () => {
    const layout = fc.record({
      start: fc.integer({ min: 20, max: 40 }),
      axes: fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: -5, max: 5 })), {
        maxLength: 3,
      }),
      itemsize: fc.constantFrom(1, 2),
    });
    const memory = np.zeros(300, 'uint8');
    const bytes = new Uint8Array(memory.data.buffer as ArrayBuffer, memory.data.byteOffset, 300);
    fc.assert(
      fc.property(layout, layout, (x, y) => {
        const [a, b] = [x, y].map(({ start, axes, itemsize }) => {
          const shape = axes.map(([length]) => length);
          const strides = axes.map(([, stride]) => stride * itemsize);
          const options = {
            dtype: itemsize === 1 ? 'uint8' : 'uint16',
            buffer: memory,
            offset: start * 2 + 60,
            strides,
          };
          return new np.ndarray(shape, options as object);
        });
        const touched = (array: NDArray): Set<number> => {
          bytes.fill(0);
          array.fill(array.itemsize === 1 ? 0xff : 0xffff);
          return new Set([...bytes.keys()].filter((i) => bytes[i] !== 0));
        };
        const [first, second] = [touched(a), touched(b)];
        const common = [...first].some((i) => second.has(i));
        expect(np.shares_memory(a, b)).toBe(common);
        if (common) expect(np.may_share_memory(a, b)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('is bounded by default in may_share_memory', () => {
    const a = np.arange(10);
    const [even, odd] = [a.get('::2') as NDArray, a.get('1::2') as NDArray];
    expect(np.shares_memory(even, odd)).toBe(false);
    expect(np.may_share_memory(even, odd)).toBe(true);
    expect(np.may_share_memory(even, odd, { max_work: -1 })).toBe(false);
    expect(np.may_share_memory(a.get(':5') as NDArray, a.get('5:') as NDArray)).toBe(false);
    expect(np.shares_memory(a, np.arange(10))).toBe(false);
    expect(np.shares_memory(a.get('3:3') as NDArray, a)).toBe(false);
    expect(() => np.shares_memory(a, a, 0.5)).toThrow(TypeError);
  });
});
