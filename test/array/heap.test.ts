import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heap } from '../../src/array/heap.ts';
import { allocate, setSoftLimit } from '../../src/array/storage.ts';
import * as np from '../../src/index.ts';

const MEGABYTE = 2 ** 20;

describe('heap', () => {
  it('hands out aligned blocks that never overlap', () => {
    const live = new Map<number, number>();
    const step = fc.record({
      bytes: fc.integer({ min: 0, max: 200_000 }),
      frees: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        for (const { bytes, frees } of steps) {
          const address = heap.alloc(bytes);
          expect(address % 64).toBe(0);
          expect(address).toBeGreaterThan(0);
          for (const [other, size] of live)
            expect(address + bytes <= other || other + size <= address).toBe(true);
          live.set(address, Math.max(bytes, 1));
          for (const old of [...live.keys()].slice(0, frees)) {
            heap.free(old);
            live.delete(old);
          }
        }
      }),
      { numRuns: 20 },
    );
    for (const address of live.keys()) heap.free(address);
  });

  it('reuses a freed block of the same size at once', () => {
    const address = heap.alloc(123_456);
    heap.free(address);
    expect(heap.alloc(123_456)).toBe(address);
    heap.free(address);
  });

  it('merges neighbours and splits them again before it grows', () => {
    const blocks = Array.from({ length: 8 }, () => heap.alloc(MEGABYTE));
    const bytes = heap.memory.buffer.byteLength;
    for (const address of blocks) heap.free(address);
    const whole = heap.alloc(8 * MEGABYTE);
    expect(heap.memory.buffer.byteLength).toBe(bytes);
    heap.free(whole);
    const parts = Array.from({ length: 16 }, () => heap.alloc(MEGABYTE / 2));
    expect(heap.memory.buffer.byteLength).toBe(bytes);
    for (const address of parts) heap.free(address);
  });

  it('grows, and says so when it cannot', () => {
    const before = heap.memory.buffer.byteLength;
    const large = heap.alloc(before + MEGABYTE);
    expect(large).toBeGreaterThan(0);
    expect(heap.views.uint8.length).toBeGreaterThan(before);
    heap.free(large);
    expect(heap.alloc(2 ** 33)).toBe(0);
  });

  it('refuses to free what is not live', () => {
    expect(() => heap.free(12)).toThrow();
  });
});

describe('storage', () => {
  it('carves tiny arrays out of shared slabs', () => {
    const [a, b] = [allocate(80), allocate(80)];
    expect(a.slab).not.toBeNull();
    expect(b.slab === a.slab ? b.address - a.address : 80).toBe(80);
    a.dispose();
    expect(() => a.views).toThrow(np.ValueError);
    expect(b.views.uint8.length).toBeGreaterThan(0);
  });

  it('gives a disposed block to the next array of its size', () => {
    const a = np.zeros(50_000);
    const { address } = a.storage;
    a.dispose();
    expect(np.zeros(50_000).storage.address).toBe(address);
  });

  it('goes to ordinary buffers beyond the soft limit, with the same results', () => {
    try {
      setSoftLimit(0);
      const outside = np.arange(100_000.5);
      expect(outside.storage.inHeap).toBe(false);
      expect(np.sum(np.add(outside, outside.get('::-1')))).toBe(100_000 * 100_001);
      let small = np.zeros(10);
      for (let i = 0; i < 20_000; i++) small = np.add(small, 1);
      expect(small.tolist()).toEqual(new Array(10).fill(20_000));
    } finally {
      setSoftLimit(768 * MEGABYTE);
    }
  });

  it('lives through a synchronous loop that makes more than the heap may hold', () => {
    const limit = heap.liveBytes + 40 * MEGABYTE;
    try {
      setSoftLimit(limit);
      let a = np.zeros(1_000_000);
      for (let i = 0; i < 30; i++) a = np.add(a, 1);
      expect(np.min(a)).toBe(30);
      expect(a.storage.inHeap).toBe(false);
      expect(heap.liveBytes).toBeLessThan(limit + 10 * MEGABYTE);
    } finally {
      setSoftLimit(768 * MEGABYTE);
    }
  });
});
