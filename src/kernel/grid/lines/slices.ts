/**
 * The kernel that folds slices of lines, which positions tell. A team of lanes takes one slice of one line. Of long lines the folds of
 * equal parts are known: then a slice is the elements in front of the first whole part, the parts, and the elements behind the last, so
 * that the longest slice is not much more work than others.
 */
import { k } from '../../build.ts';
import type { ElementType } from '../../element.ts';
import { gridKernel } from '../build.ts';
import type { GridBody, GridKernel, ParamType } from '../build.ts';
import { loadElement, storeElement } from '../element.ts';
import type { BufferArray } from '../ir.ts';
import type { Expr, Local } from '../../ir.ts';
import type { Value } from '../../value.ts';
import type { GridFold } from './reduce.ts';
import type { Fold, State } from './fold.ts';
import { assign, settle } from './fold.ts';
import { combineLanes } from './lanes.ts';
import type { LineOperand, LineRanks, LineTeam, Params } from './lines.ts';
import { LINE_GROUP, LinePlaces, lineParams, linesOfGroup, seatOf } from './lines.ts';
import { divided, integers } from '../window/window.ts';

export interface GridSlices {
  readonly name: string;
  readonly ranks: LineRanks;
  /** Buffers that the operands are in. */
  readonly buffers: number;
  /** The inputs of an element; then, if parts are folded, those of a part's state. */
  readonly operands: readonly LineOperand[];
  readonly inputs: number;
  readonly scalars: readonly ParamType[];
  readonly fold: Fold;
  readonly first: GridFold['first'];
  /** The state of a part, if parts are folded. */
  readonly part: ((words: readonly Value[]) => State) | null;
  /** The type of the results, which are whole words. */
  readonly result: ElementType;
  readonly finish: GridFold['finish'];
  /** The type of the positions, an integer's. */
  readonly positions: ElementType;
  readonly team: LineTeam;
}

/** Parameters beside those of the lines and the scalars. */
const OWN = ['slices', 'inner', 'chunk', 'position', 'step'] as const;

/**
 * The kernel of folds of slices. Its buffers: the operands', the positions, the results. Its parameters: those of the lines; the number of
 * slices, the lines that lie behind the axis, the elements of a part, where the positions begin and how far apart they are; the scalars.
 */
export function buildGridSlices(grid: GridSlices): GridKernel {
  const { team, buffers } = grid;
  const params: Record<string, ParamType> = {
    ...lineParams(grid.ranks, grid.operands),
    ...integers(...OWN),
  };
  grid.scalars.forEach((type, i) => (params[`x${i}`] = type));
  const specs: Record<string, BufferArray['access']> = {};
  for (let i = 0; i < buffers; i++) specs[`b${i}`] = 'read';
  const all = { ...specs, positions: 'read', result: 'write' } as const;
  return gridKernel(grid.name, LINE_GROUP, all, params, (b, named, p) => {
    const seat = seatOf(b, team);
    const tasks = b.let(k.mul(p['count'], p['slices']), 'tasks');
    const task = b.let(k.add(k.mul(b.group, linesOfGroup(team)), seat.column), 'task');
    const isTask = b.let(k.lt(task, tasks), 'isTask');
    const inside = b.let(k.min(task, k.sub(tasks, 1)), 'inside');
    // Neighbouring teams take neighbouring lines or neighbouring slices, whichever lie closer together.
    const [high, low] = divided(b, inside, team.across ? p['count'] : p['slices']);
    const [line, slice] = team.across ? [low, high] : [high, low];
    const start = b.let(positionAt(grid, named, p, slice), 'start');
    const end = endOf(b, grid, named, p, slice, start);
    const { acc, states } = foldSlice(b, grid, named, p, { line, lane: seat.lane, start, end });
    if (team.lanes > 1) combineLanes(b, grid, seat, acc, states);
    b.if(k.and(isTask, k.eq(seat.lane, 0)), () => {
      const [outer, behind] = divided(b, line, p['inner']);
      const row = k.add(k.mul(outer, p['slices']), slice);
      const place = b.let(k.add(k.mul(row, p['inner']), behind), 'place');
      const [value] = grid.finish(acc, scalarsOf(grid, p));
      storeElement(b, named['result'], grid.result, grid.result, place, value);
    });
  });
}

