import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Layout, Walk } from '../../src/ops/iterate.ts';
import { planWalk, tiled } from '../../src/ops/iterate.ts';

/** Every step of a walk: the places of all operands. */
function visits({ axes, addresses }: Walk): string[] {
  const all: string[] = [];
  const visit = (axis: number, places: readonly number[]): void => {
    if (axis < 0) {
      all.push(places.join());
      return;
    }
    const { length, strides } = axes[axis];
    for (let i = 0; i < length; i++)
      visit(
        axis - 1,
        places.map((p, o) => p + strides[o] * i),
      );
  };
  visit(axes.length - 1, addresses);
  return all;
}

/** The steps as the shape and strides themselves say. */
function expected(shape: readonly number[], layouts: readonly Layout[]): string[] {
  const axes = shape.map((length, d) => ({ length, strides: layouts.map((x) => x.strides[d]) })).reverse();
  return visits({ axes, addresses: layouts.map((x) => x.address) });
}

const total = (walk: Walk): number => walk.axes.reduce((n, axis) => n * axis.length, 1);

describe('walks', () => {
  const layout = fc.record({
    address: fc.nat(1000),
    strides: fc.array(fc.constantFrom(0, 8, -8, 16, 24, 72, -144, 4000), { minLength: 4, maxLength: 4 }),
  });

  it('visit every element of every operand once, together', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }),
          fc.tuple(fc.integer({ min: 1, max: 1500 }), fc.integer({ min: 1, max: 5 })),
          fc.tuple(fc.integer({ min: 100, max: 150 }), fc.integer({ min: 60, max: 300 })),
        ),
        fc.array(layout, { minLength: 1, maxLength: 3 }),
        (shape, layouts) => {
          const walk = planWalk(shape, layouts, 1);
          const parts = tiled(walk);
          expect(parts.reduce((n, part) => n + total(part), 0)).toBe(total(walk));
          expect(parts.flatMap(visits).sort()).toEqual(expected(shape, layouts).sort());
        },
      ),
      { numRuns: 40 },
    );
  });

  it('merge axes that all operands walk as one', () => {
    const dense = { address: 0, strides: [96, 32, 8] };
    expect(planWalk([2, 3, 4], [dense, dense], 1)).toEqual({
      axes: [{ length: 24, strides: [8, 8] }],
      addresses: [0, 0],
    });
    const row = { address: 0, strides: [0, 32, 8] };
    expect(planWalk([2, 3, 4], [row, dense], 1).axes).toEqual([
      { length: 12, strides: [8, 8] },
      { length: 2, strides: [0, 96] },
    ]);
  });

  it('go upward where every operand goes downward', () => {
    const reversed = { address: 72, strides: [-8] };
    expect(planWalk([10], [reversed, reversed], 1)).toEqual({
      axes: [{ length: 10, strides: [8, 8] }],
      addresses: [0, 0],
    });
  });

  it('take the outputs in memory order', () => {
    const columns = { address: 0, strides: [8, 80] };
    const rows = { address: 0, strides: [160, 8] };
    const { axes } = planWalk([10, 20], [rows, columns], 1);
    expect(axes.map((axis) => axis.length)).toEqual([10, 20]);
  });

  it('make a long axis the inner one where the innermost is short', () => {
    const [walk] = tiled(
      planWalk(
        [100_000, 3],
        [
          { address: 0, strides: [0, 8] },
          { address: 0, strides: [24, 8] },
        ],
        1,
      ),
    );
    expect(walk.axes.map((axis) => axis.length)).toEqual([512, 3, 195]);
  });
});
