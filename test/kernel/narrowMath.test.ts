/** How far the float32 forms without 64-bit types are from the float64 forms, in good arithmetic and in bad. */
import { describe, expect, it } from 'vitest';
import type { Expr } from '../../src/kernel/ir.ts';
import * as math from '../../src/kernel/math.ts';
import { erf } from '../../src/kernel/math/erf.ts';
import { Narrowing } from '../../src/kernel/narrow.ts';
import type { ComplexValue, Value } from '../../src/kernel/value.ts';
import { Hostile } from './hostile.ts';
import { evaluateFormula } from './narrowRun.ts';
import { isSubnormal, samplePairs, ulpOf } from './narrowSamples.ts';

const COUNT = Number(process.env.NUMGRAD_SAMPLES ?? 16_000);

type Function = (...x: Expr[]) => Expr;

interface Bound {
  readonly f: Function;
  /** The largest error in units in the last place, with arithmetic as IEEE 754 has it and as in `Hostile`. */
  readonly ulps: readonly [exact: number, hostile: number];
  readonly nin?: 2;
  /** The error counts relative to this at least: where the result is a small difference. */
  readonly beside?: (x: number, y: number) => number;
}

/** Of sums of exponentials, the greater argument. */
const greater = (x: number, y: number): number => Math.abs(Math.max(x, y));

const BOUNDS: Readonly<Record<string, Bound>> = {
  exp: { f: math.exp, ulps: [0.95, 1] },
  exp2: { f: math.exp2, ulps: [0.85, 0.9] },
  expm1: { f: math.expm1, ulps: [1.1, 1.1] },
  log: { f: math.log, ulps: [0.8, 1] },
  log2: { f: math.log2, ulps: [0.8, 1.1] },
  log10: { f: math.log10, ulps: [0.75, 0.9] },
  log1p: { f: math.log1p, ulps: [0.85, 1] },
  sin: { f: math.sin, ulps: [0.85, 1.1] },
  cos: { f: math.cos, ulps: [0.85, 1.1] },
  tan: { f: math.tan, ulps: [1.1, 1.4] },
  arcsin: { f: math.arcsin, ulps: [0.7, 0.8] },
  arccos: { f: math.arccos, ulps: [0.7, 0.8] },
  arctan: { f: math.arctan, ulps: [0.8, 0.8] },
  sinh: { f: math.sinh, ulps: [1.2, 1.2] },
  cosh: { f: math.cosh, ulps: [0.95, 0.95] },
  tanh: { f: math.tanh, ulps: [1.35, 1.35] },
  arcsinh: { f: math.arcsinh, ulps: [0.85, 0.9] },
  arccosh: { f: math.arccosh, ulps: [0.85, 0.9] },
  arctanh: { f: math.arctanh, ulps: [0.85, 0.95] },
  cbrt: { f: math.cbrt, ulps: [0.51, 0.51] },
  erf: { f: erf, ulps: [1.25, 1.25] },
  pow: { f: math.pow, nin: 2, ulps: [0.8, 0.8] },
  arctan2: { f: math.arctan2, nin: 2, ulps: [1, 0.8] },
  hypot: { f: math.hypot, nin: 2, ulps: [0.51, 0.51] },
  logaddexp: { f: math.logaddexp, nin: 2, ulps: [1, 1], beside: greater },
  logaddexp2: { f: math.logaddexp2, nin: 2, ulps: [1, 1], beside: greater },
};

/** Devices that take subnormals for zero lose what is this near to them. */
const LEAST = 2 ** -100;

const MODES = {
  exact: () => new Narrowing(),
  reassociating: () => new Hostile({ reassociates: true }),
  contracting: () => new Hostile({ contracts: true }),
} as const;
type Mode = keyof typeof MODES;

const [x, y] = samplePairs(COUNT);

const call =
  (f: Function) =>
  (...args: Value[]): Value =>
    f(...(args as Expr[]));

function narrowValues(f: Function, arrays: readonly Float32Array<ArrayBuffer>[], mode: Mode): Float32Array {
  const formula = { inputs: arrays.map(() => 'f32' as const), outputs: ['f32' as const], expr: call(f) };
  return new Float32Array(evaluateFormula(formula, arrays, MODES[mode]())[0]!);
}

function doubleValues(f: Function, arrays: readonly Float32Array<ArrayBuffer>[]): Float64Array {
  const formula = { inputs: arrays.map(() => 'f64' as const), outputs: ['f64' as const], expr: call(f) };
  const doubles = arrays.map((array) => Float64Array.from(array));
  return new Float64Array(evaluateFormula(formula, doubles)[0]!);
}

