/**
 * The kernel that keeps every intermediate result of folding a line. A line is cut into tiles, and a tile into runs of neighbouring
 * elements, one for each lane: lanes fold their runs, then the states of the runs before each, and last what the tiles before left.
 */
import { k } from '../../build.ts';
import type { ElementType } from '../../element.ts';
import { gridKernel } from '../build.ts';
import type { GridBody, GridKernel, ParamType } from '../build.ts';
import { storeElement } from '../element.ts';
import type { BufferArray } from '../ir.ts';
import type { Expr, Local } from '../../ir.ts';
import type { Value } from '../../value.ts';
import type { Fold, State } from './fold.ts';
import { SharedStates, assign, settle } from './fold.ts';
import type { LineOperand, LineRanks, LineSeat, LineTeam, Params } from './lines.ts';
import { LINE_GROUP, LinePlaces, lineParams, linesOfGroup, seatOf } from './lines.ts';

export interface GridScan {
  readonly name: string;
  readonly ranks: LineRanks;
  /** Buffers that are read; the results have one more. */
  readonly buffers: number;
  /** The inputs of an element; then, if there are several tiles, the parts of the states at the ends of tiles; then the results. */
  readonly operands: readonly LineOperand[];
  readonly inputs: number;
  readonly scalars: readonly ParamType[];
  readonly fold: Fold;
  readonly first: (elements: readonly Value[], scalars: readonly Expr[], position: Expr) => State;
  /** The results at an element, of types of whole words. */
  readonly finish: (state: State) => readonly Value[];
  /** The state that a tile's last results are. */
  readonly carried: ((words: readonly Value[]) => State) | null;
  readonly team: LineTeam;
  /** Elements of a lane in a tile. */
  readonly each: number;
}

const paramsOf = (scan: Pick<GridScan, 'ranks' | 'operands' | 'scalars'>): Record<string, ParamType> => {
  const params = lineParams(scan.ranks, scan.operands);
  scan.scalars.forEach((type, i) => (params[`x${i}`] = type));
  return params;
};

const buffersOf = (read: number): Record<string, 'read' | 'write'> =>
  Object.fromEntries([
    ...Array.from({ length: read }, (_, i) => [`b${i}`, 'read'] as const),
    ['out', 'write'] as const,
  ]);

/**
 * The kernel of a scan in tiles. Its parameters: those of the lines, the scalars, the number of tiles. A workgroup takes tile t of its
 * lines, where its number is lines * tiles + t.
 */
export function buildGridScan(scan: GridScan): GridKernel {
  const { team, each, fold, operands } = scan;
  const params: Record<string, ParamType> = { ...paramsOf(scan), tiles: 'i32' };
  return gridKernel(scan.name, LINE_GROUP, buffersOf(scan.buffers), params, (b, named, p) => {
    const arrays = Object.values(named);
    const seat = seatOf(b, team);
    const block = b.let(k.idiv(b.group, p['tiles']), 'block');
    const tile = b.let(k.sub(b.group, k.mul(block, p['tiles'])), 'tile');
    const line = b.let(k.add(k.mul(block, linesOfGroup(team)), seat.column), 'line');
    const places = new LinePlaces(b, scan.ranks, operands, p);
    const starts = places.starts(k.min(line, k.sub(p['count'], 1)));
    const from = b.let(k.add(k.mul(tile, team.lanes * each), k.mul(seat.lane, each)), 'from');
    const at = Array.from({ length: each }, (_, j) => (j === 0 ? from : b.let(k.add(from, j), 'at')));
    const run = foldRun(b, scan, arrays, places, starts, p, at);
    const before = stateBefore(b, scan, seat, run[each - 1], tile, () => {
      const words = places.load(arrays, starts, b.let(k.max(k.sub(tile, 1), 0), 'previous'));
      return settle(b, scan.carried!(words.slice(scan.inputs, scan.inputs + fold.types.length)));
    });
    b.if(before.exists, () => run.forEach((state) => assign(b, state, fold.combine(before.state, state))));
    const inLine = k.lt(line, p['count']);
    run.forEach((state, j) =>
      b.if(k.and(inLine, k.lt(at[j], p['n'])), () => write(b, scan, arrays, places, starts, at[j], state)),
    );
  });
}

/** What the run of a lane comes to, element by element. Lanes beyond the line repeat its last element. */
function foldRun(
  b: GridBody,
  scan: GridScan,
  arrays: readonly BufferArray[],
  places: LinePlaces,
  starts: readonly Expr[],
  p: Params,
  at: readonly Expr[],
): Local[][] {
  const last = b.let(k.sub(p['n'], 1), 'last');
  const run: Local[][] = [];
  for (const position of at) {
    const inside = b.let(k.min(position, last), 'inside');
    const own = ownState(scan, arrays, places, starts, p, inside);
    run.push(settle(b, run.length === 0 ? own : scan.fold.combine(run[run.length - 1], own)));
  }
  return run;
}

