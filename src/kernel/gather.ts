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

/** Where a move writes and reads. */
export interface Move {
  readonly to: Expr;
  readonly from: Expr;
}

/**
 * A module for moves of one width. For each form it has the row `form(plain, chosen, offsets, n, steps...)` and the nest
 * `form_nest(argument block)`.
 *
 * @param direction - says which side is written
 */
export function buildMoves(width: MoveWidth, direction: (sides: Sides) => Move): KernelModule {
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

type MoveParams = { readonly [N in keyof typeof PARAMS]: Local<'i32'> };

function moveRow(form: MoveForm, width: MoveWidth, direction: (sides: Sides) => Move): KernelFunction {
  const word = WORDS[width];
  const move = (b: Body, sides: Sides): void => {
    const { to, from } = direction(sides);
    b.store(to, k.load(word, from));
  };
  return func(form, PARAMS, undefined, (b, p) => {
    if (form === 'run') return moveRun(b, p, width, direction, move);
    if (form === 'each') moveBlocks(b, p, width, direction);
    const moving = [
      { pointer: p.plain, step: p.plainStep },
      { pointer: p.offsets, step: p.offsetStep },
      { pointer: p.chosen, step: p.chosenStep },
    ];
    repeat(b, p.n, moving, () =>
      move(b, { plain: p.plain, chosen: k.add(p.chosen, k.load('i32', p.offsets)) }),
    );
  });
}

/** Elements of a loop that is unrolled. */
const UNROLL = 4;

/** Takes most of the elements that have an offset each, several in a turn. */
function moveBlocks(b: Body, p: MoveParams, width: MoveWidth, direction: (sides: Sides) => Move): void {
  const word = WORDS[width];
  b.while(k.ge(p.n, UNROLL), () => {
    const places = Array.from({ length: UNROLL }, (_, i) =>
      b.let(k.load('i32', p.offsets, i * OFFSET), 'place'),
    );
    places.forEach((place, i) => {
      const { to, from } = direction({ plain: p.plain, chosen: k.add(p.chosen, place) });
      // Offsets into the plain side are part of the instruction.
      const [toOffset, fromOffset] = to === p.plain ? [i * width, 0] : [0, i * width];
      b.store(to, k.load(word, from, fromOffset), toOffset);
    });
    b.bump(p.plain, UNROLL * width);
    b.bump(p.offsets, UNROLL * OFFSET);
    b.bump(p.n, -UNROLL);
  });
}

/** Runs longer than this many bytes are copied by the memory instruction, which is slow to start. */
const SHORT_RUN = 64;

function moveRun(
  b: Body,
  p: MoveParams,
  width: MoveWidth,
  direction: (sides: Sides) => Move,
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
