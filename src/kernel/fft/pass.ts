/**
 * One pass of a mixed-radix transform that sorts itself (Stockham's; in this form P. N. Swarztrauber's in FFTPACK, and
 * M. Reinecke's in pocketfft). n points are seen as `groups` x `radix` x `length`: a pass transforms along the middle axis, turns
 * point (i, j) by the root j i groups of n, and writes the middle axis as the outermost.
 */
import { func, k } from '../build.ts';
import type { Body } from '../build.ts';
import type { Expr, KernelFunction, Local } from '../ir.ts';
import { BUTTERFLIES } from './butterflies.ts';
import { COMPLEX, Direction, both, loadComplex } from './complex.ts';

const PARAMS = {
  from: 'i32',
  to: 'i32',
  radix: 'i32',
  length: 'i32',
  groups: 'i32',
  /** The roots of the turns: for each i those of j = 1 ... radix - 1. */
  turns: 'i32',
  /** For a radix without a butterfly: the roots of `radix`, and room for 2 `radix` numbers. */
  roots: 'i32',
  room: 'i32',
  sign: 'f64',
} as const;

type PassLocals = { readonly [N in keyof typeof PARAMS]: Local<(typeof PARAMS)[N]> };

/** Runs `body` for every group and every i of it; `from` and `to` move along. */
function overPoints(b: Body, p: PassLocals, radix: Expr, body: (turn: Local) => void): void {
  const between = b.let(k.mul(k.mul(k.sub(radix, 1), p.length), COMPLEX), 'between');
  const step = b.let(k.mul(k.sub(radix, 1), COMPLEX), 'step');
  b.for(0, p.groups, 1, () => {
    const turn = b.let(p.turns, 'turn');
    b.for(0, p.length, 1, () => {
      body(turn);
      b.bump(turn, step);
      b.bump(p.from, COMPLEX);
      b.bump(p.to, COMPLEX);
    });
    b.bump(p.from, between);
  });
}

/** `count` addresses, `step` bytes apart. */
function spread(b: Body, first: Expr, step: Expr, count: number): Expr[] {
  const addresses = [first];
  for (let j = 1; j < count; j++) addresses.push(b.let(k.add(addresses[j - 1], step), 'at'));
  return addresses;
}

/**
 * The pass of a radix that has a butterfly.
 *
 * @param turned - false for the last pass, whose length is 1: it turns nothing.
 */
function butterflyPass(radix: number, turned: boolean): KernelFunction {
  const butterfly = BUTTERFLIES.get(radix)!;
  return func(`pass${radix}${turned ? '_turned' : ''}`, PARAMS, undefined, (b, p) => {
    const direction = new Direction(b, p.sign);
    const input = b.let(k.mul(p.length, COMPLEX), 'input');
    const output = b.let(k.mul(k.mul(p.length, p.groups), COMPLEX), 'output');
    overPoints(b, p, k.const('i32', radix), (turn) => {
      const inputs = spread(b, p.from, input, radix);
      const outputs = spread(b, p.to, output, radix);
      const x = inputs.map((at) => b.let(loadComplex(at), 'x'));
      const points = butterfly(x, direction).map((y, j) =>
        turned && j > 0 ? direction.times(y, turn, (j - 1) * COMPLEX) : y,
      );
      // One statement, so that what the points share is computed once.
      b.stores(points.map((value, j) => ({ address: outputs[j], offset: 0, value })));
    });
  });
}

/**
 * The pass of any odd radix, in time proportional to its square. Points m and radix - m are taken together: their sum goes with
 * the cosines, their difference, turned by a quarter, with the sines.
 */
function oddPass(): KernelFunction {
  return func('pass_odd', PARAMS, undefined, (b, p) => {
    const direction = new Direction(b, p.sign);
    const input = b.let(k.mul(p.length, COMPLEX), 'input');
    const output = b.let(k.mul(k.mul(p.length, p.groups), COMPLEX), 'output');
    const half = b.let(k.shr(k.add(p.radix, 1), 1), 'half');
    overPoints(b, p, p.radix, (turn) => {
      const first = b.let(loadComplex(p.from), 'first');
      const sum = b.let(first, 'sum');
      const room = b.let(p.room, 'room');
      b.for(1, half, 1, (m) => {
        const x = b.let(loadComplex(k.add(p.from, k.mul(m, input))), 'x');
        const y = b.let(loadComplex(k.add(p.from, k.mul(k.sub(p.radix, m), input))), 'y');
        const pair = b.let(k.add(x, y), 'pair');
        b.store(room, pair);
        b.store(room, direction.turn(k.sub(x, y)), COMPLEX);
        b.set(sum, k.add(sum, pair));
        b.bump(room, 2 * COMPLEX);
      });
      b.store(p.to, sum);
      b.for(1, half, 1, (j) => {
        const { middle, side } = combined(b, p, first, half, j);
        const write = (point: Expr, y: Expr): void => {
          const root = k.add(turn, k.mul(k.sub(point, 1), COMPLEX));
          b.store(k.add(p.to, k.mul(point, output)), direction.times(b.let(y, 'y'), root));
        };
        write(j, k.add(middle, side));
        write(b.let(k.sub(p.radix, j), 'mirrored'), k.sub(middle, side));
      });
    });
  });
}

/** The sums of the pairs in `room` with the cosines and the sines of point j. */
function combined(b: Body, p: PassLocals, first: Expr, half: Expr, j: Expr): { middle: Expr; side: Expr } {
  const middle = b.let(first, 'middle');
  const side = b.let(k.splat('f64x2', 0), 'side');
  const index = b.let(k.const('i32', 0), 'index');
  const room = b.let(p.room, 'room');
  b.for(1, half, 1, () => {
    b.bump(index, j);
    b.set(index, k.select(k.ge(index, p.radix), k.sub(index, p.radix), index));
    const root = b.let(k.add(p.roots, k.mul(index, COMPLEX)), 'root');
    b.set(middle, k.add(middle, k.mul(loadComplex(room), both(k.load('f64', root)))));
    b.set(side, k.add(side, k.mul(loadComplex(room, COMPLEX), both(k.load('f64', root, 8)))));
    b.bump(room, 2 * COMPLEX);
  });
  return { middle, side };
}

/** `pass(from, to, radix, length, groups, turns, roots, room, sign)`: the pass of any radix. */
export function anyPass(): KernelFunction {
  const odd = oddPass();
  const radices = [...BUTTERFLIES.keys()].sort((x, y) => y - x);
  const passes = radices.map((radix) => [butterflyPass(radix, true), butterflyPass(radix, false)] as const);
  return func('pass', PARAMS, undefined, (b, p) => {
    const given = Object.values(p);
    radices.forEach((radix, i) => {
      b.if(k.eq(p.radix, radix), () => {
        const [turned, plain] = passes[i];
        b.if(
          k.eq(p.length, 1),
          () => b.call(plain, ...given),
          () => b.call(turned, ...given),
        );
        b.return();
      });
    });
    b.call(odd, ...given);
  });
}
