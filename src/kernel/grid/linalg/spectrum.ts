/** What is before and after the rotations that find singular values and eigenvalues on a grid (jacobi.ts). */
import { k, lift } from '../../build.ts';
import type { Expr } from '../../ir.ts';
import { partsOf, v } from '../../value.ts';
import { at, gridKernel } from '../build.ts';
import type { GridBody, GridKernel } from '../build.ts';
import { loadElement } from '../element.ts';
import { CHECK_PARAM, fail } from '../failure.ts';
import type { BufferArray } from '../ir.ts';
import type { MatrixElement } from './matrix.ts';
import { matrixIn, placeParams, realValue, scaled, seated, settled, square, startOf } from './matrix.ts';

/** The bits of a float32's exponent, and how many are below them. */
const [EXPONENT, MANTISSA] = [0x7f800000, 23];

/** The least and the largest exponent, in those bits, of powers of two that have a reciprocal. */
const [LEAST, MOST] = [1, 253];

export interface Preparation {
  readonly element: MatrixElement;
  /** Invocations that take a matrix: a power of two. */
  readonly lanes: number;
}

/**
 * The kernel that copies `count` matrices of n rows and columns, divided by the power of two next to their largest element, which it notes.
 * Where the copies are wider there is the identity to the right. A matrix that is not finite is a failure, and counts as zeros.
 */
export function buildPreparation({ element, lanes }: Preparation): GridKernel {
  const sizes = { count: 'i32', n: 'i32', width: 'i32' } as const;
  const params = { ...sizes, code: 'i32', [CHECK_PARAM]: 'i32', ...placeParams('a', 'w') } as const;
  return gridKernel(
    `prepare ${lanes} ${element}`,
    lanes,
    { a: 'read', work: 'write', scales: 'write', status: 'atomic' },
    params,
    (b, { a: given, work, scales, status }, p) =>
      seated(b, { lanes, teams: 1 }, p.count, ({ lane, item }) => {
        const a = matrixIn(b, given, element, p, 'a', item);
        const w = matrixIn(b, work, element, p, 'w', item);
        const most = b.let(k.const('u32', 0), 'most');
        const over = (columns: Expr, body: (row: Expr, column: Expr) => void): void =>
          b.for(lane, k.mul(p.n, columns), lanes, (i) => {
            const row = b.let(k.idiv(i, columns), 'row');
            body(row, b.let(k.sub(i, k.mul(row, columns)), 'column'));
          });
        over(p.n, (row, column) => {
          // Bits of magnitudes are in their order, those of infinities and NaN last.
          for (const part of partsOf(a.get(row, column)))
            b.set(most, k.max(most, k.bitcast('u32', k.abs(part))));
        });
        const largest = b.sharedAtomic('u32', 1, 'largest');
        b.atomic('max', largest, 0, most);
        b.barrier();
        b.set(most, at(largest, 0));
        const isFinite = b.let(k.lt(most, EXPONENT), 'isFinite');
        const exponent = k.shr(k.bitcast('i32', most), MANTISSA);
        const scale = b.let(k.max(k.min(exponent, MOST), LEAST), 'scale');
        const power = (x: Expr): Expr => k.bitcast('f32', k.shl(x, MANTISSA));
        const inverse = b.let(power(k.sub(lift(LEAST + MOST, 'i32'), scale)), 'inverse');
        b.if(k.eq(lane, 0), () => {
          b.put(scales, item, k.bitcast('u32', power(scale)));
          b.if(k.not(isFinite), () => fail(b, status, p[CHECK_PARAM], k.bitcast('u32', p.code), []));
        });
        over(p.width, (row, column) =>
          b.if(
            k.lt(column, p.n),
            () => {
              const value = scaled(a.get(row, column), inverse);
              w.set(row, column, settled(b, v.select(isFinite, value, realValue(element, 0))));
            },
            () => {
              const isOne = k.eq(column, k.add(row, p.n));
              w.set(row, column, settled(b, realValue(element, k.convert('f32', isOne))));
            },
          ),
        );
      }),
  );
}

/** Invocations of a workgroup that sums the squares of a row. */
const LENGTH_GROUP = 64;

/** The kernel that writes the lengths of the rows of `count` matrices. A workgroup takes a row. */
export function buildRowLengths(element: MatrixElement): GridKernel {
  return gridKernel(
    `row lengths ${element}`,
    LENGTH_GROUP,
    { work: 'read', lengths: 'write' },
    { count: 'i32', n: 'i32', ...placeParams('w') },
    (b, { work, lengths }, p) =>
      seated(b, { lanes: LENGTH_GROUP, teams: 1 }, k.mul(p.count, p.n), ({ lane, item }) => {
        const matrix = b.let(k.idiv(item, p.n), 'matrix');
        const row = b.let(k.sub(item, k.mul(matrix, p.n)), 'row');
        const w = matrixIn(b, work, element, p, 'w', matrix);
        const sum = b.let(k.const('f32', 0), 'sum');
        b.for(lane, p.n, LENGTH_GROUP, (column) => b.bump(sum, square(w.get(row, column))));
        const sums = b.shared('f32', LENGTH_GROUP, 'sums');
        b.put(sums, lane, sum);
        for (let step = LENGTH_GROUP / 2; step > 0; step /= 2) {
          b.barrier();
          b.if(k.lt(lane, step), () => b.put(sums, lane, k.add(at(sums, lane), at(sums, k.add(lane, step)))));
        }
        b.if(k.eq(lane, 0), () => b.put(lengths, item, k.bitcast('u32', k.sqrt(at(sums, 0)))));
      }),
  );
}

