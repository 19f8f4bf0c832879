import { describe, expect, it } from 'vitest';
import type { ElementType } from '../../src/kernel/element.ts';
import { castValue } from '../../src/kernel/element.ts';
import { Narrowing } from '../../src/kernel/narrow.ts';
import type { UFuncRow } from '../../src/ops/ufunc.ts';
import { loopsOf, specOf } from '../../src/ops/ufunc.ts';
import * as activations from '../../src/ops/ufuncs/activations.ts';
import * as arithmetic from '../../src/ops/ufuncs/arithmetic.ts';
import * as bitwise from '../../src/ops/ufuncs/bitwise.ts';
import * as clip from '../../src/ops/ufuncs/clip.ts';
import * as comparison from '../../src/ops/ufuncs/comparison.ts';
import * as division from '../../src/ops/ufuncs/division.ts';
import * as elementary from '../../src/ops/ufuncs/elementary.ts';
import * as floating from '../../src/ops/ufuncs/floating.ts';
import * as losses from '../../src/ops/ufuncs/losses.ts';
import * as rounding from '../../src/ops/ufuncs/rounding.ts';
import { loopOf } from './narrowRun.ts';
import type { Formula } from './narrowRun.ts';
import { wideTypesIn } from './wideTypes.ts';

/** The element types of devices without 64-bit types. */
const NARROW: readonly ElementType[] = ['bool', 'i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'f16', 'f32', 'c64'];

const families = {
  activations,
  arithmetic,
  bitwise,
  clip,
  comparison,
  division,
  elementary,
  floating,
  losses,
  rounding,
};

const isRow = (x: unknown): x is UFuncRow =>
  typeof x === 'object' && x !== null && 'types' in x && 'expr' in x;
const rows: readonly UFuncRow[] = Object.values(families).flatMap((family) =>
  Object.values<unknown>(family).filter(isRow),
);

/** What a formula still needs 64-bit types for. */
const wideTypesOf = (formula: Formula): string[] => wideTypesIn(new Narrowing().function(loopOf(formula)));

/** The loops of a row that have no 64-bit operands or results. */
const narrowLoops = (row: UFuncRow): Formula[] =>
  loopsOf(row)
    .map((loop) => specOf(row, loop))
    .filter(({ inputs, outputs }) => [...inputs, ...outputs].every((element) => NARROW.includes(element)));

describe('narrow forms need no 64-bit types', () => {
  it('knows every table of universal functions', () => {
    expect(rows.length).toBeGreaterThan(100);
  });

  it.each(rows.filter((row) => narrowLoops(row).length > 0).map((row) => [row.name, row] as const))(
    '%s',
    (_, row) => {
      const found = narrowLoops(row).map((formula) => [formula.inputs.join(), wideTypesOf(formula)]);
      expect(found.filter(([, wide]) => wide!.length > 0)).toEqual([]);
    },
  );

  it.each(NARROW)('casts to %s', (to) => {
    for (const from of NARROW) {
      const formula: Formula = { inputs: [from], outputs: [to], expr: (x) => castValue(to, from, x!) };
      expect(wideTypesOf(formula), from).toEqual([]);
    }
  });
});

it('finds 64-bit types where they are', () => {
  const row = rows.find(({ name }) => name === 'sin')!;
  const wide = (chars: string): string[] => {
    const loop = loopsOf(row).find(({ text }) => text === chars)!;
    return wideTypesIn(loopOf(specOf(row, loop)));
  };
  expect(wide('d->d').length).toBeGreaterThan(0);
  expect(wide('f->f').length).toBeGreaterThan(0);
});
