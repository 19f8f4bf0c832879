/** The kernels of linear algebra run on every device: their workgroups have no more memory and invocations than WebGPU promises. */
import { describe, expect, test } from 'vitest';
import { printWgsl } from '../../src/device/webgpu/wgsl/printer.ts';
import type { GridKernel } from '../../src/kernel/grid/build.ts';
import { buildCholeskyBlock } from '../../src/kernel/grid/linalg/cholesky.ts';
import { buildRotations, mostSide } from '../../src/kernel/grid/linalg/jacobi.ts';
import { buildLuPanel } from '../../src/kernel/grid/linalg/lu.ts';
import { buildQrPanel } from '../../src/kernel/grid/linalg/qr.ts';
import { buildBlockReflectors } from '../../src/kernel/grid/linalg/reflectors.ts';
import { buildPreparation, buildRowLengths } from '../../src/kernel/grid/linalg/spectrum.ts';
import { buildTriangularBlock } from '../../src/kernel/grid/linalg/triangular.ts';
import { panelShape, panelsOf } from '../../src/ops/webgpu/linalg/panel.ts';

const ELEMENTS = ['f32', 'c64'] as const;
const SIDES = [4, 8, 16, 32] as const;

/** Bytes of workgroup memory. */
function memoryOf(kernel: GridKernel): number {
  const arrays = printWgsl(kernel).matchAll(/var<workgroup> \w+: array<(?:atomic<)?(\w+?)>?, (\d+)>/g);
  return [...arrays].reduce((sum, [, type, length]) => {
    expect(['f32', 'i32', 'u32']).toContain(type);
    return sum + 4 * Number(length);
  }, 0);
}

function expectToFit(kernel: GridKernel): void {
  expect(kernel.size).toBeLessThanOrEqual(256);
  const memory = memoryOf(kernel);
  expect(memory, kernel.name).toBeGreaterThan(0);
  expect(memory, kernel.name).toBeLessThanOrEqual(16384);
}

describe.each(ELEMENTS)('%s', (element) => {
  test.each(SIDES)('blocks of %i rows', (side) => {
    expectToFit(buildCholeskyBlock({ element, side, code: 1 }));
    for (const width of [1, 8, element === 'c64' ? 32 : 64])
      for (const unit of [false, true])
        expectToFit(buildTriangularBlock({ element, side, width, unit, inPlace: unit }));
  });

  test('panels', () => {
    for (const rows of [1, 3, 9, 32, 33, 65, 300, 5000])
      for (const columns of [1, 3, 9, 32, 100])
        for (const panel of panelsOf(rows, columns)) {
          const shape = panelShape(element, panel);
          expect(shape.width).toBeGreaterThanOrEqual(panel.columns);
          expect(shape.held ?? panel.rows).toBeGreaterThanOrEqual(panel.rows);
          expectToFit(buildLuPanel({ ...shape, code: 1 }));
          expectToFit(buildQrPanel(shape));
        }
  });

  test('pairs of blocks of rows that are turned', () => {
    for (const side of SIDES.filter((side) => side <= mostSide(element)))
      for (const zeroes of ['products', 'elements'] as const)
        expectToFit(buildRotations({ element, side, zeroes }));
    expectToFit(buildPreparation({ element, lanes: 256 }));
    expectToFit(buildRowLengths(element));
  });

  test('blocks of reflections', () => expectToFit(buildBlockReflectors(element)));
});
