import { describe, expect, it } from 'vitest';
import { jsDevice } from '../../src/device/js/device.ts';
import { wasmDevice } from '../../src/device/wasm/device.ts';
import { func, k } from '../../src/kernel/build.ts';
import type { KernelFunction } from '../../src/kernel/ir.ts';
import { narrowModule } from '../../src/kernel/narrow.ts';
import { nodesOf } from '../../src/kernel/traverse.ts';

const callee = func('callee', { x: 'f32' }, 'f32', (b, { x }) =>
  b.return(k.either(k.add(x, 1), () => k.either(k.add(x, 2), () => k.opaque(k.add(x, 3))))),
);

const recursive: KernelFunction = func('recursive', { n: 'i32', x: 'f32' }, 'f32', (b, { n, x }, self) => {
  b.if(k.le(n, 0), () => b.return(x));
  b.return(k.call(self, k.sub(n, 1), k.call(callee, x)));
});

const caller = func('caller', { x: 'f32' }, 'f32', (b, { x }) => {
  const y = b.let(k.either(k.mul(x, 10), () => k.mul(x, 20)));
  const shared = k.rare(
    k.either(k.gt(y, 1000), () => k.gt(y, 2000)),
    y,
    callee,
    y,
  );
  b.return(k.add(k.mul(shared, shared), k.call(recursive, k.const('i32', 2), shared)));
});

const module = { exports: [caller] };

describe('either', () => {
  it.each([jsDevice, wasmDevice])('is its wide form on a device with 64-bit types: $name', (device) => {
    const { caller: run } = device.compile(module);
    expect(run(3)).toBe(30 * 30 + 32);
    expect(run(101)).toBe(1011 * 1011 + 1013);
  });

  it.each([jsDevice, wasmDevice])('is its narrow form in a narrowed module: $name', (device) => {
    const { caller: run } = device.compile(narrowModule(module));
    expect(run(3)).toBe(60 * 60 + 66);
    expect(run(100)).toBe(2000 * 2000 + 2006);
    expect(run(101)).toBe(2023 * 2023 + 2029);
  });

  it('makes each narrow form once, and keeps sharing', () => {
    let made = 0;
    const shared = k.either(k.const('f32', 1), () => k.const('f32', ++made));
    const twice = func('twice', {}, 'f32', (b) => b.return(k.add(k.neg(shared), shared)));
    const { twice: run } = jsDevice.compile(narrowModule({ exports: [twice] }));
    expect([run(), made]).toEqual([0, 1]);
  });

  it('hides from walks over expressions', () => {
    const root = k.either(k.neg(k.either(k.const('f32', 1), () => k.const('f32', 2))), () =>
      k.const('f32', 3),
    );
    expect(nodesOf([root]).map((x) => x.op)).toEqual(['const', 'neg']);
  });
});
