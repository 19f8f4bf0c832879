import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as np from '../../../src/index.ts';
import type { NDArray } from '../../../src/array/ndarray.ts';

const F = np.nn.functional;
const flat = (x: unknown): number[] => ((x as NDArray).tolist() as never[]).flat(9) as number[];

/** Small integers, so that sums are exact. */
let seed = 3;
function random(...shape: number[]): NDArray {
  const size = shape.reduce((n, m) => n * m, 1);
  const numbers = Array.from({ length: size }, () => ((seed = (seed * 48271) % 2147483647) % 9) - 4);
  return np.reshape(np.array(numbers), shape);
}

type Fn = (...operands: NDArray[]) => NDArray;

/**
 * Checks gradients along a random direction of each operand: of numbers that are squares of sums of products, central differences
 * are exact.
 */
function agree(fn: Fn, operands: readonly NDArray[]): void {
  operands.forEach((operand, i) => {
    const direction = random(...operand.shape);
    const moved = (sign: 1 | -1) =>
      Number(fn(...operands.with(i, np.add(operand, np.multiply(direction, sign)) as NDArray)));
    const gradient = np.grad(fn, { argnums: i })(...operands) as NDArray;
    expect(Number(np.sum(np.multiply(gradient, direction)))).toBe((moved(1) - moved(-1)) / 2);
  });
}

