import { afterEach, describe, expect, it } from 'vitest';
import { kernels } from '../../src/device/kernels.ts';
import type { DType } from '../../src/array/dtype.ts';
import * as dtypes from '../../src/array/dtype.ts';
import { heap } from '../../src/array/heap.ts';
import { readElement, writeElement } from '../../src/array/element.ts';
import { NDArray, emptyArray, viewArray } from '../../src/array/ndarray.ts';
import { adopt } from '../../src/array/storage.ts';
import { contract } from '../../src/ops/contract.ts';

/** Small integers, so that every product and sum is exact in every dtype; some of them negative. */
let seed = 1;
const next = () => (seed = (seed * 48271) % 2147483647);

function element(dtype: DType): never {
  const value = (next() % 7) - (dtype.kind === 'u' || dtype.kind === 'b' ? 0 : 3);
  if (dtype.kind === 'b') return (value > 3) as never;
  if (dtype.kind === 'c') return { re: value, im: (next() % 7) - 3 } as never;
  return (dtype.itemsize === 8 && dtype.kind !== 'f' ? BigInt(value) : value) as never;
}

function* places(a: NDArray): Generator<number> {
  const walk = function* (axis: number, at: number): Generator<number> {
    if (axis === a.ndim) yield at;
    else for (let i = 0; i < a.shape[axis]; i++) yield* walk(axis + 1, at + i * a.strides[axis]);
  };
  yield* walk(0, a.offset);
}

function random(shape: number[], dtype: DType, order: 'C' | 'F' = 'C'): NDArray {
  const a = emptyArray(shape, dtype, order);
  for (const at of places(a)) writeElement(a.storage.views, dtype.element, at, element(dtype));
  return a;
}

const values = (a: NDArray) => [...places(a)].map((at) => readElement(a.storage.views, a.dtype.element, at));

/** The same elements in an ordinary buffer, outside the heap. */
function outside(a: NDArray): NDArray {
  const bytes = new Uint8Array(a.nbytes);
  const storage = adopt(bytes);
  const copy = emptyArray(a.shape, a.dtype);
  const b = new NDArray(storage, a.dtype, a.shape, copy.strides, 0, null);
  const [from, to] = [[...places(a)], [...places(b)]];
  from.forEach((at, i) =>
    writeElement(
      storage.views,
      a.dtype.element,
      to[i],
      readElement(a.storage.views, a.dtype.element, at) as never,
    ),
  );
  return b;
}

type Num = { re: number; im: number };
const complex = (x: unknown): Num => (typeof x === 'object' ? (x as Num) : { re: Number(x), im: 0 });

/** The product by its definition, of 2-D arrays. */
function naive(a: NDArray, b: NDArray): unknown[] {
  const [m, k] = a.shape;
  const n = b.shape[1];
  const at = (x: NDArray, i: number, j: number) =>
    complex(readElement(x.storage.views, x.dtype.element, x.offset + i * x.strides[0] + j * x.strides[1]));
  const result: unknown[] = [];
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let [re, im] = [0, 0];
      for (let p = 0; p < k; p++) {
        const [x, y] = [at(a, i, p), at(b, p, j)];
        re += x.re * y.re - x.im * y.im;
        im += x.re * y.im + x.im * y.re;
      }
      result.push(as(a.dtype, re, im));
    }
  }
  return result;
}

function as(dtype: DType, re: number, im: number): unknown {
  if (dtype.kind === 'b') return re !== 0;
  if (dtype.kind === 'c') return { re: re + 0, im: im + 0 };
  const bits = 8 * dtype.itemsize;
  if (dtype.kind === 'i') return Number(BigInt.asIntN(bits, BigInt(re)));
  if (dtype.kind === 'u') return Number(BigInt.asUintN(bits, BigInt(re)));
  return re;
}

const plain = (xs: unknown[]) =>
  xs.map((x) =>
    typeof x === 'object'
      ? { re: (x as Num).re + 0, im: (x as Num).im + 0 }
      : typeof x === 'boolean'
        ? x
        : Number(x) + 0,
  );

const T = (a: NDArray) => viewArray(a, [...a.shape].reverse(), [...a.strides].reverse());
const flipped = (a: NDArray) =>
  viewArray(
    a,
    a.shape,
    a.strides.map((s) => -s),
    a.offset + a.strides.reduce((sum, s, i) => sum + s * (a.shape[i] - 1), 0),
  );
const everyOther = (a: NDArray) =>
  viewArray(
    a,
    a.shape.map((n) => Math.ceil(n / 2)),
    a.strides.map((s) => 2 * s),
  );

afterEach(() => kernels.use('wasm'));

const ALL = dtypes.DTYPES.map((d) => [d.name, d] as const);

