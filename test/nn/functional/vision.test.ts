import { describe, expect, it } from 'vitest';
import * as np from '../../../src/index.ts';
import type { NDArray } from '../../../src/array/ndarray.ts';

const F = np.nn.functional;
const flat = (x: unknown): number[] => ((x as NDArray).tolist() as never[]).flat(9) as number[];

let seed = 11;
function random(...shape: number[]): NDArray {
  const size = shape.reduce((n, m) => n * m, 1);
  const numbers = Array.from({ length: size }, () => ((seed = (seed * 48271) % 2147483647) % 17) - 8);
  return np.reshape(np.array(numbers), shape);
}

const dot = (a: NDArray, b: NDArray): number => Number(np.sum(np.multiply(a, b)));

/** Of a linear function the gradient of its product with weights is the adjoint, applied to the weights. */
function isLinearWithAdjoint(fn: (x: NDArray) => NDArray, shape: number[], digits = 9): void {
  const [x, y] = [random(...shape), random(...shape)];
  const weights = random(...fn(x).shape);
  const adjoint = np.grad((a: NDArray) => np.sum(np.multiply(fn(a), weights)))(x) as NDArray;
  expect(adjoint.shape).toEqual(shape);
  expect(dot(adjoint, y)).toBeCloseTo(dot(fn(y), weights), digits);
}

describe('unfold and fold', () => {
  it('have the windows as columns, and add them up again', () => {
    const x = random(2, 3, 5, 6);
    const options = { padding: 1, stride: [2, 1], dilation: [1, 2] };
    const columns = F.unfold(x, [3, 2], options);
    expect(columns.shape).toEqual([2, 18, 3 * 6]);
    const w = random(4, 3, 3, 2);
    const product = np.matmul(np.reshape(w, [4, 18]), columns) as NDArray;
    expect(flat(product)).toEqual(flat(F.conv2d(x, w, options)));
    const g = random(2, 18, 18);
    expect(dot(F.fold(g, [5, 6], [3, 2], options), x)).toBe(dot(columns, g));
    isLinearWithAdjoint((a) => F.unfold(a, 2), [1, 2, 3, 4]);
    isLinearWithAdjoint((a) => F.fold(a, [3, 4], 2), [1, 8, 6]);
  });

  it('refuse what does not fit', () => {
    expect(() => F.unfold(random(1, 1, 3, 3), 4)).toThrow(/no windows/);
    expect(() => F.fold(random(1, 5, 6), [3, 4], 2)).toThrow(/divisible by the product of kernelSize/);
    expect(() => F.fold(random(1, 8, 5), [3, 4], 2)).toThrow(/number of windows 2 \* 3, but got 5/);
  });
});

describe('interpolate', () => {
  it.each(['nearest', 'nearest-exact', 'area', 'bilinear', 'bicubic'] as const)('%s', (mode) => {
    const x = random(1, 2, 4, 5);
    isLinearWithAdjoint((a) => F.interpolate(a, { size: [7, 3], mode }), [1, 2, 4, 5]);
    expect(flat(F.interpolate(x, { size: [4, 5], mode }))).toEqual(flat(x));
    const constant = F.interpolate(np.ones([1, 1, 3, 4]), { scaleFactor: 2.3, mode });
    for (const value of flat(constant)) expect(value).toBeCloseTo(1, 12);
  });

  it('keeps corners where they are with alignCorners, and straight lines straight', () => {
    const ramp = np.reshape(np.linspace(0, 1, 5), [1, 1, 5]);
    const fine = F.interpolate(ramp, { size: 9, mode: 'linear', alignCorners: true });
    flat(fine).forEach((value, i) => expect(value).toBeCloseTo(i / 8, 12));
  });

  it('computes float16 in float32', () => {
    const x = np.full([1, 1, 2, 2], 60000, { dtype: 'float16' });
    const y = F.interpolate(x, { size: 5, mode: 'bicubic' });
    expect([y.dtype.name, new Set(flat(y))]).toEqual(['float16', new Set([60000])]);
  });

  it('refuses options that contradict', () => {
    const x = random(1, 1, 3, 3);
    expect(() => F.interpolate(x)).toThrow(/either size or scaleFactor/);
    expect(() => F.interpolate(x, { size: 2, scaleFactor: 2 })).toThrow(/only one/);
    expect(() => F.interpolate(x, { size: 2, alignCorners: true })).toThrow(/alignCorners/);
    expect(() => F.interpolate(x, { size: 2, mode: 'linear' })).toThrow(/4D input, but linear mode needs 3D/);
    expect(() => F.interpolate(x, { size: 2, mode: 'sinc' as never })).toThrow(/sinc/);
    expect(() => F.interpolate(x, { size: [0, 2] })).toThrow(/greater than 0/);
    expect(() => F.interpolate(x, { size: 2, antialias: true })).toThrow(/antialias/);
  });
});

