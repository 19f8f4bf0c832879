/** Matrices as the kernels of factorisations have them: in memory, by strides of either sign, or held by a workgroup. */
import type { Body, Operand } from '../../build.ts';
import { k, lift } from '../../build.ts';
import type { Expr, Local } from '../../ir.ts';
import type { Value } from '../../value.ts';
import { isComplexValue, partsOf, v, valueOf } from '../../value.ts';
import { at } from '../build.ts';
import type { GridBody } from '../build.ts';
import { loadElement, storeElement, wordsOf } from '../element.ts';
import type { BufferArray, LocalArray } from '../ir.ts';

/** The elements of matrices that a GPU factors. */
export type MatrixElement = 'f32' | 'c64';

/** Most rows and columns that a workgroup takes of a matrix at a time. */
export const BLOCK = 32;

/** Words of workgroup memory that every device has. */
export const WORKGROUP_WORDS = 4096;

/** A matrix whose elements are read, at once, and written. */
export interface GridMatrix {
  get(row: Expr, column: Expr): Value;
  set(row: Expr, column: Expr, value: Value): void;
}

export type Params = Readonly<Record<string, Expr>>;

const PLACE = ['Start', 'Row', 'Column', 'Step'] as const;

/**
 * The parameters that say where a stack of matrices is, in elements: the first element, the strides of rows and columns, and from one
 * matrix to the next.
 */
export function placeParams(...names: string[]): Record<string, 'i32'> {
  return Object.fromEntries(names.flatMap((name) => PLACE.map((what) => [name + what, 'i32'] as const)));
}

/** A value that is computed now. */
export function settled(b: Body, value: Value, name = 'x'): Value {
  return isComplexValue(value)
    ? { re: b.let(value.re, name), im: b.let(value.im, name) }
    : b.let(value, name);
}

/** A value that changes. */
export class Variable {
  readonly value: Value;
  readonly #b: Body;

  constructor(b: Body, start: Value) {
    this.#b = b;
    this.value = settled(b, start);
  }

