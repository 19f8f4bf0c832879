/** The operations of the kernel language in WGSL (ir.ts says what each one means). Operands are texts that need no parentheses. */
import type { BinaryOp, CompareOp, UnaryOp } from '../../../kernel/ir.ts';
import type { ScalarType, ValueType } from '../../../kernel/types.ts';
import { BYTES, isFloat, isSigned, isVector, laneOf } from '../../../kernel/types.ts';
import type { HelperName, Helpers } from './helpers.ts';
import { bitsOf, floatOf, hex, isPlainFloat, literal } from './literals.ts';
import { shapeOf, suffixOf, wgslType } from './types.ts';

/** A value in WGSL. */
export interface Term {
  readonly type: ValueType;
  readonly text: string;
  /** The constant that it is, in each lane. */
  readonly value?: number;
}

/** A type's bits in the one lane of a scalar, or in each of four lanes. */
const width = (type: ValueType): number => 8 * BYTES[laneOf(type)];

/** A constant of a type's signedness in a scalar or in all lanes. */
const fill = (type: ValueType, value: number | string): string =>
  isVector(type) ? `${wgslType(type)}(${value}${suffixOf(type)})` : `${value}${suffixOf(type)}`;

const ARITHMETIC: Partial<Record<BinaryOp, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  irem: '%',
  and: '&',
  or: '|',
  xor: '^',
};

const COMPARE: Readonly<Record<CompareOp, string>> = {
  eq: '==',
  ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
};

/** The comparisons of truth values, of which WGSL has only the first two. */
const COMPARE_BOOL: Readonly<Record<CompareOp, (a: string, b: string) => string>> = {
  eq: (a, b) => `(${a} == ${b})`,
  ne: (a, b) => `(${a} != ${b})`,
  lt: (a, b) => `(!${a} & ${b})`,
  le: (a, b) => `(!${a} | ${b})`,
  gt: (a, b) => `(${a} & !${b})`,
  ge: (a, b) => `(${a} | !${b})`,
};

/** The comparison that holds of swapped operands. */
const SWAPPED: Readonly<Record<CompareOp, CompareOp>> = {
  eq: 'eq',
  ne: 'ne',
  lt: 'gt',
  le: 'ge',
  gt: 'lt',
  ge: 'le',
};

const COMPARE_ZERO: Readonly<Record<CompareOp, { helper: HelperName; not?: boolean }>> = {
  eq: { helper: 'is_zero' },
  ne: { helper: 'is_zero', not: true },
  lt: { helper: 'below_zero' },
  le: { helper: 'not_above_zero' },
  gt: { helper: 'above_zero' },
  ge: { helper: 'not_below_zero' },
};

/** The comparison of a value with itself: whether it may hold, which it does unless the value is NaN. */
const COMPARE_SELF: Readonly<Record<CompareOp, 'nan' | 'number' | 'never'>> = {
  eq: 'number',
  ne: 'nan',
  lt: 'never',
  le: 'number',
  gt: 'never',
  ge: 'number',
};

const FLOAT_UNARY: Partial<Record<UnaryOp, string>> = {
  sqrt: 'sqrt',
  floor: 'floor',
  ceil: 'ceil',
  trunc: 'trunc',
  nearest: 'round',
};

const FLOAT_HELPER: Partial<Record<UnaryOp | BinaryOp, HelperName>> = {
  neg: 'negated',
  abs: 'magnitude',
  min: 'least',
  max: 'greatest',
  pmin: 'first_or_less',
  pmax: 'first_or_greater',
  copysign: 'copysign',
};

export class Operations {
  private readonly helpers: Helpers;

  constructor(helpers: Helpers) {
    this.helpers = helpers;
  }

  /** A constant. What a literal cannot stand for is made of its bits. */
  constant(type: ScalarType, value: number | bigint): Term {
    wgslType(type);
    if (type !== 'f32') return { type, text: literal(type, value), value: Number(value) };
    return this.float(bitsOf(type, value));
  }

  private float(bits: number): Term {
    const value = floatOf(bits);
    if (isPlainFloat(bits)) return { type: 'f32', text: literal('f32', value), value };
    const u = this.helpers.call('run_time', 'u32', hex(bits));
    return { type: 'f32', text: `bitcast<f32>(${u})` };
  }

  /** The same value, but not known to the compiler. */
  opaque(x: Term): Term {
    const { type } = x;
    const { u } = shapeOf(type);
    if (type === 'bool') {
      const word = this.helpers.call('run_time', 'u32', `u32(${x.text})`);
      return { type, text: `(${word} != 0u)` };
    }
    const own = wgslType(type);
    if (own === u) return { type, text: this.helpers.call('run_time', type, x.text) };
    return {
      type,
      text: `bitcast<${own}>(${this.helpers.call('run_time', type, `bitcast<${u}>(${x.text})`)})`,
    };
  }

