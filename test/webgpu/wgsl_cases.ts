/** Every operation of the kernel language, on variables, with constants, of constants alone, and in lanes. */
import { k } from '../../src/kernel/build.ts';
import type { BinaryOp, CompareOp, Expr, UnaryOp } from '../../src/kernel/ir.ts';
import type { ScalarType, VectorType } from '../../src/kernel/types.ts';
import { isFloat, laneOf } from '../../src/kernel/types.ts';
import type { Case, Program } from './wgsl_agree.ts';
import { constants } from './wgsl_operands.ts';
import { randomProgram } from './wgsl_random.ts';

const SCALARS: ScalarType[] = ['bool', 'i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'f32'];
const VECTORS: VectorType[] = ['i32x4', 'u32x4', 'f32x4'];
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
  ...COMPARISONS.map((op): Case => ({ name: `${op} 0`, compute: (a) => k[op](a, 0) })),
  ...COMPARISONS.map((op): Case => ({ name: `0 ${op}`, compute: (a) => k[op](k.const('f32', 0), a) })),
  { name: 'x / 3', compute: (a) => k.div(a, 3), flushes: true },
  { name: 'opaque', compute: (a) => k.opaque(a) },
  { name: 'sum - a, opaque', compute: (a, b) => k.sub(k.opaque(k.add(a, b)), a), flushes: true },
];

const isTinyConstant = (x: Expr): boolean =>
  x.op === 'const' && x.type === 'f32' && x.value !== 0 && Math.abs(Number(x.value)) <= 2 ** -126;

/** Operations on values that the compiler does not know. */
function onVariables(type: ScalarType): Program {
  const cases = [...casesOf(type), ...(type === 'f32' ? temptations() : [])];
  return { title: `operations of ${type}`, type, cases, all: true };
}

/** Operations with one operand constant. Not every constant with every operation, for the sake of time. */
function withConstants(type: ScalarType): Program {
  const all = constants(type);
  const cases = binaryCases(type).flatMap((c, j) => {
    const some = all.filter((x, i) => i % 4 === j % 4 && !(c.flushes && isTinyConstant(x)));
    return some.flatMap((x, i): Case[] => [
      { ...c, name: `${c.name} right ${i}`, compute: (a) => c.compute(a, x) },
      { ...c, name: `${c.name} left ${i}`, compute: (a) => c.compute(x, a) },
    ]);
  });
  return { title: `operations of ${type} with constants`, type, cases, all: false };
}

/** Operations whose operands are all constant. */
function ofConstants(type: ScalarType): Program {
  const some = constants(type).filter((x) => !isTinyConstant(x));
  const pick = (i: number): Expr => some[i % some.length]!;
  const cases = casesOf(type).flatMap((c, j) =>
    [0, 1, 2, 3].map((i): Case => ({
      ...c,
      name: `${c.name} of constants ${i}`,
      compute: () => c.compute(pick(5 * i + j), pick(7 * i + 3 * j + 1)),
    })),
  );
  return { title: `operations of constants of ${type}`, type, cases, all: false };
}

const vectorOf = (type: VectorType, lanes: readonly Expr[]): Expr =>
  lanes.reduce((vector, x, i) => k.replace(vector, i, x), k.splat(type, lanes[0]!));

/** An operation of vectors on two made of both operands. */
const onVectors = (type: VectorType, c: Case): Case => ({
  ...c,
  compute: (a, b) => c.compute(vectorOf(type, [a, b, a, b]), vectorOf(type, [b, a, a, b])),
});

/** A case of lanes, once for each lane. */
function lanewise(type: VectorType, c: Case): Case[] {
  const { compute } = onVectors(type, c);
  return [0, 1, 2, 3].map((lane) => ({
    ...c,
    name: `${c.name} in lane ${lane}`,
    compute: (a, b) => k.extract(compute(a, b), lane),
  }));
}

/** A vector is shifted by one count in all lanes. */
const shiftOfLanes = ({ name, compute }: Case): Case => ({
  name,
  compute: (a, b) => compute(a, k.bitcast('i32', k.extract(b, 1))),
});

const ON_INTEGER_LANES: Case[] = [{ name: 'to floats', compute: (a) => k.convertLanes('f32x4', a) }];

const ON_FLOAT_LANES: Case[] = [
  { name: 'xor', compute: (a, b) => k.xor(a, b) },
  { name: 'and', compute: (a, b) => k.and(a, b) },
  { name: 'or', compute: (a, b) => k.or(a, b) },
  { name: 'to i32', compute: (a) => k.truncSat('i32x4', a) },
  { name: 'to u32', compute: (a) => k.truncSat('u32x4', a) },
];

/** Operations that vectors of the reference device do not have. */
const SCALAR_ONLY = new Set(['clz', 'ctz', 'popcnt']);

function ofLanes(type: VectorType): Program {
  const lane = laneOf(type);
  const flushes = isFloat(type);
  const others = VECTORS.filter((to) => to !== type);
  const cases: Case[] = [
    ...unaryCases(lane).filter(({ name }) => !SCALAR_ONLY.has(name)),
    ...binaryCases(lane).map((c) => (/^sh[lr]$/.test(c.name) ? shiftOfLanes(c) : c)),
    { name: 'select', compute: (a, b) => k.select(k.lt(a, b), b, a), flushes },
    { name: 'plus a constant', compute: (a) => k.add(a, 3), flushes },
    { name: 'not', compute: (a) => k.not(a) },
    ...others.map((to): Case => ({ name: `bitcast to ${to}`, compute: (a) => k.bitcast(to, a) })),
    ...(isFloat(type) ? ON_FLOAT_LANES : ON_INTEGER_LANES),
  ];
  const masks: Case[] = [
    { name: 'bitmask', compute: (a, b) => k.bitmask(k.lt(a, b)), flushes },
    { name: 'anyTrue', compute: (a, b) => k.anyTrue(k.eq(a, b)), flushes },
    { name: 'allTrue', compute: (a, b) => k.allTrue(k.eq(a, b)), flushes },
  ];
  const all = [...cases.flatMap((c) => lanewise(type, c)), ...masks.map((c) => onVectors(type, c))];
  return { title: `operations of ${type}`, type: lane, cases: all, all: true };
}

export const PROGRAMS: readonly Program[] = [
  ...SCALARS.flatMap((type) => [onVariables(type), withConstants(type), ofConstants(type)]),
  ...VECTORS.map(ofLanes),
  ...Array.from({ length: 3 }, (_, i) => randomProgram(i)),
];