  set(value: Value): void {
    const parts = partsOf(settled(this.#b, value));
    partsOf(this.value).forEach((part, i) => this.#b.set(part as Local, parts[i]));
  }
}

/** The types of a value's parts. */
export const partTypes = (element: MatrixElement): readonly 'f32'[] =>
  element === 'c64' ? ['f32', 'f32'] : ['f32'];

/** A real number as an element. */
export function realValue(element: MatrixElement, re: Operand): Value {
  const part = lift(re, 'f32');
  return element === 'c64' ? { re: part, im: lift(0, 'f32') } : part;
}

/** A value times a real number. */
export function scaled(value: Value, factor: Expr): Value {
  return isComplexValue(value)
    ? { re: k.mul(value.re, factor), im: k.mul(value.im, factor) }
    : k.mul(value, factor);
}

/** A value with other ones subtracted from it: `x - y z`. */
export const lessProduct = (x: Value, y: Value, z: Value): Value => v.sub(x, v.mul(y, z));

/** |x| squared. */
export const square = (x: Value): Expr =>
  partsOf(x)
    .map((part) => k.mul(part, part))
    .reduce((sum, part) => k.add(sum, part));

/** Where the matrix `name` of a place in the stack begins. */
export const startOf = (b: Body, p: Params, name: string, matrix: Expr): Expr =>
  b.let(k.add(p[`${name}Start`], k.mul(matrix, p[`${name}Step`])), 'start');

/** A matrix of the stack `name` in memory. */
export function matrixIn(
  b: GridBody,
  buffer: BufferArray,
  element: MatrixElement,
  p: Params,
  name: string,
  matrix: Expr,
): GridMatrix {
  const start = startOf(b, p, name, matrix);
  const index = (row: Expr, column: Expr): Expr => {
    const inRow = k.mul(column, p[`${name}Column`]);
    return b.let(k.add(k.add(start, k.mul(row, p[`${name}Row`])), inRow), 'index');
  };
  return {
    get: (row, column) => settled(b, loadElement(buffer, element, element, index(row, column))),
    set: (row, column, value) => storeElement(b, buffer, element, element, index(row, column), value),
  };
}

/** Elements in the memory of a workgroup. */
export class Held {
  readonly #b: GridBody;
  readonly #parts: readonly LocalArray[];

  constructor(b: GridBody, element: MatrixElement, length: number, name = 'held') {
    this.#b = b;
    this.#parts = Array.from({ length: wordsOf(element) }, () => b.shared('f32', length, name));
  }

  get(index: Expr): Value {
    return valueOf(this.#parts.map((part) => this.#b.let(at(part, index), 'x')));
  }

  set(index: Expr, value: Value): void {
    partsOf(value).forEach((part, i) => this.#b.put(this.#parts[i], index, part));
  }

  /** The elements from an index on as a matrix with rows of `width` elements. */
  matrix(first: Expr, width: number): GridMatrix {
    const index = (row: Expr, column: Expr): Expr =>
      this.#b.let(k.add(first, k.add(k.mul(row, width), column)), 'place');
    return {
      get: (row, column) => this.get(index(row, column)),
      set: (row, column, value) => this.set(index(row, column), value),
    };
  }
}

/** How a workgroup is divided: teams of lanes, each of which takes a matrix, or a part of one. Both are powers of two. */
export interface Teams {
  readonly lanes: number;
  readonly teams: number;
}

/** Most invocations of a workgroup that every device has. */
const GROUP = 256;

const powerBelow = (x: number): number => 2 ** Math.floor(Math.log2(x));

/** Teams of a lane for each of so many elements, as many as have room for `words` words each. */
export function teamsFor(elements: number, words: number): Teams {
  const lanes = Math.min(GROUP, elements);
  return { lanes, teams: powerBelow(Math.min(GROUP / lanes, Math.max(1, WORKGROUP_WORDS / words))) };
}

/** The place of an invocation. */
export interface Seat {
  readonly lane: Expr;
  /** The number of its team in the workgroup. */
  readonly team: Expr;
  /** What the team takes, of `count`; of those there are if it has none. */
  readonly item: Expr;
  /** Whether there is something for the team. */
  readonly isThere: Expr;
}

/** Runs `body` in workgroups that have something to do. Barriers may be in it. */
export function seated(b: GridBody, { lanes, teams }: Teams, count: Expr, body: (seat: Seat) => void): void {
  b.if(k.lt(k.mul(b.group, teams), count), () => {
    const lane = b.let(k.and(b.local, lanes - 1), 'lane');
    // The only team is known to be the same in all lanes, which barriers depend on.
    const isOnly = teams === 1;
    const team = isOnly ? k.const('i32', 0) : b.let(k.shr(b.local, Math.log2(lanes)), 'team');
    const own = isOnly ? b.group : b.let(k.add(k.mul(b.group, teams), team), 'own');
    const isThere = b.let(k.lt(own, count), 'isThere');
    body({ lane, team, item: isOnly ? own : b.let(k.min(own, k.sub(count, 1)), 'item'), isThere });
  });
}

/** Runs `body` for the rows and columns of a block, whose sides are powers of two, shared among lanes: neighbours take neighbours in a row. */
export function overBlock(
  b: GridBody,
  { lanes }: Teams,
  lane: Expr,
  [rows, columns]: readonly [number, number],
  body: (row: Expr, column: Expr) => void,
): void {
  overItems(b, lanes, lane, rows * columns, (item) =>
    body(b.let(k.shr(item, Math.log2(columns)), 'row'), b.let(k.and(item, columns - 1), 'column')),
  );
}

/** The same, but where `down` is true neighbours take neighbours in a column. */
export function overBlockEitherWay(
  b: GridBody,
  { lanes }: Teams,
  lane: Expr,
  [rows, columns]: readonly [number, number],
  down: Expr,
  body: (row: Expr, column: Expr) => void,
): void {
  const fast = b.let(k.select(down, k.const('i32', rows), columns), 'fast');
  overItems(b, lanes, lane, rows * columns, (item) => {
    const low = b.let(k.and(item, k.sub(fast, 1)), 'low');
    const high = b.let(k.idiv(item, fast), 'high');
    body(b.let(k.select(down, low, high), 'row'), b.let(k.select(down, high, low), 'column'));
  });
}

function overItems(b: GridBody, lanes: number, lane: Expr, items: number, body: (item: Expr) => void): void {
  if (lanes >= items) body(lane);
  else b.for(lane, items, lanes, body);
}
