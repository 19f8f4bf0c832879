import { describe, expect, it } from 'vitest';
import { heap } from '../../src/array/heap.ts';
import { jsDevice } from '../../src/device/js/device.ts';
import type { KernelEntry } from '../../src/device/device.ts';
import { func, k } from '../../src/kernel/build.ts';
import type { Operand } from '../../src/kernel/build.ts';
import type { Expr, KernelFunction } from '../../src/kernel/ir.ts';
import type { ScalarType } from '../../src/kernel/types.ts';

type Cell = number | bigint;

function call(fn: KernelFunction, ...args: Cell[]): ReturnType<KernelEntry> {
  return jsDevice.compile({ exports: [fn] })[fn.name](...args);
}

/** Evaluates an expression of two arguments of one type. */
function evaluate(
  type: ScalarType,
  build: (a: Expr, b: Expr) => Expr,
  a: Cell,
  b: Cell,
): ReturnType<KernelEntry> {
  const expr = (x: Expr, y: Expr): Expr => build(x, y);
  const { type: result } = build(k.const(type, 0), k.const(type, 0));
  return call(
    func('f', { x: type, y: type }, result as ScalarType, (body, p) => body.return(expr(p.x, p.y))),
    a,
    b,
  );
}

const int64Min = -(2n ** 63n);

describe('scalar operations', () => {
  const cases: [string, ScalarType, (a: Operand, b: Operand) => Expr, Cell, Cell, Cell][] = [
    ['addition wraps', 'i8', k.add, 127, 1, -128],
    ['addition wraps', 'u8', k.add, 255, 1, 0],
    ['addition wraps', 'i64', k.add, 2n ** 63n - 1n, 1n, int64Min],
    ['subtraction wraps', 'u64', k.sub, 0n, 1n, 2n ** 64n - 1n],
    ['multiplication wraps', 'i32', k.mul, 0x7fffffff, 0x7fffffff, 1],
    ['multiplication wraps', 'u32', k.mul, 0xffffffff, 0xffffffff, 1],
    ['a zero divisor gives 0', 'i32', k.idiv, 5, 0, 0],
    ['a zero divisor gives 0', 'u64', k.irem, 5n, 0n, 0n],
    ['division truncates', 'i16', k.idiv, -7, 2, -3],
    ['the least integer by -1', 'i32', k.idiv, -(2 ** 31), -1, -(2 ** 31)],
    ['the least integer by -1', 'i64', k.idiv, int64Min, -1n, int64Min],
    ['its remainder', 'i8', k.irem, -128, -1, 0],
    ['floats are rounded to their own precision', 'f32', k.add, 16777216, 1, 16777216],
    ['min orders zeros', 'f64', k.min, 0, -0, -0],
    ['max orders zeros', 'f64', k.max, -0, 0, 0],
    ['min propagates NaN', 'f32', k.min, 1, NaN, NaN],
    ['pmin of NaN and a number is NaN', 'f64', k.pmin, NaN, 1, NaN],
    ['pmin of a number and NaN is the number', 'f64', k.pmin, 1, NaN, 1],
    ['copysign', 'f64', k.copysign, 3, -0, -3],
  ];
  it.each(cases)('%s: %s', (_, type, op, a, b, expected) => {
    expect(evaluate(type, op, a, b)).toBe(expected);
  });

  it('takes shift counts modulo the width', () => {
    expect(evaluate('i8', (a, b) => k.shl(a, b), 1, 9)).toBe(2);
    expect(evaluate('i64', (a, b) => k.shr(a, b), -8n, 65n)).toBe(-4n);
    expect(evaluate('u16', (a, b) => k.shr(a, b), 0x8000, 15)).toBe(1);
  });

  it('counts bits at the width of the type', () => {
    expect(evaluate('i8', k.clz, 1, 0)).toBe(7);
    expect(evaluate('u16', k.ctz, 0, 0)).toBe(16);
    expect(evaluate('i64', k.popcnt, -1n, 0n)).toBe(64n);
    expect(evaluate('u64', k.clz, 1n << 40n, 0n)).toBe(23n);
    expect(evaluate('i64', k.ctz, 1n << 40n, 0n)).toBe(40n);
  });

  it('rounds half to even', () => {
    for (const [x, y] of [
      [0.5, 0],
      [1.5, 2],
      [-0.5, -0],
      [-2.5, -2],
      [-0, -0],
      [2 ** 52 + 1, 2 ** 52 + 1],
    ]) {
      expect(evaluate('f64', k.nearest, x, 0)).toBe(y);
    }
  });

  it('converts', () => {
    expect(evaluate('f64', (a) => k.convert('i32', a), NaN, 0)).toBe(0);
    expect(evaluate('f64', (a) => k.convert('i32', a), 1e10, 0)).toBe(2 ** 31 - 1);
    expect(evaluate('f64', (a) => k.convert('u64', a), -1, 0)).toBe(0n);
    expect(evaluate('f64', (a) => k.convert('bool', a), NaN, 0)).toBe(1);
    expect(evaluate('i64', (a) => k.convert('i8', a), 0x1ffn, 0n)).toBe(-1);
    expect(evaluate('i64', (a) => k.convert('u32', a), -1n, 0n)).toBe(2 ** 32 - 1);
    expect(evaluate('i8', (a) => k.convert('u64', a), -1, 0)).toBe(2n ** 64n - 1n);
    // Halfway between two floats but for one bit far below a double's precision.
    expect(evaluate('i64', (a) => k.convert('f32', a), 2n ** 60n + 2n ** 36n + 1n, 0n)).toBe(
      2 ** 60 + 2 ** 37,
    );
  });
});

