/**
 * Convolutions and their adjoints on a grid, as products whose right operand is gathered from images while it is loaded: no array of
 * unfolded windows is made. An element of the right operand, depth l by column j, is the image's at the place
 * `origin + j * columnStep + l * depthStep` of every axis, and 0 outside; so its place in memory is a sum of what j and l contribute, and
 * these contributions are kept in tables in workgroup memory: one for the columns of the tile, and one for each step of the depth.
 */
import { k } from '../build.ts';
import type { ElementType } from '../element.ts';
import { at, gridKernel } from '../grid.ts';
import type { GridBody, GridKernel } from '../grid.ts';
import { loadElement } from '../grid_element.ts';
import type { BufferArray, LocalArray } from '../grid_ir.ts';
import type { Expr, Local } from '../ir.ts';
import { accumulators, multiplyTiles, tileSize, vectorOf4 } from './conv_tile.ts';
import type { Accumulators, ConvTile } from './conv_tile.ts';
import { coordinates, integers, sumOf } from './window.ts';
import type { Params } from './window.ts';

/** What a kernel is made for; all lengths and strides are parameters. */
export interface GridConv {
  /** Spatial axes, 1 to 3. */
  readonly axes: number;
  readonly tile: ConvTile;
  readonly left: ElementType;
  readonly image: ElementType;
  /** What neighbouring invocations load of the image: the index that memory follows. */
  readonly along: 'columns' | 'depth';
  /** For each axis, whether windows reach beyond the image. */
  readonly reaching: readonly boolean[];
  /** The type of a number for each row that is added. */
  readonly bias: ElementType | null;
  /** Whether there are several patterns of windows, whose numbers are in a buffer. */
  readonly patterned: boolean;
}

/** Numbers of a pattern for each axis; strides are applied to the starts. */
export const PATTERN = ['columns', 'depth', 'origin', 'cStart', 'aStart'] as const;

/** Parameters for the whole, and for each axis: lengths, and strides in elements. */
const WHOLE = [
  ...['total', 'tilesDown', 'tilesAcross', 'groups', 'splits', 'splitDepth'],
  ...['rows', 'columnOuter', 'depthOuter'],
  ...['aOffset', 'aRow', 'aOuter', 'aGroup', 'imageOffset', 'imageColumn', 'imageDepth', 'imageGroup'],
  ...['cRow', 'cOuter', 'cGroup', 'cSplit'],
] as const;
const AXIS = ['length', 'image', 'columnStep', 'depthStep', 'c', 'a'] as const;
const BIAS = ['biasOffset', 'biasStride'] as const;

/** The names of a kernel's parameters in order; those of an axis end with its number. */
function paramsOf({ axes, patterned, bias }: GridConv): Record<string, 'i32'> {
  const ofAxis = patterned ? AXIS : [...AXIS, ...PATTERN];
  const names = [...WHOLE, ...(bias ? BIAS : [])] as string[];
  for (let d = 0; d < axes; d++) names.push(...ofAxis.map((name) => `${name}${d}`));
  return integers(...names);
}

/** A place that lies outside every image, also when a place of a window is added to it. */
const FAR = 2 ** 29;

/** What an invocation knows of its workgroup's part of the product. */
interface Work {
  readonly spec: GridConv;
  readonly p: Params;
  readonly group: Local;
  readonly split: Local;
  readonly firstRow: Local;
  readonly firstColumn: Local;
  readonly columns: Local;
  readonly depthEnd: Local;
  /** For each axis the numbers of the pattern. */
  readonly pattern: readonly Readonly<Record<(typeof PATTERN)[number], Expr>>[];
}

/** The tables in workgroup memory: of columns four at a time, of depth one by one. */
interface Tables {
  readonly columnImage: LocalArray;
  readonly columnPlaces: readonly LocalArray[];
  readonly columnResult: LocalArray;
  readonly depthImage: LocalArray;
  readonly depthPlaces: readonly LocalArray[];
  readonly depthLeft: LocalArray;
}

/**
 * For each group, c[i, j] = sum over l of a[i, l] image[l, j] (+ bias[i]), or the parts of that sum that each of `splits` has.
 *
 * Buffers: a, image, c (float32), bias if there is one, the numbers of the patterns if there are several.
 */