  /**
   * The terms, of which not all are constants: what is computed of constants alone is computed by the compiler, and an overflow
   * there is an error.
   */
  private atRunTime(first: Term, ...rest: Term[]): Term {
    return first.value !== undefined && rest.every(({ value }) => value !== undefined)
      ? this.opaque(first)
      : first;
  }

  unary(op: UnaryOp, x: Term): Term {
    const a = this.atRunTime(x);
    const { type } = a;
    if (type === 'bool') {
      if (op !== 'not') throw new Error(`${op} of bool`);
      return { type, text: `!${a.text}` };
    }
    const text = isFloat(type) ? this.floatUnary(op, a) : this.integerUnary(op, a);
    return { type, text };
  }

  private floatUnary(op: UnaryOp, { type, text }: Term): string {
    const helper = FLOAT_HELPER[op];
    if (helper) return this.helpers.call(helper, type, text);
    if (op === 'not' && isVector(type)) return this.onBits(type, `~${this.bits(type, text)}`);
    const builtIn = FLOAT_UNARY[op];
    if (!builtIn) throw new Error(`${op} of ${type}`);
    return `${builtIn}(${text})`;
  }

  private integerUnary(op: UnaryOp, { type, text }: Term): string {
    const bits = width(type);
    const low = bits === 32 ? text : `(${text} & ${fill(type, 2 ** bits - 1)})`;
    switch (op) {
      case 'neg':
        return this.wrap(type, isSigned(type) ? `(-${text})` : `(${fill(type, 0)} - ${text})`);
      case 'abs':
        return isSigned(type) ? this.wrap(type, `abs(${text})`) : text;
      case 'not':
        return isSigned(type) ? `~${text}` : this.wrap(type, `~${text}`);
      case 'clz':
        return bits === 32
          ? `countLeadingZeros(${text})`
          : `(countLeadingZeros(${low}) - ${fill(type, 32 - bits)})`;
      case 'ctz':
        return bits === 32
          ? `countTrailingZeros(${text})`
          : `min(countTrailingZeros(${text}), ${fill(type, bits)})`;
      case 'popcnt':
        return `countOneBits(${low})`;
      default:
        throw new Error(`${op} of ${type}`);
    }
  }

  binary(op: BinaryOp, x: Term, y: Term): Term {
    if (op === 'shl' || op === 'shr') return this.shift(op, x, y);
    const { type } = x;
    const a = this.atRunTime(x, y);
    if (type === 'bool') return { type, text: boolBinary(op, a.text, y.text) };
    const text = isFloat(type) ? this.floatBinary(op, a, y) : this.integerBinary(op, a, y);
    return { type, text };
  }

  private floatBinary(op: BinaryOp, a: Term, b: Term): string {
    const { type } = a;
    const helper = FLOAT_HELPER[op];
    if (helper) return this.helpers.call(helper, type, a.text, b.text);
    const sign = ARITHMETIC[op];
    switch (op) {
      case 'add':
      case 'mul':
        // x * 0 is not always 0, nor x + 0 always x.
        return `(${this.hidden(a)} ${sign} ${this.hidden(b)})`;
      case 'sub':
        // x - x is not always 0.
        return `(${this.hidden(a)} - ${a.text === b.text ? this.opaque(b).text : b.text})`;
      case 'div':
        return `(${this.hidden(a)} / ${this.divisor(a, b)})`;
      case 'and':
      case 'or':
      case 'xor':
        if (isVector(type))
          return this.onBits(type, `(${this.bits(type, a.text)} ${sign} ${this.bits(type, b.text)})`);
    }
    throw new Error(`${op} of ${type}`);
  }

  /** A zero that no compiler simplifies with. */
  private hidden(x: Term): string {
    return x.value === 0 ? this.opaque(x).text : x.text;
  }

  /** Nor is x / x always 1, nor may the reciprocal of a constant be multiplied with, unless it is exact. */
  private divisor(a: Term, b: Term): string {
    const isExact = b.value !== undefined && Number.isInteger(Math.log2(Math.abs(b.value)));
    return a.text === b.text || (b.value !== undefined && !isExact) ? this.opaque(b).text : b.text;
  }

