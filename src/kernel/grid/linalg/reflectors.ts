/**
 * Several reflections as one: H_0 H_1 ... = I - V T V^H with an upper triangular T, which takes matrix products to apply.
 * Source: R. Schreiber, C. Van Loan, A storage-efficient WY representation for products of Householder transformations, 1989.
 */
import { k } from '../../build.ts';
import type { Expr, Local } from '../../ir.ts';
import { partsOf, v, valueOf } from '../../value.ts';
import { gridKernel } from '../build.ts';
import type { GridKernel } from '../build.ts';
import { storeElement } from '../element.ts';
import type { MatrixElement, Params } from './matrix.ts';
import { BLOCK, Held, matrixIn, overBlock, placeParams, realValue, seated, settled } from './matrix.ts';

const TEAMS = { lanes: 256, teams: 1 } as const;
const SIZE = BLOCK * BLOCK;

/**
 * The kernel that computes T for blocks of `BLOCK` reflections each, `panels` of each of `count` matrices of so many rows, of `number`
 * reflections. A block's T takes `BLOCK` rows and columns. Blocks begin on the diagonal, `panelStep` from one to the next.
 *
 * T is made of V^H V, which is summed first, piece by piece of V: its columns from left to right. In the workgroup's memory V^H V lies
 * above the diagonal, and T transposed on and below it, so that nobody writes what another lane reads.
 */
export function buildBlockReflectors(element: MatrixElement): GridKernel {
  const params = {
    count: 'i32',
    panels: 'i32',
    rows: 'i32',
    number: 'i32',
    panelStep: 'i32',
    ...placeParams('v', 't'),
  } as const;
  return gridKernel(
    `reflectors ${element}`,
    TEAMS.lanes,
    { reflectors: 'read', taus: 'read', blocks: 'write' },
    params,
    (b, { reflectors, taus, blocks }, p) =>
      seated(b, TEAMS, k.mul(p.count, p.panels), ({ lane, item }) => {
        const matrix = b.let(k.idiv(item, p.panels), 'matrix');
        const panel = b.let(k.sub(item, k.mul(matrix, p.panels)), 'panel');
        const first = b.let(k.mul(panel, BLOCK), 'first');
        const rows = b.let(k.sub(p.rows, first), 'rows');
        const columns = b.let(k.min(k.sub(p.number, first), BLOCK), 'columns');
        const places: Params = p;
        const vStart = b.let(k.add(places['vStart'], k.mul(panel, p.panelStep)), 'start');
        const vectors = matrixIn(b, reflectors, element, { ...places, vStart }, 'v', matrix);
        const tauOf = matrixIn(b, taus, element, places, 't', matrix);
        const piece = new Held(b, element, SIZE, 'piece').matrix(k.const('i32', 0), BLOCK);
        const all = new Held(b, element, SIZE, 'all').matrix(k.const('i32', 0), BLOCK);
        const overAll = (body: (row: Expr, column: Expr) => void): void =>
          overBlock(b, TEAMS, lane, [BLOCK, BLOCK], body);
        const nought = realValue(element, 0);
        overAll((row, column) => all.set(row, column, nought));
        b.for(0, rows, BLOCK, (from) => {
          overAll((row, column) => {
            const r = b.let(k.add(from, row), 'r');
            const value = settled(b, realValue(element, k.convert('f32', k.eq(r, column))));
            const isBelow = k.and(k.gt(r, column), k.and(k.lt(r, rows), k.lt(column, columns)));
            b.if(isBelow, () => {
              const parts = partsOf(vectors.get(r, column));
              partsOf(value).forEach((part, i) => b.set(part as Local, parts[i]));
            });
            piece.set(row, column, value);
          });
          b.barrier();
          overAll((i, j) =>
            b.if(k.lt(i, j), () => {
              const sum = partsOf(all.get(i, j)) as readonly Local[];
              b.for(0, BLOCK, 1, (r) => {
                const product = v.mul(v.conj(piece.get(r, i)), piece.get(r, j));
                partsOf(product).forEach((part, at) => b.bump(sum[at], part));
              });
              all.set(i, j, valueOf(sum));
            }),
          );
          b.barrier();
        });
        b.for(0, columns, 1, (j) => {
          const tau = tauOf.get(b.let(k.add(first, j), 'at'), k.const('i32', 0));
          b.if(k.eq(lane, 0), () => all.set(j, j, tau));
          b.if(k.lt(lane, j), () => {
            const sum = partsOf(settled(b, nought, 'sum')) as readonly Local[];
            b.for(lane, j, 1, (i) => {
              const parts = partsOf(v.mul(all.get(i, lane), all.get(i, j)));
              parts.forEach((part, at) => b.bump(sum[at], part));
            });
            const value = valueOf(sum);
            all.set(j, lane, v.neg(v.mul(tau, value)));
          });
          b.barrier();
        });
        overAll((row, column) => {
          const isSet = k.and(k.le(row, column), k.lt(column, columns));
          const value = v.select(isSet, all.get(column, row), nought);
          const index = b.let(k.add(k.mul(item, SIZE), k.add(k.mul(row, BLOCK), column)), 'index');
          storeElement(b, blocks, element, element, index, value);
        });
      }),
  );
}
