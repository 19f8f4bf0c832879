/** Grid kernels, and what they must do: control flow, functions, tables, memory and places. */
import assert from 'node:assert/strict';
import { bitsToHalf } from '../../src/array/half.ts';
import { func, k, lift } from '../../src/kernel/build.ts';
import { at, gridKernel } from '../../src/kernel/grid/build.ts';
import type { GridBody, GridKernel } from '../../src/kernel/grid/build.ts';
import { loadElement, storeElement } from '../../src/kernel/grid/element.ts';
import type { BufferArray } from '../../src/kernel/grid/ir.ts';
import type { Expr, Table } from '../../src/kernel/ir.ts';
import { launch } from './wgsl_launch.ts';

export interface GridCase {
  readonly title: string;
  readonly run: (device: GPUDevice) => Promise<void>;
}

const words = (n: number, valueAt: (i: number) => number = () => 0): Uint32Array<ArrayBuffer> =>
  Uint32Array.from({ length: n }, (_, i) => valueAt(i));
const bitsOf = (x: Float32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> => new Uint32Array(x.buffer);

type Buffers = { readonly input: BufferArray; readonly output: BufferArray };

/** A kernel with one input and one output buffer. */
export const kernelOf = (size: number, body: (b: GridBody, buffers: Buffers) => void): GridKernel =>
  gridKernel('test', size, { input: 'read', output: 'write' }, {}, (b, buffers) => body(b, buffers));

/** What a kernel writes, given the words that it reads, in as many workgroups as cover them. */
async function run(
  device: GPUDevice,
  kernel: GridKernel,
  input: Uint32Array<ArrayBuffer>,
  length = input.length,
): Promise<number[]> {
  const [, output] = await launch(
    device,
    kernel,
    [input, words(length)],
    [],
    Math.ceil(input.length / kernel.size),
  );
  return [...output!];
}

/** Writes one value of each input word. */
export const each = (value: (x: Expr, b: GridBody) => Expr): GridKernel =>
  kernelOf(64, (b, { input, output }) => {
    b.put(output, b.invocation, value(b.let(at(input, b.invocation), 'x'), b));
  });

export const GRID_CASES: readonly GridCase[] = [
  {
    title: 'elements of narrow types are read, and written beside one another',
    run: async (device) => {
      const kernel = gridKernel(
        'halves',
        64,
        { bytes: 'read', halves: 'atomic' },
        { n: 'i32' },
        (b, { bytes, halves }, { n }) => {
          b.if(k.lt(b.invocation, n), () => {
            const x = loadElement(bytes, 'i8', 'f32', b.invocation) as Expr;
            storeElement(b, halves, 'f16', 'f32', b.invocation, k.mul(x, 0.5));
          });
        },
      );
      const bytes = Int8Array.from({ length: 256 }, (_, i) => i);
      const [, output] = await launch(device, kernel, [new Uint32Array(bytes.buffer), words(128)], [201], 4);
      const halves = [...new Uint16Array(output!.buffer)].map(bitsToHalf);
      assert.deepEqual(
        halves,
        [...bytes].map((x, i) => (i < 201 ? x / 2 : 0)),
      );
    },
  },

  {
    title: 'workgroups along two axes are numbered one after the other',
    run: async (device) => {
      const kernel = gridKernel('places', 4, { output: 'write' }, {}, (b, { output }) => {
        const groups = b.let({ op: 'place', type: 'i32', which: 'groups' });
        b.put(
          output,
          b.invocation,
          k.bitcast('u32', k.add(k.mul(groups, 100), k.add(k.mul(b.group, 10), b.local))),
        );
      });
      const [output] = await launch(device, kernel, [words(24)], [], [3, 2]);
      assert.deepEqual(
        [...output!],
        Array.from({ length: 24 }, (_, i) => 600 + 10 * (i >> 2) + (i & 3)),
      );
    },
  },

  {
    title: 'parameters beyond the first four, one of which is changed',
    run: async (device) => {
      const types = { a: 'i32', b: 'u32', c: 'f32', d: 'i32', e: 'i32' } as const;
      const kernel = gridKernel('params', 1, { output: 'write' }, types, (b, { output }, p) => {
        b.bump(p.e, 5);
        [p.a, p.b, p.c, p.d, p.e].forEach((x, i) => b.put(output, i, k.bitcast('u32', x)));
      });
      const [output] = await launch(device, kernel, [words(5)], [-7, 8, 0x3f800000, 9, -10], 1);
      assert.deepEqual([...output!], [2 ** 32 - 7, 8, 0x3f800000, 9, 2 ** 32 - 5]);
    },
  },

  {
    title: 'loops with break and continue, in functions that change their parameters',
    run: async (device) => {
      // Steps of the Collatz sequence, at most 50; those from multiples of 7 count twice.
      const steps = func('steps', { n: 'u32' }, 'u32', (b, { n }) => {
        const count = b.let(k.const('u32', 0), 'count');
        b.while(k.ne(n, 1), () => {
          b.if(k.ge(count, 50), () => b.break());
          const odd = b.let(k.ne(k.and(n, 1), 0), 'odd');
          b.set(n, k.select(odd, k.add(k.mul(n, 3), 1), k.shr(n, 1)));
          b.bump(count, 1);
          b.if(k.ne(k.irem(n, 7), 0), () => b.continue());
          b.bump(count, 1);
        });
        b.return(count);
      });
      const stepsOf = (from: number): number => {
        let count = 0;
        for (let n = from; n !== 1 && count < 50; count += n % 7 === 0 ? 2 : 1)
          n = n & 1 ? 3 * n + 1 : n >> 1;
        return count;
      };
      const input = words(64, (i) => i + 1);
      assert.deepEqual(
        await run(
          device,
          each((x) => k.call(steps, x)),
          input,
        ),
        [...input].map(stepsOf),
      );
    },
  },

  {
    title: 'functions that return from branches, and that call others',
    run: async (device) => {
      const half = func('half', { x: 'u32' }, 'u32', (b, { x }) => b.return(k.shr(x, 1)));
      const sign = func('sign', { x: 'i32' }, 'i32', (b, { x }) =>
        b.if(
          k.lt(x, 0),
          () => b.return(lift(-1, 'i32')),
          () => b.return(k.convert('i32', k.gt(x, 0))),
        ),
      );
      const open = func('open', { x: 'u32' }, 'u32', (b, { x }) =>
        b.if(k.gt(x, 3), () => b.return(k.call(half, x))),
      );
      const kernel = each((x) =>
        k.add(k.call(open, x), k.bitcast('u32', k.call(sign, k.sub(k.bitcast('i32', x), 5)))),
      );
      const expected = Array.from({ length: 64 }, (_, x) => ((x > 3 ? x >> 1 : 0) + Math.sign(x - 5)) >>> 0);
      assert.deepEqual(
        await run(
          device,
          kernel,
          words(64, (i) => i),
        ),
        expected,
      );
    },
  },

  {
    title: 'what is rare is computed where its condition holds',
    run: async (device) => {
      const slow = func('slow', { x: 'u32', y: 'u32' }, 'u32', (b, { x, y }) =>
        b.return(k.add(k.mul(x, 1000), y)),
      );
      const kernel = each((x) => {
        const shared = k.mul(x, x);
        const inner = k.rare(k.gt(x, 60), shared, slow, x, shared);
        return k.add(inner, k.rare(k.eq(k.irem(x, 10), 0), inner, slow, inner, x));
      });
      const expected = Array.from({ length: 64 }, (_, x) => {
        const inner = x > 60 ? x * 1000 + x * x : x * x;
        return inner + (x % 10 === 0 ? inner * 1000 + x : inner);
      });
      assert.deepEqual(
        await run(
          device,
          kernel,
          words(64, (i) => i),
        ),
        expected,
      );
    },
  },

  {
    title: 'tables of all types, with infinities and tiny numbers',
    run: async (device) => {
      const tables: Table[] = [
        { name: 'floats', type: 'f32', values: [1.5, 0.1, -3, 1e30] },
        { name: 'array', type: 'f32', values: [Infinity, NaN, -0, 1e-45] },
        { name: 'words', type: 'u32', values: [0xffffffff, 1, 2, 3] },
        { name: 'words', type: 'i32', values: [-(2 ** 31), -1, 0, 1] },
        { name: 'bytes', type: 'i8', values: [-128, -1, 0, 127] },
        { name: 'flags', type: 'bool', values: [1, 0, 0, 1] },
      ];
      const kernel = kernelOf(4, (b, { output }) => {
        tables.forEach((table, i) => {
          const x = k.lookup(table, b.local);
          const bits =
            table.type === 'f32' || table.type === 'i32' ? k.bitcast('u32', x) : k.convert('u32', x);
          b.put(output, k.add(b.local, 4 * i), bits);
        });
      });
      const expected = [
        ...bitsOf(Float32Array.of(1.5, 0.1, -3, 1e30, Infinity, NaN, -0, 1e-45)),
        ...[0xffffffff, 1, 2, 3, 2 ** 31, 2 ** 32 - 1, 0, 1, 2 ** 32 - 128, 2 ** 32 - 1, 0, 127, 1, 0, 0, 1],
      ];
      assert.deepEqual(await run(device, kernel, words(1), 24), expected);
    },
  },

  {
    title: 'a sum by workgroup memory and barriers',
    run: async (device) => {
      const kernel = kernelOf(64, (b, { input, output }) => {
        const sums = b.shared('u32', 64);
        const stride = b.let(k.const('i32', 32), 'stride');
        b.put(sums, b.local, at(input, b.invocation));
        b.barrier();
        b.while(k.gt(stride, 0), () => {
          b.if(k.lt(b.local, stride), () =>
            b.put(sums, b.local, k.add(at(sums, b.local), at(sums, k.add(b.local, stride)))),
          );
          b.barrier();
          b.set(stride, k.shr(stride, 1));
        });
        b.if(k.eq(b.local, 0), () => b.put(output, b.group, at(sums, 0)));
      });
      assert.deepEqual(
        await run(
          device,
          kernel,
          words(192, (i) => i),
          3,
        ),
        [0, 1, 2].map((g) => 32 * (128 * g + 63)),
      );
    },
  },

  {
    title: 'barriers where a workgroup has agreed on them',
    run: async (device) => {
      const kernel = kernelOf(64, (b, { input, output }) => {
        const flags = b.shared('u32', 2, 'flags');
        const shared = b.shared('u32', 64);
        const x = b.let(at(input, b.invocation), 'x');
        b.if(k.eq(b.local, 37), () => b.put(flags, 1, k.and(x, 1)));
        b.if(k.eq(b.agreed(flags, 1), 0), () => {
          b.put(shared, b.local, x);
          b.barrier();
          b.put(output, b.invocation, at(shared, k.sub(63, b.local)));
        });
      });
      // Of three workgroups, the one in the middle finds an odd number.
      const group = (i: number): number => Math.floor(i / 64);
      const result = await run(
        device,
        kernel,
        words(192, (i) => 2 * i + (group(i) % 2)),
      );
      const reversed = (i: number): number => 2 * (64 * group(i) + 63 - (i % 64));
      assert.deepEqual(
        result,
        Array.from({ length: 192 }, (_, i) => (group(i) === 1 ? 0 : reversed(i))),
      );
    },
  },

  {
    title: 'workgroup memory and the memory of an invocation start as zeros',
    run: async (device) => {
      const kernel = kernelOf(8, (b, { output }) => {
        const shared = b.shared('i32', 8);
        const own = b.own('f32x4', 3);
        b.put(own, k.irem(b.local, 3), k.splat('f32x4', 2));
        const lanes = b.let(k.add(at(own, 0), k.add(at(own, 1), at(own, 2))), 'lanes');
        const total = k.add(k.extract(lanes, 3), k.convert('f32', at(shared, b.local)));
        b.put(output, b.local, k.bitcast('u32', total));
      });
      assert.deepEqual(await run(device, kernel, words(1), 8), new Array(8).fill(0x40000000));
    },
  },

  {
    title: 'atomic changes of buffers and of workgroup memory',
    run: async (device) => {
      const hows = ['add', 'and', 'or', 'xor', 'min', 'max', 'exchange'] as const;
      const kernel = gridKernel(
        'atomics',
        64,
        { counts: 'atomic', olds: 'write' },
        {},
        (b, { counts, olds }) => {
          const local = b.sharedAtomic('i32', 2);
          const x = b.let(k.bitcast('u32', k.add(b.invocation, 1)), 'x');
          hows.forEach((how, i) => b.atomic(how, counts, i, x));
          b.put(olds, b.invocation, b.atomic('add', counts, 7, k.const('u32', 1)));
          b.atomic('min', local, 0, k.sub(lift(0, 'i32'), b.local));
          // An increment by compare and exchange: again where another was faster.
          const seen = b.let(at(counts, 8), 'seen');
          const done = b.let(k.const('bool', false), 'done');
          b.while(k.not(done), () => {
            const old = b.compareExchange(counts, 8, seen, k.add(seen, 3));
            b.set(done, k.eq(old, seen));
            b.set(seen, old);
          });
          b.barrier();
          b.if(k.eq(b.local, 0), () => b.put(counts, k.add(b.group, 9), k.bitcast('u32', at(local, 0))));
        },
      );
      const start = words(11, (i) => (i === 1 ? 0xff : i === 4 ? 1000 : 0));
      const [counts, olds] = await launch(device, kernel, [start, words(128)], [], 2);
      let [and, xor] = [0xff, 0];
      for (let x = 1; x <= 128; x++) [and, xor] = [and & x, xor ^ x];
      assert.deepEqual([...counts!.subarray(0, 6)], [(128 * 129) / 2, and, 255, xor, 1, 128]);
      assert.equal(counts![6]! >= 1 && counts![6]! <= 128, true);
      assert.deepEqual([...counts!.subarray(7)], [128, 384, 2 ** 32 - 63, 2 ** 32 - 63]);
      assert.deepEqual(
        [...olds!].sort((a, b) => a - b),
        Array.from({ length: 128 }, (_, i) => i),
      );
    },
  },

  {
    title: 'buffers of four words',
    run: async (device) => {
      const specs = {
        input: { access: 'read', type: 'u32x4' },
        output: { access: 'write', type: 'u32x4' },
      } as const;
      const kernel = gridKernel('quads', 4, specs, {}, (b, { input, output }) => {
        b.put(output, b.local, k.add(at(input, b.local), k.splat('u32x4', 7)));
      });
      const [, output] = await launch(device, kernel, [words(16, (i) => i), words(16)], [], 1);
      assert.deepEqual(
        [...output!],
        Array.from({ length: 16 }, (_, i) => i + 7),
      );
    },
  },

  {
    title: 'deeply nested and often shared expressions',
    run: async (device) => {
      const kernel = each((x) => {
        let [chain, tower]: [Expr, Expr] = [x, x];
        for (let i = 0; i < 300; i++) chain = k.xor(k.add(x, chain), i);
        // 2^40 paths lead to x.
        for (let i = 0; i < 40; i++) tower = k.add(tower, tower);
        return k.add(chain, tower);
      });
      const expected = Array.from({ length: 64 }, (_, x) => {
        let chain = x;
        for (let i = 0; i < 300; i++) chain = (((x + chain) | 0) ^ i) >>> 0;
        return chain;
      });
      assert.deepEqual(
        await run(
          device,
          kernel,
          words(64, (i) => i),
        ),
        expected,
      );
    },
  },

  {
    title: 'names that WGSL has for itself, and names of one another',
    run: async (device) => {
      const fn = func('select', { fn: 'u32', 'a-b': 'u32' }, 'u32', (b, p) => {
        const loop = b.let(k.add(p.fn, p['a-b']), 'is_nan');
        b.return(b.let(loop, '__x'));
      });
      const kernel = gridKernel(
        'main',
        4,
        { var: 'read', params: 'write' },
        { main: 'u32', vec4: 'u32' },
        (b, buffers, p) => {
          const x = b.let(at(buffers.var, b.local), 'select');
          const y = b.let(at(buffers.var, b.local), 'var');
          b.put(buffers.params, b.local, k.add(k.call(fn, x, y), k.add(p.main, p.vec4)));
        },
      );
      const [, output] = await launch(device, kernel, [words(4, (i) => i), words(4)], [100, 200], 1);
      assert.deepEqual([...output!], [300, 302, 304, 306]);
    },
  },

  {
    title: 'a local that is first read, and one that is set in a branch only, start as zero',
    run: async (device) => {
      const kernel = each((x, b) => {
        const first = b.let(x, 'first');
        const late = { op: 'local', type: 'u32', id: -1, name: 'late' } as const;
        b.if(k.gt(x, 40), () => b.set(late, x));
        b.set(first, k.add(late, 1));
        return first;
      });
      assert.deepEqual(
        await run(
          device,
          kernel,
          words(64, (i) => i),
        ),
        Array.from({ length: 64 }, (_, i) => (i > 40 ? i + 1 : 1)),
      );
    },
  },

  {
    title: 'either is its narrow form',
    run: async (device) => {
      const kernel = each((x) => {
        const wide = k.convert(
          'u32',
          k.shr(k.mul(k.convert('u64', x), k.const('u64', 3)), k.const('u64', 1)),
        );
        return k.either(wide, () => k.add(x, k.shr(x, 1)));
      });
      assert.deepEqual(
        await run(
          device,
          kernel,
          words(64, (i) => i),
        ),
        Array.from({ length: 64 }, (_, i) => i + (i >> 1)),
      );
    },
  },

  {
    title: 'a loop over parameters with barriers in it, of the workgroups that there is work for',
    run: async (device) => {
      // Each workgroup adds up its tiles of 4 words.
      const params = { groups: 'i32', tiles: 'i32' } as const;
      const kernel = gridKernel(
        'tiles',
        4,
        { input: 'read', output: 'write' },
        params,
        (b, { input, output }, p) => {
          const tile = b.shared('u32', 4);
          b.if(k.lt(b.group, p.groups), () => {
            const sum = b.let(k.const('u32', 0), 'sum');
            b.for(0, p.tiles, 1, (i) => {
              b.put(tile, b.local, at(input, k.add(k.mul(k.add(k.mul(b.group, p.tiles), i), 4), b.local)));
              b.barrier();
              b.for(0, 4, 1, (j) => b.set(sum, k.add(sum, at(tile, j))));
              b.barrier();
            });
            b.put(output, b.invocation, sum);
          });
        },
      );
      const [, output] = await launch(device, kernel, [words(24, (i) => i), words(12)], [2, 3], 3);
      const sums = [0, 1].map((group) => 66 + 144 * group);
      assert.deepEqual(
        [...output!],
        [...sums, 0].flatMap((sum) => [sum, sum, sum, sum]),
      );
    },
  },
];
