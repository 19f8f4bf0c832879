/**
 * Packing of matrices whose elements lie at `line offset + depth offset`, both from tables: panels as those of product/pack.ts.
 * Where lines or steps in depth lie side by side, whole vectors move.
 */
import { func, k } from '../build.ts';
import type { Body } from '../build.ts';
import type { Expr, KernelFunction, Local } from '../ir.ts';
import { interleave } from '../lanes.ts';
import type { Ring } from '../product/ring.ts';
import { zero } from '../product/ring.ts';

const OFFSET = 4;

/** The panel that is being packed. */
interface Panel {
  readonly to: Local;
  readonly from: Local;
  readonly depthOffsets: Local;
  readonly depth: Local;
}

/** Whether places follow each other without a gap. */
export function consecutive(offsets: readonly Expr[], size: number): Expr {
  return offsets
    .slice(1)
    .map((offset, i) => k.eq(offset, k.add(offsets[0], (i + 1) * size)))
    .reduce((all, one) => k.and(all, one));
}

/** The offsets at the front of a table, as locals. */
export function readOffsets(b: Body, table: Expr, count: number): Local[] {
  return Array.from({ length: count }, (_, i) => b.let(k.load('i32', table, i * OFFSET), 'offset'));
}

/** The columns of a square of lanes as its rows. */
function transposed(ring: Ring, rows: readonly Expr[]): readonly Expr[] {
  if (ring.lanes === 2) return interleave([rows[0]], [rows[1]], 8, 2);
  const [low, high] = interleave([rows[0]], [rows[1]], 4, 4);
  const [lowNext, highNext] = interleave([rows[2]], [rows[3]], 4, 4);
  return [...interleave([low], [lowNext], 8, 2), ...interleave([high], [highNext], 8, 2)];
}

/** Packs a panel whose lines are adjacent in memory. */
function packAdjacent(b: Body, ring: Ring, width: number, first: Expr, panel: Panel): void {
  const { to, from, depthOffsets, depth } = panel;
  const start = b.let(k.add(from, first), 'start');
  const table = b.let(depthOffsets, 'table');
  b.for(0, depth, 1, () => {
    const at = b.let(k.add(start, k.load('i32', table)), 'at');
    for (let byte = 0; byte < width * ring.size; byte += 16) {
      b.store(to, k.load(ring.vector, at, byte), byte);
    }
    b.bump(to, width * ring.size);
    b.bump(table, OFFSET);
  });
}

/** Packs a panel of scattered lines: squares of lanes where the depth runs through memory, else single elements. */
function packScattered(b: Body, ring: Ring, offsets: readonly Local[], panel: Panel): void {
  const { from, to, depthOffsets, depth } = panel;
  const { lanes, size } = ring;
  const width = offsets.length;
  const rowBytes = width * size;
  const table = b.let(depthOffsets, 'table');
  const left = b.let(depth, 'left');
  const lines = offsets.map((offset) => b.let(k.add(from, offset), 'line'));
  const square = (): void => {
    const along = b.let(k.load('i32', table), 'along');
    for (let line = 0; line < width; line += lanes) {
      const rows = lines.slice(line, line + lanes);
      const vectors = rows.map((at) => b.let(k.load(ring.vector, k.add(at, along)), 'row'));
      transposed(ring, vectors).forEach((column, d) => b.store(to, column, d * rowBytes + line * size));
    }
    b.bump(to, lanes * rowBytes);
    b.bump(table, lanes * OFFSET);
    b.bump(left, -lanes);
  };
  const single = (): void => {
    const along = b.let(k.load('i32', table), 'along');
    lines.forEach((at, line) => b.store(to, k.load(ring.type, k.add(at, along)), line * size));
    b.bump(to, rowBytes);
    b.bump(table, OFFSET);
    b.bump(left, -1);
  };
  b.while(k.gt(left, 0), () => {
    b.if(
      k.ge(left, lanes),
      () => b.if(consecutive(readOffsets(b, table, lanes), size), square, single),
      single,
    );
  });
}

/** Packs the last panel, which has fewer lines: zeros stand for the others. */
function packEdge(b: Body, ring: Ring, width: number, table: Expr, lines: Expr, panel: Panel): void {
  const { to, from, depthOffsets, depth } = panel;
  b.for(0, depth, 1, () => {
    const start = b.let(k.add(from, k.load('i32', depthOffsets)), 'start');
    for (let byte = 0; byte < width * ring.size; byte += 16) b.store(to, zero(ring.vector), byte);
    const [line, place] = [b.let(table, 'line'), b.let(to, 'place')];
    b.for(0, lines, 1, () => {
      b.store(place, k.load(ring.type, k.add(start, k.load('i32', line))));
      b.bump(line, OFFSET);
      b.bump(place, ring.size);
    });
    b.bump(to, width * ring.size);
    b.bump(depthOffsets, OFFSET);
  });
}

/**
 * `pack(to, from, lineOffsets, lines, depthOffsets, depth)`: all panels of a block, one after the other.
 *
 * @param width - lines of a panel, a multiple of the ring's lanes
 */
export function tablePacker(name: string, ring: Ring, width: number): KernelFunction {
  const params = {
    to: 'i32',
    from: 'i32',
    lineOffsets: 'i32',
    lines: 'i32',
    depthOffsets: 'i32',
    depth: 'i32',
  } as const;
  return func(name, params, undefined, (b, { to, from, lineOffsets, lines, depthOffsets, depth }) => {
    const panel: Panel = { to, from, depthOffsets, depth };
    b.while(k.ge(lines, width), () => {
      const offsets = readOffsets(b, lineOffsets, width);
      b.if(
        consecutive(offsets, ring.size),
        () => packAdjacent(b, ring, width, offsets[0], panel),
        () => packScattered(b, ring, offsets, panel),
      );
      b.bump(lineOffsets, width * OFFSET);
      b.bump(lines, -width);
    });
    b.if(k.gt(lines, 0), () => packEdge(b, ring, width, lineOffsets, lines, panel));
  });
}
