/** float32 arguments from all of their range, and the comparison of results with those of float64. */

/** Numbers at which something changes, or that are special. */
export const SPECIAL = [
  ...[0, 0.5, 1, 1.5, 2, 3, 4, 10, 89, 104, 150, 4096, 8388608, 16777216, 1e10, 1e20, 3.4e38, Infinity],
  ...[2 ** -13, 2 ** -24, 2 ** -60, 2 ** -126, 2 ** -127, 2 ** -149, 1 - 2 ** -24, 1 + 2 ** -23, NaN],
].flatMap((x) => [x, -x]);

/** Pseudo-random words (Numerical Recipes' generator), the same in every run. */
function* words(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const high = state & 0xffff0000;
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield (high | (state >>> 16)) >>> 0;
  }
}

/** Pairs of arguments: all pairs of special numbers, random bits, and numbers of moderate size or near one another. */
export function samplePairs(n: number): [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>] {
  const [x, y] = [new Float32Array(n), new Float32Array(n)];
  const [xBits, yBits] = [new Uint32Array(x.buffer), new Uint32Array(y.buffer)];
  const random = words(1);
  const unit = (): number => random.next().value / 2 ** 32;
  for (let i = 0; i < n; i++) {
    if (i % 4 === 0) {
      xBits[i] = random.next().value;
      yBits[i] = random.next().value;
    } else if (i % 4 === 1) {
      x[i] = 40 * (unit() - 0.5);
      y[i] = 40 * (unit() - 0.5);
    } else if (i % 4 === 2) {
      x[i] = 2 * unit();
      y[i] = 200 * (unit() - 0.5);
    } else {
      x[i] = (unit() - 0.5) * 2 ** Math.floor(24 * unit() - 12);
      y[i] = x[i] * (0.995 + 0.01 * unit());
    }
  }
  const pairs = SPECIAL.flatMap((a) => SPECIAL.map((b) => [a, b] as const)).slice(0, n);
  pairs.forEach(([a, b], i) => ([x[i], y[i]] = [a, b]));
  return [x, y];
}

/** The place value of the last bit of a float32. */
export function ulpOf(x: number): number {
  const size = Math.abs(x);
  return size < 2 ** -126 ? 2 ** -149 : 2 ** (Math.floor(Math.log2(size)) - 23);
}

export const isSubnormal = (x: number): boolean => x !== 0 && Math.abs(x) < 2 ** -126;
