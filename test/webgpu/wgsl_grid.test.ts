/** Grid kernels printed as WGSL do what they say; what WGSL lacks is refused. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { printWgsl } from '../../src/device/webgpu/wgsl/printer.ts';
import { func, k } from '../../src/kernel/build.ts';
import type { GridKernel } from '../../src/kernel/grid/build.ts';
import type { Expr } from '../../src/kernel/ir.ts';
import { openDevice } from './device.ts';
import { GRID_CASES, each, kernelOf } from './wgsl_grid_cases.ts';

let device: GPUDevice;
beforeAll(async () => {
  device = await openDevice();
});
afterAll(() => device.destroy());

test.each(GRID_CASES)('$title', ({ run }) => run(device));

test('the same kernel gives the same text', () => {
  const make = (): GridKernel => each((x, b) => k.add(b.let(k.mul(x, 3), 'y'), x));
  const kernel = make();
  expect(printWgsl(kernel)).toBe(printWgsl(kernel));
  expect(printWgsl(make())).toBe(printWgsl(kernel));
});

test('what compilers of shaders take for known is hidden from them', () => {
  const textOf = (value: (x: Expr) => Expr): string =>
    printWgsl(each((x) => k.bitcast('u32', value(k.bitcast('f32', x))))).split('fn main')[1]!;
  const truth = (x: Expr): Expr => k.select(x, k.const('f32', 1), k.const('f32', 2));
  expect(textOf((x) => truth(k.ne(x, x)))).toContain('is_nan(');
  expect(textOf((x) => truth(k.eq(x, x)))).toContain('!is_nan(');
  for (const value of [k.sub, k.div]) expect(textOf((x) => value(x, x))).toContain('run_time(');
  for (const value of [k.mul, k.add]) expect(textOf((x) => value(x, 0))).toContain('run_time(');
  expect(textOf((x) => k.add(x, NaN))).toContain('run_time(0x7fc00000u)');
  expect(textOf((x) => k.add(x, 1e-45))).toContain('run_time(0x1u)');
  expect(textOf((x) => k.sub(k.opaque(x), 1))).toContain('run_time(');
  expect(textOf((x) => k.mul(x, 3))).not.toContain('run_time(');
});

test('what WGSL lacks is an error that says where', () => {
  const wide = each((x) => k.convert('u32', k.add(k.convert('f64', x), 1)));
  expect(() => printWgsl(wide)).toThrow(
    'kernel test: put output > convert > add: f64 on a device without 64-bit types',
  );
  const inner = func('inner', { x: 'u32' }, 'u32', (b, { x }) =>
    b.return(k.convert('u32', k.convert('i64', x))),
  );
  expect(() => printWgsl(each((x) => k.call(inner, x)))).toThrow(
    'kernel test: inner > return > convert > convert: i64 on a device without 64-bit types',
  );
  const self = func('self', { x: 'u32' }, 'u32', (b, { x }, me) => b.return(k.call(me, x)));
  expect(() => printWgsl(each((x) => k.call(self, x)))).toThrow('kernel test: self calls itself');
  expect(() => printWgsl(each((x) => k.load('u32', k.bitcast('i32', x))))).toThrow(
    'kernel test: put output > load: load on a device without memory of bytes',
  );
  const mixed = kernelOf(1, (b, { output }) => b.put(output, 0, k.const('i32', 1)));
  expect(() => printWgsl(mixed)).toThrow('kernel test: put output: i32 put into output, which is of u32');
});
