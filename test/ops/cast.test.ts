import { afterEach, describe, expect, it } from 'vitest';
import { Complex } from '../../src/array/complex.ts';
import * as dt from '../../src/array/dtype.ts';
import type { DType } from '../../src/array/dtype.ts';
import type { Scalar } from '../../src/array/element.ts';
import { readElement, writeElement } from '../../src/array/element.ts';
import { bitsToHalf, halfToBits } from '../../src/array/half.ts';
import { NDArray, emptyArray } from '../../src/array/ndarray.ts';
import { kernels } from '../../src/device/kernels.ts';
import { cast, castInto, copyOf } from '../../src/ops/cast.ts';

afterEach(() => kernels.use('wasm'));

function array(dtype: DType, values: readonly Scalar[], stride = dtype.itemsize): NDArray {
  const room = emptyArray([Math.max(1, (values.length * stride) / dtype.itemsize)], dtype);
  const a = new NDArray(room.storage, dtype, [values.length], [stride], room.offset, null);
  values.forEach((x, i) => writeElement(a.storage.views, dtype.element, a.offset + i * stride, x));
  return a;
}

const elements = (a: NDArray): Scalar[] =>
  Array.from({ length: a.size }, (_, i) =>
    readElement(a.storage.views, a.dtype.element, a.offset + i * a.strides[0]),
  );

/** Casts on both devices, contiguous (in vectors) and strided, and expects them to agree. */
function castBoth(values: readonly Scalar[], from: DType, to: DType): Scalar[] {
  const results = (['js', 'wasm'] as const).flatMap((device) => {
    kernels.use(device);
    return [
      elements(cast(array(from, values), to)),
      elements(cast(array(from, values, 3 * from.itemsize), to)),
    ];
  });
  for (const result of results) expect(result).toEqual(results[0]);
  return results[0];
}

/** Enough copies of the values for whole vectors. */
const many = <T>(values: readonly T[]): T[] =>
  Array.from({ length: 40 }, (_, i) => values[i % values.length]);

