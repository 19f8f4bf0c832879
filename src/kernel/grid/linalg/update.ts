/** Products of parts of matrices on a grid: what a factorisation does to the rest of a matrix once a block is factored. */
import { k } from '../../build.ts';
import type { Expr } from '../../ir.ts';
import { v } from '../../value.ts';
import { at, gridKernel } from '../build.ts';
import type { GridBody, GridKernel } from '../build.ts';
import type { BufferArray } from '../ir.ts';
import { fromNumber, gridRing, integers } from '../product/ring.ts';
import { multiplyTile } from '../product/multiply.ts';
import type { Lines, Reading } from '../product/source.ts';
import type { TileJob, TileShape } from '../product/tiles.ts';
import { invocationsOf } from '../product/tiles.ts';
import type { MatrixElement, Params } from './matrix.ts';
import { matrixIn, placeParams, startOf } from './matrix.ts';

/** Which buffer a matrix is in: that of the result, or one of its own. */
export type Where = 'work' | 'left' | 'right';

/** Of a matrix, what counts: all, or the elements below (above) the diagonal, with ones on it and zeros beyond. */
export type Shape = 'full' | 'below' | 'above';

export interface Operand {
  readonly where: Where;
  readonly conjugate: boolean;
  /** Whether neighbouring invocations read neighbours along the depth of the product. */
  readonly along: boolean;
}

export interface Update {
  readonly element: MatrixElement;
  readonly tile: TileShape;
  readonly left: Operand;
  readonly right: Operand;
  /** What counts of the left matrix. */
  readonly shape: Shape;
  /** Whether the product is subtracted from the result, or is the result. */
  readonly subtracts: boolean;
  /** Which triangle of the result matters; tiles in the other one are left as they are. */
  readonly triangle: 'all' | 'lower' | 'upper';
}

/** The kernel of `count` products c = a b, or c -= a b, of m x k by k x n elements, in tiles, so many down and across. */
export function buildUpdate(update: Update): GridKernel {
  const { element, tile, left, right, subtracts, triangle } = update;
  const ring = gridRing(element);
  const own = [left, right].flatMap(({ where }) => (where === 'work' ? [] : [[where, 'read'] as const]));
  return gridKernel(
    `update ${tile.rows}x${tile.columns} ${element}`,
    invocationsOf(tile),
    { ...Object.fromEntries(own), work: 'write' as const },
    { ...integers('count', 'm', 'n', 'k', 'down', 'across'), ...placeParams('a', 'b', 'c') },
    (b, named: Readonly<Record<string, BufferArray>>, p: Params) => {
      const tiles = b.let(k.mul(p['down'], p['across']), 'tiles');
      const matrix = b.let(k.idiv(b.group, tiles), 'matrix');
      const among = b.let(k.sub(b.group, k.mul(matrix, tiles)), 'among');
      const down = b.let(k.idiv(among, p['across']), 'down');
      const row = b.let(k.mul(down, tile.rows), 'row');
      const column = b.let(k.mul(k.sub(among, k.mul(down, p['across'])), tile.columns), 'column');
      // Columns count numbers: those of complex matrices are twice as many.
      const [i, j] = [k.mul(row, ring.parts), column];
      const matters = {
        all: k.const('bool', true),
        lower: k.lt(j, k.add(i, tile.rows * ring.parts)),
        upper: k.lt(i, k.add(j, tile.columns)),
      }[triangle];
      b.if(k.and(k.lt(matrix, p['count']), matters), () => {
        const c = matrixIn(b, named['work'], element, p, 'c', matrix);
        const write: TileJob['write'] = (place, values) => {
          const r = b.let(k.add(row, place.row), 'r');
          const s = b.let(k.shr(k.add(column, place.column), ring.parts - 1), 's');
          b.if(k.and(k.lt(r, p['m']), k.lt(s, p['n'])), () => {
            const product = fromNumber(ring, values()[0]);
            c.set(r, s, subtracts ? v.sub(c.get(r, s), product) : product);
          });
        };
        const reading = ({ along }: Operand): Reading => (along ? 'along' : 'across');
        multiplyTile(b, {
          ...{ ring, tile, write, together: 1 },
          from: k.const('i32', 0),
          to: b.let(k.mul(p['k'], ring.parts), 'depth'),
          operands: [
            { reading: reading(left), lines: leftLines(b, update, named[left.where], p, matrix, row) },
            { reading: reading(right), lines: rightLines(b, update, named[right.where], p, matrix, column) },
          ],
        });
      });
    },
  );
}

/** A number of a matrix; of a complex one, the real or the imaginary part, as `part` says. */
function numberAt(buffer: BufferArray, element: MatrixElement, index: Expr, part: Expr): Expr {
  const word = element === 'c64' ? k.add(k.mul(index, 2), part) : index;
  return k.bitcast('f32', at(buffer, word));
}

/** The rows of the left operand; a complex element counts as two numbers along the depth, re and im. */
function leftLines(
  b: GridBody,
  { element, left, shape }: Update,
  buffer: BufferArray,
  p: Params,
  matrix: Expr,
  first: Expr,
): Lines {
  const start = startOf(b, p, 'a', matrix);
  const isComplex = element === 'c64';
  return {
    count: b.let(k.sub(p['m'], first), 'count'),
    line: (line) => {
      const row = b.let(k.add(first, line), 'row');
      const origin = b.let(k.add(start, k.mul(row, p['aRow'])), 'origin');
      return (depth) => {
        const column = isComplex ? k.shr(depth, 1) : depth;
        const part = k.and(depth, 1);
        const word = numberAt(buffer, element, k.add(origin, k.mul(column, p['aColumn'])), part);
        const value = isComplex && left.conjugate ? k.select(k.eq(part, 1), k.neg(word), word) : word;
        if (shape === 'full') return value;
        const counts = shape === 'below' ? k.gt(row, column) : k.gt(column, row);
        const isOne = isComplex ? k.and(k.eq(row, column), k.eq(part, 0)) : k.eq(row, column);
        return k.select(counts, value, k.convert('f32', isOne));
      };
    },
  };
}

/** The columns of the right operand; a complex element counts as the numbers [[re, im], [-im, re]]. */
function rightLines(
  b: GridBody,
  { element, right }: Update,
  buffer: BufferArray,
  p: Params,
  matrix: Expr,
  first: Expr,
): Lines {
  const start = startOf(b, p, 'b', matrix);
  const isComplex = element === 'c64';
  const columns = isComplex ? k.mul(p['n'], 2) : p['n'];
  return {
    count: b.let(k.sub(columns, first), 'count'),
    line: (line) => {
      const number = b.let(k.add(first, line), 'number');
      const column = isComplex ? k.shr(number, 1) : number;
      const part = k.and(number, 1);
      const origin = b.let(k.add(start, k.mul(column, p['bColumn'])), 'origin');
      return (depth) => {
        const row = isComplex ? k.shr(depth, 1) : depth;
        const own = k.and(depth, 1);
        const word = numberAt(buffer, element, k.add(origin, k.mul(row, p['bRow'])), k.xor(own, part));
        if (!isComplex) return word;
        const isNegative = right.conjugate ? k.lt(own, part) : k.gt(own, part);
        return k.select(isNegative, k.neg(word), word);
      };
    },
  };
}
