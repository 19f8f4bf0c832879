/** Every operation printed as WGSL gives the bits of the reference device. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { k } from '../../src/kernel/build.ts';
import type { BinaryOp, CompareOp, Expr, UnaryOp } from '../../src/kernel/ir.ts';
import type { ScalarType, VectorType } from '../../src/kernel/types.ts';
import { isFloat, isSigned, laneOf } from '../../src/kernel/types.ts';
import { openDevice } from './device.ts';
import type { Case } from './wgsl_cases.ts';
import { awkward, expectedOf, isFloatCase, isNaNBits, isTiny, kernelOf, pairsOf } from './wgsl_cases.ts';
import { launch } from './wgsl_launch.ts';

let device: GPUDevice;
beforeAll(async () => {
  device = await openDevice();
});
afterAll(() => device.destroy());

const SCALARS: ScalarType[] = ['bool', 'i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'f32'];
const COMPARISONS: CompareOp[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'];
const INTEGER_UNARY: UnaryOp[] = ['neg', 'abs', 'not', 'clz', 'ctz', 'popcnt'];
const FLOAT_UNARY: UnaryOp[] = ['neg', 'abs', 'sqrt', 'floor', 'ceil', 'trunc', 'nearest'];
const INTEGER_BINARY: BinaryOp[] = [
  'add',
  'sub',
  'mul',
  'idiv',
  'irem',
  'and',
  'or',
  'xor',
  'shl',
  'shr',
  'min',
  'max',
  'pmin',
  'pmax',
];
const FLOAT_BINARY: BinaryOp[] = ['add', 'sub', 'mul', 'div', 'min', 'max', 'pmin', 'pmax', 'copysign'];
const BOOL_BINARY: BinaryOp[] = ['and', 'or', 'xor', 'min', 'max'];
/** Operations of floats that only look at bits, or move them. */
const ON_BITS = new Set<string>(['neg', 'abs', 'min', 'max', 'copysign']);

const unariesOf = (type: ScalarType): UnaryOp[] =>
  type === 'bool' ? ['not'] : isFloat(type) ? FLOAT_UNARY : INTEGER_UNARY;
const binariesOf = (type: ScalarType): BinaryOp[] =>
  type === 'bool' ? BOOL_BINARY : isFloat(type) ? FLOAT_BINARY : INTEGER_BINARY;

const casesOf = (type: ScalarType): Case[] => [
  ...unaryCases(type),
  ...binaryCases(type),
  ...conversions(),
  ...bitcasts(type),
  ...selection(),
];

type Binary = (a: Expr, b: Expr) => Expr;
const flushes = (type: ScalarType, op: string): boolean => isFloat(type) && !ON_BITS.has(op);

function unaryCases(type: ScalarType): Case[] {
  return unariesOf(type).map((op) => ({ name: op, compute: (a) => k[op](a), flushes: flushes(type, op) }));
}

function binaryCases(type: ScalarType): Case[] {
  return [...binariesOf(type), ...COMPARISONS].map((op) => ({
    name: op,
    compute: k[op] as Binary,
    flushes: flushes(type, op),
  }));
}

function conversions(): Case[] {
  return SCALARS.map((to) => ({ name: `convert to ${to}`, compute: (a) => k.convert(to, a) }));
}

const BITCASTS: ScalarType[][] = [
  ['i8', 'u8'],
  ['i16', 'u16'],
  ['i32', 'u32', 'f32'],
];

function bitcasts(type: ScalarType): Case[] {
  const others = BITCASTS.find((group) => group.includes(type)) ?? [];
  return others.map((to) => ({ name: `bitcast to ${to}`, compute: (a) => k.bitcast(to, a) }));
}

const selection = (): Case[] => [
  { name: 'select', compute: (a, b) => k.select(k.convert('bool', a), b, a) },
  {
    name: 'shared',
    compute: (a, b) => {
      const c = k.select(k.convert('bool', b), a, b);
      return k.select(k.eq(c, c), c, a);
    },
  },
];

/** What compilers like to simplify. */
const temptations = (): Case[] => [
  { name: 'x - x', compute: (a) => k.sub(a, a), flushes: true },
  { name: 'x / x', compute: (a) => k.div(a, a), flushes: true },
  { name: 'x * 0', compute: (a) => k.mul(a, 0), flushes: true },
  { name: 'x + 0', compute: (a) => k.add(a, 0), flushes: true },
  { name: '0 - x', compute: (a) => k.sub(k.const('f32', 0), a), flushes: true },
  { name: 'x * -1', compute: (a) => k.mul(a, -1), flushes: true },
  { name: 'x != x', compute: (a) => k.ne(a, a) },
  { name: 'x == x', compute: (a) => k.eq(a, a) },
  { name: 'x < x', compute: (a) => k.lt(a, a) },
  { name: 'not (x < y)', compute: (a, b) => k.not(k.lt(a, b)), flushes: true },
  { name: 'opaque', compute: (a) => k.opaque(a) },
  { name: 'sum - a, opaque', compute: (a, b) => k.sub(k.opaque(k.add(a, b)), a), flushes: true },
];

/** A type's constants, as they are given to builders. */
function constants(type: ScalarType): Expr[] {
  const bits = awkward(type);
  const word = new DataView(new ArrayBuffer(4));
  return bits.map((x) => {
    word.setUint32(0, x);
    return k.const(
      type,
      type === 'f32' ? word.getFloat32(0) : isSigned(type) ? (x << SHIFT[type]!) >> SHIFT[type]! : x,
    );
  });
}
const isTinyConstant = (x: Expr): boolean =>
  x.op === 'const' && x.type === 'f32' && x.value !== 0 && Math.abs(Number(x.value)) <= 2 ** -126;
