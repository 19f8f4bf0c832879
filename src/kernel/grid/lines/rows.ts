/**
 * Kernels on rows for a grid: a row is worked on by some lanes of a workgroup, one of the few long rows by several workgroups. Those
 * come in passes: each reduces parts of rows and leaves the states of the parts for the next one, which begins by combining them.
 */
import { k } from '../../build.ts';
import type { ElementType } from '../../element.ts';
import { castValue } from '../../element.ts';
import { at, gridKernel } from '../build.ts';
import type { GridBody, GridKernel, ParamType } from '../build.ts';
import { storeElement } from '../element.ts';
import type { BufferArray } from '../ir.ts';
import type { Expr } from '../../ir.ts';
import type { Row } from '../../rows/program.ts';
import { NOTHING } from '../../rows/program.ts';
import type { Value } from '../../value.ts';
import type { Fold } from './fold.ts';
import { assign, settle } from './fold.ts';
import { combineForAll } from './lanes.ts';
import type { LineOperand, LineRanks, LineSeat, LineTeam, Params } from './lines.ts';
import { LINE_GROUP, LinePlaces, lineParams, linesOfGroup, seatOf } from './lines.ts';
import { LazyRow, slotOf } from './lazy_row.ts';
import type { Reduced, RowSlot } from './lazy_row.ts';

export type GridRowWork = <P>(row: Row<P>, operands: readonly P[], numbers: readonly Expr[]) => void;

/** What an operand of the work is made of. */
export interface RowInput {
  /** Its element, given those of the kernel's operands; null for one that is only written. */
  readonly value: ((elements: readonly Value[], scalars: readonly Expr[]) => Value) | null;
  readonly element: ElementType;
  /** Which of the kernel's operands it is written to, if it is written. */
  readonly target: number | null;
  /** Whether a row has one number of it. */
  readonly single: boolean;
}

export interface GridRows {
  readonly name: string;
  readonly work: GridRowWork;
  readonly inputs: readonly RowInput[];
  readonly ranks: LineRanks;
  /** Buffers that are read; behind them one for each target, and one of words for states if they are kept. */
  readonly buffers: number;
  readonly operands: readonly LineOperand[];
  /** Of these the last are the work's numbers. */
  readonly scalars: readonly ParamType[];
  readonly numbers: number;
  readonly team: LineTeam;
  /** How many values each of the work's reductions has. */
  readonly reductions: readonly number[];
  /** Of a row in parts: how many reductions have been done; null for a whole row. */
  readonly pass: number | null;
  /** Whether the results of reductions are left for other kernels: (values of all reductions, rows). */
  readonly keeps: boolean;
}

/** The integers of labels are i32, all else is computed in f32. */
export const rowElement = (element: ElementType): ElementType =>
  element[0] === 'i' || element[0] === 'u' ? 'i32' : 'f32';

/**
 * The kernel. Its parameters: those of the lines, the scalars; the elements and the number of the parts of a row. A workgroup takes part
 * p of its rows, where its number is rows * parts + p.
 */
