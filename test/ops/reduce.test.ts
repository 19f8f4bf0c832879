import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { DTYPES, bool_, float32, float64, int64 } from '../../src/array/dtype.ts';
import type { DType } from '../../src/array/dtype.ts';
import { writeElement } from '../../src/array/element.ts';
import { Complex } from '../../src/array/complex.ts';
import { sizeOf } from '../../src/array/layout.ts';
import { NDArray, emptyArray, scalarAt, viewArray } from '../../src/array/ndarray.ts';
import { adopt } from '../../src/array/storage.ts';
import { kernels } from '../../src/device/kernels.ts';
import { argReduce } from '../../src/ops/argreduce.ts';
import { convertScalar } from '../../src/ops/asarray.ts';
import { copyOf } from '../../src/ops/cast.ts';
import { reduce } from '../../src/ops/reduce.ts';
import { scan } from '../../src/ops/scan.ts';
import type { UFuncRow } from '../../src/ops/ufunc.ts';
import { loopsOf, reduceSpec } from '../../src/ops/ufunc.ts';
import * as arithmetic from '../../src/ops/ufuncs/arithmetic.ts';
import * as bitwise from '../../src/ops/ufuncs/bitwise.ts';
import * as comparison from '../../src/ops/ufuncs/comparison.ts';
import { transpose } from '../../src/ops/views.ts';

/** A case of scripts/record_reductions.py. */
interface Case {
  readonly method: 'reduce' | 'accumulate' | 'arg';
  readonly op: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly transpose: boolean;
  readonly steps: readonly number[];
  readonly axes: readonly number[];
  readonly initial: number | null;
  readonly where: boolean;
  readonly result: string;
}

const recorded = JSON.parse(readFileSync(new URL('reductions.json', import.meta.url), 'utf8')) as [
  Case,
  number[],
  number,
][];

const ROWS: Readonly<Record<string, unknown>> = { ...arithmetic, ...bitwise, ...comparison };
const named = (name: string): DType => DTYPES.find((d) => d.name === name)!;
const camel = (name: string): string => name.replace(/_(.)/g, (_, c: string) => c.toUpperCase());

const noise = (i: number): number => (Math.imul(i, 2654435761) + 12345) >>> 0;
const real = (i: number): number => (noise(i) / 2 ** 32 - 0.5) * 2 ** ((noise(i) % 13) - 6);

function element(dtype: DType, i: number, size: number): number | boolean | Complex {
  if (dtype.kind === 'b') return noise(i) % 3 === 0;
  if (dtype.kind === 'i' || dtype.kind === 'u') return noise(i) % 100;
  return dtype.kind === 'c' ? new Complex(real(i), real(size + i)) : real(i);
}

/** A C-contiguous array in the heap, or in an ordinary buffer. */
function make(
  dtype: DType,
  shape: readonly number[],
  outside: boolean,
  at: (i: number) => number | boolean | Complex,
): NDArray {
  const inHeap = emptyArray(shape, dtype);
  const bytes = outside ? new Uint8Array(inHeap.nbytes + 16) : undefined;
  const a = bytes ? new NDArray(adopt(bytes), dtype, shape, inHeap.strides, 0, null) : inHeap;
  for (let i = 0; i < a.size; i++)
    writeElement(a.storage.views, dtype.element, a.offset + i * dtype.itemsize, at(i));
  return a;
}

function input(c: Case, outside: boolean): NDArray {
  const size = sizeOf(c.shape);
  const dtype = named(c.dtype);
  const made = make(dtype, c.shape, outside, (i) => element(dtype, i, size));
  const a = c.transpose ? transpose(made, made.shape.map((_, d) => d).reverse()) : made;
  const start =
    a.offset + c.steps.reduce((sum, step, d) => sum + (step < 0 ? (a.shape[d] - 1) * a.strides[d] : 0), 0);
  const shape = a.shape.map((n, d) => Math.ceil(n / Math.abs(c.steps[d])));
  return viewArray(
    a,
    shape,
    a.strides.map((s, d) => s * c.steps[d]),
    start,
  );
}

function run(c: Case, outside: boolean): NDArray {
  const a = input(c, outside);
  if (c.method === 'arg') return argReduce(c.op === 'argmax' ? 'max' : 'min', a, c.axes[0]);
  const dtype = named(c.result);
  const row = (ROWS[c.op] ?? ROWS[camel(c.op)]) as UFuncRow;
  const spec = reduceSpec(
    row,
    loopsOf(row).find((l) => l.ins.every((d) => d === dtype) && l.outs[0] === dtype)!,
  );
  if (c.method === 'accumulate') return scan(spec, a, c.axes[0], { dtype });
  const initial = c.initial ?? row.identity;
  return reduce(spec, a, c.axes, {
    dtype,
    initial: initial === undefined ? undefined : convertScalar(Number(initial), dtype),
    where: c.where ? make(bool_, a.shape, outside, (i) => noise(i) % 4 !== 0) : undefined,
  });
}

