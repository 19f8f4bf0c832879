/**
 * The kernel that folds each line of elements into one result. The lanes of a line take elements in turn, each folds its own, and then
 * the states of the lanes are combined in a flat tree. Of long lines a workgroup folds a part only, and the last workgroup to come combines
 * the parts.
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
import { assign, settle } from './fold.ts';
import { combineLanes } from './lanes.ts';
import type { LineOperand, LineRanks, LineTeam, Params } from './lines.ts';
import { LINE_GROUP, LinePlaces, lineParams, linesOfGroup, seatOf } from './lines.ts';
import { isWriter, joinParts, leaveStates } from './parts.ts';

export interface GridFold {
  readonly name: string;
  readonly ranks: LineRanks;
  /** Buffers that the operands are in. */
  readonly buffers: number;
  readonly operands: readonly LineOperand[];
  readonly scalars: readonly ParamType[];
  readonly fold: Fold;
  /** The state of one element, at a position of its line. */
  readonly first: (elements: readonly Value[], scalars: readonly Expr[], position: Expr) => State;
  /** The results of a line, of these types, each in a buffer of its own. */
  readonly results: readonly ElementType[];
  readonly finish: (state: State, scalars: readonly Expr[]) => readonly Value[];
  readonly team: LineTeam;
  /** What is folded: whole lines; parts, whose states are left for another kernel; or parts that the last workgroup joins. */
  readonly of: 'lines' | 'parts' | 'joined parts';
  /** Whether one lane joins the parts of a line. */
  readonly isAlone: boolean;
  /** Elements that a lane loads at a time. */
  readonly together: number;
}

/**
 * The kernel of a fold. Its buffers: the operands', then the results', and behind them the one in which parts meet that are joined; or of
 * parts one for the states of all, as `leaveStates` has them. Its parameters: those of the lines; the elements and the number of the parts
 * of a line; the scalars. A workgroup takes part p of its lines, where its number is lines * parts + p.
 */
export function buildGridFold(fold: GridFold): GridKernel {
  const { ranks, operands, scalars, team, buffers } = fold;
  const params: Record<string, ParamType> = { ...lineParams(ranks, operands), chunk: 'i32', parts: 'i32' };
  scalars.forEach((type, i) => (params[`x${i}`] = type));
  const written = fold.of === 'parts' ? 1 : fold.results.length;
  const specs = Object.fromEntries([
    ...Array.from({ length: buffers }, (_, i) => [`b${i}`, 'read'] as const),
    ...Array.from({ length: written }, (_, i) => [`r${i}`, 'write'] as const),
    ...(fold.of === 'joined parts' ? [['meeting', 'atomic'] as const] : []),
  ]);
  return gridKernel(fold.name, LINE_GROUP, specs, params, (b, named, p) => {
    const arrays = Object.values(named);
    const outputs = arrays.slice(buffers);
    const seat = seatOf(b, team);
    const tile = b.let(k.idiv(b.group, p['parts']), 'tile');
    const part = b.let(k.sub(b.group, k.mul(tile, p['parts'])), 'part');
    const line = b.let(k.add(k.mul(tile, linesOfGroup(team)), seat.column), 'line');
    const from = b.let(k.mul(part, p['chunk']), 'from');
    const end = b.let(k.min(k.add(from, p['chunk']), p['n']), 'end');
    const acc = foldOwn(b, fold, arrays, p, line, k.add(from, seat.lane), end);
    if (team.lanes > 1) combineLanes(b, fold, seat, acc, k.sub(end, from));
    const own = { seat, tile, line, part, p };
    const finish = (state: State): void => writeResults(b, fold, outputs, state, line, p);
    if (fold.of === 'parts') leaveStates(b, team, outputs[0], own, acc);
    else if (fold.of === 'lines') b.if(isWriter(own), () => finish(acc));
    else joinParts(b, fold, named['meeting'], own, acc, finish);
  });
}

const scalarsOf = ({ scalars }: GridFold, p: Params): Expr[] => scalars.map((_, i) => p[`x${i}`]);

/** Folds the elements that a lane takes. Lanes without a line or an element take one that is there. */
function foldOwn(
  b: GridBody,
  fold: GridFold,
  arrays: readonly BufferArray[],
  p: Params,
  line: Expr,
  from: Expr,
  end: Expr,
): Local[] {
  const { lanes } = fold.team;
  const { together } = fold;
  const places = new LinePlaces(b, fold.ranks, fold.operands, p);
  const starts = places.starts(k.min(line, k.sub(p['count'], 1)));
  const stateAt = (position: Expr): Local[] =>
    settle(b, fold.first(places.load(arrays, starts, position), scalarsOf(fold, p), position));
  const position = b.let(from, 'position');
  const acc = stateAt(b.let(k.min(position, k.sub(end, 1)), 'first'));
  b.bump(position, lanes);
  if (together > 1) {
    b.while(k.lt(k.add(position, lanes * (together - 1)), end), () => {
      const states = Array.from({ length: together }, (_, i) =>
        stateAt(i === 0 ? position : b.let(k.add(position, lanes * i), 'position')),
      );
      assign(b, acc, combined(b, fold.fold, [acc, inTree(b, fold.fold, states)]));
      b.bump(position, lanes * together);
    });
  }
  b.while(k.lt(position, end), () => {
    assign(b, acc, fold.fold.combine(acc, stateAt(position)));
    b.bump(position, lanes);
  });
  return acc;
}

const combined = (b: GridBody, { combine }: Fold, [x, y]: readonly State[]): State =>
  settle(b, combine(x, y));

/** Neighbours first, so that no combination waits for many others. */
function inTree(b: GridBody, fold: Fold, states: readonly State[]): State {
  if (states.length === 1) return states[0];
  const half = states.length / 2;
  return combined(b, fold, [inTree(b, fold, states.slice(0, half)), inTree(b, fold, states.slice(half))]);
}

function writeResults(
  b: GridBody,
  fold: GridFold,
  outputs: readonly BufferArray[],
  state: State,
  line: Expr,
  p: Params,
): void {
  const values = fold.finish(state, scalarsOf(fold, p));
  fold.results.forEach((element, i) => storeElement(b, outputs[i], element, element, line, values[i]));
}
