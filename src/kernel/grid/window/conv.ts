/**
 * Convolutions and their adjoints on a grid, as products whose right operand is gathered from images while it is loaded: no array of
 * unfolded windows is made. An element of the right operand, depth l by column j, is the image's at the place
 * `origin + j * columnStep + l * depthStep` of every axis, and 0 outside; so its place in memory is a sum of what j and l contribute.
 */
import { k, lift } from '../../build.ts';
import type { ElementType } from '../../element.ts';
import { at, gridKernel } from '../build.ts';
import type { GridBody, GridKernel, ParamType } from '../build.ts';
import { loadElement } from '../element.ts';
import type { BufferArray, LocalArray } from '../ir.ts';
import type { Expr } from '../../ir.ts';
import type { GridRing } from '../product/ring.ts';
import { gridRing, loadNumber } from '../product/ring.ts';
import type { ProductEnd } from '../product/results.ts';
import { endBuffers, endParams, writeEnd } from '../product/results.ts';
import { multiplyTile } from '../product/multiply.ts';
import type { Lines } from '../product/source.ts';
import type { TileJob, TileShape } from '../product/tiles.ts';
import { invocationsOf } from '../product/tiles.ts';
import { coordinates, integers, isOn, sumOf } from './window.ts';
import type { Params } from './window.ts';

