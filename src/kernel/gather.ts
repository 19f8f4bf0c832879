/** Kernels that read elements at computed places: `to[i] = from[offset[i]]`. */
import type { Body } from './build.ts';
import { func, k } from './build.ts';
import { OFFSET, nestOver, repeat } from './indexed.ts';
import type { Expr, KernelFunction, KernelModule, Local } from './ir.ts';
import type { ValueType } from './types.ts';

/** Bytes that are moved at a time. */
export type MoveWidth = 1 | 2 | 4 | 8 | 16;

const WORDS: Readonly<Record<MoveWidth, ValueType>> = { 1: 'u8', 2: 'u16', 4: 'i32', 8: 'i64', 16: 'i64x2' };

/**
 * How a row lies: 'each' reads every element at its own offset into dense memory, 'run' reads dense elements behind one offset,
 * 'any' is every other case.
 */
export type MoveForm = 'each' | 'run' | 'any';
const FORMS: readonly MoveForm[] = ['each', 'run', 'any'];

/** The two sides of a move: the dense or strided one, and the one whose places come from offsets. */
export interface Sides {
  readonly plain: Expr;
  readonly chosen: Expr;
}

/**
 * A module for moves of one width. For each form it has the row `form(plain, chosen, offsets, n, steps...)` and the nest
 * `form_nest(argument block)`.
 *
 * @param direction - says which side is written
 */
export function buildMoves(
  width: MoveWidth,
  direction: (sides: Sides) => { to: Expr; from: Expr },
): KernelModule {
  const rows = FORMS.map((form) => moveRow(form, width, direction));
  return { exports: rows.flatMap((row) => [row, nestOver(`${row.name}_nest`, row, 3)]) };
}

/** The kernel that gathers elements of `width` bytes. */
export function buildGather(width: MoveWidth): KernelModule {
  return buildMoves(width, ({ plain, chosen }) => ({ to: plain, from: chosen }));
}

const PARAMS = {
  plain: 'i32',
  chosen: 'i32',
  offsets: 'i32',
  n: 'i32',
  plainStep: 'i32',
  chosenStep: 'i32',
  offsetStep: 'i32',
} as const;

function moveRow(
  form: MoveForm,
  width: MoveWidth,
  direction: (sides: Sides) => { to: Expr; from: Expr },
): KernelFunction {
  const word = WORDS[width];
  const move = (b: Body, sides: Sides): void => {
    const { to, from } = direction(sides);
    b.store(to, k.load(word, from));
  };
  return func(form, PARAMS, undefined, (b, p) => {
    if (form === 'run') return moveRun(b, p, width, direction, move);
    const dense = form === 'each';
    const moving = [
      { pointer: p.plain, step: dense ? width : p.plainStep },
      { pointer: p.offsets, step: dense ? OFFSET : p.offsetStep },
      ...(dense ? [] : [{ pointer: p.chosen, step: p.chosenStep }]),
    ];
    repeat(b, p.n, moving, () =>
      move(b, { plain: p.plain, chosen: k.add(p.chosen, k.load('i32', p.offsets)) }),
    );
  });
}

/** Runs longer than this many bytes are copied by the memory instruction, which is slow to start. */
const SHORT_RUN = 64;

function moveRun(
  b: Body,
  p: { readonly [N in keyof typeof PARAMS]: Local<'i32'> },
  width: MoveWidth,
  direction: (sides: Sides) => { to: Expr; from: Expr },
  move: (b: Body, sides: Sides) => void,
): void {
  const chosen = b.let(k.add(p.chosen, k.load('i32', p.offsets)), 'chosen');
  const { to, from } = direction({ plain: p.plain, chosen });
  b.if(k.gt(p.n, SHORT_RUN / width), () => {
    b.copy(to, from, k.mul(p.n, width));
    b.return();
  });
  const moving = [
    { pointer: p.plain, step: width },
    { pointer: chosen, step: width },
  ];
  repeat(b, p.n, moving, () => move(b, { plain: p.plain, chosen }));
}
