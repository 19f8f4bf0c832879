import { describe, expect, it } from 'vitest';
import { derivative, f, input, inputsOf, literal, substitute } from '../../src/kernel/formula/term.ts';
import type { Term } from '../../src/kernel/formula/term.ts';
import { formula, partialOf } from '../../src/ops/ufuncs/formula.ts';

const [x, y] = [input(0), input(1)];

describe('terms', () => {
  it('are one object when they are equal', () => {
    expect(f.mul(f.exp(x), f.add(y, 2))).toBe(f.mul(f.exp(x), f.add(y, 2)));
    expect(f.sub(x, y)).not.toBe(f.sub(y, x));
    expect(f.add(x, 0)).toBe(x);
    expect(f.mul(x, 1)).toBe(x);
    expect(f.add(literal(2), 3)).toBe(literal(5));
    expect(f.div(x, -0)).not.toBe(f.div(x, 0));
  });

  it('differentiate by the rules of calculus', () => {
    expect(derivative(f.mul(x, y), 0)).toBe(y);
    expect(derivative(f.add(f.square(x), y), 0)).toBe(f.add(x, x));
    expect(derivative(f.exp(f.mul(x, 3)), 0)).toBe(f.mul(literal(3), f.exp(f.mul(x, 3))));
    expect(derivative(f.log(y), 0)).toBe(literal(0));
    expect(derivative(f.select(f.lt(x, 0), 0, x), 0)).toBe(f.select(f.lt(x, 0), 0, 1));
  });

  it('know their operands and take others', () => {
    const term: Term = f.select(f.le(x, y), f.tanh(x), 0);
    expect(inputsOf(term)).toEqual([0, 1]);
    expect(substitute(term, [y, x])).toBe(f.select(f.le(y, x), f.tanh(y), 0));
  });
});

describe('partial derivatives of a row', () => {
  it('take only what they need', () => {
    const row = formula('t', 3, (a, b, c) => f.add(f.mul(a, b), c));
    expect(partialOf(row, 0).operands).toEqual([1]);
    expect(partialOf(row, 0).row.nin).toBe(2);
    expect(partialOf(row, 2).constant).toBe(1);
  });

  it('may be given, or go by the result', () => {
    const given = formula('g', 1, (a) => f.abs(a), { partials: () => [literal(7)] });
    expect(partialOf(given, 0).constant).toBe(7);
    const byResult = formula('r', 1, (a) => f.exp(a), { ofResult: (o) => o });
    expect(partialOf(byResult, 0)).toMatchObject({ byResult: true, constant: undefined });
  });
});
