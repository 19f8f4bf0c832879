/** Discrete Fourier transforms of 2, 3, 4 and 5 points, written out. */
import { k } from '../build.ts';
import type { Expr } from '../ir.ts';
import type { Direction } from './complex.ts';
import { times } from './complex.ts';

export type Butterfly = (x: readonly Expr[], direction: Direction) => Expr[];

const two: Butterfly = ([a, b]) => [k.add(a, b), k.sub(a, b)];

const SIN_60 = 0.8660254037844386;

const three: Butterfly = ([a, b, c], direction) => {
  const sum = k.add(b, c);
  const middle = k.sub(a, times(sum, 0.5));
  const side = times(direction.turn(k.sub(b, c)), SIN_60);
  return [k.add(a, sum), k.add(middle, side), k.sub(middle, side)];
};

const four: Butterfly = ([a, b, c, d], direction) => {
  const even = k.add(a, c);
  const odd = k.add(b, d);
  const middle = k.sub(a, c);
  const side = direction.turn(k.sub(b, d));
  return [k.add(even, odd), k.add(middle, side), k.sub(even, odd), k.sub(middle, side)];
};

const COS_72 = 0.30901699437494745;
const SIN_72 = 0.9510565162951535;
const COS_144 = -0.8090169943749475;
const SIN_144 = 0.5877852522924731;

const five: Butterfly = ([a, b, c, d, e], direction) => {
  const outer = k.add(b, e);
  const inner = k.add(c, d);
  const outerTurned = direction.turn(k.sub(b, e));
  const innerTurned = direction.turn(k.sub(c, d));
  const middle = (x: number, y: number): Expr => k.add(k.add(a, times(outer, x)), times(inner, y));
  const first = middle(COS_72, COS_144);
  const second = middle(COS_144, COS_72);
  const firstSide = k.add(times(outerTurned, SIN_72), times(innerTurned, SIN_144));
  const secondSide = k.sub(times(outerTurned, SIN_144), times(innerTurned, SIN_72));
  return [
    k.add(k.add(a, outer), inner),
    k.add(first, firstSide),
    k.add(second, secondSide),
    k.sub(second, secondSide),
    k.sub(first, firstSide),
  ];
};

/** By number of points. */
export const BUTTERFLIES: ReadonlyMap<number, Butterfly> = /* @__PURE__ */ new Map([
  [2, two],
  [3, three],
  [4, four],
  [5, five],
]);
