/**
 * Rows for grid kernels. What a kernel writes to an operand is put off as a function of the position: lanes that read it compute it
 * anew, which is faster than memory, and at the end each element is written once.
 */
import { k } from '../../build.ts';
import type { Expr } from '../../ir.ts';
import type { ElementExpr, Row } from '../../rows/program.ts';

/** A value for each position. */
export type AtPosition = (position: Expr) => Expr;

/** An operand of a row. */
export interface RowSlot {
  /** What it holds: nothing at first if it is only written. */
  value: AtPosition | null;
  /** What the row adds to it, if it is a sum over rows. */
  term: AtPosition | null;
}

/** Computes an expression once for each position that it is asked for. */
function remembered(compute: AtPosition): AtPosition {
  const known = new Map<Expr, Expr>();
  return (position) => {
    let value = known.get(position);
    if (!value) known.set(position, (value = compute(position)));
    return value;
  };
}

export const slotOf = (value: AtPosition | null): RowSlot => ({
  value: value && remembered(value),
  term: null,
});

const combined = (inputs: readonly RowSlot[], expr: ElementExpr): AtPosition => {
  const values = inputs.map(({ value }) => value!);
  return remembered((position) => expr(...values.map((value) => value(position))));
};

export type Reduced = 'add' | 'max';

const ZERO = /* @__PURE__ */ k.const('f32', 0);
const FIRST = /* @__PURE__ */ k.const('i32', 0);

/** What all rows of grid kernels have in common. */
export abstract class LazyRow implements Row<RowSlot> {
  readonly type = 'f32';
  /** All operands. */
  readonly operands: readonly RowSlot[];
  /** The number of elements, an i32. */
  protected readonly n: Expr;

  constructor(slots: readonly RowSlot[], n: Expr) {
    this.operands = slots;
    this.n = n;
  }

  abstract let(value: Expr): Expr;

  /** Reduces so many values, given for each position. */
  protected abstract combine(op: Reduced, count: number, values: (position: Expr) => readonly Expr[]): Expr[];

  get count(): Expr {
    return k.convert('f32', this.n);
  }

  map(output: RowSlot, inputs: readonly RowSlot[], expr: ElementExpr): void {
    output.value = combined(inputs, expr);
  }

  addTo(sums: RowSlot, inputs: readonly RowSlot[], expr: ElementExpr): void {
    sums.term = combined(inputs, expr);
  }

  reduce(op: Reduced, inputs: readonly RowSlot[], expr: (...elements: Expr[]) => readonly Expr[]): Expr[] {
    const values = inputs.map(({ value }) => value!);
    const { length } = expr(...inputs.map(() => ZERO));
    return this.combine(op, length, (position) => expr(...values.map((value) => value(position))));
  }

  sum(inputs: readonly RowSlot[], expr: ElementExpr): Expr {
    return this.reduce('add', inputs, (...elements) => [expr(...elements)])[0];
  }

  max(input: RowSlot): Expr {
    return this.reduce('max', [input], (x) => [x])[0];
  }

  number(of: RowSlot): Expr {
    return this.let(of.value!(FIRST));
  }

  integer(of: RowSlot): Expr {
    return this.number(of);
  }

  set(target: RowSlot, value: Expr): void {
    target.value = () => value;
  }

  at(of: RowSlot, index: Expr): Expr {
    const inside = k.max(k.min(index, k.sub(this.n, 1)), 0);
    return this.let(of.value!(this.let(inside)));
  }

  replace(target: RowSlot, index: Expr, by: (old: Expr) => Expr): void {
    const before = target.value!;
    target.value = remembered((position) => {
      const old = before(position);
      return k.select(k.eq(position, index), by(old), old);
    });
  }

  when(condition: Expr, then: () => void, otherwise: () => void): void {
    const before = this.operands.map(({ value }) => value);
    otherwise();
    const other = this.operands.map(({ value }) => value);
    this.operands.forEach((slot, i) => (slot.value = before[i]));
    then();
    this.operands.forEach((slot, i) => {
      const own = slot.value;
      const others = other[i];
      if (own === others || others === null) return;
      if (own === null || own === before[i]) slot.value = others;
      else slot.value = remembered((position) => k.select(condition, own(position), others(position)));
    });
  }
}

/** A row whose reductions are known: what it adds to sums, element by element. */
export class KnownRow extends LazyRow {
  readonly #known: readonly Expr[];
  #next = 0;

  /** @param known - the values of all reductions, in order */
  constructor(slots: readonly RowSlot[], n: Expr, known: readonly Expr[]) {
    super(slots, n);
    this.#known = known;
  }

  let(value: Expr): Expr {
    return value;
  }

  protected combine(_: Reduced, count: number): Expr[] {
    return this.#known.slice(this.#next, (this.#next += count));
  }
}

/** A row that is only looked at: how many values each of its reductions has. */
export class CountedRow extends LazyRow {
  readonly reductions: number[] = [];

  let(value: Expr): Expr {
    return value;
  }

  protected combine(_: Reduced, count: number): Expr[] {
    this.reductions.push(count);
    return new Array<Expr>(count).fill(ZERO);
  }
}