describe.each(ALL)('%s', (_name, dtype) => {
  const check = (a: NDArray, b: NDArray) => expect(plain(values(contract(a, b)))).toEqual(plain(naive(a, b)));

  it.each([
    [1, 1, 1],
    [1, 1, 40],
    [1, 9, 5],
    [9, 1, 5],
    [2, 3, 4],
    [5, 7, 3],
    [4, 8, 16],
    [13, 35, 70],
    [18, 66, 34],
  ])('multiplies %i x %i, depth %i, in every layout', (m, n, k) => {
    check(random([m, k], dtype), random([k, n], dtype));
    check(T(random([k, m], dtype)), random([k, n], dtype));
    check(random([m, k], dtype), T(random([n, k], dtype)));
    check(T(random([k, m], dtype)), T(random([n, k], dtype)));
    check(flipped(random([m, k], dtype)), flipped(random([k, n], dtype)));
    check(everyOther(random([2 * m, 2 * k], dtype)), everyOther(random([2 * k, 2 * n], dtype)));
    check(outside(random([m, k], dtype)), random([k, n], dtype));
    check(random([m, k], dtype), outside(random([k, n], dtype)));
  });

  it('multiplies across blocks', () => {
    if (dtype.name === 'float16') return; // its sums would not be exact
    check(random([130, 270], dtype), random([270, 3], dtype));
    check(random([3, 9], dtype), random([9, 1100], dtype));
  });

  it('broadcasts stacks', () => {
    const [a, b] = [random([2, 1, 3, 4], dtype), random([5, 4, 6], dtype)];
    const c = contract(a, b);
    expect(c.shape).toEqual([2, 5, 3, 6]);
    const sub = (x: NDArray, at: number) => viewArray(x, x.shape.slice(-2), x.strides.slice(-2), at);
    for (let i = 0; i < 2; i++) {
      for (let j = 0; j < 5; j++) {
        const [x, y] = [sub(a, a.offset + i * a.strides[0]), sub(b, b.offset + j * b.strides[0])];
        expect(plain(values(sub(c, c.offset + i * c.strides[0] + j * c.strides[1])))).toEqual(
          plain(naive(x, y)),
        );
      }
    }
    const [tall, right] = [random([3, 4, 5], dtype), random([5, 2], dtype)];
    const flat = viewArray(tall, [12, 5], tall.strides.slice(1));
    expect(plain(values(contract(tall, right)))).toEqual(plain(naive(flat, right)));
  });

  it('writes into any out, also one that overlaps an operand', () => {
    const [a, b] = [random([6, 6], dtype), random([6, 6], dtype)];
    const want = plain(naive(a, b));
    const outs = [
      random([6, 6], dtype),
      T(random([6, 6], dtype)),
      flipped(random([6, 6], dtype)),
      everyOther(random([12, 12], dtype)),
      outside(a),
      a,
    ];
    for (const out of outs) {
      expect(contract(a, b, out)).toBe(out);
      expect(plain(values(out))).toEqual(want);
      if (out === a) break;
    }
  });

  it('gives noughts for a depth of nought', () => {
    const c = contract(random([2, 0], dtype), random([0, 3], dtype));
    expect(plain(values(c))).toEqual(Array(6).fill(as(dtype, 0, 0)));
    expect(contract(random([0, 2], dtype), random([2, 3], dtype)).shape).toEqual([0, 3]);
  });

  it('gives the same bits in JavaScript', () => {
    const fill = (a: NDArray) => {
      if (dtype.kind === 'f' || dtype.kind === 'c') {
        for (const at of places(a)) {
          const [x, y] = [next() / 2 ** 31 - 0.5, next() / 2 ** 31 - 0.5];
          writeElement(
            a.storage.views,
            dtype.element,
            at,
            (dtype.kind === 'c' ? { re: x, im: y } : x) as never,
          );
        }
      }
      return a;
    };
    for (const [m, n, k] of [
      [1, 1, 37],
      [9, 1, 21],
      [1, 9, 21],
      [5, 11, 7],
      [7, 6, 300],
    ]) {
      const [a, b] = [fill(random([m, k], dtype)), fill(random([k, n], dtype))];
      const results = (['wasm', 'js'] as const).map(
        (device) => (kernels.use(device), values(contract(a, b))),
      );
      expect(results[1]).toEqual(results[0]);
    }
  });
});

it('frees its working memory', () => {
  const [a, b] = [outside(random([70, 70], dtypes.float64)), random([70, 70], dtypes.float64)];
  const out = random([70, 70], dtypes.float64);
  contract(a, b, out);
  const before = heap.liveBytes;
  for (let i = 0; i < 10; i++) contract(a, b, out);
  expect(heap.liveBytes).toBe(before);
});

it('refuses shapes that do not fit', () => {
  const f8 = dtypes.float64;
  expect(() => contract(random([2, 3], f8), random([4, 2], f8))).toThrow(/not aligned/);
  expect(() => contract(random([2, 2, 3], f8), random([3, 3, 2], f8))).toThrow(/broadcast/);
});

it('takes matrices outside the heap in parts when they are large', () => {
  const depth = 3_000_000;
  const ones = (shape: number[]) => {
    const data = new Float64Array(3 * depth).fill(1);
    const strides = [shape[1] * 8, 8];
    return new NDArray(adopt(data), dtypes.float64, shape, strides, 0, null);
  };
  const [a, b] = [ones([3, depth]), ones([depth, 3])];
  a.storage.views.float64[2 * depth] = 5;
  b.storage.views.float64[2] = 7;
  const d = depth;
  expect(values(contract(a, b))).toEqual([d, d, d + 6, d, d, d + 6, d + 4, d + 4, d - 1 + 35]);
});