describe('gridSample', () => {
  const identity = [
    [
      [1, 0, 0],
      [0, 1, 0],
    ],
  ];

  it.each(['nearest', 'bilinear', 'bicubic'] as const)('of the identity is the image: %s', (mode) => {
    const x = random(1, 2, 4, 5);
    for (const alignCorners of [true, false]) {
      const grid = F.affineGrid(identity, [1, 2, 4, 5], alignCorners);
      const y = F.gridSample(x, grid, { mode, alignCorners, paddingMode: 'border' });
      flat(y).forEach((value, i) => expect(value).toBeCloseTo(flat(x)[i], 9));
    }
  });

  it('is linear in the image, and smooth in the grid', () => {
    const grid = np.divide(random(2, 3, 2, 2), 7) as NDArray;
    for (const paddingMode of ['zeros', 'border', 'reflection'] as const) {
      for (const mode of ['bilinear', 'bicubic'] as const) {
        isLinearWithAdjoint((a) => F.gridSample(a, grid, { mode, paddingMode }), [2, 1, 4, 3]);
      }
    }
    const x = random(1, 1, 4, 4);
    const inner = np.divide(random(1, 1, 2, 2), 20) as NDArray;
    expect(
      np.gradcheck((a: NDArray, g: NDArray) => F.gridSample(a, g, { mode: 'bicubic' }), [x, inner]),
    ).toBe(true);
  });

  it('keeps infinity and NaN to the points that see them', () => {
    const x = np.array([
      [
        [
          [Infinity, 1],
          [2, NaN],
        ],
      ],
    ]);
    const grid = [
      [
        [
          [1, -1],
          [-1, 1],
          [9, 9],
        ],
      ],
    ];
    expect(flat(F.gridSample(x, grid, { mode: 'nearest', alignCorners: true }))).toEqual([1, 2, 0]);
  });

  it('refuses what does not fit', () => {
    const x = random(1, 1, 3, 3);
    expect(() => F.gridSample(x, random(2, 2, 2, 2))).toThrow(
      /same batch size.*\[1, 1, 3, 3\].*\[2, 2, 2, 2\]/,
    );
    expect(() => F.gridSample(x, random(1, 2, 2, 3))).toThrow(/size 2 in last dimension/);
    expect(() => F.gridSample(x, np.ones([1, 2, 2, 2], { dtype: 'float32' }))).toThrow(TypeError);
    expect(() => F.affineGrid(random(1, 2, 3), [1, 1, 0, 3])).toThrow(/non-zero, positive/);
    expect(() => F.affineGrid(random(2, 2, 3), [1, 1, 2, 3])).toThrow(/\[2, 2, 3\]/);
  });
});

describe('pad', () => {
  it('is as NumPy has it', () => {
    const x = random(2, 3, 4);
    const widths = [
      [0, 0],
      [2, 1],
      [1, 3],
    ];
    for (const [mode, numpys] of [
      ['constant', 'constant'],
      ['reflect', 'reflect'],
      ['replicate', 'edge'],
      ['circular', 'wrap'],
    ] as const) {
      const given = [1, 3, 2, 1];
      expect(flat(F.pad(x, given, mode))).toEqual(flat(np.pad(x, widths, numpys)));
      isLinearWithAdjoint((a) => F.pad(a, given, mode), [2, 3, 4]);
    }
  });

  it('cuts off with negative widths, in every dtype', () => {
    const x = np.reshape(np.arange(6), [2, 3]);
    expect(flat(F.pad(x, [-1, 2], 'constant', 9))).toEqual([1, 2, 9, 9, 4, 5, 9, 9]);
    expect(F.pad(x, [1, 1]).dtype.name).toBe('int64');
    expect(F.pad(np.ones([0, 2]), [1, 0]).shape).toEqual([0, 3]);
  });

  it('refuses widths that do not fit', () => {
    const x = random(2, 3);
    expect(() => F.pad(x, [1])).toThrow(/divisible by 2/);
    expect(() => F.pad(x, [1, 1, 1, 1, 1, 1])).toThrow(/too large/);
    expect(() => F.pad(x, [3, 0], 'reflect')).toThrow(/at most 2/);
    expect(() => F.pad(x, [4, 0], 'circular')).toThrow(/at most 3/);
    expect(() => F.pad(x, [-2, -2])).toThrow(/negative length/);
    expect(() => F.pad(x, [1, 1], 'mirror' as never)).toThrow(/mirror/);
  });
});

describe('shuffles', () => {
  it('undo each other', () => {
    const x = random(2, 9, 2, 3);
    expect(F.pixelShuffle(x, 3).shape).toEqual([2, 1, 6, 9]);
    expect(flat(F.pixelUnshuffle(F.pixelShuffle(x, 3), 3))).toEqual(flat(x));
    expect(flat(F.channelShuffle(F.channelShuffle(x, 3), 3))).toEqual(flat(x));
    isLinearWithAdjoint((a) => F.pixelShuffle(a, 2), [4, 2, 3]);
  });

  it('refuse what does not divide', () => {
    expect(() => F.pixelShuffle(random(1, 3, 2, 2), 2)).toThrow(/3 channels/);
    expect(() => F.pixelUnshuffle(random(1, 3, 3, 2), 2)).toThrow(/3 x 2/);
    expect(() => F.channelShuffle(random(1, 3, 2), 2)).toThrow(/3 channels and 2 groups/);
  });
});
