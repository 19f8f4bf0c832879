/** Small kernels for tests of the WebGPU runtime. */
import type { GpuBytes } from '../../src/device/webgpu/bytes.ts';
import type { Gpu } from '../../src/device/webgpu/gpu.ts';
import { k } from '../../src/kernel/build.ts';
import { at, gridKernel } from '../../src/kernel/grid/build.ts';
import { fail } from '../../src/kernel/grid/failure.ts';

export const SIZE = 64;
export const groupsFor = (n: number): number => Math.ceil(n / SIZE);

/** y[i] = x[i] + c */
export const addTo = gridKernel(
  'add_to',
  SIZE,
  { x: 'read', y: 'write' },
  { n: 'i32', c: 'u32' },
  (b, { x, y }, { n, c }) =>
    b.if(k.lt(b.invocation, n), () => b.put(y, b.invocation, k.add(at(x, b.invocation), c))),
);

/** x[i] = m x[i] + c, modulo 2 ** 32 */
export const step = gridKernel(
  'step',
  SIZE,
  { x: 'write' },
  { n: 'i32', m: 'u32', c: 'u32' },
  (b, { x }, { n, m, c }) =>
    b.if(k.lt(b.invocation, n), () => b.put(x, b.invocation, k.add(k.mul(at(x, b.invocation), m), c))),
);

/** The parameters' bits, with many parameters of all types. */
export const echo = gridKernel(
  'echo',
  1,
  { out: 'write' },
  { i: 'i32', u: 'u32', f: 'f32', g: 'f32', j: 'i32' },
  (b, { out }, { i, u, f, g, j }) =>
    [i, u, f, g, j].forEach((p, at) => b.put(out, at, p.type === 'u32' ? p : k.bitcast('u32', p))),
);

/** Each workgroup counts itself. */
export const countGroups = gridKernel(
  'count_groups',
  1,
  { out: 'write' },
  { groups: 'i32' },
  (b, { out }, { groups }) =>
    b.if(k.lt(b.group, groups), () => b.put(out, b.group, k.add(at(out, b.group), k.const('u32', 1)))),
);

/** out[i] = x[index[i]], with code 3 in the status for an index out of range, and the index and the length as details. */
export const take = gridKernel(
  'take',
  SIZE,
  { x: 'read', index: 'read', out: 'write', status: 'atomic' },
  { n: 'i32', length: 'i32', check: 'i32' },
  (b, { x, index, out, status }, { n, length, check }) =>
    b.if(k.lt(b.invocation, n), () => {
      const i = b.let(k.bitcast('i32', at(index, b.invocation)), 'i');
      b.if(
        k.and(k.ge(i, 0), k.lt(i, length)),
        () => b.put(out, b.invocation, at(x, i)),
        () => {
          fail(b, status, check, 3, [i, length]);
        },
      );
    }),
);

/** A barrier that not all invocations reach: WGSL forbids it. */
export const wrong = gridKernel('wrong', SIZE, { x: 'write' }, {}, (b, { x }) =>
  b.if(k.eq(at(x, b.invocation), k.const('u32', 0)), () => b.barrier()),
);

/** Bytes on the device with these words. */
export function upload(gpu: Gpu, words: ArrayLike<number>): GpuBytes {
  const bytes = gpu.allocate(4 * words.length);
  gpu.upload(bytes, 0, new Uint8Array(Uint32Array.from(words).buffer));
  return bytes;
}

/** The words of bytes on the device. */
export async function wordsOf(gpu: Gpu, bytes: GpuBytes, n = bytes.byteLength / 4): Promise<number[]> {
  return [...new Uint32Array((await gpu.read(bytes, 0, 4 * n)).buffer)];
}

export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** More invocations in a workgroup than any device has. */
export const tooLarge = gridKernel('too_large', 2 ** 16, { x: 'write' }, {}, (b, { x }) =>
  b.put(x, b.invocation, k.const('u32', 1)),
);