describe('derivatives', () => {
  const geometry = fc.record({
    stride: fc.integer({ min: 1, max: 3 }),
    padding: fc.integer({ min: 0, max: 2 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    groups: fc.constantFrom(1, 2),
  });

  it('agree with differences, of convolutions and of their derivatives', () => {
    fc.assert(
      fc.property(geometry, (options) => {
        const operands = [random(2, 2, 6, 5), random(4, 2 / options.groups, 3, 2), random(4)];
        const squares: Fn = (x, w, b) => np.sum(np.power(F.conv2d(x, w, b, options), 2)) as NDArray;
        agree(squares, operands);
        const directions = operands.map((a) => random(...a.shape));
        for (const argnums of [0, 1]) {
          const slope: Fn = (...all) =>
            np.sum(
              np.multiply(np.grad(squares, { argnums })(...all) as NDArray, directions[argnums]),
            ) as NDArray;
          agree(slope, operands);
        }
      }),
      { numRuns: 8 },
    );
  });

  it('of transposed convolutions too, in one and three axes', () => {
    const once: Fn = (x, w, b) =>
      np.sum(
        np.power(F.convTranspose1d(x, w, b, { stride: 3, padding: 1, outputPadding: 1, groups: 2 }), 2),
      ) as NDArray;
    agree(once, [random(2, 4, 5), random(4, 1, 4), random(2)]);
    const thrice: Fn = (x, w) =>
      np.sum(np.power(F.convTranspose3d(x, w, { stride: [1, 2, 1], dilation: 2 }), 2)) as NDArray;
    agree(thrice, [random(1, 2, 2, 3, 2), random(2, 2, 1, 2, 2)]);
  });

  it('forward mode gives the same as reverse mode', () => {
    const [x, w] = [random(1, 2, 5, 5), random(3, 2, 3, 3)];
    const fn = (a: NDArray) => F.conv2d(a, w, { padding: 1 });
    const tangent = random(1, 2, 5, 5);
    expect(flat(np.jvp(fn, [x], [tangent])[1])).toEqual(flat(fn(tangent)));
  });
});

describe('conv', () => {
  it('is what it is in the theory of signals, turned round', () => {
    const [x, w] = [random(17), random(4)];
    const flipped = np.reshape(np.flip(w), [1, 1, 4]);
    const full = F.conv1d(np.reshape(x, [1, 1, 17]), flipped, { padding: 3 });
    expect(flat(full)).toEqual(flat(np.convolve(x, w)));
  });

  it('of one and two axes is that of three with axes of length 1', () => {
    const [x, w] = [random(2, 3, 9), random(4, 3, 3)];
    const one = F.conv1d(x, w, { stride: 2, padding: 1 });
    const three = F.conv3d(np.reshape(x, [2, 3, 1, 1, 9]), np.reshape(w, [4, 3, 1, 1, 3]), {
      stride: [1, 1, 2],
      padding: [0, 0, 1],
    });
    expect(flat(one)).toEqual(flat(three));
  });

  it('takes groups apart', () => {
    const [x, w] = [random(2, 6, 5, 5), random(4, 3, 3, 3)];
    const halves = [0, 1].map((g) =>
      F.conv2d(x.get(`:, ${3 * g}:${3 * g + 3}`) as NDArray, w.get(`${2 * g}:${2 * g + 2}`) as NDArray),
    );
    expect(flat(F.conv2d(x, w, { groups: 2 }))).toEqual(flat(np.concatenate(halves, 1)));
  });

  it('keeps the kind and dtype of its operands, and leaves them alone', () => {
    const x = np.asarray(random(1, 3, 3), { dtype: 'float16' });
    const w = np.asarray(random(2, 1, 2, 2), { dtype: 'float16' });
    const before = flat(x);
    const y = F.conv2d(x, w);
    expect(y instanceof np.Tensor).toBe(false);
    expect([y.dtype.name, y.shape]).toEqual(['float16', [2, 2, 2]]);
    expect(flat(x)).toEqual(before);
    expect(F.conv2d(np.tensor(x), w) instanceof np.Tensor).toBe(true);
  });

  it('reads views: broadcast, reversed, every other element', () => {
    const w = random(2, 3, 3, 3);
    const reversed = random(1, 3, 12, 10).get(':, :, ::-2, ::2') as NDArray;
    expect(flat(F.conv2d(reversed, w))).toEqual(flat(F.conv2d(np.array(reversed), w)));
    const wide = np.broadcast_to(random(1, 3, 1, 1), [2, 3, 6, 5]);
    expect(flat(F.conv2d(wide, w))).toEqual(flat(F.conv2d(np.array(wide), w)));
  });

  it('refuses what does not fit, with the shapes', () => {
    const [x, w] = [random(1, 3, 6, 6), random(4, 3, 3, 3)];
    expect(() => F.conv2d(x, random(4, 2, 3, 3))).toThrow(
      /\[4, 2, 3, 3\].*\[1, 3, 6, 6\].*2 channels, but got 3/,
    );
    expect(() => F.conv2d(x, w, random(3))).toThrow(
      /bias to be 1-dimensional with 4 elements, but got bias of size \[3\]/,
    );
    expect(() => F.conv2d(x, w, { groups: 3 })).toThrow(/divisible/);
    expect(() => F.conv2d(x, w, { groups: 0 })).toThrow(/groups/);
    expect(() => F.conv2d(x, w, { stride: [1, 2, 3] })).toThrow(/tuple of 2 ints, but got \[1, 2, 3\]/);
    expect(() => F.conv2d(x, w, { stride: 1.5 })).toThrow(TypeError);
    expect(() => F.conv2d(x, random(4, 3, 9, 9))).toThrow(/\(6 x 6\).*\(9 x 9\)/);
    expect(() => F.conv2d(x, np.asarray(w, { dtype: 'float32' }))).toThrow(/float64.*float32/);
    expect(() => F.conv2d(np.ones([1, 3, 6, 6], { dtype: 'int64' }), w)).toThrow(TypeError);
    expect(() => F.conv2d(x, w, { pading: 1 } as never)).toThrow(/unexpected keyword argument 'pading'/);
    expect(() => F.convTranspose2d(random(1, 1, 1, 1), random(1, 1, 2, 2), { padding: 2 })).toThrow(
      /too small/,
    );
    expect(() => F.convTranspose2d(x, random(3, 2, 2, 2), { stride: 2, outputPadding: 2 })).toThrow(
      /output padding/,
    );
  });

  it('under vmap is that of every example', () => {
    const [x, w] = [random(3, 2, 5, 5), random(3, 4, 2, 3, 3)];
    const all = np.vmap((a: NDArray, b: NDArray) => F.conv2d(a, b))(x, w) as NDArray;
    const each = [0, 1, 2].map((i) => F.conv2d(x.get(i) as NDArray, w.get(i) as NDArray));
    expect(flat(all)).toEqual(flat(np.stack(each)));
  });
});