/** Invocations of a workgroup of the kernels whose invocations have nothing to do with each other. */
export const SPECTRUM_GROUP = 64;

/** What is ordered, and how. */
export interface Ranking {
  readonly element: MatrixElement;
  readonly order: 'falling' | 'rising';
}

/**
 * The kernel that orders n real numbers of each of `count` matrices: it writes them, times the matrix's scale, and the places that they come
 * from. An invocation finds the place of one, by counting those that come before it.
 */
export function buildRanking({ element, order }: Ranking): GridKernel {
  return gridKernel(
    `rank ${order} ${element}`,
    SPECTRUM_GROUP,
    { keys: 'read', scales: 'read', values: 'write', places: 'write' },
    { count: 'i32', n: 'i32', ...placeParams('k') },
    (b, { keys, scales, values, places }, p) =>
      b.if(k.lt(b.invocation, k.mul(p.count, p.n)), () => {
        const matrix = b.let(k.idiv(b.invocation, p.n), 'matrix');
        const own = b.let(k.sub(b.invocation, k.mul(matrix, p.n)), 'own');
        const start = startOf(b, p, 'k', matrix);
        const keyAt = (i: Expr): Expr => {
          const index = k.add(start, k.mul(i, (p as Readonly<Record<string, Expr>>)['kRow']));
          return b.let(v.re(loadElement(keys, element, element, index)), 'key');
        };
        const key = keyAt(own);
        const rank = b.let(k.const('i32', 0), 'rank');
        b.for(0, p.n, 1, (i) => {
          const other = keyAt(i);
          const isBefore = order === 'falling' ? k.gt(other, key) : k.lt(other, key);
          const isFirst = k.or(isBefore, k.and(k.eq(other, key), k.lt(i, own)));
          b.bump(rank, k.convert('i32', isFirst));
        });
        const index = b.let(k.add(k.mul(matrix, p.n), rank), 'index');
        const scale = k.bitcast('f32', at(scales, matrix));
        b.put(values, index, k.bitcast('u32', k.mul(key, scale)));
        b.put(places, index, k.bitcast('u32', own));
      }),
  );
}

/** What is done to the rows of matrices that are copied. */
export interface RowCopy {
  readonly element: MatrixElement;
  readonly conjugate: boolean;
  /** Whether they come from the places that a ranking gave. */
  readonly ordered: boolean;
  /** Whether they take the signs of the elements of a diagonal. */
  readonly signed: boolean;
}

/** The kernel that copies the elements of `count` matrices of n rows and columns. */
export function buildRowCopy({ element, conjugate, ordered, signed }: RowCopy): GridKernel {
  const buffers = {
    from: 'read' as const,
    to: 'write' as const,
    ...(ordered && { places: 'read' as const }),
    ...(signed && { diagonal: 'read' as const }),
  };
  return gridKernel(
    `rows${ordered ? ' ordered' : ''}${signed ? ' signed' : ''}${conjugate ? ' conjugate' : ''} ${element}`,
    SPECTRUM_GROUP,
    buffers,
    { count: 'i32', n: 'i32', ...placeParams('f', 't', ...(signed ? ['d'] : [])) },
    (b: GridBody, named: Readonly<Record<string, BufferArray>>, p) => {
      const size = b.let(k.mul(p.n, p.n), 'size');
      b.if(k.lt(b.invocation, k.mul(p.count, size)), () => {
        const matrix = b.let(k.idiv(b.invocation, size), 'matrix');
        const among = b.let(k.sub(b.invocation, k.mul(matrix, size)), 'among');
        const row = b.let(k.idiv(among, p.n), 'row');
        const column = b.let(k.sub(among, k.mul(row, p.n)), 'column');
        const source = ordered
          ? b.let(k.bitcast('i32', at(named['places'], k.add(k.mul(matrix, p.n), row))), 'source')
          : row;
        const value = matrixIn(b, named['from'], element, p, 'f', matrix).get(source, column);
        const own = conjugate ? settled(b, v.conj(value)) : value;
        const to = matrixIn(b, named['to'], element, p, 't', matrix);
        if (!signed) return to.set(row, column, own);
        const sign = v.re(matrixIn(b, named['diagonal'], element, p, 'd', matrix).get(row, row));
        to.set(row, column, settled(b, scaled(own, k.copysign(k.const('f32', 1), sign))));
      });
    },
  );
}
