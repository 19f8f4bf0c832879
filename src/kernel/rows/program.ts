/** Kernels that work on the rows of matrices, a row at a time, in passes: sums and maxima over the row, and maps of it. A row stays in the cache. */
import type { Body } from '../build.ts';
import { Body as NewBody, func, k, lift, local } from '../build.ts';
import type { Expr, KernelModule, Local } from '../ir.ts';
import type { RowOperand } from '../row.ts';
import { buildRow, loadLanes } from '../row.ts';
import type { ScalarType } from '../types.ts';
import { BYTES, lanes, vectorOf } from '../types.ts';
import { Vectorizer, varyingNodes } from '../vectorize.ts';

/** The types that rows are computed in. */
export type RowType = 'f32' | 'f64';

/** Vectors that a row is combined in. */
const ACCUMULATORS = 4;

/** What sums and maxima of no element are. */
export const NOTHING = { add: 0, max: -Infinity } as const;

/** Computes a value for each element, of the elements of operands. */
export type ElementExpr = (...elements: Expr[]) => Expr;

/**
 * One row, as a kernel is written with it. What `P` names is an operand: the elements of a row, or the one number that a row has.
 * A device may put off what is written until the end of the row, and compute what a kernel writes and then reads anew.
 */
export interface Row<P> {
  readonly type: RowType;
  /** The number of elements as a number. */
  readonly count: Expr;
  /** A value of the row, which is computed once. */
  let(value: Expr): Expr;
  /** Writes a value for each element. */
  map(output: P, inputs: readonly P[], expr: ElementExpr): void;
  /** Adds a value for each element to sums that all rows share. */
  addTo(sums: P, inputs: readonly P[], expr: ElementExpr): void;
  sum(inputs: readonly P[], expr: ElementExpr): Expr;
  max(input: P): Expr;
  /** Sums or maxima of several values in one pass. The values must have no rare cases, such as exp has. */
  reduce(op: 'add' | 'max', inputs: readonly P[], expr: (...elements: Expr[]) => readonly Expr[]): Expr[];
  /** The row's number in an operand that has one for each row, */
  number(of: P): Expr;
  /** and as an i32, if it is an integer. */
  integer(of: P): Expr;
  /** Writes it. */
  set(target: P, value: Expr): void;
  /** The element at an index; any number if the row has no such element. */
  at(of: P, index: Expr): Expr;
  /** Replaces an element of what `map` has written. */
  replace(target: P, index: Expr, by: (old: Expr) => Expr): void;
  /** What is written is that of `then` or of `otherwise`; both may be run. */
  when(condition: Expr, then: () => void, otherwise: () => void): void;
}

/** A row in memory of bytes. Operands are pointers to first elements. */
export class HeapRow implements Row<Expr> {
  readonly b: Body;
  readonly type: RowType;
  /** The elements of a row. */
  readonly n: Local<'i32'>;
  readonly #vectorsBelow: number;

  constructor(b: Body, type: RowType, n: Local<'i32'>, vectorsBelow: number) {
    this.b = b;
    this.type = type;
    this.n = n;
    this.#vectorsBelow = vectorsBelow;
  }

  let(value: Expr): Expr {
    return this.b.let(value);
  }

  map(output: Expr, inputs: readonly Expr[], expr: ElementExpr): void {
    const operand = (at: Expr): RowOperand => ({
      element: this.type,
      loop: this.type,
      stride: 'c',
      pointer: this.b.let(at, 'p') as Local<'i32'>,
      step: undefined,
    });
    buildRow(this.b, {
      expr: expr as never,
      inputs: inputs.map(operand),
      mask: undefined,
      outputs: [operand(output)],
      n: this.n,
      vectorsBelow: this.#vectorsBelow,
    });
  }

  addTo(sums: Expr, inputs: readonly Expr[], expr: ElementExpr): void {
    this.map(sums, [sums, ...inputs], (sum, ...elements) => k.add(sum, expr(...elements)));
  }

  sum(inputs: readonly Expr[], expr: ElementExpr): Local {
    return this.reduce('add', inputs, (...x) => [expr(...x)])[0];
  }

  max(input: Expr): Local {
    return this.reduce('max', [input], (x) => [x])[0];
  }

  get count(): Expr {
    return k.convert(this.type, this.n);
  }

  number(of: Expr): Expr {
    return this.b.let(k.load(this.type, of));
  }

  integer(of: Expr): Expr {
    return this.b.let(k.convert('i32', k.load('i64', of)));
  }

  set(target: Expr, value: Expr): void {
    this.b.store(target, value);
  }