export function buildGridRows(rows: GridRows): GridKernel {
  const { ranks, operands, scalars, team, buffers, inputs } = rows;
  const params: Record<string, ParamType> = { ...lineParams(ranks, operands), chunk: 'i32', parts: 'i32' };
  scalars.forEach((type, i) => (params[`x${i}`] = type));
  const targets = inputs.filter(({ target }) => target !== null).length;
  const specs = Object.fromEntries([
    ...Array.from({ length: buffers }, (_, i) => [`b${i}`, 'read'] as const),
    ...Array.from({ length: targets }, (_, i) => [`r${i}`, 'write'] as const),
    ...(rows.keeps ? [['states', 'write'] as const] : []),
  ]);
  return gridKernel(rows.name, LINE_GROUP, specs, params, (b, named, p) => {
    const arrays = Object.values(named);
    const tile = b.let(k.idiv(b.group, p['parts']), 'tile');
    const part = b.let(k.sub(b.group, k.mul(tile, p['parts'])), 'part');
    const seat = seatOf(b, team);
    const line = b.let(k.add(k.mul(tile, linesOfGroup(team)), seat.column), 'line');
    const from = b.let(k.mul(part, p['chunk']), 'from');
    const end = b.let(k.min(k.add(from, p['chunk']), p['n']), 'end');
    const places = new LinePlaces(b, ranks, operands, p);
    const starts = places.starts(k.min(line, k.sub(p['count'], 1)));
    const values = scalars.map((_, i) => p[`x${i}`]);
    const slots = inputs.map(({ value, element }) =>
      slotOf(
        value &&
          ((position) =>
            castValue(
              rowElement(element),
              element,
              value(places.load(arrays, starts, position), values),
            ) as Expr),
      ),
    );
    const own = { line, part, from: k.add(from, seat.lane), end };
    const row = new GridRow(b, rows, slots, p, seat, own, rows.keeps ? arrays[arrays.length - 1] : null);
    rows.work(row, slots, values.slice(values.length - rows.numbers));
    if (!row.isCut) writeRow(b, rows, slots, arrays, places, starts, { seat, p, ...own });
  });
}

interface Own {
  readonly line: Expr;
  readonly part: Expr;
  /** The first element of a lane, and the end of the part. */
  readonly from: Expr;
  readonly end: Expr;
}

/** Elements that a lane loads together. */
const TOGETHER = 4;

/** Goes through a lane's positions, four at a time and then those that are left one by one. */
function eachPosition(
  b: GridBody,
  from: Expr,
  end: Expr,
  lanes: number,
  act: (positions: readonly Expr[]) => void,
): void {
  const position = b.let(from, 'position');
  for (const count of [TOGETHER, 1]) {
    b.while(k.lt(k.add(position, lanes * (count - 1)), end), () => {
      act(Array.from({ length: count }, (_, i) => b.let(k.add(position, lanes * i), 'at')));
      b.bump(position, lanes * count);
    });
  }
}

/** A row as the lanes of a workgroup work on it. */
class GridRow extends LazyRow {
  /** Whether the pass ended with a reduction: what follows is for the next. */
  isCut = false;
  readonly #b: GridBody;
  readonly #rows: GridRows;
  readonly #p: Params;
  readonly #seat: LineSeat;
  readonly #own: Own;
  readonly #states: BufferArray | null;
  #reductions = 0;
  #values = 0;

  constructor(
    b: GridBody,
    rows: GridRows,
    slots: readonly RowSlot[],
    p: Params,
    seat: LineSeat,
    own: Own,
    states: BufferArray | null,
  ) {
    super(slots, p['n']);
    this.#b = b;
    this.#rows = rows;
    this.#p = p;
    this.#seat = seat;
    this.#own = own;
    this.#states = states;
  }

  let(value: Expr): Expr {
    return this.isCut ? value : this.#b.let(value);
  }

