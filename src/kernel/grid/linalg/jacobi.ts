/**
 * Jacobi rotations on a grid: a team finds those that make the rows of a pair of blocks orthogonal to each other, or that make the part of a
 * Hermitian matrix with these rows and columns diagonal.
 */
import { k } from '../../build.ts';
import type { Expr } from '../../ir.ts';
import { v } from '../../value.ts';
import { at, gridKernel } from '../build.ts';
import type { GridBody, GridKernel } from '../build.ts';
import { storeElement, wordsOf } from '../element.ts';
import type { GridMatrix, MatrixElement, Teams } from './matrix.ts';
import { Held, Variable, matrixIn, overBlock, realValue, seated, teamsFor } from './matrix.ts';
import type { Limit } from './rotation.ts';
import { TeamRotations } from './rotation.ts';
import type { JacobiShape } from './rounds.ts';
import { ROUND_PARAMS, meeting, rowsOf } from './rounds.ts';

/** Most rows of a pair of blocks whose products and rotations a workgroup has the memory for. */
export const mostSide = (element: MatrixElement): number => (element === 'c64' ? 16 : 32);

/** How many pairs of blocks a workgroup takes: a lane has four elements of the products of rows. */
export function jacobiTeams({ element, side }: JacobiShape): Teams {
  const perRotation = wordsOf(element) + 2;
  return teamsFor((side * side) / 4, 2 * wordsOf(element) * side * side + (perRotation * side) / 2 + 2);
}

/** What rotations are to make zero: the products of rows with each other, or the elements of the matrix beside its diagonal. */
export interface Rotations extends JacobiShape {
  readonly zeroes: 'products' | 'elements';
}

/**
 * Products of rows count as zero up to this, of matrices whose largest element is about 1: a row that is shorter has no direction that
 * means anything.
 */
const NOTHING = 2 ** -100;

/**
 * The kernel that finds the rotations of a round. It writes the product of the rotations of each pair of blocks to `turns`, as what it
 * differs by from the identity: thousands of turns that are too small to change a 1 would make rows longer.
 * The words of `notes` say first, for each sweep and matrix, whether there were any, and from `moved` on whether there are for each pair of
 * the round; where there were none in the sweep before, a matrix is done.
 *
 * `sweeps` are made within a pair at most; `accuracy` is what counts as zero, of the geometric mean of the squares of rows, or of the
 * largest element on the diagonal.
 */
export function buildRotations({ zeroes, ...shape }: Rotations): GridKernel {
  const { element, side } = shape;
  const teams = jacobiTeams(shape);
  return gridKernel(
    `rotations ${zeroes} ${side} ${element}`,
    teams.lanes * teams.teams,
    { work: 'read', turns: 'write', notes: 'atomic' },
    { ...ROUND_PARAMS, sweep: 'i32', sweeps: 'i32', moved: 'i32', accuracy: 'f32' },
    (b, { work, turns, notes }, p) =>
      seated(b, teams, k.mul(p.count, p.pairs), (seat) => {
        const { lane, team, item, isThere } = seat;
        const matrix = b.let(k.idiv(item, p.pairs), 'matrix');
        const pair = b.let(k.sub(item, k.mul(matrix, p.pairs)), 'pair');
        const anyone = someone(b);
        const isLeader = b.let(k.and(k.eq(lane, 0), isThere), 'isLeader');
        const note = (index: Expr, value: number): void => b.put(notes, index, k.const('u32', value));
        b.if(isLeader, () => note(k.add(p.moved, item), 0));
        b.if(isThere, () =>
          b.if(
            k.eq(p.sweep, 0),
            () => anyone.speak(),
            () => {
              const before = k.add(k.mul(k.sub(p.sweep, 1), p.count), matrix);
              b.if(k.ne(at(notes, before), 0), () => anyone.speak());
            },
          ),
        );
        b.if(k.ne(anyone.spoke(), 0), () => {
          const inner = new Held(b, element, teams.teams * side * side, 'inner');
          const turn = new Held(b, element, teams.teams * side * side, 'turn');
          const first = b.let(k.mul(team, side * side), 'first');
          const [g, q] = [inner, turn].map((held) => held.matrix(first, side));
          const rowAt = rowsOf(b, side, meeting(b, p.pairs, p.round, pair));
          const a = matrixIn(b, work, element, p, 'a', matrix);
          const there: Part = { shape, teams, lane, n: p.n, a, rowAt };
          if (zeroes === 'products') sumProducts(b, there, g, q);
          else loadPart(b, there, g);
          overBlock(b, teams, lane, [side, side], (row, column) => q.set(row, column, realValue(element, 0)));
          b.barrier();
          const limit = limitOf(b, zeroes, side, g, p.accuracy);
          const rotations = new TeamRotations(b, shape, teams, seat);
          const isMoved = b.let(k.const('bool', false), 'isMoved');
          b.for(0, p.sweeps, 1, () => {
            sweepWithin(b, side, lane, rotations, { g, q, limit, anyone });
            b.if(k.eq(anyone.spoke(), 0), () => b.break());
            b.set(isMoved, k.const('bool', true));
          });
          b.if(k.and(isMoved, isThere), () => {
            b.if(isLeader, () => {
              note(k.add(p.moved, item), 1);
              note(k.add(k.mul(p.sweep, p.count), matrix), 1);
            });
            const start = b.let(k.mul(item, side * side), 'start');
            overBlock(b, teams, lane, [side, side], (row, column) => {
              const index = b.let(k.add(start, k.add(k.mul(row, side), column)), 'index');
              storeElement(b, turns, element, element, index, q.get(row, column));
            });
          });
        });
      }),
  );
}

