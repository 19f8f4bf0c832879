/** Whole transforms of rows, by a plan in memory. */
import { func, k } from '../build.ts';
import type { Body } from '../build.ts';
import type { Expr, KernelFunction, KernelModule, Local } from '../ir.ts';
import { COMPLEX, Direction, both, conjugate, loadComplex } from './complex.ts';
import { anyPass } from './pass.ts';

/**
 * A plan in memory is words: how many passes, where odd radices have room, and the passes. A plan without passes is Bluestein's:
 * the padded length and the addresses of its plan, of the chirp, of the chirp's spectrum and of room for two padded rows.
 */
export const PLAN = {
  passes: 0,
  room: 4,
  first: 8,
  /** Words of each pass, as byte positions. */
  pass: { radix: 0, length: 4, groups: 8, turns: 12, roots: 16 },
  passBytes: 20,
  bluestein: { padded: 8, plan: 12, chirp: 16, spectrum: 20, rows: 24 },
  bluesteinBytes: 28,
} as const;

const word = (plan: Expr, at: number): Expr => k.load('i32', plan, at);

/** `passes(plan, row, other, sign)` gives where of the two the result lies. */
function passes(): KernelFunction {
  const pass = anyPass();
  const params = { plan: 'i32', row: 'i32', other: 'i32', sign: 'f64' } as const;
  return func('passes', params, 'i32', (b, { plan, row, other, sign }) => {
    const room = b.let(word(plan, PLAN.room), 'room');
    const at = b.let(k.add(plan, PLAN.first), 'at');
    b.for(0, word(plan, PLAN.passes), 1, () => {
      const { radix, length, groups, turns, roots } = PLAN.pass;
      const parts = [radix, length, groups, turns, roots].map((offset) => word(at, offset));
      b.call(pass, row, other, ...parts, room, sign);
      const written = b.let(other, 'written');
      b.set(other, row);
      b.set(row, written);
      b.bump(at, PLAN.passBytes);
    });
    b.return(row);
  });
}

/**
 * `bluestein(plan, n, row, sign)`: a transform of any length as a convolution with a chirp, in place. L. I. Bluestein, 1970: with
 * c(m) = exp(i pi m^2 / n), the result is conj(c) (conj(c) x * c).
 */
function bluestein(transform: KernelFunction): KernelFunction {
  const params = { plan: 'i32', n: 'i32', row: 'i32', sign: 'f64' } as const;
  return func('bluestein', params, undefined, (b, { plan, n, row, sign }) => {
    const direction = new Direction(b, sign);
    const [padded, inner, chirp, spectrum, rows] = Object.values(PLAN.bluestein).map((at) =>
      b.let(word(plan, at), 'part'),
    );
    const bytes = b.let(k.mul(n, COMPLEX), 'bytes');
    const other = b.let(k.add(rows, k.mul(padded, COMPLEX)), 'other');
    const overComplex = (count: Expr, body: (at: Local) => void): void =>
      b.for(0, k.mul(count, COMPLEX), COMPLEX, body);

    overComplex(n, (at) => {
      const x = b.let(loadComplex(k.add(row, at)), 'x');
      b.store(k.add(rows, at), direction.times(x, k.add(chirp, at)));
    });
    b.fill(k.add(rows, bytes), 0, k.sub(k.mul(padded, COMPLEX), bytes));
    const there = b.let(k.call(transform, inner, rows, other, k.const('f64', 1)), 'there');
    overComplex(padded, (at) => {
      const place = b.let(k.add(there, at), 'place');
      const x = b.let(loadComplex(place), 'x');
      const root = b.let(k.add(spectrum, at), 'root');
      const turned = k.mul(direction.turn(x), both(k.load('f64', root, 8)));
      b.store(place, k.sub(k.mul(x, both(k.load('f64', root))), turned));
    });
    const spare = b.let(k.select(k.eq(there, rows), other, rows), 'spare');
    const back = b.let(k.call(transform, inner, there, spare, k.const('f64', -1)), 'back');
    overComplex(n, (at) => {
      const x = b.let(loadComplex(k.add(back, at)), 'x');
      b.store(k.add(row, at), direction.times(x, k.add(chirp, at)));
    });
  });
}