  protected combine(op: Reduced, count: number, values: (position: Expr) => readonly Expr[]): Expr[] {
    const first = this.#values;
    this.#values += count;
    if (this.isCut) return new Array<Expr>(count).fill(k.const('f32', 0));
    const { pass } = this.#rows;
    const index = this.#reductions++;
    const fold: Fold = {
      types: new Array<'f32'>(count).fill('f32'),
      combine: (x, y) => x.map((part, i) => k[op](part, y[i])),
    };
    const nothing = fold.types.map(() => k.const('f32', NOTHING[op]));
    if (pass !== null && index < pass) {
      const all = this.#ofParts(fold, nothing, first);
      if (pass === this.#rows.reductions.length) this.#keep(all, first, true);
      return all;
    }
    const acc = this.#ofElements(fold, nothing, values);
    const all = this.#ofLanes(fold, acc);
    if (this.#states !== null) this.#keep(all, first, pass === null);
    this.isCut = pass !== null;
    return all;
  }

  /** Combines the elements that a lane takes. */
  #ofElements(fold: Fold, nothing: readonly Expr[], values: (position: Expr) => readonly Expr[]): Expr[] {
    const b = this.#b;
    const { from, end } = this.#own;
    const { lanes } = this.#rows.team;
    const acc = settle(b, nothing);
    eachPosition(b, from, end, lanes, (positions) => {
      const all = positions.map((position) => settle(b, values(position)));
      const total =
        all.length === 1 ? all[0] : fold.combine(fold.combine(all[0], all[1]), fold.combine(all[2], all[3]));
      assign(b, acc, fold.combine(acc, total));
    });
    return acc;
  }

  /** What the states of all lanes come to, for each lane to know. */
  #ofLanes(fold: Fold, acc: Expr[]): Expr[] {
    const b = this.#b;
    const { team } = this.#rows;
    return team.lanes === 1 ? acc : combineForAll(b, { fold, team }, this.#seat, settle(b, acc));
  }

  /** What the states of the parts of the row come to. There are no more parts than lanes. */
  #ofParts(fold: Fold, nothing: readonly Expr[], first: number): Expr[] {
    const b = this.#b;
    const acc = settle(b, nothing);
    const { lane } = this.#seat;
    b.if(k.lt(lane, this.#p['parts']), () =>
      assign(
        b,
        acc,
        nothing.map((_, i) => k.bitcast('f32', at(this.#states!, this.#place(first + i, lane)))),
      ),
    );
    return this.#ofLanes(fold, acc);
  }

  /** Leaves the results of a reduction: of a part of the row, or of all of it. */
  #keep(state: readonly Expr[], first: number, isAll: boolean): void {
    const b = this.#b;
    const { part, line } = this.#own;
    const place = (value: number): Expr => (isAll ? this.#placeOfAll(value) : this.#place(value, part));
    const isWriter = k.and(k.eq(this.#seat.lane, 0), k.lt(line, this.#p['count']));
    b.if(isAll ? k.and(isWriter, k.eq(part, 0)) : isWriter, () =>
      state.forEach((x, i) => b.put(this.#states!, place(first + i), k.bitcast('u32', x))),
    );
  }

  /** Where the state of a part of a row is: behind the results of whole rows, as (values of all reductions, rows, parts). */
  #place(value: number, part: Expr): Expr {
    const { count, parts } = this.#p;
    const all = this.#rows.reductions.reduce((sum, n) => sum + n, 0);
    const index = k.add(k.mul(k.add(k.mul(count, value), this.#own.line), parts), part);
    return k.add(k.mul(count, all), index);
  }

  /** Where the result of a reduction of a row is: (values of all reductions, rows). */
  #placeOfAll(value: number): Expr {
    return k.add(k.mul(this.#p['count'], value), this.#own.line);
  }
}

/** Writes what the work left in its operands. */
function writeRow(
  b: GridBody,
  { inputs, operands, team }: GridRows,
  slots: readonly RowSlot[],
  arrays: readonly BufferArray[],
  places: LinePlaces,
  starts: readonly Expr[],
  { seat, p, line, part, from, end }: Own & { seat: LineSeat; p: Params },
): void {
  const written = inputs.flatMap((input, i) => (input.target === null ? [] : [{ ...input, slot: slots[i] }]));
  const store = (single: boolean, positions: readonly Expr[]): void => {
    // All values are computed before one is written, which may be in an operand's place.
    const found = positions.map((position) => ({
      at: places.places(starts, position),
      values: written.map((x) => (x.single === single ? b.let(x.slot.value!(position)) : null)),
    }));
    for (const { at, values } of found) {
      written.forEach(({ target }, i) => {
        const { buffer, element } = operands[target!];
        if (values[i]) storeElement(b, arrays[buffer], element, element, at[target!], values[i]);
      });
    }
  };
  b.if(k.lt(line, p['count']), () => {
    if (written.some(({ single }) => single))
      b.if(k.and(k.eq(seat.lane, 0), k.eq(part, 0)), () => store(true, [k.const('i32', 0)]));
    if (written.some(({ single }) => !single))
      eachPosition(b, from, end, team.lanes, (positions) => store(false, positions));
  });
}