/** The matrices that a pair's rotations are made of and collected in. */
interface Sweep {
  readonly g: GridMatrix;
  readonly q: GridMatrix;
  readonly limit: Limit;
  /** Told of rotations. */
  readonly anyone: Someone;
}

/** Turns every two rows of a pair of blocks once where it pays. */
function sweepWithin(
  b: GridBody,
  side: number,
  lane: Expr,
  rotations: TeamRotations,
  { g, q, limit, anyone }: Sweep,
): void {
  const half = side / 2;
  b.for(0, side - 1, 1, (step) => {
    b.if(k.lt(lane, half), () => {
      const [i, j] = meeting(b, k.const('i32', half), step, lane);
      rotations.find(lane, g, i, j, limit, () => anyone.speak());
    });
    b.barrier();
    rotations.apply(step, g, q);
    b.barrier();
  });
}

/** Whether any invocation of a workgroup has something to say. */
interface Someone {
  readonly speak: () => void;
  /** 1 where somebody spoke since it was asked last, which all invocations know to be the same. */
  readonly spoke: () => Expr;
}

function someone(b: GridBody): Someone {
  const spoken = b.sharedAtomic('u32', 1, 'spoken');
  const heard = b.shared('u32', 1, 'heard');
  return {
    speak: () => b.atomic('or', spoken, 0, k.const('u32', 1)),
    spoke: () => {
      b.barrier();
      b.if(k.eq(b.local, 0), () => b.put(heard, 0, b.atomic('exchange', spoken, 0, k.const('u32', 0))));
      return b.agreed(heard, 0);
    },
  };
}

/** The rows of a pair of blocks, which a team has. */
interface Part {
  readonly shape: JacobiShape;
  readonly teams: Teams;
  readonly lane: Expr;
  readonly n: Expr;
  readonly a: GridMatrix;
  readonly rowAt: (i: Expr) => Expr;
}

/** Whether a row or column is one of the matrix. */
const within = (b: GridBody, index: Expr, n: Expr): Expr => b.let(k.lt(index, n), 'isIn');

/** The products of the rows with each other, piece by piece of their columns. A lane sums four. */
function sumProducts(b: GridBody, part: Part, g: GridMatrix, piece: GridMatrix): void {
  const { shape, teams, lane, n, a, rowAt } = part;
  const { element, side } = shape;
  const half = side / 2;
  const [down, across] = [
    b.let(k.shr(lane, Math.log2(half)), 'down'),
    b.let(k.and(lane, half - 1), 'across'),
  ];
  const lines = [down, across].map((i) => [b.let(k.shl(i, 1), 'i'), b.let(k.add(k.shl(i, 1), 1), 'i')]);
  const zero = realValue(element, 0);
  const sums = lines[0].map(() => lines[1].map(() => new Variable(b, zero)));
  b.for(0, n, side, (from) => {
    overBlock(b, teams, lane, [side, side], (row, column) => {
      const [r, c] = [rowAt(row), b.let(k.add(from, column), 'c')];
      const value = new Variable(b, zero);
      b.if(k.and(within(b, r, n), within(b, c, n)), () => value.set(a.get(r, c)));
      piece.set(row, column, value.value);
    });
    b.barrier();
    b.for(0, side, 1, (column) => {
      const [x, y] = lines.map((rows) => rows.map((row) => piece.get(row, column)));
      sums.forEach((row, i) => row.forEach((sum, j) => sum.set(v.add(sum.value, v.mul(x[i], v.conj(y[j]))))));
    });
    b.barrier();
  });
  sums.forEach((row, i) => row.forEach((sum, j) => g.set(lines[0][i], lines[1][j], sum.value)));
}

/** A part of a Hermitian matrix, of which the lower triangle is read. */
function loadPart(b: GridBody, { shape, teams, lane, n, a, rowAt }: Part, g: GridMatrix): void {
  const { element, side } = shape;
  overBlock(b, teams, lane, [side, side], (row, column) => {
    const [r, c] = [rowAt(row), rowAt(column)];
    const value = new Variable(b, realValue(element, 0));
    b.if(k.and(within(b, r, n), within(b, c, n)), () => {
      const lower = a.get(b.let(k.max(r, c), 'lower'), b.let(k.min(r, c), 'left'));
      value.set(v.select(k.ge(r, c), lower, v.conj(lower)));
    });
    g.set(row, column, value.value);
  });
}

function limitOf(
  b: GridBody,
  zeroes: Rotations['zeroes'],
  side: number,
  g: GridMatrix,
  accuracy: Expr,
): Limit {
  if (zeroes === 'products') {
    const root = (square: Expr): Expr => k.sqrt(k.max(square, 0));
    return (alpha, beta) => k.max(k.mul(accuracy, k.mul(root(alpha), root(beta))), NOTHING);
  }
  const most = b.let(k.const('f32', 0), 'most');
  b.for(0, side, 1, (i) => b.set(most, k.max(most, k.abs(v.re(g.get(i, i))))));
  const limit = b.let(k.mul(accuracy, most), 'limit');
  return () => limit;
}
