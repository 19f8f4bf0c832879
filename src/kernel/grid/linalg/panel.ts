/**
 * Panels: matrices of few columns that one team of a workgroup factors column by column. A lane takes a column, and every so-manieth
 * row of it. Panels that are not too tall are held in the memory of the workgroup.
 */
import { k } from '../../build.ts';
import type { Expr } from '../../ir.ts';
import { at } from '../build.ts';
import type { GridBody } from '../build.ts';
import { wordsOf } from '../element.ts';
import type { BufferArray, LocalArray } from '../ir.ts';
import type { GridMatrix, MatrixElement, Params, Seat, Teams } from './matrix.ts';
import { Held, WORKGROUP_WORDS, matrixIn, placeParams, seated } from './matrix.ts';

type WordType = Extract<LocalArray['type'], 'f32' | 'i32'>;

export interface PanelShape {
  readonly element: MatrixElement;
  /** Most columns: a power of two. */
  readonly width: number;
  /** Most rows, a power of two, where the panel is held; null for one in memory. */
  readonly held: number | null;
}

/** Lanes of a panel in memory. */
const LANES = 256;

/** Words that a team has beside its panel: for each lane an element, and three numbers. */
const wordsBeside = (element: MatrixElement, lanes: number): number => (wordsOf(element) + 3) * lanes;

const wordsHeld = ({ element, width, held }: PanelShape): number => wordsOf(element) * width * held!;

const lanesOf = ({ width, held }: PanelShape): number =>
  held === null ? LANES : Math.min(LANES, width * held);

/** Whether a workgroup has the memory for a panel. */
export const fits = (shape: PanelShape): boolean =>
  wordsHeld(shape) + wordsBeside(shape.element, lanesOf(shape)) <= WORKGROUP_WORDS;

/** How many panels a workgroup takes. */
export function panelTeams(shape: PanelShape): Teams {
  const lanes = lanesOf(shape);
  if (shape.held === null) return { lanes, teams: 1 };
  let teams = LANES / lanes;
  while (teams > 1 && teams * (wordsHeld(shape) + wordsBeside(shape.element, lanes)) > WORKGROUP_WORDS)
    teams /= 2;
  return { lanes, teams };
}

/** `count` panels of so many rows and columns, and where they are. */
export const PANEL_PARAMS = /* @__PURE__ */ Object.freeze({
  count: 'i32',
  rows: 'i32',
  columns: 'i32',
  ...placeParams('a'),
} as const);

/** Words that the lanes of a team show each other. */
export interface LaneWords {
  readonly put: (words: readonly Expr[]) => void;
  readonly find: (row: Expr, column: Expr) => readonly Expr[];
}

/** A panel as a lane of its team has it. */
export class Panel {
  readonly a: GridMatrix;
  readonly seat: Seat;
  /** The lane's column, the first of its rows, and from each to the next. */
  readonly column: Expr;
  readonly row: Expr;
  readonly rowLanes: number;
  /** Whether there is such a column. */
  readonly isColumn: Expr;
  readonly teams: Teams;
  readonly shape: PanelShape;
  readonly #b: GridBody;
  readonly #p: Params;

  constructor(b: GridBody, shape: PanelShape, seat: Seat, a: GridMatrix, p: Params) {
    const { width } = shape;
    this.#b = b;
    this.#p = p;
    this.a = a;
    this.seat = seat;
    this.shape = shape;
    this.teams = panelTeams(shape);
    this.rowLanes = this.teams.lanes / width;
    this.column = b.let(k.and(seat.lane, width - 1), 'column');
    this.row = b.let(k.shr(seat.lane, Math.log2(width)), 'row');
    this.isColumn = b.let(k.lt(this.column, p['columns']), 'isColumn');
  }

  /** The lane's rows from one on. */
  overRows(from: Expr, body: (row: Expr) => void): void {
    this.#b.for(k.add(from, this.row), this.#p['rows'], this.rowLanes, body);
  }

  /** Memory for words of each lane, which its team finds by the lane's row and column. */
  perLane(...types: readonly WordType[]): LaneWords {
    const b = this.#b;
    const { lanes, teams } = this.teams;
    const arrays = types.map((type) => b.shared(type, lanes * teams, 'lanes'));
    const first = b.let(k.mul(this.seat.team, lanes), 'first');
    return {
      put: (words) => words.forEach((word, i) => b.put(arrays[i], b.local, word)),
      find: (row, column) => {
        const index = b.let(k.add(first, k.add(k.mul(row, this.shape.width), column)), 'at');
        return arrays.map((array) => b.let(at(array, index), 'word'));
      },
    };
  }
}

/** Runs `body` for panels, which it changes. */
export function overPanels(
  b: GridBody,
  shape: PanelShape,
  work: BufferArray,
  p: Params,
  body: (panel: Panel) => void,
): void {
  const teams = panelTeams(shape);
  seated(b, teams, p['count'], (seat) => {
    const there = matrixIn(b, work, shape.element, p, 'a', seat.item);
    if (shape.held === null) return body(new Panel(b, shape, seat, there, p));
    const size = shape.width * shape.held;
    const held = new Held(b, shape.element, teams.teams * size, 'panel');
    const panel = new Panel(b, shape, seat, held.matrix(k.mul(seat.team, size), shape.width), p);
    const overAll = (each: (row: Expr) => void): void =>
      b.if(panel.isColumn, () => panel.overRows(k.const('i32', 0), each));
    overAll((row) => panel.a.set(row, panel.column, there.get(row, panel.column)));
    b.barrier();
    body(panel);
    b.barrier();
    b.if(seat.isThere, () => overAll((row) => there.set(row, panel.column, panel.a.get(row, panel.column))));
  });
}
