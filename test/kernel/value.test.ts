import { describe, expect, it } from 'vitest';
import { jsDevice } from '../../src/device/js/device.ts';
import { wasmDevice } from '../../src/device/wasm/device.ts';
import { func, k } from '../../src/kernel/build.ts';
import type { Value } from '../../src/kernel/value.ts';
import { partsOf, v } from '../../src/kernel/value.ts';

type Pair = readonly [number, number];

/** Computes an operation of two complex numbers: its parts, the same on both devices. */
function compute(op: (a: Value, b: Value) => Value, a: Pair, b: Pair): number[] {
  const types = { ar: 'f64', ai: 'f64', br: 'f64', bi: 'f64' } as const;
  const part = (which: number) =>
    func(`part${which}`, types, 'f64', (body, p) => {
      const parts = partsOf(op({ re: p.ar, im: p.ai }, { re: p.br, im: p.bi }));
      body.return(k.convert('f64', parts[Math.min(which, parts.length - 1)]));
    });
  const module = { exports: [part(0), part(1)] };
  const results = [wasmDevice, jsDevice].map((device) => {
    const { part0, part1 } = device.compile(module);
    return [part0(...a, ...b), part1(...a, ...b)] as number[];
  });
  expect(results[0]).toEqual(results[1]);
  return results[0];
}

const truth = (op: (a: Value, b: Value) => Value, a: Pair, b: Pair): boolean => compute(op, a, b)[0] === 1;

describe('complex values', () => {
  it('multiply and divide as NumPy does', () => {
    expect(compute(v.mul, [1, 2], [3, -4])).toEqual([11, 2]);
    expect(compute(v.div, [11, 2], [3, -4])).toEqual([1, 2]);
    expect(compute(v.div, [11, 2], [1, 8])).toEqual([0.4153846153846154, -1.3230769230769233]);
    expect(compute(v.div, [1, -1], [0, 0])).toEqual([Infinity, -Infinity]);
    expect(compute(v.div, [0, 1], [-0, 0])).toEqual([NaN, Infinity]);
    // No overflow on the way.
    expect(compute(v.div, [1e300, 1e300], [1e300, 1e300])).toEqual([1, 0]);
  });

  it('compare by the real parts first, and not where a deciding part is NaN', () => {
    expect(truth(v.lt, [1, 9], [2, 0])).toBe(true);
    expect(truth(v.lt, [1, 0], [1, 2])).toBe(true);
    expect(truth(v.lt, [1, 2], [1, 2])).toBe(false);
    expect(truth(v.le, [1, 2], [1, 2])).toBe(true);
    expect(truth(v.ge, [2, NaN], [1, 0])).toBe(false);
    expect(truth(v.gt, [NaN, 0], [1, 0])).toBe(false);
    expect(truth(v.eq, [1, NaN], [1, NaN])).toBe(false);
    expect(truth(v.ne, [1, NaN], [1, NaN])).toBe(true);
  });

  it('take a real operand as complex', () => {
    expect(compute((a) => v.add(a, 1), [1, 2], [0, 0])).toEqual([2, 2]);
    expect(compute((a, b) => v.mul(a, v.re(b)), [1, 2], [3, 9])).toEqual([3, 6]);
    expect(compute((a, b) => v.select(v.isNaN(a), b, a), [1, NaN], [5, 6])).toEqual([5, 6]);
    expect(truth((a) => v.truth(a), [0, -1], [0, 0])).toBe(true);
  });
});