export function buildGridConv(spec: GridConv): GridKernel {
  const buffers: Record<string, BufferArray['access']> = { a: 'read', image: 'read', c: 'write' };
  if (spec.bias) buffers['bias'] = 'read';
  if (spec.patterned) buffers['patterns'] = 'read';
  return gridKernel('convolution', tileSize(spec.tile), buffers, paramsOf(spec), (b, arrays, p) => {
    b.if(k.lt(b.group, p['total']), () => {
      const work = workOf(b, spec, arrays, p);
      b.if(k.lt(work.firstColumn, work.columns), () => multiply(b, work, arrays));
    });
  });
}

function workOf(b: GridBody, spec: GridConv, arrays: Readonly<Record<string, BufferArray>>, p: Params): Work {
  const parts = ['splits', 'groups', 'tilesAcross', 'tilesDown'].map((name) => p[name]);
  const [number, split, group, across, down] = coordinates(b, b.group, parts);
  const numbers = (d: number) =>
    PATTERN.map((name, i): [string, Expr] => {
      if (!spec.patterned) return [name, p[`${name}${d}`]];
      const place = k.add(k.mul(number, PATTERN.length * spec.axes), d * PATTERN.length + i);
      return [name, b.let(k.bitcast('i32', at(arrays['patterns'], place)), name)];
    });
  const pattern = Array.from(
    { length: spec.axes },
    (_, d) => Object.fromEntries(numbers(d)) as Work['pattern'][0],
  );
  const count = (name: 'columns' | 'depth'): Expr =>
    pattern.reduce(
      (n: Expr, axis) => k.mul(n, axis[name]),
      p[name === 'columns' ? 'columnOuter' : 'depthOuter'],
    );
  const first = k.mul(split, p['splitDepth']);
  return {
    spec,
    p,
    group: group as Local,
    split: split as Local,
    firstRow: b.let(k.mul(down, spec.tile.rows), 'firstRow'),
    firstColumn: b.let(k.mul(across, spec.tile.columns), 'firstColumn'),
    columns: b.let(count('columns'), 'columns'),
    depthEnd: b.let(k.min(count('depth'), k.add(first, p['splitDepth'])), 'depthEnd'),
    pattern,
  };
}

function multiply(b: GridBody, work: Work, arrays: Readonly<Record<string, BufferArray>>): void {
  const { spec, p } = work;
  const { tile } = spec;
  const quads = tile.columns / 4;
  const tables: Tables = {
    columnImage: b.shared('u32x4', quads, 'columnImage'),
    columnPlaces: work.pattern.map(() => b.shared('u32x4', quads, 'columnPlace')),
    columnResult: b.shared('u32x4', quads, 'columnResult'),
    depthImage: b.shared('u32', tile.depth, 'depthImage'),
    depthPlaces: work.pattern.map(() => b.shared('u32', tile.depth, 'depthPlace')),
    depthLeft: b.shared('i32', tile.depth, 'depthLeft'),
  };
  const left = b.shared('f32x4', tile.depth * (tile.rows / 4 + 1), 'left');
  const right = b.shared('f32x4', tile.depth * (quads + 1), 'right');
  const step = b.let(k.mul(work.split, p['splitDepth']), 'step');
  writeColumns(b, work, tables);
  writeDepth(b, work, tables, step);
  const sums = accumulators(b, tile);
  b.barrier();
  const loadImage = imageLoader(b, work, tables, arrays['image'], right);
  b.while(k.lt(step, work.depthEnd), () => {
    loadLeft(b, work, tables, arrays['a'], left, step);
    loadImage();
    b.barrier();
    b.bump(step, tile.depth);
    // The loads are done with the table, and the product does not need it.
    writeDepth(b, work, tables, step);
    multiplyTiles(b, tile, left, right, sums);
    b.barrier();
  });
  writeResult(b, work, tables, arrays, sums);
}

