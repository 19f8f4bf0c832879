/** Every operation of the kernel language on awkward operands, in WebGPU and in the reference device. */
import { jsDevice } from '../../src/device/js/device.ts';
import { func, k } from '../../src/kernel/build.ts';
import { at, gridKernel } from '../../src/kernel/grid.ts';
import type { GridKernel } from '../../src/kernel/grid.ts';
import type { Expr } from '../../src/kernel/ir.ts';
import type { ScalarType } from '../../src/kernel/types.ts';
import { BYTES, isSigned } from '../../src/kernel/types.ts';

/** An operation on two operands of a type. */
export interface Case {
  readonly name: string;
  readonly compute: (a: Expr, b: Expr) => Expr;
  /** Whether subnormal numbers may be taken for zero on the way. */
  readonly flushes?: boolean;
}

/** A word's low bits as a value of a type. */
const fromWord = (type: ScalarType, word: Expr): Expr => {
  if (type === 'f32') return k.bitcast('f32', word);
  return k.convert(type, type === 'bool' ? k.and(word, 1) : word);
};

const toWord = (x: Expr): Expr => {
  if (x.type === 'bool' || !isSigned(x.type))
    return x.type === 'f32' ? k.bitcast('u32', x) : k.convert('u32', x);
  return k.bitcast('u32', k.convert('i32', x));
};

const result = (type: ScalarType, { compute }: Case, a: Expr, b: Expr): Expr =>
  toWord(compute(fromWord(type, a), fromWord(type, b)));

/** Whether the cases' results are floats. */
export const isFloatCase = (type: ScalarType, { compute }: Case): boolean => {
  const { type: of } = compute(k.const(type, 0), k.const(type, 1));
  return of === 'f32';
};

/** A kernel that computes all cases of pairs of words; the i-th result of a case stands at case * n + i. */
export function kernelOf(type: ScalarType, cases: readonly Case[]): GridKernel {
  return gridKernel(
    `cases of ${type}`,
    64,
    { pairs: 'read', results: 'write' },
    { n: 'i32' },
    (b, { pairs, results }, { n }) => {
      b.if(k.lt(b.invocation, n), () => {
        const x = b.let(at(pairs, k.mul(b.invocation, 2)), 'x');
        const y = b.let(at(pairs, k.add(k.mul(b.invocation, 2), 1)), 'y');
        cases.forEach((c, i) => b.put(results, k.add(k.mul(n, i), b.invocation), result(type, c, x, y)));
      });
    },
  );
}

/** The same by the reference device. */
export function expectedOf(type: ScalarType, cases: readonly Case[], pairs: Uint32Array): Uint32Array {
  const functions = cases.map((c, i) =>
    func(`case${i}`, { x: 'u32', y: 'u32' }, 'u32', (b, { x, y }) => b.return(result(type, c, x, y))),
  );
  const entries = jsDevice.compile({ exports: functions });
  const n = pairs.length / 2;
  return Uint32Array.from({ length: n * cases.length }, (_, at) => {
    const i = at % n;
    return Number(entries[`case${Math.floor(at / n)}`]!(pairs[2 * i]!, pairs[2 * i + 1]!));
  });
}

const INTEGERS = [
  0,
  1,
  2,
  3,
  7,
  8,
  15,
  16,
  31,
  32,
  33,
  100,
  127,
  128,
  129,
  255,
  256,
  1000,
  32767,
  32768,
  65535,
  65536,
  2 ** 31 - 1,
  2 ** 31,
];
const FLOATS = [
  0,
  1,
  0.5,
  1.5,
  2.5,
  3.5,
  0.1,
  3,
  100.25,
  127.9,
  128,
  255.5,
  256,
  32767.5,
  65535.9,
  8388607.5,
  8388609,
  2 ** 31,
  2 ** 31 - 128,
  2 ** 32,
  2 ** 32 - 256,
  1e10,
  3e38,
  2 ** -126,
  1e-38,
  1e-45,
  2 ** -127,
  Infinity,
  NaN,
  0.49999997,
  1.1920929e-7,
  1e-20,
];

/** The bits of values of a type at which operations are likely to differ. */
export function awkward(type: ScalarType): number[] {
  if (type === 'f32') return [...new Uint32Array(Float32Array.from(FLOATS.flatMap((x) => [x, -x])).buffer)];
  if (type === 'bool') return [0, 1];
  const values = INTEGERS.flatMap((x) => [x, -x]).map((x) => x >>> 0);
  const mask = 2 ** (8 * BYTES[type]) - 1;
  return [...new Set(values.map((x) => (x & mask) >>> 0))];
}

/** JavaScript's engines keep the bits of no other NaN. */
const NAN = 0x7fc00000;

/** PCG's output of a linear congruential generator (O'Neill): the same words in every run. */
function randomWords(count: number): number[] {
  let state = 20;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 747796405) + 2891336453) >>> 0;
    const mixed = Math.imul(((state >>> ((state >>> 28) + 4)) ^ state) >>> 0, 277803737);
    return ((mixed >>> 22) ^ mixed) >>> 0;
  });
}

/** Pairs of all awkward values, or of each with itself; and as many of random bits. */
export function pairsOf(type: ScalarType, all: boolean): Uint32Array<ArrayBuffer> {
  const values = awkward(type);
  const pairs = values.flatMap((a) => (all ? values.flatMap((b) => [a, b]) : [a, a]));
  const words = Uint32Array.from([...pairs, ...randomWords(pairs.length)]);
  return type === 'f32' ? words.map((x) => (isNaNBits(x) ? NAN : x)) : words;
}

export const isNaNBits = (bits: number): boolean => (bits & 0x7fffffff) >>> 0 > 0x7f800000;
export const isTiny = (bits: number): boolean => (bits & 0x7fffffff) > 0 && (bits & 0x7fffffff) <= 0x00800000;
