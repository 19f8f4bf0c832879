import { describe, expect, it } from 'vitest';
import { heap } from '../../../src/array/heap.ts';
import { wasmDevice } from '../../../src/device/wasm/device.ts';
import { constant, func, k } from '../../../src/kernel/build.ts';
import type { Expr, KernelFunction } from '../../../src/kernel/ir.ts';
import type { ScalarType, VectorType } from '../../../src/kernel/types.ts';
import { BYTES, laneOf, lanes, maskOf } from '../../../src/kernel/types.ts';

type Num = number | bigint;
const TYPES: ScalarType[] = ['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64'];
const isWide = (type: ScalarType) => BYTES[type] === 8;
const bits = (type: ScalarType) => 8 * BYTES[type];

/** The integer as a value of `type`. */
function wrapped(type: ScalarType, value: bigint): Num {
  const fit = type[0] === 'i' ? BigInt.asIntN(bits(type), value) : BigInt.asUintN(bits(type), value);
  return isWide(type) ? fit : Number(fit);
}

const one = (fn: KernelFunction) => wasmDevice.compile({ exports: [fn] })[fn.name];

function interesting(type: ScalarType): Num[] {
  const top = 1n << BigInt(bits(type) - 1);
  return [0n, 1n, 2n, 3n, 7n, -1n, -2n, 100n, -100n, top - 1n, top, top + 1n, 0x5bn].map((x) =>
    wrapped(type, x),
  );
}

/** What the kernel language says about integer operations. */
const INTEGER: Record<string, (a: bigint, b: bigint, width: bigint) => bigint> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  idiv: (a, b) => (b === 0n ? 0n : a / b),
  irem: (a, b) => (b === 0n ? 0n : a % b),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  min: (a, b) => (a < b ? a : b),
  max: (a, b) => (a > b ? a : b),
  pmin: (a, b) => (a < b ? a : b),
  pmax: (a, b) => (a > b ? a : b),
};

const COMPARE: Record<string, (a: Num, b: Num) => boolean> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
};

const UNARY: Record<string, (a: bigint, width: number) => bigint> = {
  neg: (a) => -a,
  not: (a) => ~a,
  abs: (a) => (a < 0n ? -a : a),
  popcnt: (a, width) => BigInt([...BigInt.asUintN(width, a).toString(2)].filter((d) => d === '1').length),
  clz: (a, width) => BigInt(width - (a === 0n ? 0 : BigInt.asUintN(width, a).toString(2).length)),
  ctz: (a, width) => {
    let n = 0;
    while (n < width && !((BigInt.asUintN(width, a) >> BigInt(n)) & 1n)) n++;
    return BigInt(n);
  },
};

type Builders = Record<string, (a: Expr, b: Expr) => Expr>;
const build = k as unknown as Builders;

/** Writes `values` as one vector at `address`, or reads one from there. */
const at = heap.alloc(64);
const memory = () => new DataView(heap.memory.buffer);

function writeLane(type: ScalarType, address: number, value: Num): void {
  const view = memory();
  if (type === 'f64') view.setFloat64(address, Number(value), true);
  else if (type === 'f32') view.setFloat32(address, Number(value), true);
  else if (isWide(type)) view.setBigInt64(address, BigInt.asIntN(64, BigInt(value)), true);
  else if (BYTES[type] === 4) view.setInt32(address, Number(value), true);
  else if (BYTES[type] === 2) view.setInt16(address, Number(value), true);
  else view.setInt8(address, Number(value));
}

function readLane(type: ScalarType, address: number): Num {
  const view = memory();
  if (type === 'f64') return view.getFloat64(address, true);
  if (type === 'f32') return view.getFloat32(address, true);
  if (isWide(type)) return wrapped(type, view.getBigInt64(address, true));
  const size = BYTES[type];
  const raw =
    size === 4
      ? view.getInt32(address, true)
      : size === 2
        ? view.getInt16(address, true)
        : view.getInt8(address);
  return wrapped(type, BigInt(raw));
}