describe('statements', () => {
  it('runs loops with break and continue, and functions that call themselves', () => {
    const odd = func('odd', { n: 'i32' }, 'i32', (b, { n }) => {
      const [i, sum] = [b.let(k.const('i32', 0)), b.let(k.const('i32', 0))];
      b.while(k.const('bool', 1), () => {
        b.bump(i, 1);
        b.if(k.gt(i, n), () => b.break());
        b.if(k.eq(k.and(i, 1), 0), () => b.continue());
        b.bump(sum, i);
      });
      b.return(sum);
    });
    expect(call(odd, 10)).toBe(25);
    const factorial = func('factorial', { n: 'i64' }, 'i64', (b, { n }, self) => {
      b.if(k.le(n, 1), () => b.return(k.const('i64', 1)));
      b.return(k.mul(n, k.call(self, k.sub(n, 1))));
    });
    expect(call(factorial, 20n)).toBe(2432902008176640000n);
  });

  it('computes a shared node once', () => {
    const at = heap.alloc(16);
    heap.views.int32[at / 4] = 0;
    const next = func('next', { at: 'i32' }, 'i32', (b, p) => {
      b.store(p.at, k.add(k.load('i32', p.at), 1));
      b.return(k.load('i32', p.at));
    });
    const twice = func('twice', { at: 'i32' }, 'i32', (b, p) => {
      const count = k.call(next, p.at);
      b.return(k.add(count, k.mul(count, 10)));
    });
    expect(call(twice, at)).toBe(11);
    heap.free(at);
  });

  it('computes all values of a store before any is written', () => {
    const at = heap.alloc(16);
    heap.views.float64.set([1, 2], at / 8);
    const swap = func('swap', { at: 'i32' }, undefined, (b, p) => {
      b.stores([
        { address: p.at, offset: 0, value: k.load('f64', p.at, 8) },
        { address: p.at, offset: 8, value: k.load('f64', p.at, 0) },
      ]);
    });
    call(swap, at);
    expect([...heap.views.float64.subarray(at / 8, at / 8 + 2)]).toEqual([2, 1]);
    heap.free(at);
  });

  it('takes addresses above 2 GiB and refuses those past the end', () => {
    const read = func('read', { at: 'i32' }, 'f64', (b, p) => b.return(k.load('f64', p.at)));
    expect(() => call(read, 4294967288)).toThrow(RangeError);
  });
});
