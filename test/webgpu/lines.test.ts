/** How lines of elements are shared out among lanes and workgroups, on hardware and on a driver in software. */
import { expect, test } from 'vitest';
import type { LineTeam } from '../../src/kernel/grid/lines/lines.ts';
import { LINE_GROUP } from '../../src/kernel/grid/lines/lines.ts';
import type { Parts } from '../../src/ops/webgpu/lines/lines.ts';
import { linesOf, partsFor, teamFor } from '../../src/ops/webgpu/lines/lines.ts';

const HARDWARE = { isSoftware: false, subgroupSize: 32 };
const SOFTWARE = { isSoftware: true, subgroupSize: 4 };

/** Of a matrix in C order, reduced along an axis. */
function plan(rows: number, columns: number, axis: 0 | 1, gpu: typeof HARDWARE): LineTeam & Parts {
  const lines = linesOf(
    [rows, columns],
    [1 - axis],
    [axis],
    [{ offset: 0, element: 'f32', strides: [columns, 1] }],
  );
  const team = teamFor(lines, gpu);
  return { ...team, ...partsFor(lines, team, gpu) };
}

test('many rows have several lanes each on hardware, and one in software', () => {
  expect(plan(10000, 1000, 1, HARDWARE)).toEqual({
    across: false,
    lanes: 128,
    subgroup: 32,
    chunk: 1000,
    parts: 1,
  });
  expect(plan(10000, 1000, 1, SOFTWARE)).toMatchObject({ lanes: 1, parts: 1 });
});

test('few rows have several lanes each everywhere', () => {
  for (const gpu of [HARDWARE, SOFTWARE])
    expect(plan(100, 1000, 1, gpu)).toMatchObject({ lanes: 128, parts: 1 });
});

test('a long row is cut into as many parts as there is use for, which cover it', () => {
  for (const [gpu, most] of [
    [HARDWARE, 1024],
    [SOFTWARE, 8],
  ] as const) {
    const { lanes, chunk, parts } = plan(1, 1e7, 1, gpu);
    expect(lanes).toBe(LINE_GROUP);
    expect(parts).toBeGreaterThan(most / 2);
    expect(parts).toBeLessThanOrEqual(most);
    expect(chunk * parts).toBeGreaterThanOrEqual(1e7);
    expect(chunk * (parts - 1)).toBeLessThan(1e7);
  }
});

test('columns are taken side by side', () => {
  for (const gpu of [HARDWARE, SOFTWARE])
    expect(plan(1000, 1000, 0, gpu)).toMatchObject({ across: true, lanes: 8 });
  expect(plan(1000, 5000, 0, SOFTWARE)).toMatchObject({ across: true, lanes: 1 });
});
