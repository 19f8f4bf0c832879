/** Rotations of two rows that make an element zero, as workgroups make them. */
import type { Body } from '../../build.ts';
import { k } from '../../build.ts';
import type { Expr } from '../../ir.ts';
import { hypot } from '../../math.ts';
import type { Value } from '../../value.ts';
import { isComplexValue, partsOf, v, valueOf } from '../../value.ts';
import type { GridBody } from '../build.ts';
import type { GridMatrix, Seat, Teams } from './matrix.ts';
import { Held, overBlock, realValue, scaled, settled } from './matrix.ts';
import type { JacobiShape } from './rounds.ts';
import { meeting } from './rounds.ts';

/** The rotation x := c x - f y, y := c y + conj(f) x. c is given as what it lacks to 1, so that rows keep their length. */
interface Rotation {
  readonly shrink: Expr;
  readonly factor: Value;
}

/** What a rotation adds to x and y. */
const changesBy = ({ shrink, factor }: Rotation, x: Value, y: Value): readonly [Value, Value] => [
  v.neg(v.add(scaled(x, shrink), v.mul(factor, y))),
  v.sub(v.mul(v.conj(factor), x), scaled(y, shrink)),
];

function rotated(rotation: Rotation, x: Value, y: Value): readonly [Value, Value] {
  const [ofX, ofY] = changesBy(rotation, x, y);
  return [v.add(x, ofX), v.add(y, ofY)];
}

const conjugated = ({ shrink, factor }: Rotation): Rotation => ({ shrink, factor: v.conj(factor) });

const magnitude = (x: Value): Expr => (isComplexValue(x) ? hypot(x.re, x.im) : k.abs(x));

/** Beyond it the square of a ratio plus one is the square. */
const STEEP = 2 ** 24;

/**
 * The rotation that makes the element `inner` beside the elements `alpha` and `beta` of a diagonal zero, and how much that takes of alpha
 * and gives to beta.
 */
function rotationOf(
  b: Body,
  alpha: Expr,
  beta: Expr,
  inner: Value,
  length: Expr,
): Rotation & { readonly change: Expr } {
  const one = k.const('f32', 1);
  const ratio = b.let(k.div(k.sub(beta, alpha), k.add(length, length)), 'ratio');
  const steep = b.let(k.abs(ratio), 'steep');
  const gentle = b.let(k.min(steep, STEEP), 'gentle');
  const root = k.select(k.lt(steep, STEEP), k.sqrt(k.add(k.mul(gentle, gentle), 1)), steep);
  const tangent = b.let(k.div(k.copysign(one, ratio), k.add(steep, root)), 'tangent');
  const cosine = b.let(k.div(one, k.sqrt(k.add(k.mul(tangent, tangent), 1))), 'cosine');
  const sine = b.let(k.mul(cosine, tangent), 'sine');
  const parts = partsOf(inner).map((x) => b.let(k.mul(sine, k.div(x, length)), 'factor'));
  return {
    shrink: b.let(k.div(k.mul(sine, sine), k.add(cosine, 1)), 'shrink'),
    factor: valueOf(parts),
    change: b.let(k.mul(tangent, length), 'change'),
  };
}

/** Up to what an element between two of the diagonal counts as zero. */
export type Limit = (alpha: Expr, beta: Expr) => Expr;

/** The rotations of a step, one for each two rows that meet, in the memory of a workgroup. */
export class TeamRotations {
  readonly #b: GridBody;
  readonly #shape: JacobiShape;
  readonly #teams: Teams;
  readonly #seat: Seat;
  readonly #first: Expr;
  readonly #lengths: Held;
  readonly #factors: Held;

  constructor(b: GridBody, shape: JacobiShape, teams: Teams, seat: Seat) {
    const half = shape.side / 2;
    this.#b = b;
    this.#shape = shape;
    this.#teams = teams;
    this.#seat = seat;
    this.#first = b.let(k.mul(seat.team, half), 'first');
    this.#lengths = new Held(b, 'c64', teams.teams * half, 'lengths');
    this.#factors = new Held(b, shape.element, teams.teams * half, 'factors');
  }

  /** Finds the rotation of rows i and j, which is that of a pair of the step. Calls `tell` if there is one. */
  find(pair: Expr, g: GridMatrix, i: Expr, j: Expr, limit: Limit, tell: () => void): void {
    const b = this.#b;
    const index = b.let(k.add(this.#first, pair), 'at');
    const zero = k.const('f32', 0);
    this.#lengths.set(index, { re: zero, im: zero });
    this.#factors.set(index, realValue(this.#shape.element, 0));
    const inner = g.get(i, j);
    const [alpha, beta] = [i, j].map((row) => v.re(g.get(row, row)));
    const length = b.let(magnitude(inner), 'length');
    b.if(k.gt(length, limit(alpha, beta)), () => {
      const { shrink, factor, change } = rotationOf(b, alpha, beta, inner, length);
      this.#lengths.set(index, { re: shrink, im: change });
      this.#factors.set(index, factor);
      tell();
    });
  }

  /** Applies the rotations of a step to the rows and columns of g, of which a lane has those of two pairs, and to the rows of I + q. */
  apply(step: Expr, g: GridMatrix, q: GridMatrix): void {
    const b = this.#b;
    const { element, side } = this.#shape;
    const half = side / 2;
    const { lane } = this.#seat;
    const down = this.#of(step, b.let(k.shr(lane, Math.log2(half)), 'down'));
    const across = this.#of(step, b.let(k.and(lane, half - 1), 'across'));
    const corners = down.rows.map((i) => across.rows.map((j) => g.get(i, j)));
    const columns = [0, 1].map((j) => rotated(down, corners[0][j], corners[1][j]).map((x) => settled(b, x)));
    const rows = [0, 1].map((i) => rotated(conjugated(across), columns[0][i], columns[1][i]));
    const isOwn = b.let(k.eq(down.pair, across.pair), 'isOwn');
    const isTurned = b.let(v.truth(down.factor), 'isTurned');
    const ends = [k.sub(v.re(corners[0][0]), down.change), k.add(v.re(corners[1][1]), down.change)];
    down.rows.forEach((i, x) =>
      across.rows.forEach((j, y) => {
        const own = realValue(element, x === y ? b.let(ends[x], 'end') : 0);
        g.set(i, j, settled(b, v.select(k.and(isOwn, isTurned), own, rows[x][y])));
      }),
    );
    overBlock(b, this.#teams, lane, [half, side], (pair, column) => {
      const rotation = this.#of(step, pair);
      const old = rotation.rows.map((row) => q.get(row, column));
      const [x, y] = rotation.rows.map((row, i) => {
        const one = k.convert('f32', k.eq(row, column));
        return settled(b, v.add(old[i], realValue(element, one)));
      });
      changesBy(rotation, x, y).forEach((change, i) =>
        q.set(rotation.rows[i], column, settled(b, v.add(old[i], change))),
      );
    });
  }

  #of(
    step: Expr,
    pair: Expr,
  ): Rotation & { readonly pair: Expr; readonly rows: readonly [Expr, Expr]; readonly change: Expr } {
    const b = this.#b;
    const index = b.let(k.add(this.#first, pair), 'at');
    const lengths = this.#lengths.get(index);
    const rows = meeting(b, k.const('i32', this.#shape.side / 2), step, pair);
    return { pair, rows, shrink: v.re(lengths), change: v.im(lengths), factor: this.#factors.get(index) };
  }
}
