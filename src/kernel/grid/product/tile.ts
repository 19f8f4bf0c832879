/** Matrix products by tiles: each workgroup computes one of the result. */
import { k } from '../../build.ts';
import { at, gridKernel } from '../build.ts';
import type { GridBody, GridKernel } from '../build.ts';
import type { BufferArray } from '../ir.ts';
import type { Expr, Local } from '../../ir.ts';
import type { GridRing, MatrixParams } from './ring.ts';
import { fromNumber, integers, loadNumber, matrixOf, stackParams } from './ring.ts';
import type { ProductEnd } from './results.ts';
import { endBuffers, endParams, writeEnd, writtenTogether } from './results.ts';
import { multiplyTile } from './multiply.ts';
import type { Lines, Reading } from './source.ts';
import { loadFour } from './source.ts';
import type { TileJob, TileShape } from './tiles.ts';
import { invocationsOf } from './tiles.ts';

export interface TileProduct {
  readonly ring: GridRing;
  readonly tile: TileShape;
  readonly left: Reading;
  readonly right: Reading;
  /** Axes of the stack. */
  readonly rank: number;
  /** Whether the depth is split among workgroups, which write partial sums one after the other. */
  readonly split: boolean;
  readonly end: ProductEnd;
}

/** Tile rows that neighbouring workgroups share, so that what they read of the operands is still in the cache. */
const BAND = 8;

/**
 * The kernel of a product by tiles. Its buffers: a, b, and the end's. Its parameters: groups, m, n, k, matrices in the stack, tiles
 * down and across, how many parts the depth is split into and how deep each is, where the operands are (`stackParams`), and the
 * end's. The depth is counted in numbers of the ring.
 */
export function buildTileProduct(product: TileProduct): GridKernel {
  const { ring, tile, left, right, rank, split, end } = product;
  const { rows, columns, staged } = tile;
  const name = `product ${rows}x${columns}${staged ? '' : ' direct'}${split ? ' split' : ''} ${ring.element}${end.key && ` ${end.key}`}`;
  return gridKernel(
    name,
    invocationsOf(tile),
    { a: operandBuffer(left), b: operandBuffer(right), ...endBuffers(end) },
    {
      ...integers('groups', 'm', 'n', 'k', 'matrices', 'down', 'across', 'splits', 'chunk'),
      ...stackParams(rank),
      ...endParams(end),
    },
    (b, arrays, p: Readonly<Record<string, Local>>) =>
      b.if(k.lt(b.group, p['groups']), () => {
        const { row, column, part, matrix } = tileOf(b, tile, p);
        const from = b.let(k.mul(part, p['chunk']), 'from');
        const to = b.let(k.min(k.add(from, p['chunk']), p['k']), 'to');
        const [a, c] = ['a', 'b'].map((which) => matrixOf(b, which, matrix, rank, p));
        const first = b.let(k.mul(k.add(k.mul(part, p['matrices']), matrix), k.mul(p['m'], p['n'])), 'first');
        const write: TileJob['write'] = (line, values) => {
          const i = b.let(k.add(row, line.row), 'i');
          const j = b.let(toElements(ring, k.add(column, line.column)), 'j');
          b.if(k.and(k.lt(i, p['m']), k.lt(j, p['n'])), () => {
            const index = b.let(k.add(first, k.add(k.mul(i, p['n']), j)), 'index');
            const products = values().map((sum) => (split ? sum : fromNumber(ring, sum)));
            writeEnd(b, end, arrays, p, index, j, products);
          });
        };
        multiplyTile(b, {
          ...{ ring, tile, from, to, write, together: writtenTogether(end) },
          operands: [
            { reading: left, lines: leftLines(b, ring, arrays['a'], a, row, p['m']) },
            { reading: right, lines: rightLines(b, ring, arrays['b'], c, column, p['n']) },
          ],
        });
      }),
  );
}

const operandBuffer = (reading: Reading): 'read' | { access: 'read'; type: 'u32x4' } =>
  reading.endsWith('4') ? { access: 'read', type: 'u32x4' } : 'read';

