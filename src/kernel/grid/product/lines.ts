/**
 * Products of a matrix and few vectors: each number of the matrix is read once, by neighbouring invocations from neighbouring places,
 * and several invocations share the sum of each of its lines. Also stacks of tiny products, where each element is a line of its own.
 */
import { k } from '../../build.ts';
import { gridKernel } from '../build.ts';
import type { GridBody, GridKernel } from '../build.ts';
import type { BufferArray } from '../ir.ts';
import type { Expr, Local } from '../../ir.ts';
import type { Value } from '../../value.ts';
import { partsOf, valueOf } from '../../value.ts';
import type { GridRing } from './ring.ts';
import { fromNumber, integers, loadNumber, matrixOf, noughtOf, stackParams } from './ring.ts';
import type { ProductEnd } from './results.ts';
import { endBuffers, endParams, writeEnd } from './results.ts';
import { loadFour } from './source.ts';
import type { Fold, State } from '../lines/fold.ts';
import { settle } from '../lines/fold.ts';
import { combineLanes } from '../lines/lanes.ts';
import type { LineSeat, LineTeam } from '../lines/lines.ts';
import { seatOf } from '../lines/lines.ts';

export interface LineProduct {
  readonly ring: GridRing;
  /**
   * Whether the vectors are columns on the right of the matrix, so that its rows are the lines; or rows on its left, and the lines its
   * columns; or whether each element of the result is a line.
   */
  readonly vectors: 'right' | 'left' | 'each';
  /** How many vectors there are, at most 4; 1 for `each`. */
  readonly count: number;
  /** Lines that an invocation works on: what it has read of the vectors serves them all. 1 for `each`. */
  readonly lines: number;
  /** Invocations of a workgroup, a power of two, and how they share out such groups of lines. */
  readonly size: number;
  readonly team: LineTeam;
  /** Whether four numbers along the depth are read at a time, of the matrix and of the vectors. */
  readonly four: boolean;
  readonly rank: number;
  /** Whether the depth is split among workgroups, which write partial sums one after the other. */
  readonly split: boolean;
  readonly end: ProductEnd;
}

/** Steps along the depth whose loads are under way at a time. */
const AHEAD = 4;

/**
 * The kernel of a product with vectors. Its buffers: a, b, and the end's. Its parameters: groups, m, n, k, matrices in the stack,
 * groups of lines, how many parts the depth is split into and how deep each is, where the operands are (`stackParams`), and the end's.
 */
export function buildLineProduct(product: LineProduct): GridKernel {
  const { ring, vectors, size, team, four, rank, split, end } = product;
  const operand = four ? ({ access: 'read', type: 'u32x4' } as const) : 'read';
  return gridKernel(
    `product vectors ${vectors} ${team.across ? 'apart' : 'together'}${split ? ' split' : ''} ${ring.element}${end.key && ` ${end.key}`}`,
    size,
    { a: operand, b: operand, ...endBuffers(end) },
    {
      ...integers('groups', 'm', 'n', 'k', 'matrices', 'blocks', 'splits', 'chunk'),
      ...stackParams(rank),
      ...endParams(end),
    },
    (b, arrays, p: Readonly<Record<string, Local>>) =>
      b.if(k.lt(b.group, p['groups']), () => {
        const seat = seatOf(b, team, size);
        const part = b.let(k.idiv(b.group, p['blocks']), 'part');
        const block = k.sub(b.group, k.mul(part, p['blocks']));
        const place = b.let(k.add(k.mul(block, size / team.lanes), seat.column), 'place');
        const inMatrix = groupsOfLines(b, product, p);
        const all = b.let(k.mul(inMatrix, p['matrices']), 'all');
        const exists = b.let(k.min(place, k.sub(all, 1)), 'exists');
        const matrix = b.let(k.idiv(exists, inMatrix), 'matrix');
        const own = b.let(k.sub(exists, k.mul(matrix, inMatrix)), 'own');
        const places = placesOf(b, product, own, p);
        const [left, right] = readers(b, product, arrays, matrix, places, p);
        const from = b.let(k.mul(part, p['chunk']), 'from');
        const to = b.let(k.min(k.add(from, p['chunk']), p['k']), 'to');
        const sums = sumLine(b, product, left, right, k.add(from, k.mul(seat.lane, four ? 4 : 1)), to);
        const totals = share(b, product, sums, seat);
        b.if(k.and(k.eq(seat.lane, 0), k.lt(place, all)), () => {
          const inStack = k.add(k.mul(part, p['matrices']), matrix);
          const first = b.let(k.mul(inStack, k.mul(p['m'], p['n'])), 'first');
          places.rows.forEach((row, r) =>
            places.columns.forEach((column, c) =>
              places.ifThere(r, c, () => {
                const index = b.let(k.add(first, k.add(k.mul(row, p['n']), column)), 'index');
                const total = totals[r * places.columns.length + c];
                writeEnd(b, end, arrays, p, index, column, [split ? total : fromNumber(ring, total)]);
              }),
            ),
          );
        });
      }),
  );
}

/** How many groups of lines a matrix has. */
function groupsOfLines(
  b: GridBody,
  { vectors, lines }: LineProduct,
  { m, n }: Readonly<Record<string, Expr>>,
): Expr {
  if (vectors === 'each') return b.let(k.mul(m, n), 'size');
  const all = vectors === 'right' ? m : n;
  return lines === 1 ? all : b.let(k.idiv(k.add(all, lines - 1), lines), 'groups');
}

