/** How a matrix product is computed on a GPU: what is chosen for which sizes and layouts. */
import { describe, expect, test } from 'vitest';
import type { GpuLimits } from '../../src/device/webgpu/context.ts';
import { gridRing } from '../../src/kernel/grid/product/ring.ts';
import { tileMemory } from '../../src/kernel/grid/product/tiles.ts';
import type { MatrixPlace, ProductPlan, ProductWishes } from '../../src/ops/webgpu/product/tuner.ts';
import { TILES, planProduct } from '../../src/ops/webgpu/product/tuner.ts';

/** WebGPU's defaults. */
const LIMITS: GpuLimits = {
  maxBufferSize: 2 ** 28,
  maxStorageBufferBindingSize: 2 ** 27,
  maxStorageBuffersPerShaderStage: 8,
  maxUniformBufferBindingSize: 2 ** 16,
  minStorageBufferOffsetAlignment: 256,
  minUniformBufferOffsetAlignment: 256,
  maxComputeWorkgroupStorageSize: 2 ** 14,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupsPerDimension: 65535,
};

interface Given {
  readonly matrices?: number;
  readonly element?: 'f32' | 'f16' | 'c64';
  readonly a?: 'rows' | 'transposed';
  readonly b?: 'rows' | 'transposed';
  readonly offset?: number;
  readonly limits?: Partial<GpuLimits>;
  readonly isSoftware?: boolean;
  readonly wishes?: ProductWishes;
}

function plan(m: number, k: number, n: number, given: Given = {}): ProductPlan {
  const {
    matrices = 1,
    element = 'f32',
    a = 'rows',
    b = 'rows',
    offset = 0,
    limits,
    isSoftware = false,
    wishes,
  } = given;
  const place = (rows: number, columns: number, layout: string): MatrixPlace => ({
    offset,
    row: layout === 'rows' ? columns : 1,
    column: layout === 'rows' ? 1 : rows,
    steps: matrices > 1 ? [rows * columns] : [],
  });
  const lengths = matrices > 1 ? [matrices] : [];
  const sizes = { m, n, k, lengths, leaves: [place(m, k, a), place(k, n, b)] as const };
  const gpu = { limits: { ...LIMITS, ...limits }, isSoftware, subgroupSize: 32 };
  return planProduct(gpu, gridRing(element), sizes, wishes);
}

test('tiles fit into the memory that every device has', () => {
  for (const tile of Object.values(TILES)) expect(tileMemory(tile)).toBeLessThanOrEqual(2 ** 14);
});

describe('the kernel', () => {
  test.each([
    [4096, 4096, 4096, 'large'],
    [1024, 1024, 1024, 'medium'],
    [513, 513, 513, 'medium'],
    [100, 64, 100, 'small'],
    [16, 4096, 4096, 'small'],
  ] as const)('of %i, %i and %i is that of %s tiles', (m, k, n, tile) => {
    expect(plan(m, k, n)).toMatchObject({ kernel: 'tiles', tile: TILES[tile] });
  });

  test('a device with small workgroups has small tiles', () => {
    const limits = { maxComputeInvocationsPerWorkgroup: 128 };
    expect(plan(4096, 4096, 4096, { limits })).toMatchObject({ tile: TILES.small });
  });

  test('a driver in software has tiles without workgroup memory, unless others are asked for', () => {
    expect(plan(100, 64, 100, { isSoftware: true })).toMatchObject({ tile: TILES.direct });
    expect(plan(4096, 4096, 4096, { isSoftware: true })).toMatchObject({ tile: TILES.direct });
    const wishes = { kernel: 'small' } as const;
    expect(plan(100, 64, 100, { isSoftware: true, wishes })).toMatchObject({ tile: TILES.small });
    expect(plan(100, 64, 100, { wishes: { kernel: 'direct' } })).toMatchObject({ tile: TILES.direct });
  });

  test('vectors go line by line, shared by neighbours along the way that the matrix lies', () => {
    const share = { kernel: 'lines', size: 256, team: { lanes: 256, across: false, subgroup: 32 } };
    const apart = { kernel: 'lines', size: 256, team: { lanes: 4, across: true } };
    expect(plan(4096, 4096, 1)).toMatchObject({ ...share, vectors: 'right' });
    expect(plan(4096, 4096, 1, { a: 'transposed' })).toMatchObject({ ...apart, vectors: 'right' });
    expect(plan(1, 4096, 4096)).toMatchObject({ ...apart, vectors: 'left' });
    expect(plan(1, 4096, 4096, { b: 'transposed' })).toMatchObject({ ...share, vectors: 'left', four: true });
    expect(plan(3, 100, 50)).toMatchObject({ vectors: 'left', count: 3 });
  });

  test('on a processor an invocation has a line to itself where there are many, or several', () => {
    const isSoftware = true;
    expect(plan(4096, 4096, 1, { isSoftware })).toMatchObject({ size: 256, lines: 2, team: { lanes: 1 } });
    expect(plan(3, 4096, 4096, { isSoftware })).toMatchObject({ lines: 1, team: { lanes: 1 } });
    expect(plan(1000, 4096, 1, { isSoftware })).toMatchObject({ lines: 1, team: { lanes: 1 } });
    expect(plan(100, 4096, 1, { isSoftware })).toMatchObject({ lines: 1, team: { lanes: 256 } });
    expect(plan(4096, 4096, 1)).toMatchObject({ lines: 1 });
  });

  test('stacks of tiny matrices are a line for each element', () => {
    expect(plan(8, 8, 8, { matrices: 1000 })).toMatchObject({ vectors: 'each', team: { lanes: 1 } });
    expect(plan(8, 8, 8)).toMatchObject({ kernel: 'tiles' });
  });
});

describe('the operands', () => {
  test.each([
    ['rows', 'rows', 'along4', 'across4'],
    ['rows', 'transposed', 'along4', 'along4'],
    ['transposed', 'rows', 'across4', 'across4'],
  ] as const)('%s and %s are read four at a time', (a, b, left, right) => {
    expect(plan(256, 256, 256, { a, b })).toMatchObject({ left, right });
    expect(plan(256, 256, 256, { a, b, wishes: { four: false } })).toMatchObject({
      left: left.slice(0, -1),
      right: right.slice(0, -1),
    });
  });

  test('and one by one where they are not aligned, or not of words', () => {
    const single = { left: 'along', right: 'across' };
    expect(plan(256, 255, 257)).toMatchObject(single);
    expect(plan(256, 256, 256, { offset: 2 })).toMatchObject(single);
    expect(plan(256, 256, 256, { element: 'f16' })).toMatchObject(single);
    expect(plan(256, 256, 256, { element: 'c64' })).toMatchObject(single);
  });
});

describe('the depth', () => {
  test('is split where there are few tiles, into parts that cover it', () => {
    for (const k of [512, 4000, 65536, 65537]) {
      const { splits, chunk } = plan(64, k, 64);
      expect(splits).toBeGreaterThan(1);
      expect(splits * chunk).toBeGreaterThanOrEqual(k);
      expect((splits - 1) * chunk).toBeLessThan(k);
      expect(chunk % 16).toBe(0);
    }
  });

  test('is whole where there are enough, or where it is not deep', () => {
    expect(plan(2048, 65536, 2048).splits).toBe(1);
    expect(plan(64, 255, 64).splits).toBe(1);
  });

  test('is not split into more than memory may hold', () => {
    const limits = { maxStorageBufferBindingSize: 3 * 4 * 64 * 64 };
    expect(plan(64, 65536, 64, { limits }).splits).toBeLessThanOrEqual(3);
  });
});
