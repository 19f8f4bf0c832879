/** Arrays as lines of elements: where the elements of a line are in the operands of a grid kernel. */
import type { ElementType } from '../../element.ts';
import { k } from '../../build.ts';
import type { GridBody, ParamType } from '../build.ts';
import { loadElement } from '../element.ts';
import type { BufferArray } from '../ir.ts';
import type { Expr, Local } from '../../ir.ts';
import type { Value } from '../../value.ts';
import type { GridStride } from '../map.ts';

/** Invocations in a workgroup of the kernels that work on lines. */
export const LINE_GROUP = 256;

/** An operand of a kernel on lines. */
export interface LineOperand {
  /** Which of the kernel's buffers it is in. */
  readonly buffer: number;
  readonly element: ElementType;
  /** How it lies from line to line, */
  readonly across: GridStride;
  /** and along a line. */
  readonly along: GridStride;
}

/** How many axes, after merging, lead from line to line and along a line. */
export interface LineRanks {
  readonly across: number;
  readonly along: number;
}

export type Params = Readonly<Record<string, Local<ParamType>>>;

const DIRECTIONS = ['across', 'along'] as const;

/**
 * The parameters of operands on lines: the numbers of lines and of elements in a line; the lengths of the axes of both directions but
 * the outermost; for each operand its offset and, of strided directions, its strides. Axes are given the innermost first.
 */
export function lineParams(ranks: LineRanks, operands: readonly LineOperand[]): Record<string, ParamType> {
  const params: Record<string, ParamType> = { count: 'i32', n: 'i32' };
  for (const way of DIRECTIONS) for (let d = 0; d < ranks[way] - 1; d++) params[`${way}_${d}`] = 'i32';
  operands.forEach((operand, i) => {
    params[`offset${i}`] = 'i32';
    for (const way of DIRECTIONS)
      if (operand[way] === 'strided') for (let d = 0; d < ranks[way]; d++) params[`${way}${i}_${d}`] = 'i32';
  });
  return params;
}

/** Finds elements of operands. */
export class LinePlaces {
  readonly #b: GridBody;
  readonly #ranks: LineRanks;
  readonly #operands: readonly LineOperand[];
  readonly #p: Params;

  constructor(b: GridBody, ranks: LineRanks, operands: readonly LineOperand[], p: Params) {
    this.#b = b;
    this.#ranks = ranks;
    this.#operands = operands;
    this.#p = p;
  }

  /** Where a line begins, for each operand. */
  starts(line: Expr): Expr[] {
    return this.#moved('across', line, (i) => this.#p[`offset${i}`]);
  }

  /** Where an element of a line that begins at `starts` is, for each operand. */
  places(starts: readonly Expr[], position: Expr): Expr[] {
    return this.#moved('along', position, (i) => starts[i]);
  }

  /** The elements there, of the operands that have a buffer to read. */
  load(arrays: readonly BufferArray[], starts: readonly Expr[], position: Expr): Value[] {
    const places = this.places(starts, position);
    return this.#operands.map(({ buffer, element }, i) =>
      loadElement(arrays[buffer], element, element, places[i]),
    );
  }

  #moved(way: 'across' | 'along', index: Expr, from: (i: number) => Expr): Expr[] {
    const strided = this.#operands.some((operand) => operand[way] === 'strided');
    const coordinates = strided ? this.#coordinates(way, index) : [];
    return this.#operands.map((operand, i) => {
      if (operand[way] === 'one') return from(i);
      const steps =
        operand[way] === 'dense'
          ? [index]
          : coordinates.map((at, d) => k.mul(at, this.#p[`${way}${i}_${d}`]));
      return this.#b.let(
        steps.reduce((sum, step) => k.add(sum, step), from(i)),
        'place',
      );
    });
  }

  /** The position along each axis, the innermost first. */
  #coordinates(way: 'across' | 'along', index: Expr): Expr[] {
    const coordinates: Expr[] = [];
    let rest = index;
    for (let d = 0; d < this.#ranks[way] - 1; d++) {
      const length = this.#p[`${way}_${d}`];
      const outer = this.#b.let(k.idiv(rest, length), 'rest');
      coordinates.push(this.#b.let(k.sub(rest, k.mul(outer, length)), 'at'));
      rest = outer;
    }
    return [...coordinates, rest];
  }
}

/** How the invocations of a workgroup share out lines: so many `lanes` work on one, neighbours on one line or on neighbouring lines. */
export interface LineTeam {
  /** A power of two. */
  readonly lanes: number;
  /** Whether neighbouring invocations are in different lines. */
  readonly across: boolean;
  /** Neighbouring invocations that can exchange words without memory, a power of two; 1 if the device has no subgroups. */
  readonly subgroup: number;
}

/** The place of an invocation in its team. */
export interface LineSeat {
  /** Which of the workgroup's lines it is in, */
  readonly column: Expr;
  /** and its number among those that work on it. */
  readonly lane: Expr;
  /** How far the next lane's number in the workgroup is from this one's. */
  readonly step: number;
}

/** Lines of a workgroup of LINE_GROUP. */
export const linesOfGroup = ({ lanes }: Pick<LineTeam, 'lanes'>): number => LINE_GROUP / lanes;

/** The seat of the invocation in a workgroup of `size`. */
export function seatOf(b: GridBody, { lanes, across }: LineTeam, size = LINE_GROUP): LineSeat {
  const lines = size / lanes;
  const within = (size: number): Expr => b.let(k.and(b.local, size - 1));
  const beyond = (size: number): Expr => b.let(k.shr(b.local, Math.log2(size)));
  return across
    ? { column: within(lines), lane: beyond(lines), step: lines }
    : { column: beyond(lanes), lane: within(lanes), step: 1 };
}
