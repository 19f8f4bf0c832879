import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as np from '../../../src/index.ts';
import { factorsOf, needsChirp, smoothLength } from '../../../src/ops/fftplan.ts';

const EPS = 2 ** -52;

/** Numbers that no two lengths share. */
function signal(n: number): np.NDArray {
  const m = np.arange(n);
  return np.add(np.sin(np.multiply(m, 1.7)), np.multiply(np.cos(np.multiply(m, 2.3)), new np.Complex(0, 1)));
}

/** The definition, the angles brought below a whole turn exactly. */
function byDefinition(x: np.NDArray): np.NDArray {
  const n = x.size;
  const angles = np.remainder(np.outer(np.arange(n), np.arange(n)), n);
  return np.matmul(np.exp(np.multiply(angles, new np.Complex(0, (-2 * Math.PI) / n))), x);
}

const distance = (a: np.NDArray, b: np.NDArray): number => Number(np.max(np.abs(np.subtract(a, b))));

describe('np.fft', () => {
  it('is the definition, for every kind of length', () => {
    for (const n of [...Array(66).keys()].slice(1).concat(97, 98, 100, 121, 128, 169, 202, 343, 509)) {
      const x = signal(n);
      const allowed = 4 * EPS * n;
      expect(distance(np.fft.fft(x), byDefinition(x)), `fft of ${n}`).toBeLessThanOrEqual(allowed);
      const half = byDefinition(np.real(x) as np.NDArray).get(`:${Math.floor(n / 2) + 1}`) as np.NDArray;
      expect(distance(np.fft.rfft(np.real(x)), half), `rfft of ${n}`).toBeLessThanOrEqual(allowed);
    }
  });

  it('comes back from large lengths: powers, small primes, primes, squares of primes', () => {
    for (const n of [2 ** 15, 3 ** 9, 5 ** 6, 30030, 32749, 181 ** 2, 2 * 16381]) {
      const x = signal(n);
      expect(distance(np.fft.ifft(np.fft.fft(x)), x), String(n)).toBeLessThan(32 * EPS);
      const real = np.real(x);
      expect(distance(np.fft.irfft(np.fft.rfft(real), n), real), String(n)).toBeLessThan(32 * EPS);
    }
  });

  it('keeps energy and turns shifts into phases', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 300 }), (n, shift) => {
        const x = signal(n);
        const spectrum = np.fft.fft(x, { norm: 'ortho' });
        const energy = (a: np.NDArray): number => Number(np.sum(np.square(np.abs(a))));
        expect(energy(spectrum)).toBeCloseTo(energy(x), 9);
        const phases = np.exp(np.multiply(np.fft.fftfreq(n), new np.Complex(0, -2 * Math.PI * shift)));
        const shifted = np.fft.fft(np.roll(x, shift), { norm: 'ortho' });
        expect(distance(shifted, np.multiply(spectrum, phases))).toBeLessThan(1e-11);
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it('gives the same bits on both devices', () => {
    for (const n of [48, 53, 64, 77, 90]) {
      const x = signal(n);
      const fast = np.fft.fft(x).tolist();
      np.kernels.use('js');
      try {
        expect(np.fft.fft(x).tolist()).toEqual(fast);
      } finally {
        np.kernels.use('wasm');
      }
    }
  });

  it('transforms in place, over views of its own input, and into arrays of another dtype', () => {
    const a = np.reshape(signal(12), [3, 4]).copy();
    const expected = np.fft.fft(a, { axis: 0 });
    np.fft.fft(a, { axis: 0, out: a });
    expect(a.tolist()).toEqual(expected.tolist());
    const b = signal(8).copy();
    const reversed = np.fft.fft(b.get('::-1') as np.NDArray);
    np.fft.fft(b.get('::-1') as np.NDArray, { out: b });
    expect(b.tolist()).toEqual(reversed.tolist());
    const single = np.empty([8], 'complex64');
    expect(np.fft.fft(np.ones(8), { out: single })).toBe(single);
    expect(single.get(0)).toEqual(new np.Complex(8, 0));
  });

  it('writes the out of ifft2 and irfft2', () => {
    const a = np.reshape(signal(12), [3, 4]);
    const out = np.empty([3, 4], 'complex128');
    expect(np.fft.ifft2(a, { out })).toBe(out);
    expect(distance(np.fft.fft2(out), a)).toBeLessThan(1e-14);
    const real = np.empty([3, 6], 'float64');
    expect(np.fft.irfft2(a, { out: real })).toBe(real);
  });

  it('takes arrays outside the heap, in parts where there are many rows', () => {
    const x = np.reshape(signal(24), [4, 6]);
    const outside = new Float64Array(48);
    const a = np.reshape(
      np.ndarray.prototype.view.call(np.asarray(outside), 'complex128') as np.NDArray,
      [4, 6],
    );
    np.copyto(a, x);
    expect(np.fft.fft(a).tolist()).toEqual(np.fft.fft(x).tolist());
    const wide = np.ones([3, 2 ** 21], 'float32');
    const spectrum = np.fft.rfft(wide);
    expect(spectrum.dtype.name).toBe('complex64');
    expect(np.count_nonzero(spectrum)).toBe(3);
    expect(spectrum.get(2, 0)).toEqual(new np.Complex(2 ** 21, 0));
  });

  it('forgets plans without forgetting how', () => {
    const x = signal(7);
    const expected = np.fft.fft(x).tolist();
    for (let n = 100; n < 180; n++) np.fft.irfft(np.fft.rfft(np.ones(n)), n);
    expect(np.fft.fft(x).tolist()).toEqual(expected);
  });

  it('refuses what it cannot do before it writes', () => {
    const out = np.zeros([4], 'complex128');
    expect(() => np.fft.fft([1, 2, 3], { n: 0, out })).toThrow(np.ValueError);
    expect(() => np.fft.fft([1, 2, 3], { n: 2.5 })).toThrow(TypeError);
    expect(() => np.fft.fft([1, 2, 3], { out })).toThrow(/wrong shape/);
    expect(() => np.fft.fft([1, 2, 3, 4], { out: np.zeros(4) })).toThrow(/Cannot cast ufunc 'fft'/);
    expect(() => np.fft.rfft([new np.Complex(1, 1)])).toThrow(TypeError);
    expect(() => np.fft.fft([1, 2], { norm: 'sideways' as 'ortho' })).toThrow(/sideways/);
    expect(() => np.fft.fftn([1, 2], [2], [0, 1])).toThrow(/different lengths/);
    expect(() => np.fft.fft(3)).toThrow(np.AxisError);
    expect(out.tolist()).toEqual(np.zeros([4], 'complex128').tolist());
  });
});

describe('plans', () => {
  it('take a length apart into factors', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (n) => {
        const factors = factorsOf(n);
        expect(factors.reduce((p, f) => p * f, 1)).toBe(n);
        expect(factors.filter((f) => f > 5).every((f) => f % 2 === 1)).toBe(true);
      }),
    );
  });

  it('find the smallest length of small factors', () => {
    const smooth = (n: number): boolean => factorsOf(n).every((f) => f <= 5);
    for (let n = 1; n < 400; n++) {
      let expected = n;
      while (!smooth(expected)) expected++;
      expect(smoothLength(n)).toBe(expected);
    }
  });

  it('use a convolution for large primes only', () => {
    expect([64, 49, 121, 1000, 30030].filter(needsChirp)).toEqual([]);
    expect([97, 1009, 32749, 99999].every(needsChirp)).toBe(true);
  });
});
