/** Random calls on this layer and on numjs itself. */
import { createRequire } from 'node:module';
import fc from 'fast-check';
import nj from 'numgrad/compat/numjs';
import { describe, expect, test } from 'vitest';

type Peer = typeof nj;

/** numjs as it is installed, its image packages left out. */
const numjs = createRequire(import.meta.url)('numjs') as Peer;

type Array = InstanceType<Peer['NdArray']>;

const DTYPES = [
  'array',
  'float64',
  'float32',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
] as const;

const small = fc.integer({ min: 0, max: 5 });
const shapes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 });
const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** A shape, a dtype and that many numbers which the dtype holds. */
const operands = fc.record({
  shape: shapes,
  dtype: fc.constantFrom(...DTYPES),
  seed: fc.integer({ min: 1, max: 1000 }),
});

function make(lib: Peer, { shape, dtype, seed }: { shape: number[]; dtype: string; seed: number }): Array {
  const fraction = /float|array/.test(dtype) ? 0.25 : 1;
  const numbers = Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 37 + seed) % 101) * fraction + 1);
  return lib.array(numbers, dtype as 'array').reshape(shape);
}

/** An array as plain values. */
const seen = (x: unknown): unknown =>
  x instanceof nj.NdArray || x instanceof numjs.NdArray
    ? { list: (x as Array).tolist(), dtype: (x as Array).dtype, shape: [...(x as Array).shape] }
    : x;

/** Compares what a call gives in both libraries. */
function same(call: (lib: Peer, x: Array) => unknown, x: Parameters<typeof make>[1]): void {
  const [ours, theirs] = [nj, numjs].map((lib) => seen(call(lib, make(lib, x))));
  expectClose(ours, theirs);
}

/** Numbers may differ in the last digits of single precision. */
function expectClose(ours: unknown, theirs: unknown, where = ''): void {
  if (typeof ours === 'number' && typeof theirs === 'number' && ours !== theirs && !Number.isNaN(theirs)) {
    expect(Math.abs(ours - theirs), `${where}: ${ours}, ${theirs}`).toBeLessThan(
      1e-6 * Math.abs(theirs) + 1e-9,
    );
  } else if (typeof ours === 'object' && typeof theirs === 'object' && ours && theirs) {
    expect(Object.keys(ours), where).toEqual(Object.keys(theirs));
    const [x, y] = [ours, theirs] as Record<string, unknown>[];
    for (const key of Object.keys(x)) expectClose(x[key], y[key], `${where}.${key}`);
  } else {
    expect(ours === 0 ? 0 : ours, where).toBe(theirs === 0 ? 0 : theirs);
  }
}

/** Calls that both libraries mean the same by, for any dtype and shape. */
const CALLS: Readonly<Record<string, (lib: Peer, x: Array) => unknown>> = {
  add: (_, x) => x.add(x),
  'add a number': (_, x) => x.add(200.75),
  'add a list': (_, x) => x.add(x.multiply(0.5).tolist() as number[]),
  'add in place': (_, x) => (x.add(3, false), x),
  subtract: (_, x) => x.subtract(7.5),
  'subtract a view': (_, x) => x.subtract(x.step(-1)),
  multiply: (_, x) => x.multiply(x),
  'multiply by a number': (_, x) => x.multiply(-1.5),
  divide: (_, x) => x.divide(3),
  'divide by itself': (_, x) => x.divide(x.add(1)),
  pow: (_, x) => x.pow(2),
  'pow of a fraction': (_, x) => x.pow(0.5),
  mod: (_, x) => x.mod(7),
  'mod of negatives': (_, x) => x.negative().mod(3),
  assign: (_, x) => x.assign(2.75),
  exp: (_, x) => x.multiply(0.01).exp(),
  log: (_, x) => x.log(),
  sqrt: (_, x) => x.sqrt(),
  round: (_, x) => x.divide(4).subtract(3).round(),
  negative: (_, x) => x.negative(),
  abs: (lib, x) => lib.abs(x.negative()),
  sin: (lib, x) => lib.sin(x),
  cos: (lib, x) => lib.cos(x),
  tan: (lib, x) => lib.tan(x),
  arctan: (lib, x) => lib.arctan(x),
  arcsin: (lib, x) => lib.arcsin(x.divide(102)),
  tanh: (lib, x) => lib.tanh(x.multiply(0.1)),
  sigmoid: (lib, x) => lib.sigmoid(lib.array(x.tolist() as number[]).subtract(20)),
  leakyRelu: (lib, x) => lib.leakyRelu(x.subtract(20), 0.5),
  clip: (lib, x) => lib.clip(x, 3, 17),
  sum: (_, x) => x.sum(),
  mean: (_, x) => x.mean(),
  std: (lib, x) => lib.array(x.tolist() as number[]).std(), // numjs squares in the array's own dtype
  min: (_, x) => x.min(),
  max: (_, x) => x.max(),
  equal: (_, x) => x.equal(x.clone()),
  'equal after a change': (_, x) => x.equal(x.add(1)),
  flatten: (_, x) => x.flatten(),
  'flatten a view': (_, x) => x.T.flatten(),
  tolist: (_, x) => x.T.tolist(),
  'to text': (_, x) => x.toString(),
  toJSON: (_, x) => x.toJSON(),
  transpose: (_, x) => x.transpose(),
  clone: (_, x) => x.T.clone(),
  diag: (_, x) => x.diag(),
  iteraxis: (_, x) => {
    const parts: unknown[] = [];
    if (x.ndim > 1) x.iteraxis(-1, (part) => parts.push(seen(part)));
    return parts;
  },
  concatenate: (lib, x) => lib.concatenate(x, x),
  stack: (lib, x) => lib.stack([x, x], -1),
  flip: (lib, x) => lib.flip(x, -1),
  identity: (lib, x) => lib.identity(x.size, x.dtype),
  zeros: (lib, x) => lib.zeros([...x.shape], x.dtype),
};