/** Runs an operation on two vectors, every lane holding one pair. */
function onVectors(type: VectorType, make: (a: Expr, b: Expr) => Expr) {
  const fn = func('f', { p: 'i32' }, undefined, (b, { p }) => {
    b.store(p, make(k.load(type, p), k.load(type, p, 16)), 32);
  });
  const run = one(fn);
  const lane = laneOf(type);
  return (pairs: readonly (readonly [Num, Num])[]): Num[] => {
    const results: Num[] = [];
    for (let from = 0; from < pairs.length; from += lanes(type)) {
      const some = pairs.slice(from, from + lanes(type));
      some.forEach(([x, y], i) => {
        writeLane(lane, at + i * BYTES[lane], x);
        writeLane(lane, at + 16 + i * BYTES[lane], y);
      });
      run(at);
      const result =
        laneOf(maskOf(type)) && make(k.load(type, constant('i32', 0)), k.load(type, constant('i32', 0)));
      const resultLane = laneOf((result as Expr).type);
      some.forEach((_, i) => results.push(readLane(resultLane, at + 32 + i * BYTES[resultLane])));
    }
    return results;
  };
}

const pairsOf = (type: ScalarType) =>
  interesting(type).flatMap((a) => interesting(type).map((b) => [a, b] as const));

describe.each(TYPES)('%s', (type) => {
  const vector = {
    i8: 'i8x16',
    u8: 'u8x16',
    i16: 'i16x8',
    u16: 'u16x8',
    i32: 'i32x4',
    u32: 'u32x4',
    i64: 'i64x2',
    u64: 'u64x2',
  }[type as 'i8'] as VectorType;

  it.each(Object.keys(INTEGER))('%s', (name) => {
    const run = one(func('f', { a: type, b: type }, type, (b, p) => b.return(build[name](p.a, p.b))));
    const pairs = pairsOf(type);
    const want = pairs.map(([a, b]) =>
      wrapped(type, INTEGER[name](BigInt(a), BigInt(b), BigInt(bits(type)))),
    );
    expect(pairs.map(([a, b]) => run(a, b))).toEqual(want);
    expect(onVectors(vector, build[name])(pairs)).toEqual(want);
  });

  it.each(Object.keys(COMPARE))('%s', (name) => {
    const run = one(func('f', { a: type, b: type }, 'bool', (b, p) => b.return(build[name](p.a, p.b))));
    const pairs = pairsOf(type);
    const want = pairs.map(([a, b]) => COMPARE[name](a, b));
    expect(pairs.map(([a, b]) => run(a, b) === 1)).toEqual(want);
    expect(onVectors(vector, build[name])(pairs)).toEqual(
      want.map((yes) => (isWide(type) ? (yes ? -1n : 0n) : yes ? -1 : 0)),
    );
  });

  it.each(Object.keys(UNARY))('%s', (name) => {
    const unary = (a: Expr) => (k as unknown as Record<string, (a: Expr) => Expr>)[name](a);
    const run = one(func('f', { a: type }, type, (b, p) => b.return(unary(p.a))));
    const pairs = pairsOf(type);
    const want = pairs.map(([a]) => wrapped(type, UNARY[name](BigInt(a), bits(type))));
    expect(pairs.map(([a]) => run(a))).toEqual(want);
    expect(onVectors(vector, (a) => unary(a))(pairs)).toEqual(want);
  });

  it('shifts by the count modulo the width', () => {
    for (const name of ['shl', 'shr'] as const) {
      const run = one(func('f', { a: type, b: 'i32' }, type, (b, p) => b.return(k[name](p.a, p.b))));
      for (const count of [0, 1, 3, bits(type) - 1, bits(type), bits(type) + 2]) {
        const by = BigInt(count % bits(type));
        const pairs = pairsOf(type);
        const want = pairs.map(([a]) => wrapped(type, name === 'shl' ? BigInt(a) << by : BigInt(a) >> by));
        expect(pairs.map(([a]) => run(a, count))).toEqual(want);
        expect(onVectors(vector, (a) => k[name](a, constant('i32', count)))(pairs)).toEqual(want);
      }
    }
  });

  it('converts', () => {
    for (const to of [...TYPES, 'bool', 'f64', 'f32'] as ScalarType[]) {
      const run = one(func('f', { a: type }, to, (b, p) => b.return(k.convert(to, p.a))));
      const want = (a: Num) =>
        to === 'bool'
          ? Number(BigInt(a) !== 0n)
          : to === 'f64'
            ? Number(a)
            : to === 'f32'
              ? Math.fround(Number(a))
              : wrapped(to, BigInt(a));
      for (const a of interesting(type)) expect([to, run(a)]).toEqual([to, want(a)]);
    }
    for (const from of ['f64', 'f32'] as ScalarType[]) {
      const run = one(func('f', { a: from }, type, (b, p) => b.return(k.convert(type, p.a))));
      const [low, high] = [
        wrapped(type, type[0] === 'i' ? 1n << BigInt(bits(type) - 1) : 0n),
        wrapped(type, type[0] === 'i' ? (1n << BigInt(bits(type) - 1)) - 1n : -1n),
      ];
      expect([1e30, -1e30, NaN, 1.9, -1.9].map((x) => run(x))).toEqual(
        [high, low, 0, 1, type[0] === 'i' ? -1 : 0].map((x) => (isWide(type) ? BigInt(x) : x)),
      );
    }
  });

  it('keeps constants, loads and stores', () => {
    for (const value of interesting(type)) {
      expect(one(func('f', {}, type, (b) => b.return(constant(type, value))))()).toEqual(value);
      writeLane(type, at, value);
      const copy = func('f', { p: 'i32' }, type, (b, { p }) => {
        b.store(p, k.load(type, p), 8);
        b.return(k.load(type, p, 8));
      });
      expect(one(copy)(at)).toEqual(value);
    }
  });
});

