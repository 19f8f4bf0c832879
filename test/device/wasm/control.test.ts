import { describe, expect, it } from 'vitest';
import { heap } from '../../../src/array/heap.ts';
import { wasmDevice } from '../../../src/device/wasm/device.ts';
import { kernels, lazyKernel } from '../../../src/device/kernels.ts';
import { constant, func, k, local } from '../../../src/kernel/build.ts';
import type { KernelFunction, Table } from '../../../src/kernel/ir.ts';
import { laneOf } from '../../../src/kernel/types.ts';

const one = (fn: KernelFunction) => wasmDevice.compile({ exports: [fn] })[fn.name];
const address = heap.alloc(256);

describe('control flow', () => {
  it('runs loops from nought rounds on', () => {
    const run = one(
      func('sum', { n: 'i32' }, 'i32', (b, { n }) => {
        const total = b.let(constant('i32', 0));
        b.for(0, n, 1, (i) => b.bump(total, i));
        b.return(total);
      }),
    );
    expect([-5, 0, 1, 2, 100].map((n) => run(n))).toEqual([0, 0, 0, 1, 4950]);
  });

  it('breaks out of and continues the innermost loop', () => {
    const run = one(
      func('odd', { n: 'i32' }, 'i32', (b, { n }) => {
        const total = b.let(constant('i32', 0));
        const i = b.let(constant('i32', 0));
        b.while(constant('bool', 1), () => {
          b.bump(i, 1);
          b.if(k.gt(i, n), () => b.break());
          b.if(k.eq(k.and(i, 1), 0), () => b.continue());
          const j = b.let(constant('i32', 0));
          b.while(k.lt(j, 10), () => {
            b.bump(j, 1);
            b.if(k.eq(j, 3), () => b.break());
          });
          b.bump(total, k.mul(i, j));
        });
        b.return(total);
      }),
    );
    expect(run(7)).toBe(3 * (1 + 3 + 5 + 7));
  });

  it('returns from both branches of an if', () => {
    const run = one(
      func('pick', { x: 'f64' }, 'u32', (b, { x }) => {
        b.if(
          k.lt(x, 0),
          () => b.return(constant('u32', 4294967295)),
          () => b.return(constant('u32', 7)),
        );
      }),
    );
    expect([run(-1), run(1), run(NaN)]).toEqual([4294967295, 7, 7]);
  });

  it('calls functions, itself too', () => {
    const fib = func('fib', { n: 'i32' }, 'u64', (b, { n }, self) => {
      b.if(k.lt(n, 2), () => b.return(k.convert('u64', n)));
      b.return(k.add(k.call(self, k.sub(n, 1)), k.call(self, k.sub(n, 2))));
    });
    const twice = func('twice', { n: 'i32' }, 'u64', (b, { n }) => {
      b.call(fib, n);
      const once = k.call(fib, n);
      b.return(k.add(once, once));
    });
    const { twice: run, fib: inner } = wasmDevice.compile({ exports: [twice, fib] });
    expect([run(20), inner(10)]).toEqual([13530n, 55n]);
  });

  it('keeps a rare value apart from shared operands', () => {
    const slow = func('slow', { x: 'f64', y: 'f64' }, 'f64', (b, { x, y }) => b.return(k.sub(y, x)));
    const run = one(
      func('f', { x: 'f64' }, 'f64', (b, { x }) => {
        const square = k.mul(x, x);
        const value = k.rare(k.gt(square, 100), k.add(square, 1), slow, x, k.add(square, 2));
        b.return(k.add(k.mul(value, value), square));
      }),
    );
    expect([run(2), run(20)]).toEqual([29, 382 ** 2 + 400]);
  });
});

