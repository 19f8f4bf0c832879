/** Random scalar expressions over typed leaves, made from a tape of numbers: a shorter tape gives a simpler expression. */
import { func, k } from '../../src/kernel/build.ts';
import type { BinaryOp, CompareOp, Expr, UnaryOp } from '../../src/kernel/ir.ts';
import type { ScalarType } from '../../src/kernel/types.ts';
import { BYTES, isFloat, isSigned } from '../../src/kernel/types.ts';

export const SCALARS = ['bool', 'i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64', 'f32', 'f64'] as const;

const INT_UNARY: UnaryOp[] = ['neg', 'abs', 'not', 'clz', 'ctz', 'popcnt'];
const FLOAT_UNARY: UnaryOp[] = ['neg', 'abs', 'sqrt', 'floor', 'ceil', 'trunc', 'nearest'];
const INT_BINARY: BinaryOp[] = [
  'add',
  'sub',
  'mul',
  'idiv',
  'irem',
  'and',
  'or',
  'xor',
  'min',
  'max',
  'pmin',
  'pmax',
];
const FLOAT_BINARY: BinaryOp[] = ['add', 'sub', 'mul', 'div', 'min', 'max', 'pmin', 'pmax', 'copysign'];
const COMPARE: CompareOp[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'];

const table = { name: 'squares', type: 'f64', values: [0, 1, 4, 9, 16, 25, 36, 49] } as const;
const slow = func('slow', { a: 'f32', n: 'i16' }, 'f32', (b, p) => {
  b.if(k.gt(p.n, 5), () => b.return(k.mul(p.a, 3)));
  b.return(k.add(p.a, k.convert('f32', p.n)));
});

/** NaN's sign and payload may differ between devices, so nothing may look at them. */
const number = (x: Expr): Expr => (isFloat(x.type) ? k.select(k.eq(x, x), x, 1) : x);

/** An expression of `type` over the leaves, as the tape says. */
export function expressionOf(tape: readonly number[], leaves: readonly Expr[], type: ScalarType): Expr {
  let at = 0;
  const pool: Expr[] = [...leaves];
  const draw = (below: number): number => (tape[at++] ?? 0) % below;
  const pick = <T>(choices: readonly T[]): T => choices[draw(choices.length)];
  const literal = (t: ScalarType): number | bigint => {
    if (t === 'bool') return draw(2);
    if (isFloat(t)) return pick([0, -0, 1, -1.5, 0.5, NaN, Infinity, 1e-310, 3e38, 2 ** 31, 2 ** 63]);
    const width = BigInt(8 * BYTES[t]);
    const value = pick([0n, 1n, 7n, isSigned(t) ? -(2n ** (width - 1n)) : 2n ** width - 1n]);
    return width === 64n ? value : Number(value);
  };
  const build = (t: ScalarType, depth: number): Expr => {
    const known = pool.filter((node) => node.type === t);
    if (known.length && (depth <= 0 || at >= tape.length || draw(4) === 0)) return pick(known);
    if (depth <= 0 || at >= tape.length)
      return leaves.length ? k.convert(t, pick(leaves)) : k.const(t, literal(t));
    const node = pick(nodes(t, (x) => build(x, depth - 1)))();
    pool.push(node);
    return node;
  };
  const nodes = (t: ScalarType, sub: (x: ScalarType) => Expr): (() => Expr)[] => {
    const compare = (): Expr => {
      const of = pick(SCALARS);
      return { op: pick(COMPARE), type: 'bool', a: sub(of), b: sub(of) };
    };
    const choices: (() => Expr)[] = [
      () => k.const(t, literal(t)),
      () => k.convert(t, sub(pick(SCALARS))),
      () => k.convert(t, sub(pick(SCALARS))),
      () => k.select(sub('bool'), sub(t), sub(t)),
    ];
    if (t === 'bool') {
      const logical = (): Expr => ({
        op: pick(['and', 'or', 'xor'] as const),
        type: t,
        a: sub(t),
        b: sub(t),
      });
      return [...choices, compare, compare, compare, logical, () => k.not(sub(t))];
    }
    const float = isFloat(t);
    choices.push(() => ({ op: pick(float ? FLOAT_UNARY : INT_UNARY), type: t, a: sub(t) }));
    const binary = (): Expr => {
      const op = pick(float ? FLOAT_BINARY : INT_BINARY);
      const b = sub(t);
      return { op, type: t, a: sub(t), b: op === 'copysign' ? number(b) : b };
    };
    choices.push(binary, binary, binary);
    if (!float)
      choices.push(
        () => k.shl(sub(t), sub(t)),
        () => k.shr(sub(t), sub(t)),
        () => k.shr(sub(t), 3),
      );
    const alike = SCALARS.filter((x) => BYTES[x] === BYTES[t] && x !== 'bool' && x !== t);
    choices.push(() => k.bitcast(t, number(sub(pick(alike)))));
    if (t === 'f64') choices.push(() => k.lookup(table, k.and(sub('i32'), 7)));
    if (t === 'f32') choices.push(() => k.call(slow, sub('f32'), sub('i16')));
    if (t === 'f32') choices.push(() => k.rare(sub('bool'), sub('f32'), slow, sub('f32'), sub('i16')));
    return choices;
  };
  return build(type, 5);
}
