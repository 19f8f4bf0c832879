/**
 * Functions in WGSL for what its operators and built-ins leave open, or define otherwise than the kernel language: NaN, signs of
 * zeros, conversions out of range. They look at bits, because compilers of shaders may assume that there is no NaN and no -0, and
 * processors of shaders may take subnormal numbers for zero.
 */
import type { ValueType } from '../../../kernel/types.ts';
import { isVector } from '../../../kernel/types.ts';
import type { Shape } from './types.ts';
import { shapeOf } from './types.ts';

const MAGNITUDE = '0x7fffffffu';
const SIGN = '0x80000000u';
const INFINITY = '0x7f800000u';

type Source = (name: string, shape: Shape) => string;

const bits = (u: string, x: string): string => `bitcast<${u}>(${x})`;

/** A test of a float by its bits, which `test` has as `bits`. */
const testOfBits =
  (test: (u: string) => string): Source =>
  (name, { f, u, b }) => `fn ${name}(x: ${f}) -> ${b} {
  let bits = ${bits(u, 'x')};
  return ${test(u)};
}`;

/** A float of other bits. */
const changedBits =
  (change: (u: string) => string): Source =>
  (name, { f, u }) => `fn ${name}(x: ${f}) -> ${f} {
  return bitcast<${f}>(${change(u)});
}`;

/** The lesser or greater of two floats: their bits, with those below the sign turned over in negative numbers, are ordered as integers. */
const extremum =
  (less: string): Source =>
  (name, { f, i, u }) => `fn ${name}(a: ${f}, b: ${f}) -> ${f} {
  let x = bitcast<${i}>(a);
  let y = bitcast<${i}>(b);
  let p = x ^ ((x >> ${u}(31u)) & ${i}(0x7fffffffi));
  let q = y ^ ((y >> ${u}(31u)) & ${i}(0x7fffffffi));
  let r = select(b, a, p ${less} q);
  let s = select(r, b, (${bits(u, 'b')} & ${u}(${MAGNITUDE})) > ${u}(${INFINITY}));
  return select(s, a, (${bits(u, 'a')} & ${u}(${MAGNITUDE})) > ${u}(${INFINITY}));
}`;

const quotient =
  (type: 'i' | 'u'): Source =>
  (name, shape) => {
    const t = shape[type];
    return `fn ${name}(a: ${t}, b: ${t}) -> ${t} {
  return select(a / b, ${t}(0), b == ${t}(0));
}`;
  };

/** A float truncated to an integer: what is out of range is not converted. */
const truncation =
  (type: 'i' | 'u', tooLarge: string, inRange: (u: string) => string): Source =>
  (name, shape) => {
    const { f, u } = shape;
    const t = shape[type];
    return `fn ${name}(x: ${f}) -> ${t} {
  let bits = ${bits(u, 'x')};
  let magnitude = bits & ${u}(${MAGNITUDE});
  let inside = ${inRange(u)};
  let far = ${tooLarge.replaceAll('T', t).replaceAll('U', u)};
  let outside = select(far, ${t}(0), magnitude > ${u}(${INFINITY}));
  return select(outside, ${t}(select(${f}(0f), x, inside)), inside);
}`;
  };

const HELPERS = {
  is_nan: testOfBits((u) => `(bits & ${u}(${MAGNITUDE})) > ${u}(${INFINITY})`),
  is_zero: testOfBits((u) => `(bits & ${u}(${MAGNITUDE})) == ${u}(0u)`),
  below_zero: testOfBits((u) => `(bits - ${u}(0x80000001u)) < ${u}(${INFINITY})`),
  above_zero: testOfBits((u) => `(bits - ${u}(1u)) < ${u}(${INFINITY})`),
  not_above_zero: testOfBits((u) => `(bits == ${u}(0u)) | ((bits - ${u}(${SIGN})) <= ${u}(${INFINITY}))`),
  not_below_zero: testOfBits((u) => `(bits <= ${u}(${INFINITY})) | (bits == ${u}(${SIGN}))`),
  negated: changedBits((u) => `${bits(u, 'x')} ^ ${u}(${SIGN})`),
  magnitude: changedBits((u) => `${bits(u, 'x')} & ${u}(${MAGNITUDE})`),
  copysign: (name, { f, u }) => `fn ${name}(a: ${f}, b: ${f}) -> ${f} {
  return bitcast<${f}>((${bits(u, 'a')} & ${u}(${MAGNITUDE})) | (${bits(u, 'b')} & ${u}(${SIGN})));
}`,
  least: extremum('<'),
  greatest: extremum('>'),
  first_or_less: (name, { f }) => `fn ${name}(a: ${f}, b: ${f}) -> ${f} {
  return select(a, b, b < a);
}`,
  first_or_greater: (name, { f }) => `fn ${name}(a: ${f}, b: ${f}) -> ${f} {
  return select(a, b, a < b);
}`,
  signed_quotient: quotient('i'),
  unsigned_quotient: quotient('u'),
  // Both halves are exact, so that one rounding is left; processors without such a conversion round more often.
  rounded: (name, { f, u }) => `fn ${name}(x: ${u}) -> ${f} {
  return ${f}(x >> ${u}(16u)) * ${f}(65536f) + ${f}(x & ${u}(0xffffu));
}`,
  to_signed: truncation(
    'i',
    `select(T(0x7fffffffi), T(i32(-2147483648)), bits >= U(${SIGN}))`,
    (u) => `magnitude < ${u}(0x4f000000u)`,
  ),
  to_unsigned: truncation(
    'u',
    `select(T(0xffffffffu), T(0u), bits >= U(${SIGN}))`,
    (u) => `bits < ${u}(0x4f800000u)`,
  ),
} satisfies Record<string, Source>;

export type HelperName = keyof typeof HELPERS | 'run_time';

/** The functions that a module has used, each written once. */
export class Helpers {
  private readonly sources = new Map<string, string>();
  private readonly zero: string;

  /** @param zero - reads the zero that the compiler does not know */
  constructor(zero: string) {
    this.zero = zero;
  }

  /** The names that a module must not use otherwise. */
  static readonly names: readonly string[] = [...Object.keys(HELPERS), 'run_time'].flatMap((name) => [
    name,
    `${name}4`,
  ]);

  /** A call of the function for values of a type's shape. */
  call(helper: HelperName, type: ValueType, ...args: string[]): string {
    const name = isVector(type) ? `${helper}4` : helper;
    if (!this.sources.has(name)) this.sources.set(name, this.source(helper, name, shapeOf(type)));
    return `${name}(${args.join(', ')})`;
  }

  private source(helper: HelperName, name: string, shape: Shape): string {
    if (helper !== 'run_time') return HELPERS[helper](name, shape);
    return `/** x, which the compiler cannot know. */
fn ${name}(x: ${shape.u}) -> ${shape.u} {
  return x ^ ${shape.u}(${this.zero});
}`;
  }

  /** The functions used so far, in the order of their names. */
  print(): string[] {
    return [...this.sources].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, source]) => source);
  }
}