const FLOATS = [0, -0, 1, -1.5, 2.5, 3.5, -2.5, 1e300, -1e-300, Infinity, -Infinity, NaN, 0.1];

describe.each([
  ['f64', 'f64x2', (x: number) => x],
  ['f32', 'f32x4', Math.fround],
] as const)('%s', (type, vector, round) => {
  const values = FLOATS.map(round);
  const pairs = values.flatMap((a) => values.map((b) => [a, b] as const));
  const sign = (x: number) => (Object.is(x, -0) || x < 0 ? -1 : 1);
  const binary: Record<string, (a: number, b: number) => number> = {
    add: (a, b) => a + b,
    sub: (a, b) => a - b,
    mul: (a, b) => a * b,
    div: (a, b) => a / b,
    min: Math.min,
    max: Math.max,
    pmin: (a, b) => (b < a ? b : a),
    pmax: (a, b) => (a < b ? b : a),
    copysign: (a, b) => (sign(b) < 0 ? -Math.abs(a) : Math.abs(a)),
  };
  const nearest = (a: number) => {
    const r = Math.round(a);
    return a % 1 !== 0 && Math.abs(a % 1) === 0.5 && r % 2 !== 0
      ? r - 1
      : Object.is(r, 0) && sign(a) < 0
        ? -0
        : r;
  };
  const unary: Record<string, (a: number) => number> = {
    neg: (a) => -a,
    abs: Math.abs,
    sqrt: Math.sqrt,
    floor: Math.floor,
    ceil: Math.ceil,
    trunc: Math.trunc,
    nearest,
  };

  it.each(Object.keys(binary))('%s', (name) => {
    const run = one(func('f', { a: type, b: type }, type, (b, p) => b.return(build[name](p.a, p.b))));
    const usable = name === 'copysign' ? pairs.filter(([, b]) => !Number.isNaN(b)) : pairs;
    const want = usable.map(([a, b]) => round(binary[name](a, b)));
    expect(usable.map(([a, b]) => run(a, b))).toEqual(want);
    expect(onVectors(vector, build[name])(usable)).toEqual(want);
  });

  it.each(Object.keys(unary))('%s', (name) => {
    const make = (a: Expr) => (k as unknown as Record<string, (a: Expr) => Expr>)[name](a);
    const run = one(func('f', { a: type }, type, (b, p) => b.return(make(p.a))));
    expect(values.map((a) => run(a))).toEqual(values.map((a) => round(unary[name](a))));
    expect(onVectors(vector, (a) => make(a))(pairs)).toEqual(pairs.map(([a]) => round(unary[name](a))));
  });

  it.each(Object.keys(COMPARE))('%s', (name) => {
    const run = one(func('f', { a: type, b: type }, 'bool', (b, p) => b.return(build[name](p.a, p.b))));
    expect(pairs.map(([a, b]) => run(a, b) === 1)).toEqual(pairs.map(([a, b]) => COMPARE[name](a, b)));
  });
});
