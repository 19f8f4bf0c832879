/**
 * Packing: blocks of a matrix of any strides become panels, in which a tile finds the elements it needs next to each other.
 * A panel holds, for each depth, the values of `width` lines (rows of the left matrix, columns of the right one), and
 * zeros for lines beyond the matrix's edge.
 */
import { func, k } from '../build.ts';
import type { Body } from '../build.ts';
import type { Expr, KernelFunction, Local } from '../ir.ts';
import type { Ring } from './ring.ts';
import { readElement } from './ring.ts';
import { TILE_ROWS, tileColumns } from './tile.ts';

/** What elements are packed as: the parts of another element, made of their own. */
export type Change = (parts: readonly Expr[]) => readonly Expr[];

/** Where the parts of an element go: each value of a panel, by its row in the panel and its place there. */
interface Placement {
  /** Lines of elements in a panel. */
  readonly lines: number;
  /** Values in a row of the panel. */
  readonly width: number;
  /** Rows of the panel for one depth of elements. */
  readonly rows: number;
  readonly change?: Change;
  place(line: number, parts: readonly Expr[]): { row: number; at: number; value: Expr }[];
}

function leftPlacement(ring: Ring): Placement {
  return {
    lines: TILE_ROWS,
    width: TILE_ROWS,
    rows: ring.parts,
    place: (line, parts) => parts.map((value, row) => ({ row, at: line, value })),
  };
}

function rightPlacement(ring: Ring): Placement {
  const width = tileColumns(ring);
  if (ring.parts === 1) {
    return { lines: width, width, rows: 1, place: (at, [value]) => [{ row: 0, at, value }] };
  }
  return {
    lines: width / 2,
    width,
    rows: 2,
    place: (line, [re, im]) => [
      { row: 0, at: 2 * line, value: re },
      { row: 0, at: 2 * line + 1, value: im },
      { row: 1, at: 2 * line, value: k.neg(im) },
      { row: 1, at: 2 * line + 1, value: re },
    ],
  };
}

/** Copies a fixed number of adjacent bytes. */
function copyBytes(b: Body, to: Expr, from: Expr, bytes: number): void {
  const widths = [
    [16, 'i64x2'],
    [8, 'i64'],
    [4, 'i32'],
    [2, 'i16'],
    [1, 'i8'],
  ] as const;
  for (let at = 0; at < bytes;) {
    const [width, type] = widths.find(([w]) => w <= bytes - at)!;
    b.store(to, k.load(type, from, at), at);
    at += width;
  }
}

/** The element at an address, as it is packed. */
function packedElement(b: Body, ring: Ring, { change = (parts) => parts }: Placement, at: Expr): Expr[] {
  return change(readElement(ring, at)).map((part) => b.let(part));
}

interface Panel {
  readonly to: Local;
  readonly from: Expr;
  readonly depth: Expr;
  readonly lineStride: Expr;
  readonly depthStride: Expr;
}

/** Packs a panel element by element. */
function packElements(
  b: Body,
  ring: Ring,
  placement: Placement,
  { to, from, depth, lineStride, depthStride }: Panel,
): void {
  const start = b.let(from, 'start');
  b.for(0, depth, 1, () => {
    const at = b.let(start, 'at');
    for (let line = 0; line < placement.lines; line++) {
      if (line > 0) b.bump(at, lineStride);
      const parts = packedElement(b, ring, placement, at);
      for (const { row, at: place, value } of placement.place(line, parts)) {
        b.store(to, value, (row * placement.width + place) * ring.size);
      }
    }
    b.bump(start, depthStride);
    b.bump(to, placement.rows * placement.width * ring.size);
  });
}

/** Packs a panel whose lines are adjacent in memory. */
function packAdjacent(
  b: Body,
  ring: Ring,
  placement: Placement,
  { to, from, depth, depthStride }: Panel,
): void {
  const bytes = placement.width * ring.size;
  const start = b.let(from, 'start');
  b.for(0, depth, 1, () => {
    copyBytes(b, to, start, bytes);
    b.bump(start, depthStride);
    b.bump(to, bytes);
  });
}

/** Packs the last panel, which has fewer lines. */
function packEdge(b: Body, ring: Ring, placement: Placement, panel: Panel, lines: Expr): void {
  const { to, from, depth, lineStride, depthStride } = panel;
  const start = b.let(from, 'start');
  const bytes = placement.rows * placement.width * ring.size;
  b.for(0, depth, 1, () => {
    b.fill(to, 0, bytes);
    const at = b.let(start, 'at');
    for (let line = 0; line < placement.lines - 1; line++) {
      b.if(k.gt(lines, line), () => {
        const parts = packedElement(b, ring, placement, at);
        for (const { row, at: place, value } of placement.place(line, parts)) {
          b.store(to, value, (row * placement.width + place) * ring.size);
        }
        b.bump(at, lineStride);
      });
    }
    b.bump(start, depthStride);
    b.bump(to, bytes);
  });
}

/** `pack(to, from, lines, depth, lineStride, depthStride)`: all panels of a block, one after the other. */
function packer(name: string, ring: Ring, placement: Placement): KernelFunction {
  const params = {
    to: 'i32',
    from: 'i32',
    lines: 'i32',
    depth: 'i32',
    lineStride: 'i32',
    depthStride: 'i32',
  } as const;
  return func(name, params, undefined, (b, { to, from, lines, depth, lineStride, depthStride }) => {
    const panel: Panel = { to, from, depth, lineStride, depthStride };
    const next = () => {
      b.bump(from, k.mul(lineStride, placement.lines));
      b.bump(lines, -placement.lines);
    };
    const whole = k.ge(lines, placement.lines);
    const loop = (pack: () => void) => b.while(whole, () => (pack(), next()));
    const elements = () => loop(() => packElements(b, ring, placement, panel));
    if (ring.direct && !placement.change) {
      b.if(k.eq(lineStride, ring.size), () => loop(() => packAdjacent(b, ring, placement, panel)), elements);
    } else elements();
    b.if(k.gt(lines, 0), () => packEdge(b, ring, placement, panel, lines));
  });
}

/** Packs rows of the left matrix: `lineStride` goes down a column, `depthStride` along a row. */
export const packLeft = (ring: Ring, change?: Change): KernelFunction =>
  packer('packLeft', ring, { ...leftPlacement(ring), change });

/** Packs columns of the right matrix: `lineStride` goes along a row, `depthStride` down a column. */
export const packRight = (ring: Ring, change?: Change): KernelFunction =>
  packer('packRight', ring, { ...rightPlacement(ring), change });