/** `transform(plan, n, row, other, sign)` gives where of the two rows the result lies. */
function anyTransform(): KernelFunction {
  const byPasses = passes();
  const byChirp = bluestein(byPasses);
  const params = { plan: 'i32', n: 'i32', row: 'i32', other: 'i32', sign: 'f64' } as const;
  return func('transform', params, 'i32', (b, { plan, n, row, other, sign }) => {
    b.if(k.or(k.ne(word(plan, PLAN.passes), 0), k.eq(n, 1)), () =>
      b.return(k.call(byPasses, plan, row, other, sign)),
    );
    b.call(byChirp, plan, n, row, sign);
    b.return(row);
  });
}

const ROWS = {
  plan: 'i32',
  n: 'i32',
  count: 'i32',
  rows: 'i32',
  other: 'i32',
  sign: 'f64',
  scale: 'f64',
} as const;

/** Writes `n` numbers at `from`, scaled, to `to`, which may be the same place. */
function writeScaled(b: Body, to: Expr, from: Expr, n: Expr, scale: Expr): void {
  const bytes = b.let(k.mul(n, COMPLEX), 'bytes');
  b.if(
    k.eq(scale, 1),
    () => b.if(k.ne(to, from), () => b.copy(to, from, bytes)),
    () => {
      const factor = b.let(both(scale), 'factor');
      b.for(0, bytes, COMPLEX, (at) => b.store(k.add(to, at), k.mul(loadComplex(k.add(from, at)), factor)));
    },
  );
}

/** `complex(plan, n, count, rows, other, sign, scale)`: `count` dense rows of n complex numbers, in place. */
function complexRows(transform: KernelFunction): KernelFunction {
  return func('complex', ROWS, undefined, (b, { plan, n, count, rows, other, sign, scale }) => {
    b.for(0, count, 1, () => {
      const at = b.let(k.call(transform, plan, n, rows, other, sign), 'at');
      writeScaled(b, rows, at, n, scale);
      b.bump(rows, k.mul(n, COMPLEX));
    });
  });
}

const REAL_ROWS = { ...ROWS, roots: 'i32', to: 'i32' } as const;

/**
 * `real(plan, n, count, rows, other, sign, scale, roots, to)`: rows of 2n real numbers, taken as n complex ones z, to rows of the first
 * n + 1 numbers of their transforms. `roots` are those of 2n. The transform of the even elements is (Z(k) + conj Z(n - k)) / 2, that
 * of the odd ones (Z(k) - conj Z(n - k)) / 2i.
 */
function realRows(transform: KernelFunction): KernelFunction {
  return func('real', REAL_ROWS, undefined, (b, p) => {
    const direction = new Direction(b, p.sign);
    const half = b.let(both(k.mul(p.scale, 0.5)), 'half');
    b.for(0, p.count, 1, () => {
      const at = b.let(k.call(transform, p.plan, p.n, p.rows, p.other, p.sign), 'at');
      const end = b.let(k.add(p.to, k.mul(p.n, COMPLEX)), 'end');
      writeEnds(b, at, p.to, end, p.scale);
      const mirrored = b.let(k.add(at, k.mul(p.n, COMPLEX)), 'mirrored');
      overPairs(b, p.n, (offset) => {
        const x = b.let(loadComplex(k.add(at, offset)), 'x');
        const y = b.let(conjugate(loadComplex(k.sub(mirrored, offset))), 'y');
        const even = b.let(k.mul(k.add(x, y), half), 'even');
        const odd = b.let(k.mul(direction.turn(k.sub(x, y)), half), 'odd');
        const turned = b.let(direction.times(odd, k.add(p.roots, offset)), 'turned');
        b.store(k.add(p.to, offset), k.add(even, turned));
        b.store(k.sub(end, offset), conjugate(k.sub(even, turned)));
      });
      b.bump(p.rows, k.mul(p.n, COMPLEX));
      b.set(p.to, k.add(end, COMPLEX));
    });
  });
}