function hash(a: NDArray): number {
  const { storage, offset, nbytes } = copyOf(a, a.dtype, 'C');
  return storage.views.uint8
    .subarray(offset, offset + nbytes)
    .reduce((h, byte) => Math.imul(h ^ byte, 16777619) >>> 0, 2166136261);
}

afterEach(() => kernels.use('wasm'));

describe.each([
  ['wasm', false],
  ['wasm', true],
  ['js', false],
] as const)('on %s, outside the heap: %s', (device, outside) => {
  it('gives the bits that NumPy gives', () => {
    kernels.use(device);
    const wrong = recorded.filter(([c, shape, bits]) => {
      const result = run(c, outside);
      return String(result.shape) !== String(shape) || hash(result) !== bits;
    });
    expect(wrong.map(([c]) => JSON.stringify(c))).toEqual([]);
  });
});

const doubles = (...values: number[]): NDArray => make(float64, [values.length], false, (i) => values[i]);
const specOf = (row: UFuncRow, dtype: DType) =>
  reduceSpec(
    row,
    loopsOf(row).find((l) => l.ins.every((d) => d === dtype))!,
  );

describe('reduce', () => {
  const total = (a: NDArray, axes: number[], dtype: DType = float64): NDArray =>
    reduce(specOf(arithmetic.add, dtype), a, axes, { dtype, initial: 0 });

  it('gives the initial value for no elements', () => {
    const a = emptyArray([0, 3], float64);
    expect([...total(a, [0]).data]).toEqual([0, 0, 0]);
    expect(total(a, [1]).shape).toEqual([0]);
    expect(scalarAt(total(a, [0, 1]), total(a, [0, 1]).offset)).toBe(0);
  });

  it('sums a run of any length around the sizes of blocks', () => {
    for (const n of [1, 7, 8, 9, 15, 16, 127, 128, 129, 136, 1000, 8191, 8192, 8193]) {
      const a = make(int64, [n], false, (i) => i);
      expect(scalarAt(total(a, [0], int64), total(a, [0], int64).offset)).toBe((n * (n - 1)) / 2);
      expect(Number(total(a, [0], float32).data[0])).toBeCloseTo((n * (n - 1)) / 2, -3);
    }
  });

  it('propagates NaN wherever it stands', () => {
    for (const row of [arithmetic.maximum, arithmetic.minimum]) {
      for (let at = 0; at < 70; at++) {
        const a = make(float64, [70], false, (i) => (i === at ? NaN : i));
        expect(reduce(specOf(row, float64), a, [0], { dtype: float64 }).data[0]).toBeNaN();
      }
    }
  });

  it('combines the rest with the first element when there is nothing to start from', () => {
    const difference = reduce(specOf(arithmetic.subtract, float64), doubles(10, 1, 2, 3), [0], {
      dtype: float64,
    });
    expect(difference.data[0]).toBe(4);
  });

  it('casts the result into `out`', () => {
    const out = emptyArray([2], float32);
    const a = make(float64, [2, 3], false, (i) => i / 2);
    const result = reduce(specOf(arithmetic.add, float64), a, [1], { dtype: float64, initial: 0, out });
    expect(result).toBe(out);
    expect([...out.data]).toEqual([1.5, 6]);
  });

  it('keeps the memory order of the input', () => {
    const a = transpose(
      make(float64, [4, 3, 2], false, (i) => i),
      [2, 1, 0],
    );
    expect(total(a, [1]).strides).toEqual([8, 16]);
  });
});

describe('argReduce', () => {
  it('finds the first of equal elements, and the first NaN before any', () => {
    const place = (a: NDArray): unknown => scalarAt(argReduce('max', a, 0), argReduce('max', a, 0).offset);
    expect(place(doubles(1, 5, 5, 2))).toBe(1);
    expect(place(doubles(1, NaN, 9, NaN))).toBe(1);
    expect(place(doubles(-0, 0))).toBe(0);
    for (const at of [0, 3, 600, 997]) {
      expect(place(make(float64, [1000], false, (i) => (i >= at ? 7 : 1)))).toBe(at);
      expect(place(make(float64, [1000], false, (i) => (i === at ? NaN : i)))).toBe(at);
    }
  });

  it('refuses an axis without elements', () => {
    expect(() => argReduce('min', emptyArray([0], float64), 0)).toThrow(
      'attempt to get argmin of an empty sequence',
    );
  });
});

describe('scan', () => {
  it('may write over its input', () => {
    const a = doubles(1, 2, 3, 4);
    scan(specOf(arithmetic.add, float64), a, 0, { dtype: float64, out: a });
    expect([...a.data]).toEqual([1, 3, 6, 10]);
  });
});