const SHIFT: Partial<Record<ScalarType, number>> = { i8: 24, i16: 16, i32: 0 };

async function check(type: ScalarType, cases: readonly Case[], all = false): Promise<void> {
  const pairs = pairsOf(type, all);
  const n = pairs.length / 2;
  const kernel = kernelOf(type, cases);
  const [, results] = await launch(
    device,
    kernel,
    [pairs, new Uint32Array(n * cases.length)],
    [n],
    Math.ceil(n / 64),
  );
  const expected = expectedOf(type, cases, pairs);
  const wrong: string[] = [];
  cases.forEach((c, j) => {
    const float = isFloatCase(type, c);
    for (let i = 0; i < n; i++) {
      const [a, b, want, got] = [
        pairs[2 * i]!,
        pairs[2 * i + 1]!,
        expected[j * n + i]!,
        results![j * n + i]!,
      ];
      if (want === got || (float && isNaNBits(want) && isNaNBits(got))) continue;
      if (c.flushes && (isTiny(a) || isTiny(b) || isTiny(want))) continue;
      const [A, B, W, G] = [a, b, want, got].map((x) => x.toString(16));
      wrong.push(`${c.name}(${A}, ${B}): ${W}, not ${G}`);
    }
  });
  expect(wrong.slice(0, 30)).toEqual([]);
}

test.each(SCALARS)('operations of %s', async (type) => {
  const cases = [...casesOf(type), ...(type === 'f32' ? temptations() : [])];
  await check(type, cases, true);
});

test.each(SCALARS)('operations of %s with constants', async (type) => {
  const all = constants(type);
  const cases = binaryCases(type).flatMap((c, j) => {
    // Not every constant with every operation, for the sake of time.
    const some = all.filter((x, i) => i % 4 === j % 4 && !(c.flushes && isTinyConstant(x)));
    return some.flatMap((x, i): Case[] => [
      { ...c, name: `${c.name} right ${i}`, compute: (a) => c.compute(a, x) },
      { ...c, name: `${c.name} left ${i}`, compute: (a) => c.compute(x, a) },
    ]);
  });
  await check(type, cases);
});

test.each(SCALARS)('operations of constants of %s', async (type) => {
  const some = constants(type).filter((x) => !isTinyConstant(x));
  const pick = (i: number): Expr => some[i % some.length]!;
  const cases = casesOf(type).flatMap((c, j) =>
    [0, 1, 2, 3].map((i): Case => ({
      ...c,
      name: `${c.name} of constants ${i}`,
      compute: () => c.compute(pick(5 * i + j), pick(7 * i + 3 * j + 1)),
    })),
  );
  await check(type, cases);
});

const vectorOf = (type: VectorType, lanes: readonly Expr[]): Expr =>
  lanes.reduce((vector, x, i) => k.replace(vector, i, x), k.splat(type, lanes[0]!));

/** A case of lanes, once for each lane. */
function lanewise(type: VectorType, { name, compute, flushes }: Case): Case[] {
  return [0, 1, 2, 3].map((lane) => ({
    name: `${name} in lane ${lane}`,
    compute: (a, b) => k.extract(compute(vectorOf(type, [a, b, a, b]), vectorOf(type, [b, a, a, b])), lane),
    ...(flushes && { flushes }),
  }));
}

const ON_MASKS: Case[] = [
  { name: 'bitmask', compute: (a, b) => k.bitmask(k.lt(a, b)) },
  { name: 'anyTrue', compute: (a, b) => k.anyTrue(k.eq(a, b)) },
  { name: 'allTrue', compute: (a, b) => k.allTrue(k.eq(a, b)) },
];

const VECTORS: VectorType[] = ['i32x4', 'u32x4', 'f32x4'];

test.each(VECTORS)('operations of %s', async (type) => {
  const lane = laneOf(type);
  const others = VECTORS.filter((to) => to !== type);
  const cases: Case[] = [
    ...unaryCases(lane).filter(({ name }) => !['clz', 'ctz', 'popcnt'].includes(name)),
    ...binaryCases(lane).map((c) => (/^sh[lr]$/.test(c.name) ? shiftOfLanes(c) : c)),
    { name: 'select', compute: (a, b) => k.select(k.lt(a, b), b, a), flushes: isFloat(type) },
    { name: 'plus a constant', compute: (a) => k.add(a, 3), flushes: isFloat(type) },
    { name: 'not', compute: (a) => k.not(a) },
    ...others.map((to): Case => ({ name: `bitcast to ${to}`, compute: (a) => k.bitcast(to, a) })),
    ...(type === 'f32x4'
      ? ON_FLOAT_LANES
      : [{ name: 'to floats', compute: (a: Expr) => k.convertLanes('f32x4', a) }]),
  ];
  const whole = ON_MASKS.map((c): Case => ({
    ...c,
    compute: (a, b) => c.compute(vectorOf(type, [a, b, a, b]), vectorOf(type, [b, a, a, b])),
    flushes: isFloat(type),
  }));
  await check(lane, [...cases.flatMap((c) => lanewise(type, c)), ...whole], true);
});

/** A vector is shifted by one count in all lanes. */
const shiftOfLanes = ({ name, compute }: Case): Case => ({
  name,
  compute: (a, b) => compute(a, k.bitcast('i32', k.extract(b, 1))),
});

const ON_FLOAT_LANES: Case[] = [
  { name: 'xor', compute: (a, b) => k.xor(a, b) },
  { name: 'and', compute: (a, b) => k.and(a, b) },
  { name: 'or', compute: (a, b) => k.or(a, b) },
  { name: 'to i32', compute: (a) => k.truncSat('i32x4', a) },
  { name: 'to u32', compute: (a) => k.truncSat('u32x4', a) },
];