describe('memory', () => {
  it('stores a local at itself', () => {
    const fn = func('f', { p: 'i32' }, undefined, (b, { p }) => {
      const q = b.let(k.add(p, 8));
      b.store(q, q);
    });
    one(fn)(address);
    expect(heap.views.int32[address / 4 + 2]).toBe(address + 8);
  });

  it('computes every value of a store before it writes', () => {
    const swap = func('swap', { p: 'i32' }, undefined, (b, { p }) => {
      b.stores([
        { address: p, offset: 0, value: k.load('f64', p, 8) },
        { address: p, offset: 8, value: k.load('f64', p, 0) },
      ]);
    });
    const at = address / 8;
    heap.views.float64.set([1, 2], at);
    one(swap)(address);
    expect([...heap.views.float64.subarray(at, at + 2)]).toEqual([2, 1]);
  });

  it('reads with negative offsets, copies and fills', () => {
    const fn = func('f', { p: 'i32' }, 'u8', (b, { p }) => {
      b.fill(p, 7, 16);
      b.copy(k.add(p, 3), p, 16);
      b.return(k.load('u8', k.add(p, 20), -2));
    });
    heap.views.uint8.fill(0, address, address + 32);
    expect(one(fn)(address)).toBe(7);
    expect([...heap.views.uint8.subarray(address + 18, address + 20)]).toEqual([7, 0]);
  });

  it('reads any byte but nought as true, and writes 1', () => {
    const fn = func('f', { p: 'i32' }, 'i32', (b, { p }) => {
      b.store(p, k.load('bool', p), 1);
      b.return(k.convert('i32', k.and(k.load('bool', p), k.not(k.load('bool', p, 2)))));
    });
    heap.views.uint8.set([2, 0, 0], address);
    expect(one(fn)(address)).toBe(1);
    expect(heap.views.uint8[address + 1]).toBe(1);
  });

  it('splats and shuffles', () => {
    const fn = func('f', { p: 'i32' }, 'f64', (b, { p }) => {
      const v = k.replace(k.splat('f64x2', k.load('f64', p)), 1, k.load('f64', p, 8));
      const swapped = k.shuffle('f64x2', v, v, [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7]);
      b.return(k.add(k.mul(k.extract(swapped, 0), 10), k.extract(swapped, 1)));
    });
    heap.views.float64.set([1, 2], address / 8);
    expect(one(fn)(address)).toBe(21);
  });

  it('widens, narrows and tests vectors', () => {
    const fn = func('f', { x: 'i32' }, 'i32', (b, { x }) => {
      const v = k.splat('i32x4', x);
      const bytes = k.narrow('i8x16', k.narrow('i16x8', v, v), k.narrow('i16x8', v, v));
      const back = k.extendHigh('i32x4', k.extendLow('i16x8', bytes));
      const parts = k.convertLow('f64x2', back);
      const total = k.convert('i32', k.extract(parts, 1));
      const flags = k.add(k.bitmask(k.lt(v, 0)), k.convert('i32', k.allTrue(k.eq(back, v))));
      b.return(k.add(k.mul(total, 100), flags));
    });
    expect([one(fn)(5), one(fn)(1000), one(fn)(-3)]).toEqual([501, 12700, -300 + 16]);
  });

  it('multiplies at twice the width', () => {
    const product = (
      type: 'i64x2' | 'u64x2',
      from: 'i32x4' | 'u32x4',
      half: 'multiplyLow' | 'multiplyHigh',
    ) =>
      func('f', { x: 'i32', y: 'i32' }, laneOf(type), (b, { x, y }) => {
        const [first, second] = [x, y].map((v) => k.bitcast(from, k.replace(k.splat('i32x4', 7), 3, v)));
        const lanes = k[half](type, first, second);
        b.return(k.extract(lanes, 1));
      });
    expect(one(product('i64x2', 'i32x4', 'multiplyHigh'))(-3, 2 ** 31 - 1)).toBe(-3n * (2n ** 31n - 1n));
    expect(one(product('u64x2', 'u32x4', 'multiplyHigh'))(-1, -1)).toBe((2n ** 32n - 1n) ** 2n);
    expect(one(product('i64x2', 'i32x4', 'multiplyLow'))(-3, 5)).toBe(49n);
  });
});

it('places a table once', () => {
  const table: Table = { name: 'squares', type: 'f64', values: [0, 1, 4, 9, 16] };
  const fn = func('f', { i: 'i32' }, 'f64', (b, { i }) => b.return(k.lookup(table, i)));
  const before = heap.liveBytes;
  const runs = [one(fn), one(fn)];
  expect(heap.liveBytes - before).toBe(64);
  expect(runs.map((run) => run(3))).toEqual([9, 9]);
});

it('compiles a kernel once for each device', () => {
  let built = 0;
  const counting = lazyKernel(() => {
    built++;
    const i = local('i32');
    return { exports: [func('f', {}, 'i32', (b) => (b.set(i, 41), b.return(k.add(i, 1))))] };
  });
  const before = kernels.current.name;
  try {
    for (const device of ['wasm', 'js', 'wasm', 'js'] as const) {
      kernels.use(device);
      expect([kernels.current.name, counting().f()]).toEqual([device, 42]);
    }
  } finally {
    kernels.use(before);
  }
  expect(built).toBe(2);
  expect(() => kernels.use('gpu' as 'js')).toThrow(TypeError);
});