type Params = Readonly<Record<string, Expr>>;

/** Columns as the ring counts them: complex numbers have two. */
const toElements = ({ parts }: GridRing, column: Expr): Expr => (parts === 2 ? k.shr(column, 1) : column);

/** Which tile the workgroup computes: where it begins in its matrix, of which part of the depth. */
function tileOf(
  b: GridBody,
  { rows, columns }: TileShape,
  p: Params,
): { readonly row: Expr; readonly column: Expr; readonly part: Expr; readonly matrix: Expr } {
  const quotient = (x: Expr, y: Expr): Expr => b.let(k.idiv(x, y), 'quotient');
  const remainder = (x: Expr, y: Expr, q: Expr): Expr => b.let(k.sub(x, k.mul(q, y)), 'rest');
  const tiles = b.let(k.mul(p['down'], p['across']), 'tiles');
  const whole = quotient(b.group, tiles);
  const tile = remainder(b.group, tiles, whole);
  const matrix = quotient(whole, p['splits']);
  const part = remainder(whole, p['splits'], matrix);
  const bandSize = b.let(k.mul(p['across'], BAND), 'bandSize');
  const band = quotient(tile, bandSize);
  const inBand = remainder(tile, bandSize, band);
  const height = b.let(k.min(k.sub(p['down'], k.mul(band, BAND)), BAND), 'height');
  const across = quotient(inBand, height);
  const down = k.add(k.mul(band, BAND), remainder(inBand, height, across));
  return {
    row: b.let(k.mul(down, rows), 'row'),
    column: b.let(k.mul(across, columns), 'column'),
    part,
    matrix,
  };
}

/** The rows of the left operand; a complex element counts as two numbers along the depth, re and im. */
function leftLines(
  b: GridBody,
  ring: GridRing,
  buffer: BufferArray,
  { start, row, column }: MatrixParams,
  first: Expr,
  m: Expr,
): Lines {
  const lineStart = (line: Expr): Expr => b.let(k.add(start, k.mul(k.add(first, line), row)), 'start');
  return {
    count: b.let(k.sub(m, first), 'count'),
    line: (line) => {
      const origin = lineStart(line);
      if (ring.parts === 1)
        return (depth) => loadNumber(ring, buffer, k.add(origin, k.mul(depth, column))) as Expr;
      return (depth) => wordAt(buffer, k.add(origin, k.mul(k.shr(depth, 1), column)), k.and(depth, 1));
    },
    four: (line) => {
      const origin = lineStart(line);
      return (depth) => loadFour(ring, buffer, k.add(origin, k.mul(depth, column)));
    },
  };
}

/** The columns of the right operand; a complex element counts as the numbers [[re, im], [-im, re]]. */
function rightLines(
  b: GridBody,
  ring: GridRing,
  buffer: BufferArray,
  { start, row, column }: MatrixParams,
  first: Expr,
  n: Expr,
): Lines {
  const lineStart = (line: Expr): Expr =>
    b.let(k.add(start, k.mul(toElements(ring, k.add(first, line)), column)), 'start');
  return {
    count: b.let(k.sub(ring.parts === 2 ? k.mul(n, 2) : n, first), 'count'),
    line: (line) => {
      const origin = lineStart(line);
      if (ring.parts === 1)
        return (depth) => loadNumber(ring, buffer, k.add(origin, k.mul(depth, row))) as Expr;
      const part = b.let(k.and(line, 1), 'part');
      return (depth) => {
        const own = k.and(depth, 1);
        const word = wordAt(buffer, k.add(origin, k.mul(k.shr(depth, 1), row)), k.xor(own, part));
        return k.select(k.gt(own, part), k.neg(word), word);
      };
    },
    four: (line) => {
      const origin = lineStart(line);
      return (depth) => loadFour(ring, buffer, k.add(origin, k.mul(depth, row)));
    },
  };
}

/** A part of a complex number. */
const wordAt = (buffer: BufferArray, index: Expr, part: Expr): Expr =>
  k.bitcast('f32', at(buffer, k.add(k.mul(index, 2), part)));