  private integerBinary(op: BinaryOp, a: Term, b: Term): string {
    const { type } = a;
    switch (op) {
      case 'idiv':
        if (b.value) return this.wrap(type, `(${a.text} / ${b.text})`);
        return this.wrap(
          type,
          this.helpers.call(isSigned(type) ? 'signed_quotient' : 'unsigned_quotient', type, a.text, b.text),
        );
      case 'irem':
        // As WGSL has it: a zero divisor gives 0, and so does INT_MIN % -1.
        return `(${a.text} % ${b.value === 0 ? this.opaque(b).text : b.text})`;
      case 'min':
      case 'pmin':
        return `min(${a.text}, ${b.text})`;
      case 'max':
      case 'pmax':
        return `max(${a.text}, ${b.text})`;
      case 'and':
      case 'or':
      case 'xor':
        return `(${a.text} ${ARITHMETIC[op]} ${b.text})`;
      case 'add':
      case 'sub':
      case 'mul':
        return this.wrap(type, `(${a.text} ${ARITHMETIC[op]} ${b.text})`);
      default:
        throw new Error(`${op} of ${type}`);
    }
  }

  /** The count is taken modulo the width; a vector has one for all lanes. */
  private shift(op: 'shl' | 'shr', a: Term, by: Term): Term {
    const { type } = a;
    if (isFloat(type) || type === 'bool') throw new Error(`${op} of ${type}`);
    const { u } = shapeOf(type);
    const mask = width(type) - 1;
    const count = by.value === undefined ? `(u32(${by.text}) & ${mask}u)` : `${by.value & mask}u`;
    const counts = isVector(type) ? `${u}(${count})` : count;
    const from = this.atRunTime(a, by).text;
    if (op === 'shr') return { type, text: `(${from} >> ${counts})` };
    return { type, text: this.wrap(type, `(${from} << ${counts})`) };
  }

  /** A comparison. Of vectors it gives a mask. */
  compare(op: CompareOp, a: Term, b: Term): Term {
    const text = this.condition(op, a, b);
    return isVector(a.type) ? this.mask(text) : { type: 'bool', text };
  }

  private mask(condition: string): Term {
    return { type: 'i32x4', text: `select(vec4<i32>(0i), vec4<i32>(-1i), ${condition})` };
  }

  private condition(op: CompareOp, x: Term, y: Term): string {
    const a = this.atRunTime(x, y);
    if (x.type === 'bool') return COMPARE_BOOL[op](a.text, y.text);
    if (isFloat(x.type)) return this.floatCondition(op, a, y);
    return `(${a.text} ${COMPARE[op]} ${y.text})`;
  }

  private floatCondition(op: CompareOp, a: Term, b: Term): string {
    if (a.text === b.text) return this.selfCondition(op, a);
    if (a.value === 0) return this.zeroCondition(SWAPPED[op], b);
    if (b.value === 0) return this.zeroCondition(op, a);
    // `!=` may come out as the one that is false of NaN.
    return op === 'ne' ? `!(${a.text} == ${b.text})` : `(${a.text} ${COMPARE[op]} ${b.text})`;
  }

  private zeroCondition(op: CompareOp, { type, text }: Term): string {
    const { helper, not } = COMPARE_ZERO[op];
    return `${not ? '!' : ''}${this.helpers.call(helper, type, text)}`;
  }

  private selfCondition(op: CompareOp, { type, text }: Term): string {
    const holds = COMPARE_SELF[op];
    if (holds === 'never') return `${shapeOf(type).b}(false)`;
    return `${holds === 'number' ? '!' : ''}${this.helpers.call('is_nan', type, text)}`;
  }

  select(cond: Term, a: Term, b: Term): Term {
    const { type } = a;
    const test = isVector(type) ? `(${cond.text} != vec4<i32>(0i))` : this.atRunTime(cond).text;
    return { type, text: `select(${b.text}, ${a.text}, ${test})` };
  }

  convert(to: ScalarType, x: Term): Term {
    return { type: to, text: this.converted(to, this.atRunTime(x)) };
  }

  private converted(to: ScalarType, { type, text }: Term): string {
    const from = laneOf(type);
    const own = wgslType(to);
    if (to === 'bool') {
      if (from === 'bool') return text;
      return from === 'f32' ? this.zeroCondition('ne', { type, text }) : `(${text} != ${fill(from, 0)})`;
    }
    if (to === 'f32' && wgslType(from) === 'u32') return this.helpers.call('rounded', from, text);
    if (from === 'bool' || to === 'f32') return own === wgslType(from) ? text : `${own}(${text})`;
    if (from === 'f32') return this.truncated(to, text);
    const same = own === wgslType(from) ? text : `${own}(${text})`;
    return holds(to, from) ? same : this.wrap(to, same);
  }