/** The error in units in the last place; NaN where one of the two is special and the other one another. */
function errorOf(value: number, target: number, least: number): number {
  const rounded = Math.fround(target);
  if (Object.is(value, rounded)) return 0;
  if (!Number.isFinite(rounded) || !Number.isFinite(value)) return NaN;
  // Signs of zeros must agree as well.
  if (value === 0 && rounded === 0) return NaN;
  return Math.abs(value - target) / Math.max(ulpOf(target), ulpOf(least));
}

/** Whether the overflow of a rounding is in doubt, or a device may take something for zero. */
function isExcused(arguments_: readonly number[], target: number, mode: Mode): boolean {
  const size = Math.abs(target);
  if (Number.isFinite(target) && size > 3.4028233e38 && size < 3.4028238e38) return true;
  return mode !== 'exact' && [...arguments_, target].some((a) => a !== 0 && Math.abs(a) < LEAST);
}

describe.each(Object.keys(MODES) as Mode[])(
  'float32 functions without 64-bit types, %s arithmetic',
  (mode) => {
    it.each(Object.entries(BOUNDS))('%s', (name, { f, nin, ulps, beside = () => 0 }) => {
      const arrays = nin ? [x, y] : [x];
      const targets = doubleValues(f, arrays);
      const values = narrowValues(f, arrays, mode);
      let worst = 0;
      let where = '';
      for (let i = 0; i < COUNT; i++) {
        const args = arrays.map((array) => array[i]!);
        if (isExcused(args, targets[i]!, mode)) continue;
        const error = errorOf(values[i]!, targets[i]!, beside(args[0]!, args[1]!));
        if (!(error <= worst)) {
          worst = error;
          where = `${name}(${args}) = ${values[i]}, not ${targets[i]}`;
          if (Number.isNaN(error)) break;
        }
      }
      expect(worst, where).toBeLessThanOrEqual(ulps[mode === 'exact' ? 0 : 1]);
    });
  },
);

/** Functions whose narrow forms give the bits of the wide ones. */
const EXACT: Readonly<Record<string, Bound['f']>> = {
  fmod: math.fmod,
  remainder: math.remainder,
  floorDivide: math.floorDivide,
  nextafter: math.nextafter,
};

describe.each(Object.keys(MODES) as Mode[])(
  'exact float32 functions without 64-bit types, %s arithmetic',
  (mode) => {
    it.each(Object.entries(EXACT))('%s', (name, f) => {
      const formula = { inputs: ['f32', 'f32'] as const, outputs: ['f32'] as const, expr: call(f) };
      const targets = new Float32Array(evaluateFormula(formula, [x, y])[0]!);
      const values = narrowValues(f, [x, y], mode);
      for (let i = 0; i < COUNT; i++) {
        const args = [x[i]!, y[i]!];
        if (name !== 'nextafter' && isExcused(args, targets[i]!, mode)) continue;
        // A quotient that is no longer an exact integer is a rounded one, which bad division may round otherwise, and so 1 less.
        const isRounded = name === 'floorDivide' && mode !== 'exact' && Math.abs(targets[i]!) >= 2 ** 24;
        if (isRounded && Math.abs(values[i]! - targets[i]!) <= 2 * ulpOf(targets[i]!)) continue;
        if (!Object.is(values[i], targets[i])) expect(values[i], `${name}(${args})`).toBe(targets[i]);
      }
    });

    it('spacing', () => {
      const formula = { inputs: ['f32'] as const, outputs: ['f32'] as const, expr: call(math.spacing) };
      expect(narrowValues(math.spacing, [x], mode)).toEqual(
        new Float32Array(evaluateFormula(formula, [x])[0]!),
      );
    });

    it('ldexp', () => {
      const n = Int32Array.from(y, (value, i) => (i % 8 === 0 ? value : value * 2));
      const formula = {
        inputs: ['f32', 'i32'] as const,
        outputs: ['f32'] as const,
        expr: (a: Value, b: Value) => math.ldexp(a as Expr, b as Expr),
      };
      const [wide] = evaluateFormula(formula, [x, n]);
      const [narrow] = evaluateFormula(formula, [x, n], MODES[mode]());
      const [targets, values] = [new Float32Array(wide!), new Float32Array(narrow!)];
      for (let i = 0; i < COUNT; i++) {
        if (mode !== 'exact' && (isSubnormal(x[i]!) || isSubnormal(targets[i]!))) continue;
        if (!Object.is(values[i], targets[i])) expect(values[i], `ldexp(${x[i]}, ${n[i]})`).toBe(targets[i]);
      }
    });

    it('float16 to float32 and back: all 65,536', () => {
      const halves = Uint16Array.from({ length: 65536 }, (_, i) => i);
      const toFloat = { inputs: ['u16'] as const, outputs: ['f32'] as const, expr: call(math.halfToFloat) };
      const toHalf = { inputs: ['f32'] as const, outputs: ['u16'] as const, expr: call(math.floatToHalf) };
      const [expected] = evaluateFormula(toFloat, [halves]);
      const [floats] = evaluateFormula(toFloat, [halves], MODES[mode]());
      expect(new Uint32Array(floats!)).toEqual(new Uint32Array(expected!));
      const [back] = evaluateFormula(toHalf, [new Float32Array(floats!)], MODES[mode]());
      expect(new Uint16Array(back!)).toEqual(halves);
    });
  },
);