/** What a kernel is made for; all lengths and strides are parameters. */
export interface GridConv {
  /** Spatial axes, 1 to 3. */
  readonly axes: number;
  readonly tile: TileShape;
  readonly left: ElementType;
  readonly image: ElementType;
  /** What neighbouring invocations load of the image, columns or depths: those that lie side by side in memory. */
  readonly along: 'across' | 'along';
  /** For each axis, whether windows reach beyond the image. */
  readonly reaching: readonly boolean[];
  /** What becomes of the elements: channels, or filters, are its columns. */
  readonly end: ProductEnd;
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

/** A kernel's parameters in order; the names of those of an axis end with its number. */
function paramsOf({ axes, patterned, end }: GridConv): Record<string, ParamType> {
  const ofAxis = patterned ? AXIS : [...AXIS, ...PATTERN];
  const names: string[] = [...WHOLE];
  for (let d = 0; d < axes; d++) names.push(...ofAxis.map((name) => `${name}${d}`));
  return { ...integers(...names), ...endParams(end) };
}

/** What an invocation knows of its workgroup's part of the product. */
interface Work {
  readonly spec: GridConv;
  readonly p: Params;
  readonly arrays: Readonly<Record<string, BufferArray>>;
  readonly group: Expr;
  readonly split: Expr;
  readonly firstRow: Expr;
  readonly firstColumn: Expr;
  readonly columns: Expr;
  /** The part of the depth. */
  readonly from: Expr;
  readonly to: Expr;
  /** For each axis the numbers of the pattern. */
  readonly pattern: readonly Readonly<Record<(typeof PATTERN)[number], Expr>>[];
}

/**
 * For each group, c[i, j] = sum over l of a[i, l] image[l, j], or the parts of that sum that each of `splits` has.
 *
 * Buffers: a, image, the numbers of the patterns if there are several, and the end's.
 */
export function buildGridConv(spec: GridConv): GridKernel {
  const { tile, end } = spec;
  const buffers: Record<string, BufferArray['access']> = { a: 'read', image: 'read' };
  if (spec.patterned) buffers['patterns'] = 'read';
  Object.assign(buffers, endBuffers(end));
  const name = `convolution ${tile.rows}x${tile.columns}${tile.staged ? '' : ' direct'}${end.key && ` ${end.key}`}`;
  return gridKernel(name, invocationsOf(tile), buffers, paramsOf(spec), (b, arrays, p) => {
    b.if(k.lt(b.group, p['total']), () => {
      const work = workOf(b, spec, arrays, p);
      b.if(k.lt(work.firstColumn, work.columns), () => multiply(b, work));
    });
  });
}

function workOf(b: GridBody, spec: GridConv, arrays: Work['arrays'], p: Params): Work {
  const { tile, axes, patterned } = spec;
  const parts = ['splits', 'groups', 'tilesAcross', 'tilesDown'].map((name) => p[name]);
  const [number, split, group, across, down] = coordinates(b, b.group, parts);
  const numbers = (d: number) =>
    PATTERN.map((name, i): [string, Expr] => {
      if (!patterned) return [name, p[`${name}${d}`]];
      const place = k.add(k.mul(number, PATTERN.length * axes), d * PATTERN.length + i);
      return [name, b.let(k.bitcast('i32', at(arrays['patterns'], place)), name)];
    });
  const pattern = Array.from(
    { length: axes },
    (_, d) => Object.fromEntries(numbers(d)) as Work['pattern'][number],
  );
  const count = (name: 'columns' | 'depth', outer: Expr): Expr =>
    pattern.reduce((n, axis) => k.mul(n, axis[name]), outer);
  const from = b.let(k.mul(split, p['splitDepth']), 'from');
  const depth = count('depth', p['depthOuter']);
  return {
    spec,
    p,
    arrays,
    group,
    split,
    pattern,
    from,
    firstRow: b.let(k.mul(down, tile.rows), 'firstRow'),
    firstColumn: b.let(k.mul(across, tile.columns), 'firstColumn'),
    columns: b.let(count('columns', p['columnOuter']), 'columns'),
    to: b.let(k.min(depth, k.add(from, p['splitDepth'])), 'to'),
  };
}

function multiply(b: GridBody, work: Work): void {
  const { spec, p, arrays, from, to, group, split, firstRow, firstColumn } = work;
  const { tile } = spec;
  const ring = gridRing(spec.image);
  const table = new DepthTable(b, work);
  const base = b.let(k.add(k.mul(split, p['cSplit']), k.mul(group, p['cGroup'])), 'base');
  const write: TileJob['write'] = (place, values) => {
    const row = b.let(k.add(firstRow, place.row), 'row');
    const column = b.let(k.add(firstColumn, place.column), 'column');
    b.if(k.and(k.lt(row, p['rows']), k.lt(column, work.columns)), () => {
      const start = b.let(k.add(base, k.mul(row, p['cRow'])), 'start');
      const index = b.let(k.add(start, resultPlace(b, work, column)), 'index');
      const channel = b.let(k.add(k.mul(group, p['rows']), row), 'channel');
      writeEnd(b, spec.end, arrays, p, index, channel, values());
    });
  };
  multiplyTile(b, {
    ...{ ring, tile, from, to, write, together: 1 },
    operands: [
      { reading: 'along', lines: leftLines(b, work, ring, table) },
      { reading: spec.along, lines: imageLines(b, work, table) },
    ],
    prepare: (depth) => table.write(depth),
  });
}

/** What a column contributes to places in the result. */
function resultPlace(b: GridBody, { p, pattern }: Work, column: Expr): Expr {
  const lengths = pattern.map((axis) => axis.columns);
  const [outer, ...steps] = coordinates(b, column, lengths);
  return sumOf([
    k.mul(outer, p['cOuter']),
    ...steps.map((x, d) => k.add(k.mul(x, p[`c${d}`]), pattern[d].cStart)),
  ]);
}

/**
 * What depths contribute to places in the left operand, in the image and on each of its axes, for two tiles, the one that is loaded and
 * the next, in workgroup memory: to find it takes divisions, which would otherwise be made for every element.
 */
class DepthTable {
  readonly #b: GridBody;
  readonly #work: Work;
  readonly #entries: number;
  readonly #left: LocalArray;
  readonly #image: LocalArray;
  readonly #places: readonly LocalArray[];
  readonly #found = new Map<Expr, (table: LocalArray) => Expr>();