/** The first and the last number of a real row's transform: sum and difference of the first number's parts, both real. */
function writeEnds(b: Body, at: Expr, first: Expr, last: Expr, scale: Expr): void {
  const x = b.let(k.load('f64', at), 'x');
  const y = b.let(k.load('f64', at, 8), 'y');
  const zero = k.const('f64', 0);
  b.stores([
    { address: first, offset: 0, value: k.mul(k.add(x, y), scale) },
    { address: first, offset: 8, value: zero },
    { address: last, offset: 0, value: k.mul(k.sub(x, y), scale) },
    { address: last, offset: 8, value: zero },
  ]);
}

/** Byte positions of the numbers 1 ... n / 2, each of which stands for a pair with n - 1 ... n / 2. */
function overPairs(b: Body, n: Expr, body: (offset: Local) => void): void {
  b.for(COMPLEX, k.mul(k.add(k.shr(n, 1), 1), COMPLEX), COMPLEX, body);
}

/**
 * `real_inverse(plan, n, count, rows, other, sign, scale, roots, to)`: rows of n + 1 complex numbers, the first half of a transform
 * of real numbers, to rows of those 2n numbers. The input is lost. The steps of `real`, backwards.
 */
function realInverseRows(transform: KernelFunction): KernelFunction {
  return func('real_inverse', REAL_ROWS, undefined, (b, p) => {
    const direction = new Direction(b, p.sign);
    b.for(0, p.count, 1, () => {
      const end = b.let(k.add(p.rows, k.mul(p.n, COMPLEX)), 'end');
      writePacked(b, p.rows, end);
      overPairs(b, p.n, (offset) => {
        const place = b.let(k.add(p.rows, offset), 'place');
        const opposite = b.let(k.sub(end, offset), 'opposite');
        const x = b.let(loadComplex(place), 'x');
        const y = b.let(conjugate(loadComplex(opposite)), 'y');
        const even = b.let(k.add(x, y), 'even');
        const odd = b.let(direction.times(b.let(k.sub(x, y), 'd'), k.add(p.roots, offset)), 'odd');
        const turned = b.let(direction.turn(odd), 'turned');
        b.store(place, k.add(even, turned));
        b.store(opposite, conjugate(k.sub(even, turned)));
      });
      const at = b.let(k.call(transform, p.plan, p.n, p.rows, p.other, p.sign), 'at');
      writeScaled(b, p.to, at, p.n, p.scale);
      b.set(p.rows, k.add(end, COMPLEX));
      b.bump(p.to, k.mul(p.n, COMPLEX));
    });
  });
}

/** The first packed number, from the real parts of the first and the last one. */
function writePacked(b: Body, first: Expr, last: Expr): void {
  const x = b.let(k.load('f64', first), 'x');
  const y = b.let(k.load('f64', last), 'y');
  b.stores([
    { address: first, offset: 0, value: k.add(x, y) },
    { address: first, offset: 8, value: k.sub(x, y) },
  ]);
}

/** `mirror(count, n, rows)`: of each row of n numbers the first half, up to n / 2, decides the rest, as it does for real numbers. */
function mirrorRows(): KernelFunction {
  const params = { count: 'i32', n: 'i32', rows: 'i32' } as const;
  return func('mirror', params, undefined, (b, { count, n, rows }) => {
    b.for(0, count, 1, () => {
      const end = b.let(k.add(rows, k.mul(n, COMPLEX)), 'end');
      b.store(rows, k.const('f64', 0), 8);
      b.for(COMPLEX, k.mul(k.shr(k.add(n, 1), 1), COMPLEX), COMPLEX, (at) =>
        b.store(k.sub(end, at), conjugate(loadComplex(k.add(rows, at)))),
      );
      b.set(rows, end);
    });
  });
}

/** All transforms of rows. */
export function buildTransforms(): KernelModule {
  const transform = anyTransform();
  return {
    exports: [complexRows(transform), realRows(transform), realInverseRows(transform), mirrorRows()],
  };
}