type Buffers = Readonly<Record<string, BufferArray>>;

const scalarsOf = ({ scalars }: GridSlices, p: Params): Expr[] => scalars.map((_, i) => p[`x${i}`]);

/** A position. One out of range, which is refused elsewhere, is taken for the nearest that is in it. */
function positionAt({ positions }: GridSlices, named: Buffers, p: Params, slice: Expr): Expr {
  const place = k.add(p['position'], k.mul(slice, p['step']));
  const last = k.sub(p['n'], 1);
  if (positions !== 'u32')
    return k.max(k.min(loadElement(named['positions'], positions, 'i32', place) as Expr, last), 0);
  const given = loadElement(named['positions'], positions, 'u32', place) as Expr;
  return k.bitcast('i32', k.min(given, k.bitcast('u32', last)));
}

/** Where a slice ends: at the next one's start or at the end of the line, but not before its first element. */
function endOf(b: GridBody, grid: GridSlices, named: Buffers, p: Params, slice: Expr, start: Expr): Local {
  const last = b.let(k.sub(p['slices'], 1), 'last');
  const next = b.let(k.min(k.add(slice, 1), last), 'next');
  const stop = k.select(k.eq(slice, last), p['n'], positionAt(grid, named, p, next));
  return b.let(k.max(stop, k.add(start, 1)), 'end');
}

interface Slice {
  readonly line: Expr;
  readonly lane: Expr;
  readonly start: Expr;
  readonly end: Expr;
}

/** What a lane's share of a slice comes to, and how many lanes have a share. */
function foldSlice(
  b: GridBody,
  grid: GridSlices,
  named: Buffers,
  p: Params,
  { line, lane, start, end }: Slice,
): { readonly acc: Local[]; readonly states: Expr } {
  const { fold, inputs, team } = grid;
  const arrays = Object.values(named);
  const places = new LinePlaces(b, grid.ranks, grid.operands, p);
  const starts = places.starts(line);
  const elementAt = (position: Expr): Local[] =>
    settle(
      b,
      grid.first(places.load(arrays, starts, position).slice(0, inputs), scalarsOf(grid, p), position),
    );
  if (grid.part === null) {
    const length = b.let(k.sub(end, start), 'length');
    const acc = elementAt(b.let(k.add(start, k.min(lane, k.sub(length, 1))), 'first'));
    b.for(k.add(start, k.add(lane, team.lanes)), end, team.lanes, (position) =>
      assign(b, acc, fold.combine(acc, elementAt(position))),
    );
    return { acc, states: length };
  }
  // The first part that is whole begins behind the first element, so that there is always one in front of the parts.
  const firstPart = b.let(k.add(k.idiv(start, p['chunk']), 1), 'firstPart');
  const parts = b.let(k.max(k.sub(k.idiv(end, p['chunk']), firstPart), 0), 'parts');
  const headEnd = b.let(k.min(end, k.mul(firstPart, p['chunk'])), 'headEnd');
  const head = b.let(k.sub(headEnd, start), 'head');
  const behind = b.let(k.add(headEnd, k.mul(parts, p['chunk'])), 'behind');
  const edges = b.let(k.add(head, k.sub(end, behind)), 'edges');
  const placeOf = (i: Expr): Local =>
    b.let(k.select(k.lt(i, head), k.add(start, i), k.add(behind, k.sub(i, head))), 'place');
  const acc = elementAt(placeOf(b.let(k.min(lane, k.sub(edges, 1)), 'first')));
  b.for(k.add(lane, team.lanes), edges, team.lanes, (i) =>
    assign(b, acc, fold.combine(acc, elementAt(placeOf(i)))),
  );
  const hasOwn = b.let(k.lt(lane, edges), 'hasOwn');
  b.for(lane, parts, team.lanes, (i) => {
    const words = places.load(arrays, starts, b.let(k.add(firstPart, i), 'part'));
    const part = settle(b, grid.part!(words.slice(inputs)));
    const both = settle(b, fold.combine(acc, part));
    acc.forEach((x, j) => b.set(x, k.select(hasOwn, both[j], part[j])));
    b.set(hasOwn, k.const('bool', true));
  });
  return { acc, states: b.let(k.max(edges, parts), 'states') };
}