/** The rows of the left operand and the columns of the right one of which there are sums, one for each pair. */
interface LinePlaces {
  readonly rows: readonly Expr[];
  readonly columns: readonly Expr[];
  /** Runs what is to be done for a row and a column, if there are such; otherwise their numbers are of others. */
  ifThere(row: number, column: number, act: () => void): void;
}

function placesOf(
  b: GridBody,
  { vectors, count, lines }: LineProduct,
  place: Expr,
  { m, n }: Readonly<Record<string, Expr>>,
): LinePlaces {
  const always = (_row: number, _column: number, act: () => void): void => act();
  if (vectors === 'each') {
    const row = b.let(k.idiv(place, n), 'row');
    return { rows: [row], columns: [b.let(k.sub(place, k.mul(row, n)), 'column')], ifThere: always };
  }
  const all = Array.from({ length: count }, (_, i) => k.const('i32', i));
  const end = vectors === 'right' ? m : n;
  if (lines === 1)
    return vectors === 'right'
      ? { rows: [place], columns: all, ifThere: always }
      : { rows: all, columns: [place], ifThere: always };
  const wanted = Array.from({ length: lines }, (_, i) => b.let(k.add(k.mul(place, lines), i), 'line'));
  const own = wanted.map((line) => b.let(k.min(line, k.sub(end, 1)), 'line'));
  const isThere = (i: number): Expr => k.lt(wanted[i], end);
  return vectors === 'right'
    ? { rows: own, columns: all, ifThere: (row, _, act) => b.if(isThere(row), act) }
    : { rows: all, columns: own, ifThere: (_, column, act) => b.if(isThere(column), act) };
}

/** Reads a number, or four, of a line at a depth. */
type Reader = (depth: Expr) => Value;

function readers(
  b: GridBody,
  { ring, four, rank }: LineProduct,
  arrays: Readonly<Record<string, BufferArray>>,
  matrix: Expr,
  { rows, columns }: LinePlaces,
  p: Readonly<Record<string, Expr>>,
): readonly [Reader[], Reader[]] {
  const read = four ? readFour : readOne;
  const [a, c] = ['a', 'b'].map((name) => matrixOf(b, name, matrix, rank, p));
  const start = (first: Expr, index: Expr, step: Expr): Expr =>
    b.let(k.add(first, k.mul(index, step)), 'start');
  return [
    rows.map((i) => read(ring, arrays['a'], start(a.start, i, a.row), a.column)),
    columns.map((j) => read(ring, arrays['b'], start(c.start, j, c.column), c.row)),
  ];
}

const readOne =
  (ring: GridRing, buffer: BufferArray, start: Expr, step: Expr): Reader =>
  (depth) =>
    loadNumber(ring, buffer, k.add(start, k.mul(depth, step)));

const readFour =
  (ring: GridRing, buffer: BufferArray, start: Expr): Reader =>
  (depth) =>
    loadFour(ring, buffer, k.add(start, depth));

/** A value of the ring in locals. */
type Sum = readonly Local[];

/** This invocation's share of the sums: those of its first row with each column, of its next row, and so on. */
function sumLine(
  b: GridBody,
  { ring, team, four }: LineProduct,
  left: readonly Reader[],
  right: readonly Reader[],
  from: Expr,
  to: Expr,
): Value[] {
  const nought = four ? k.splat(ring.vector, 0) : noughtOf(ring);
  const sums = Array.from({ length: left.length * right.length }, (): Sum =>
    partsOf(nought).map((x) => b.let(x, 'sum')),
  );
  const step = team.lanes * (four ? 4 : 1);
  const depth = b.let(from, 'depth');
  const loaded = (readers: readonly Reader[], place: Expr): Value[] =>
    readers.map((read) => valueOf(partsOf(read(place)).map((x) => b.let(x, 'number'))));
  const advance = (steps: number): void => {
    const places = Array.from({ length: steps }, (_, i) => (i === 0 ? depth : k.add(depth, i * step)));
    const numbers = places.map((place) => [loaded(left, place), loaded(right, place)]);
    for (const [x, y] of numbers) {
      sums.forEach((sum, i) => {
        const term = ring.mul(x[Math.floor(i / y.length)], y[i % y.length]);
        const parts = partsOf(ring.add(valueOf(sum), term)).map((part) => b.let(part, 'part'));
        sum.forEach((own, part) => b.set(own, parts[part]));
      });
    }
    b.bump(depth, steps * step);
  };
  b.while(k.lt(k.add(depth, (AHEAD - 1) * step), to), () => advance(AHEAD));
  b.while(k.lt(depth, to), () => advance(1));
  if (!four) return sums.map(valueOf);
  return sums.map(([sum]) =>
    [1, 2, 3].reduce((all: Value, lane) => ring.add(all, k.extract(sum, lane)), k.extract(sum, 0)),
  );
}

/** Adds the shares of a line. The sums are then with the line's first invocation. */
function share(b: GridBody, { ring, team }: LineProduct, sums: readonly Value[], seat: LineSeat): Value[] {
  if (team.lanes === 1) return [...sums];
  const values = (state: State): Value[] =>
    sums.map((_, i) => valueOf(state.slice(i * ring.parts, (i + 1) * ring.parts)));
  const state = settle(b, sums.flatMap(partsOf));
  const fold: Fold = {
    types: state.map(() => ring.type),
    combine: (x, y) => {
      const theirs = values(y);
      return values(x).flatMap((own, i) => partsOf(ring.add(own, theirs[i])));
    },
  };
  combineLanes(b, { fold, team }, seat, state, k.const('i32', team.lanes));
  return values(state);
}