describe('on any array as numjs', () => {
  test.each(Object.keys(CALLS))('%s', (name) => {
    fc.assert(
      fc.property(operands, (x) => same(CALLS[name], x)),
      { numRuns: 40, seed: 11 },
    );
  });
});

describe('views as numjs', () => {
  const layout = (x: Array): unknown => ({
    list: x.tolist(),
    stride: [...x.selection.stride].map((s, axis) => (x.shape[axis] === 1 ? 0 : s)),
    offset: x.selection.offset,
    shared: x.selection.data.length,
  });
  const float = { dtype: 'float64', seed: 1 };

  /** Both libraries' layouts after the same moves. */
  const sameLayout = (shape: number[], move: (lib: Peer, x: Array) => Array): void => {
    const [ours, theirs] = [nj, numjs].map((lib) => layout(move(lib, make(lib, { shape, ...float }))));
    expect(ours).toEqual(theirs);
  };

  test('slice', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(small, small, fc.constantFrom(1, 2, 3, -1, -2)), { minLength: 1, maxLength: 3 }),
        (cuts) => {
          const shape = cuts.map(() => 9);
          const args = cuts.map(([start, length, step]) => [start, Math.min(start + length + 1, 9), step]);
          sameLayout(shape, (_, x) => x.slice(...args));
          sameLayout(shape, (_, x) => x.slice(...cuts.map(([start]) => -1 - start)));
          sameLayout(shape, (_, x) => x.slice(...cuts.map(([start]) => [start + 1])));
          sameLayout(shape, (_, x) => x.slice(...cuts.map(() => null)));
          sameLayout(shape, (_, x) => x.slice(...cuts.map(([start, , step]) => [start, null, null, step])));
        },
      ),
      { numRuns: 100, seed: 3 },
    );
  });

  test('lo, hi, step, pick, transpose, and chains of them', () => {
    fc.assert(
      fc.property(small, fc.integer({ min: 1, max: 6 }), fc.constantFrom(1, 2, -1, -2), (a, b, c) => {
        sameLayout([12, 13], (_, x) => x.lo(a, b));
        sameLayout([12, 13], (_, x) => x.hi(b, null));
        sameLayout([12, 13], (_, x) => x.step(c, -c));
        sameLayout([12, 13], (_, x) => x.pick(a));
        sameLayout([12, 13], (_, x) => x.pick(null, b));
        sameLayout([12, 13], (_, x) =>
          x
            .lo(a)
            .hi(b)
            .step(null, c)
            .T.pick(-1, b - 1),
        );
        sameLayout([4, 5, 6], (_, x) => x.transpose(2, 0, 1).lo(1));
        sameLayout([4, 5, 6], (lib, x) => lib.rot90(x, b, [1, 2]));
      }),
      { numRuns: 60, seed: 4 },
    );
  });
});

describe('two arrays as numjs', () => {
  test('dot', () => {
    for (const [a, b] of [
      [
        [3, 4],
        [4, 2],
      ],
      [[4], [4, 2]],
      [[3, 4], [4]],
      [[4], [4]],
    ]) {
      for (const dtype of DTYPES) {
        const of = (lib: Peer): unknown =>
          seen(make(lib, { shape: a, dtype, seed: 3 }).dot(make(lib, { shape: b, dtype, seed: 5 })));
        expectClose(of(nj), of(numjs));
      }
    }
  });

  test('convolve and fftconvolve', () => {
    for (const [a, b] of [
      [[9], [4]],
      [
        [8, 9],
        [3, 3],
      ],
      [
        [8, 9],
        [5, 5],
      ],
      [
        [8, 9],
        [4, 2],
      ],
      [
        [8, 9, 1],
        [3, 3, 1],
      ],
      [
        [6, 6, 6],
        [2, 3, 4],
      ],
    ]) {
      for (const name of ['convolve', 'fftconvolve'] as const) {
        const of = (lib: Peer): unknown =>
          seen(
            make(lib, { shape: a, dtype: 'float64', seed: 3 })[name](
              make(lib, { shape: b, dtype: 'array', seed: 5 }),
            ),
          );
        expectClose(of(nj), of(numjs));
      }
    }
  });

  test('fft and ifft, in one and two dimensions', () => {
    for (const shape of [
      [8, 2],
      [10, 2],
      [4, 6, 2],
    ]) {
      for (const name of ['fft', 'ifft'] as const) {
        const of = (lib: Peer): unknown => seen(lib[name](make(lib, { shape, dtype: 'float64', seed: 3 })));
        expectClose(of(nj), of(numjs));
      }
    }
  });

  test('sobel, scharr, sat, ssat and areas', () => {
    for (const shape of [
      [7, 9],
      [7, 9, 3],
      [7, 9, 4],
    ]) {
      const x = { shape, dtype: 'uint8', seed: 5 };
      for (const name of ['rgb2gray', 'sobel', 'scharr', 'sat', 'ssat'] as const) {
        const of = (lib: Peer): unknown => seen(lib.images[name](make(lib, x)));
        expectClose(of(nj), of(numjs));
      }
      for (const area of [
        [0, 0, 3, 4],
        [2, 0, 3, 4],
        [0, 3, 2, 2],
        [2, 3, 4, 5],
      ] as [number, number, number, number][]) {
        const of = (lib: Peer): number => lib.images.areaValue(...area, lib.images.sat(make(lib, x)));
        expect(of(nj)).toBe(of(numjs));
      }
    }
  });
});
