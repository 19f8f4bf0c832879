/** Random expressions of all 32-bit and narrower types, with much in them shared. */
import { k } from '../../src/kernel/build.ts';
import type { BinaryOp, CompareOp, Expr, UnaryOp } from '../../src/kernel/ir.ts';
import type { ScalarType } from '../../src/kernel/types.ts';
import type { Case, Program } from './wgsl_agree.ts';
import { constants, randomWords } from './wgsl_operands.ts';

const INTEGERS: ScalarType[] = ['i8', 'u8', 'i16', 'u16', 'i32', 'u32'];
const UNARY: UnaryOp[] = ['neg', 'abs', 'not', 'clz', 'ctz', 'popcnt'];
const BINARY: BinaryOp[] = [
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
];
const COMPARE: CompareOp[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'];
const LOGIC: BinaryOp[] = ['and', 'or', 'xor'];

const STEPS = 60;

/** Numbers that decide what an expression is. */
class Choices {
  private readonly words: readonly number[];
  private next = 0;

  constructor(words: readonly number[]) {
    this.words = words;
  }

  of<T>(list: readonly T[]): T {
    return list[this.words[this.next++ % this.words.length]! % list.length]!;
  }
}

/** An expression of the u32 `a` and `b` that ends in all its parts. */
function randomExpression(choices: Choices, a: Expr, b: Expr): Expr {
  const values: Record<string, Expr[]> = { bool: [k.lt(a, b)] };
  for (const type of INTEGERS) {
    values[type] = [k.convert(type, a), k.convert(type, b), choices.of(constants(type))];
  }
  const take = (type: ScalarType): Expr => choices.of(values[type]!);
  for (let step = 0; step < STEPS; step++) {
    const value = randomNode(choices, take);
    values[value.type]!.push(value);
  }
  const words = INTEGERS.flatMap((type) => values[type]!.slice(2)).map((x) => k.convert('u32', x));
  const flags = values.bool!.map((x) => k.convert('u32', x));
  return [...words, ...flags].reduce((all, x, i) => k.xor(k.mul(all, 31), k.add(x, i)));
}

function randomNode(choices: Choices, take: (type: ScalarType) => Expr): Expr {
  const type = choices.of(INTEGERS);
  switch (choices.of(['unary', 'binary', 'binary', 'compare', 'logic', 'select', 'convert', 'float'])) {
    case 'unary':
      return k[choices.of(UNARY)](take(type));
    case 'binary':
      return k[choices.of(BINARY)](take(type), take(type));
    case 'compare':
      return k[choices.of(COMPARE)](take(type), take(type));
    case 'logic':
      return choices.of([true, false])
        ? k.not(take('bool'))
        : k[choices.of(LOGIC)](take('bool'), take('bool'));
    case 'select':
      return k.select(take('bool'), take(type), take(type));
    case 'convert':
      return k.convert(choices.of(INTEGERS), take(type));
    default: {
      // Through floats and back; 16-bit integers are exact there, and so are their sums.
      const [x, y] = [take('i16'), take('u16')].map((value) => k.convert('f32', value));
      const z = choices.of([k.add, k.sub, k.min, k.max])(x!, y!);
      return k.convert(type, k.copysign(k.nearest(k.mul(z, 0.5)), x!));
    }
  }
}

/** Cases of random expressions. */
export function randomProgram(number: number): Program {
  const cases = Array.from({ length: 8 }, (_, i): Case => {
    const words = randomWords(400, 100 * number + i + 1);
    return { name: `expression ${i}`, compute: (a, b) => randomExpression(new Choices(words), a, b) };
  });
  return { title: `random expressions ${number}`, type: 'u32', cases, all: false };
}