  constructor(b: GridBody, work: Work) {
    this.#b = b;
    this.#work = work;
    this.#entries = 2 * work.spec.tile.depth;
    const table = (name: string): LocalArray => b.shared('i32', this.#entries, name);
    this.#left = table('depthLeft');
    this.#image = table('depthImage');
    this.#places = work.pattern.map(() => table('depthPlace'));
  }

  /** Writes the entries of a tile's depths from `start` on. */
  write(start: Expr): void {
    const b = this.#b;
    const { spec, p, pattern } = this.#work;
    b.if(k.lt(b.local, spec.tile.depth), () => {
      const depth = b.let(k.add(start, b.local), 'depth');
      const lengths = pattern.map((axis) => axis.depth);
      const [outer, ...steps] = coordinates(b, depth, lengths);
      const places = steps.map((x, d) => b.let(k.mul(x, p[`depthStep${d}`]), 'place'));
      const along = places.map((x, d) => k.mul(x, p[`image${d}`]));
      const taps = steps.map((x, d) => k.add(k.mul(x, p[`a${d}`]), pattern[d].aStart));
      const entry = this.#entry(depth);
      b.put(this.#left, entry, sumOf([k.mul(outer, p['aOuter']), ...taps]));
      b.put(this.#image, entry, sumOf([k.mul(outer, p['imageDepth']), ...along]));
      this.#places.forEach((table, d) => b.put(table, entry, places[d]));
    });
  }

  /** Parts of the depth begin at multiples of a tile's, so that tiles have the halves of the table in turn. */
  #entry(depth: Expr): Expr {
    return this.#b.let(k.and(depth, this.#entries - 1), 'entry');
  }

  /** What a depth contributes to places in the left operand. */
  left(depth: Expr): Expr {
    return this.#at(depth)(this.#left);
  }

  /** What it contributes to places in the image, and on its axes. */
  image(depth: Expr): { readonly image: Expr; readonly places: readonly Expr[] } {
    const read = this.#at(depth);
    return { image: read(this.#image), places: this.#places.map(read) };
  }

  /** Reads the entry of a depth in each table once for all lines. */
  #at(depth: Expr): (table: LocalArray) => Expr {
    let read = this.#found.get(depth);
    if (!read) {
      const entry = this.#entry(depth);
      const found = new Map<LocalArray, Expr>();
      read = (table) => {
        const known = found.get(table) ?? this.#b.let(at(table, entry), 'found');
        found.set(table, known);
        return known;
      };
      this.#found.set(depth, read);
    }
    return read;
  }
}

/** The rows of the left operand. */
function leftLines(
  b: GridBody,
  { p, arrays, group, firstRow }: Work,
  ring: GridRing,
  table: DepthTable,
): Lines {
  const base = b.let(k.add(p['aOffset'], k.mul(group, p['aGroup'])), 'base');
  return {
    count: b.let(k.sub(p['rows'], firstRow), 'count'),
    line: (line) => {
      const start = b.let(k.add(base, k.mul(k.add(firstRow, line), p['aRow'])), 'start');
      return (depth) => loadNumber(ring, arrays['a'], k.add(start, table.left(depth))) as Expr;
    },
  };
}

/** The columns of the image: what a column contributes to places is found once. */
function imageLines(
  b: GridBody,
  { spec, p, arrays, group, firstColumn, columns, pattern }: Work,
  table: DepthTable,
): Lines {
  const base = b.let(k.add(p['imageOffset'], k.mul(group, p['imageGroup'])), 'base');
  const lengths = pattern.map((axis) => axis.columns);
  return {
    count: b.let(k.sub(columns, firstColumn), 'count'),
    line: (line) => {
      const [outer, ...steps] = coordinates(b, k.add(firstColumn, line), lengths);
      const places = steps.map((x, d) =>
        b.let(k.add(k.mul(x, p[`columnStep${d}`]), pattern[d].origin), 'place'),
      );
      const along = places.map((x, d) => k.mul(x, p[`image${d}`]));
      const start = b.let(sumOf([base, k.mul(outer, p['imageColumn']), ...along]), 'start');
      return (depth) => {
        const found = table.image(depth);
        const inside = places
          .map((place, d) => isOn(k.add(place, found.places[d]), p[`length${d}`]))
          .filter((_, d) => spec.reaching[d])
          .reduce((all, one) => k.and(all, one), lift(true, 'bool'));
        const isInside = b.let(inside, 'isInside');
        const index = k.select(isInside, k.add(start, found.image), 0);
        return k.select(isInside, loadElement(arrays['image'], spec.image, 'f32', index) as Expr, 0);
      };
    },
  };
}