  at(of: Expr, index: Expr): Expr {
    return this.b.let(k.load(this.type, this.#place(of, index)));
  }

  replace(target: Expr, index: Expr, by: (old: Expr) => Expr): void {
    const place = this.b.let(this.#place(target, index));
    this.b.store(place, by(k.load(this.type, place)));
  }

  #place(of: Expr, index: Expr): Expr {
    return k.add(of, k.mul(index, BYTES[this.type]));
  }

  when(condition: Expr, then: () => void, otherwise: () => void): void {
    this.b.if(condition, then, otherwise);
  }

  reduce(
    op: 'add' | 'max',
    inputs: readonly Expr[],
    expr: (...elements: Expr[]) => readonly Expr[],
  ): Local[] {
    const { b, type } = this;
    const leaves = inputs.map(() => local(type, 'x'));
    const values = expr(...leaves);
    const at = inputs.map((pointer) => b.let(pointer, 'at'));
    const left = b.let(this.n, 'left');
    const results = values.map(() => b.let(lift(NOTHING[op], type), 'total'));
    const move = (body: Body, count: number): void => {
      for (const pointer of at) body.bump(pointer, count * BYTES[type]);
      body.bump(left, -count);
    };
    this.#blocks(op, { leaves, values, at, left, results }, move);
    b.while(k.gt(left, 0), () => {
      leaves.forEach((leaf, i) => b.set(leaf, k.load(type, at[i])));
      const next = values.map((value, i) => b.let(k[op](results[i], value)));
      results.forEach((result, i) => b.set(result, next[i]));
      move(b, 1);
    });
    return results;
  }

  /** Whole blocks of vectors. */
  #blocks(
    op: 'add' | 'max',
    { leaves, values, at, left, results }: Reduction,
    move: (body: Body, count: number) => void,
  ): void {
    const { b, type } = this;
    const vector = vectorOf(type);
    const count = ACCUMULATORS * lanes(vector);
    b.if(k.ge(left, count), () => {
      const accumulators = values.map(() =>
        Array.from({ length: ACCUMULATORS }, () => b.let(k.splat(vector, NOTHING[op]), 'acc')),
      );
      const body = new NewBody();
      const vectorizer = new Vectorizer(b, count, varyingNodes(values, new Set(leaves)));
      leaves.forEach((leaf, i) => vectorizer.define(leaf, loadLanes(type, at[i], count)));
      values.forEach((value, v) =>
        vectorizer.block(value).forEach((x, i) => body.set(accumulators[v][i], k[op](accumulators[v][i], x))),
      );
      move(body, count);
      b.while(k.ge(left, count), () => b.append(body.finish()));
      accumulators.forEach(([p, q, r, s], v) => {
        const all = b.let(k[op](k[op](p, q), k[op](r, s)), 'all');
        const parts = Array.from({ length: lanes(vector) }, (_, lane) => k.extract(all, lane));
        b.set(results[v], pairwise(parts, k[op]));
      });
    });
  }
}

interface Reduction {
  readonly leaves: readonly Local[];
  readonly values: readonly Expr[];
  readonly at: readonly Local[];
  readonly left: Local;
  readonly results: readonly Local[];
}

function pairwise(values: readonly Expr[], combine: (a: Expr, b: Expr) => Expr): Expr {
  if (values.length === 1) return values[0];
  const half = values.length / 2;
  return combine(pairwise(values.slice(0, half), combine), pairwise(values.slice(half), combine));
}

/**
 * A module that exports `rows(count, n, pointers..., steps in bytes to the next row..., scalars...)`.
 *
 * @param arrays - how many arrays there are
 * @param scalars - how many numbers
 * @param vectorsBelow - as for `buildRow`
 * @param body - the work on one row
 */
export function buildRows(
  type: RowType,
  arrays: number,
  scalars: number,
  vectorsBelow: number,
  body: (row: HeapRow, pointers: readonly Expr[], numbers: readonly Expr[]) => void,
): KernelModule {
  const params: Record<string, ScalarType> = { count: 'i32', n: 'i32' };
  for (let i = 0; i < arrays; i++) params[`p${i}`] = 'i32';
  for (let i = 0; i < arrays; i++) params[`s${i}`] = 'i32';
  for (let i = 0; i < scalars; i++) params[`x${i}`] = type;
  const rows = func('rows', params, undefined, (b, p) => {
    const named = (prefix: string, count: number): Local[] =>
      Array.from({ length: count }, (_, i) => p[`${prefix}${i}`]);
    const [pointers, steps] = [named('p', arrays), named('s', arrays)];
    const row = new HeapRow(b, type, p['n'] as Local<'i32'>, vectorsBelow);
    b.for(0, p['count'], 1, () => {
      body(row, pointers, named('x', scalars));
      pointers.forEach((pointer, i) => b.bump(pointer, steps[i]));
    });
  });
  return { exports: [rows] };
}