/** What each column of the tile contributes to places, in the image and in the result. */
function writeColumns(
  b: GridBody,
  { spec, p, group, firstColumn, columns, pattern }: Work,
  tables: Tables,
): void {
  b.if(k.lt(b.local, spec.tile.columns / 4), () => {
    const base = b.let(k.add(p['imageOffset'], k.mul(group, p['imageGroup'])), 'base');
    const lanes = [0, 1, 2, 3].map((lane) => {
      const j = b.let(k.add(k.add(firstColumn, k.mul(b.local, 4)), lane), 'j');
      const [outer, ...steps] = coordinates(
        b,
        j,
        pattern.map((axis) => axis.columns),
      );
      const places = steps.map((x, d) =>
        b.let(k.add(k.mul(x, p[`columnStep${d}`]), pattern[d].origin), 'place'),
      );
      const image = sumOf([
        base,
        k.mul(outer, p['imageColumn']),
        ...places.map((x, d) => k.mul(x, p[`image${d}`])),
      ]);
      const result = sumOf([
        k.mul(outer, p['cOuter']),
        ...steps.map((x, d) => k.add(k.mul(x, p[`c${d}`]), pattern[d].cStart)),
      ]);
      places[0] = b.let(k.select(k.lt(j, columns), places[0], FAR), 'place');
      return { image: b.let(image, 'image'), result: b.let(result, 'result'), places };
    });
    const put = (table: LocalArray, of: (lane: (typeof lanes)[number]) => Expr): void =>
      b.put(
        table,
        b.local,
        vectorOf4(
          'u32x4',
          lanes.map((lane) => k.bitcast('u32', of(lane))),
        ),
      );
    put(tables.columnImage, (lane) => lane.image);
    put(tables.columnResult, (lane) => lane.result);
    tables.columnPlaces.forEach((table, d) => put(table, (lane) => lane.places[d]));
  });
}

/** What each step of the tile's depth from `start` on contributes to places, in the image and in the left operand. */
function writeDepth(b: GridBody, { spec, p, depthEnd, pattern }: Work, tables: Tables, start: Expr): void {
  b.if(k.lt(b.local, spec.tile.depth), () => {
    const l = b.let(k.add(start, b.local), 'l');
    const [outer, ...steps] = coordinates(
      b,
      l,
      pattern.map((axis) => axis.depth),
    );
    const places = steps.map((x, d) => b.let(k.mul(x, p[`depthStep${d}`]), 'place'));
    const image = sumOf([k.mul(outer, p['imageDepth']), ...places.map((x, d) => k.mul(x, p[`image${d}`]))]);
    const left = sumOf([
      k.mul(outer, p['aOuter']),
      ...steps.map((x, d) => k.add(k.mul(x, p[`a${d}`]), pattern[d].aStart)),
    ]);
    places[0] = b.let(k.select(k.lt(l, depthEnd), places[0], FAR), 'place');
    b.put(tables.depthImage, b.local, k.bitcast('u32', image));
    b.put(tables.depthLeft, b.local, left);
    tables.depthPlaces.forEach((table, d) => b.put(table, b.local, k.bitcast('u32', places[d])));
  });
}

/** Calls `load` for each piece of four elements of a tile that the invocation has to load. */
function eachPiece(b: GridBody, spec: GridConv, pieces: number, load: (piece: Expr) => void): void {
  const size = tileSize(spec.tile);
  for (let first = 0; first < pieces; first += size) {
    const piece = b.let(k.add(b.local, first), 'piece');
    if (first + size <= pieces) load(piece);
    else b.if(k.lt(piece, pieces), () => load(piece));
  }
}

/** Loads the left operand: four rows at one depth; neighbours load the next depth. */
function loadLeft(
  b: GridBody,
  { spec, p, group, firstRow, depthEnd }: Work,
  tables: Tables,
  a: BufferArray,
  left: LocalArray,
  step: Expr,
): void {
  const { tile } = spec;
  const base = b.let(k.add(p['aOffset'], k.mul(group, p['aGroup'])), 'base');
  eachPiece(b, spec, (tile.depth * tile.rows) / 4, (piece) => {
    const depth = b.let(k.and(piece, tile.depth - 1), 'depth');
    const quad = b.let(k.shr(piece, Math.log2(tile.depth)), 'quad');
    const place = b.let(k.add(base, at(tables.depthLeft, depth)), 'place');
    const inside = b.let(k.lt(k.add(step, depth), depthEnd), 'inside');
    const lanes = [0, 1, 2, 3].map((lane) => {
      const row = b.let(k.add(k.add(firstRow, k.mul(quad, 4)), lane), 'row');
      const valid = b.let(k.and(inside, k.lt(row, p['rows'])), 'valid');
      const index = k.select(valid, k.add(place, k.mul(row, p['aRow'])), 0);
      return k.select(valid, loadElement(a, spec.left, 'f32', index) as Expr, 0);
    });
    b.put(left, k.add(k.mul(depth, tile.rows / 4 + 1), quad), vectorOf4('f32x4', lanes));
  });
}