/** The largest distance from the value in float64, relative to its absolute value, in units of 2^-23. */
const COMPLEX_BOUNDS: Readonly<Record<string, readonly [exact: number, hostile: number]>> = {
  ...{ exp: [1.5, 1.5], log: [0.7, 0.7], log2: [1, 1], log10: [1.3, 1.3], sqrt: [0.6, 0.6] },
  ...{
    sin: [1.8, 1.8],
    cos: [1.8, 1.8],
    tan: [2.4, 4.5],
    sinh: [1.8, 1.8],
    cosh: [1.8, 1.8],
    tanh: [2.4, 4.5],
  },
  ...{ arcsin: [2, 2], arccos: [1.8, 1.8], arctan: [1.8, 3.6], arcsinh: [2, 2], arccosh: [1.8, 1.8] },
  ...{ arctanh: [1.8, 3.6], expm1: [2.6, 2.6] },
};

type ComplexFunction = (z: ComplexValue) => ComplexValue;
const complexFunctions = math.complex as unknown as Readonly<Record<string, ComplexFunction>>;

describe.each(Object.keys(MODES) as Mode[])(
  'complex64 functions without 64-bit types, %s arithmetic',
  (mode) => {
    const z = new Float32Array(2 * COUNT);
    x.forEach((re, i) => z.set([re, y[i]!], 2 * i));

    it.each(Object.entries(COMPLEX_BOUNDS))('%s', (name, bounds) => {
      const expr = (value: Value): Value => complexFunctions[name]!(value as ComplexValue);
      const formula = { inputs: ['c64'] as const, outputs: ['c64'] as const, expr };
      const double = { inputs: ['c128'] as const, outputs: ['c128'] as const, expr };
      const targets = new Float64Array(evaluateFormula(double, [Float64Array.from(z)])[0]!);
      const wide = new Float32Array(evaluateFormula(formula, [z])[0]!);
      const values = new Float32Array(evaluateFormula(formula, [z], MODES[mode]())[0]!);
      let worst = 0;
      let where = '';
      for (let i = 0; i < 2 * COUNT; i += 2) {
        const [args, target, value] = [z, targets, values].map(
          (array) => [array[i]!, array[i + 1]!] as const,
        );
        if (mode !== 'exact' && args!.some((a) => a !== 0 && Math.abs(a) < 2 ** -60)) continue;
        const what = (): string => `${name}(${args}) = ${value}, not ${target}`;
        if (![wide[i], wide[i + 1], ...value!].every(Number.isFinite)) {
          const [kinds, expected] = [value!, [wide[i]!, wide[i + 1]!]].map((parts) =>
            parts.map(kindOf).join(),
          );
          if (kinds !== expected && !isNearOverflow(target!)) expect(kinds, what()).toBe(expected);
          continue;
        }
        const size = Math.hypot(...target!);
        if (size < LEAST) continue;
        const error = Math.hypot(value![0] - target![0], value![1] - target![1]) / size / 2 ** -23;
        if (error > worst) [worst, where] = [error, what()];
      }
      expect(worst, where).toBeLessThanOrEqual(bounds[mode === 'exact' ? 0 : 1]);
    });
  },
);

/** NaN, or where a number lies: of infinities and zeros the sign counts too. */
function kindOf(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === 0 || !Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value);
  return 'finite';
}

/** Where a part, or a factor of it (as exp x is one of exp x sin y), overflows in float32. */
const isNearOverflow = (parts: readonly number[]): boolean => parts.some((part) => Math.abs(part) > 1e30);