function ownState(
  { first, inputs, scalars }: Pick<GridScan, 'first' | 'inputs' | 'scalars'>,
  arrays: readonly BufferArray[],
  places: LinePlaces,
  starts: readonly Expr[],
  p: Params,
  position: Expr,
): State {
  const elements = places.load(arrays, starts, position).slice(0, inputs);
  return first(
    elements,
    scalars.map((_, i) => p[`x${i}`]),
    position,
  );
}

interface Before {
  readonly exists: Expr;
  readonly state: State;
}

/** The state of all elements before a lane's run. */
function stateBefore(
  b: GridBody,
  { fold, team, carried }: GridScan,
  { lane, step }: LineSeat,
  own: State,
  tile: Expr,
  carry: () => Local[],
): Before {
  const state = team.lanes > 1 ? statesOfLanes(b, fold, team, { lane, step }, own) : null;
  const isFirst = k.eq(lane, 0);
  if (carried === null)
    return { exists: state === null ? k.const('bool', false) : k.not(isFirst), state: state ?? own };
  const left = carry();
  const isFirstTile = k.eq(tile, 0);
  if (state === null) return { exists: k.not(isFirstTile), state: left };
  b.if(isFirst, () => assign(b, state, left));
  b.if(k.not(k.or(isFirst, isFirstTile)), () => assign(b, state, fold.combine(left, state)));
  return { exists: k.not(k.and(isFirst, isFirstTile)), state };
}

/** The state of the runs of the lanes before each (of the first lane's, its own): scanned with doubling distances. */
function statesOfLanes(
  b: GridBody,
  fold: Fold,
  { lanes }: LineTeam,
  { lane, step }: Pick<LineSeat, 'lane' | 'step'>,
  own: State,
): Local[] {
  // Two memories in turn, so that nobody writes what others still read.
  const memories = [0, 1].map(() => new SharedStates(b, fold.types, LINE_GROUP));
  const acc = settle(b, own);
  memories[0].put(b.local, acc);
  const earlier = (distance: number): Expr => k.sub(b.local, k.mul(k.min(lane, distance), step));
  let turn = 0;
  for (let distance = 1; distance < lanes; distance *= 2) {
    b.barrier();
    const other = memories[turn].at(earlier(distance));
    b.if(k.ge(lane, distance), () => assign(b, acc, fold.combine(other, acc)));
    turn = 1 - turn;
    memories[turn].put(b.local, acc);
  }
  b.barrier();
  return memories[turn].at(earlier(1));
}

function write(
  b: GridBody,
  {
    operands,
    inputs,
    carried,
    fold,
    finish,
  }: Pick<GridScan, 'operands' | 'inputs' | 'finish'> & Partial<Pick<GridScan, 'carried' | 'fold'>>,
  arrays: readonly BufferArray[],
  places: LinePlaces,
  starts: readonly Expr[],
  position: Expr,
  state: State,
): void {
  const skipped = inputs + (carried ? fold!.types.length : 0);
  const targets = places.places(starts, position).slice(skipped);
  const out = arrays[arrays.length - 1];
  finish(state).forEach((value, i) => {
    const element: ElementType = operands[skipped + i].element;
    storeElement(b, out, element, element, targets[i], value);
  });
}

/**
 * The kernel of a scan whose operation must be done one element after the other, because it is not associative: an invocation takes a
 * whole line. Its parameters: those of the lines, the scalars.
 */
export function buildGridChain(chain: Omit<GridScan, 'carried' | 'team' | 'each'>): GridKernel {
  return gridKernel(chain.name, LINE_GROUP, buffersOf(chain.buffers), paramsOf(chain), (b, named, p) => {
    const arrays = Object.values(named);
    b.if(k.lt(b.invocation, p['count']), () => {
      const places = new LinePlaces(b, chain.ranks, chain.operands, p);
      const starts = places.starts(b.invocation);
      const state = settle(b, ownState(chain, arrays, places, starts, p, k.const('i32', 0)));
      write(b, chain, arrays, places, starts, k.const('i32', 0), state);
      b.for(1, p['n'], 1, (position) => {
        assign(b, state, chain.fold.combine(state, ownState(chain, arrays, places, starts, p, position)));
        write(b, chain, arrays, places, starts, position, state);
      });
    });
  });
}