describe('casts', () => {
  const floats = [0, -0, 1.9, -1.9, 127, 128, 300.7, -129, 65535, 3e9, -1.5, NaN, Infinity, -Infinity, 1e20];
  // What NumPy 2.4 gives on x86; beyond the range C leaves it open.
  const integers: [DType, (number | bigint)[]][] = [
    [dt.int8, [0, 0, 1, -1, 127, -128, 44, 127, -1, 0, -1, 0, 0, 0, 0]],
    [dt.uint8, [0, 0, 1, 255, 127, 128, 44, 127, 255, 0, 255, 0, 0, 0, 0]],
    [dt.int16, [0, 0, 1, -1, 127, 128, 300, -129, -1, 0, -1, 0, 0, 0, 0]],
    [
      dt.uint32,
      [0, 0, 1, 4294967295, 127, 128, 300, 4294967167, 65535, 3e9, 4294967295, 2 ** 31, 0, 2 ** 31, 0],
    ],
    [
      dt.int64,
      [
        0,
        0,
        1,
        -1,
        127,
        128,
        300,
        -129,
        65535,
        3e9,
        -1,
        -(2n ** 63n),
        -(2n ** 63n),
        -(2n ** 63n),
        -(2n ** 63n),
      ],
    ],
  ];
  for (const [to, expected] of integers) {
    it(`of floats to ${to.name} are x86's`, () => {
      expect(castBoth(many(floats), dt.float64, to)).toEqual(many(expected));
      const few = [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14];
      expect(
        castBoth(
          few.map((i) => floats[i]),
          dt.float32,
          to,
        ),
      ).toEqual(few.map((i) => expected[i]));
    });
  }

  it('of integers wrap, and extend by the sign of their own type', () => {
    expect(castBoth(many([255, 128, 1]), dt.uint8, dt.int8)).toEqual(many([-1, -128, 1]));
    expect(castBoth(many([-1, -128, 1]), dt.int8, dt.uint64)).toEqual(
      many([2n ** 64n - 1n, 2n ** 64n - 128n, 1]),
    );
    expect(castBoth(many([70000, -70000]), dt.int32, dt.uint16)).toEqual(many([4464, 61072]));
  });

  it('of 64-bit integers to floats round once', () => {
    const values = [2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n, 0n, -1n, 2n ** 40n + 2n ** 16n + 1n];
    expect(castBoth(many(values), dt.int64, dt.float64)).toEqual(many(values.map(Number)));
    expect(castBoth(many(values), dt.int64, dt.float32).slice(5, 6)).toEqual([2 ** 40 + 2 ** 17]);
    expect(castBoth(many([2n ** 64n - 1n, 2n ** 63n + 1025n]), dt.uint64, dt.float64)).toEqual(
      many([2 ** 64, 2 ** 63 + 2048]),
    );
  });

  it('to bool are "not zero", NaN and imaginary parts included', () => {
    expect(castBoth(many([0, -0, NaN, 1e-300]), dt.float64, dt.bool_)).toEqual(
      many([false, false, true, true]),
    );
    const complex = [new Complex(0, 0), new Complex(0, 1), new Complex(NaN, 0)];
    expect(castBoth(many(complex), dt.complex128, dt.bool_)).toEqual(many([false, true, true]));
    expect(castBoth(many([true, false]), dt.bool_, dt.float16)).toEqual(many([1, 0]));
  });

  it('of complex numbers to reals drop the imaginary part', () => {
    expect(castBoth(many([new Complex(-1.5, 9)]), dt.complex64, dt.int16)).toEqual(many([-1]));
    expect(castBoth(many([-1.5]), dt.float32, dt.complex128)).toEqual(many([new Complex(-1.5, 0)]));
  });

  it('of every half to float32 and back are exact', () => {
    kernels.use('wasm');
    const halves = emptyArray([65536], dt.float16);
    const bits = halves.data;
    for (let i = 0; i < 65536; i++) bits[i] = i;
    const wide = cast(halves, dt.float32).data;
    for (let i = 0; i < 65536; i++)
      if (!Object.is(wide[i], bitsToHalf(i))) expect(wide[i]).toBe(bitsToHalf(i));
    // A signalling NaN comes back quiet.
    for (const through of [dt.float32, dt.float64]) {
      const back = cast(cast(halves, through), dt.float16).data;
      expect([...back].filter((x, i) => !Object.is(bitsToHalf(x), bitsToHalf(i)))).toEqual([]);
    }
  });

  it('of doubles to halves round once, not by way of float32', () => {
    // Ties between two halves, and the doubles next to them.
    const ties = Array.from({ length: 200 }, (_, i) => (bitsToHalf(i * 150) + bitsToHalf(i * 150 + 1)) / 2);
    const values = ties.flatMap((x) => [x, x * (1 + 2 ** -52), x * (1 - 2 ** -52), -x]);
    const extremes = [
      65504,
      65519.99999,
      65520,
      1e300,
      -1e300,
      5e-324,
      2 ** -25,
      2 ** -25 * (1 + 2 ** -52),
      1e-310,
    ];
    const all = [...values, ...extremes];
    expect(castBoth(all, dt.float64, dt.float16)).toEqual(all.map((x) => bitsToHalf(halfToBits(x))));
  });
});

describe('copies', () => {
  it('keep the memory order unless told', () => {
    const a = emptyArray([3, 4], dt.int16, 'F');
    expect(copyOf(a, dt.int16).strides).toEqual([2, 6]);
    expect(copyOf(a, dt.int16, 'C').strides).toEqual([8, 2]);
    expect(cast(a, dt.int16)).toBe(a);
  });

  it('broadcast, transpose and overlap', () => {
    const a = array(dt.int32, [1, 2, 3, 4, 5, 6]);
    const square = new NDArray(a.storage, dt.int32, [2, 3], [12, 4], a.offset, null);
    const crosswise = new NDArray(a.storage, dt.int32, [2, 3], [4, 8], a.offset, null);
    castInto(crosswise, square);
    expect(elements(a)).toEqual([1, 4, 2, 5, 3, 6]);
    castInto(square, array(dt.float32, [7.5, 8, 9]));
    expect(elements(a)).toEqual([7, 8, 9, 7, 8, 9]);
    const later = new NDArray(a.storage, dt.int32, [5], [4], a.offset + 4, null);
    castInto(later, new NDArray(a.storage, dt.int32, [5], [4], a.offset, null));
    expect(elements(a)).toEqual([7, 7, 8, 9, 7, 8]);
  });
});