/**
 * Makes what loads the image's tile: four columns at one depth. If memory follows the columns, an invocation keeps to its columns, and
 * what they contribute is read here once.
 */
function imageLoader(
  b: GridBody,
  { spec, p }: Work,
  tables: Tables,
  image: BufferArray,
  right: LocalArray,
): () => void {
  const { tile, along, reaching } = spec;
  const quads = tile.columns / 4;
  const columnsAt = (quad: Expr) => ({
    image: b.let(at(tables.columnImage, quad), 'columnImage'),
    places: tables.columnPlaces.map((table) => b.let(at(table, quad), 'columnPlace')),
  });
  const ownQuad = b.let(k.and(b.local, quads - 1), 'ownQuad');
  const own = along === 'columns' ? columnsAt(ownQuad) : null;
  return () =>
    eachPiece(b, spec, tile.depth * quads, (piece) => {
      const [inner, outer] = own ? [quads, 'depth'] : [tile.depth, 'quad'];
      const high = b.let(k.shr(piece, Math.log2(inner)), outer);
      const [depth, quad] = own ? [high, ownQuad] : [b.let(k.and(piece, inner - 1), 'depth'), high];
      const columns = own ?? columnsAt(quad);
      const valid = columns.places
        .map((place, d) => ({ place, d }))
        .filter(({ d }) => d === 0 || reaching[d])
        .map(({ place, d }) =>
          k.lt(
            k.add(place, k.splat('u32x4', at(tables.depthPlaces[d], depth))),
            k.splat('u32x4', k.bitcast('u32', p[`length${d}`])),
          ),
        )
        .reduce((all, one) => k.and(all, one));
      const mask = b.let(valid, 'valid');
      const offsets = k.add(columns.image, k.splat('u32x4', at(tables.depthImage, depth)));
      const safe = b.let(k.select(mask, offsets, k.splat('u32x4', 0)), 'offsets');
      const lanes = [0, 1, 2, 3].map((lane) => {
        const index = k.bitcast('i32', k.extract(safe, lane));
        return b.let(loadElement(image, spec.image, 'f32', index) as Expr, 'x');
      });
      const values = k.select(mask, vectorOf4('f32x4', lanes), k.splat('f32x4', 0));
      b.put(right, k.add(k.mul(depth, quads + 1), quad), values);
    });
}

/** Writes the sums of the tile, those of columns and rows that there are. */
function writeResult(
  b: GridBody,
  { spec, p, group, split, firstRow, firstColumn, columns }: Work,
  tables: Tables,
  arrays: Readonly<Record<string, BufferArray>>,
  sums: Accumulators,
): void {
  const base = b.let(k.add(k.mul(split, p['cSplit']), k.mul(group, p['cGroup'])), 'base');
  sums.eachRow(b, (inTile, ofRow) => {
    const row = b.let(k.add(firstRow, inTile), 'row');
    b.if(k.lt(row, p['rows']), () => {
      const start = b.let(k.add(base, k.mul(row, p['cRow'])), 'start');
      const added = spec.bias ? b.let(biasAt(spec.bias, arrays['bias'], p, group, row), 'added') : null;
      ofRow.forEach(({ quad, sum }) => {
        const places = b.let(at(tables.columnResult, quad), 'places');
        for (let lane = 0; lane < 4; lane++) {
          const j = k.add(firstColumn, k.add(k.mul(quad, 4), lane));
          const value = k.extract(sum, lane);
          const place = k.add(start, k.bitcast('i32', k.extract(places, lane)));
          b.if(k.lt(j, columns), () =>
            b.put(arrays['c'], place, k.bitcast('u32', added ? k.add(value, added) : value)),
          );
        }
      });
    });
  });
}

function biasAt(element: ElementType, bias: BufferArray, p: Params, group: Expr, row: Expr): Expr {
  const channel = k.add(k.mul(group, p['rows']), row);
  const index = k.add(p['biasOffset'], k.mul(channel, p['biasStride']));
  return loadElement(bias, element, 'f32', index) as Expr;
}