  /** A float truncated and clamped to the range of an integer type; NaN gives 0. */
  private truncated(to: ScalarType, text: string): string {
    const word = this.helpers.call(isSigned(to) ? 'to_signed' : 'to_unsigned', 'f32', text);
    const bits = width(to);
    if (bits === 32) return word;
    if (!isSigned(to)) return `min(${word}, ${fill(to, 2 ** bits - 1)})`;
    return `clamp(${word}, ${fill(to, -(2 ** (bits - 1)))}, ${fill(to, 2 ** (bits - 1) - 1)})`;
  }

  bitcast(to: ValueType, x: Term): Term {
    const { type: from, text, value } = x;
    const own = wgslType(to);
    if (from === 'bool' || to === 'bool') return this.convert(to as ScalarType, x);
    if (width(from) !== width(to) || isVector(from) !== isVector(to))
      throw new Error(`bitcast of ${from} to ${to}`);
    if (value !== undefined && !isVector(to)) {
      const bits = bitsOf(from as ScalarType, value);
      return to === 'f32' ? this.float(bits) : this.constant(to as ScalarType, bits);
    }
    if (width(to) < 32) return this.convert(to as ScalarType, x);
    const { text: safe } = value === undefined ? x : this.opaque(x);
    return { type: to, text: own === wgslType(from) ? text : `bitcast<${own}>(${safe})` };
  }

  splat(type: ValueType, { text, value }: Term): Term {
    return { type, text: `${wgslType(type)}(${text})`, ...(value !== undefined && { value }) };
  }

  /** The vector with another value in one lane. */
  replace(a: Term, lane: number, b: Term): Term {
    const lanes = Array.from({ length: 4 }, (_, i) => (i === lane ? b.text : `${a.text}.${LANES[i]}`));
    return { type: a.type, text: `${wgslType(a.type)}(${lanes.join(', ')})` };
  }

  extract(type: ScalarType, a: Term, lane: number): Term {
    return { type, text: `${a.text}.${LANES[lane]}` };
  }

  /** The conversions of four lanes to four lanes. */
  convertLanes(type: ValueType, x: Term): Term {
    const a = this.atRunTime(x);
    if (a.type === 'u32x4') return { type, text: this.helpers.call('rounded', type, a.text) };
    if (isFloat(type)) return { type, text: `${wgslType(type)}(${a.text})` };
    return { type, text: this.helpers.call(isSigned(type) ? 'to_signed' : 'to_unsigned', type, a.text) };
  }

  /** The questions about the lanes of a mask. */
  test(how: 'bitmask' | 'anyTrue' | 'allTrue', x: Term): Term {
    const a = this.atRunTime(x);
    const bits = this.bits(a.type, a.text);
    if (how !== 'bitmask') {
      return { type: 'bool', text: `${how === 'anyTrue' ? 'any' : 'all'}(${bits} != vec4<u32>(0u))` };
    }
    const signs = `((${bits} >> vec4<u32>(31u)) << vec4<u32>(0u, 1u, 2u, 3u))`;
    return { type: 'i32', text: `i32(dot(${signs}, vec4<u32>(1u)))` };
  }

  private bits(type: ValueType, text: string): string {
    const { u } = shapeOf(type);
    return wgslType(type) === u ? text : `bitcast<${u}>(${text})`;
  }

  private onBits(type: ValueType, bits: string): string {
    return `bitcast<${wgslType(type)}>(${bits})`;
  }

  /** An integer modulo two to the width of its type. */
  private wrap(type: ValueType, text: string): string {
    const bits = width(type);
    if (bits === 32) return text;
    if (!isSigned(type)) return `(${text} & ${fill(type, 2 ** bits - 1)})`;
    return `((${text} << ${32 - bits}u) >> ${32 - bits}u)`;
  }
}

const LANES = ['x', 'y', 'z', 'w'] as const;

function boolBinary(op: BinaryOp, a: string, b: string): string {
  switch (op) {
    case 'and':
    case 'min':
      return `(${a} & ${b})`;
    case 'or':
    case 'max':
      return `(${a} | ${b})`;
    case 'xor':
      return `(${a} != ${b})`;
    default:
      throw new Error(`${op} of bool`);
  }
}

/** Whether an integer type has all values of another. */
function holds(to: ScalarType, from: ScalarType): boolean {
  if (BYTES[to] === 4) return true;
  if (isSigned(to) === isSigned(from)) return BYTES[to] >= BYTES[from];
  return isSigned(to) && BYTES[to] > BYTES[from];
}
