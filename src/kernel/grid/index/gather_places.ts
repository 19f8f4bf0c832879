/** What kernels that move chosen elements have in common: walks over axes, and offsets that index arrays come to. */
import { k, lift } from '../../build.ts';
import type { ElementType } from '../../element.ts';
import { at, gridKernel } from '../build.ts';
import type { GridBody, GridKernel } from '../build.ts';
import { loadElement } from '../element.ts';
import type { BufferArray } from '../ir.ts';
import type { Expr, Local } from '../../ir.ts';
import type { IndexMode } from '../../offsets.ts';
import { CHECK_PARAM, fail } from '../failure.ts';
import type { Params } from '../window/window.ts';
import { divided, integers, isOn } from '../window/window.ts';

/** Invocations of a workgroup of the kernels made here. */
export const INDEX_GROUP = 256;

/** The offset of an index that is refused: no element is this far away. */
const REFUSED = -(2 ** 31);

/** The places of operands along axes that are walked in C order. */
export class GridWalk {
  readonly rank: number;
  readonly operands: readonly string[];

  /**
   * @param rank - how many axes
   * @param operands - what the parameters are named after
   */
  constructor(rank: number, operands: readonly string[]) {
    this.rank = rank;
    this.operands = operands;
  }

  /** The names of its parameters: the lengths of all axes but the outermost, and for each operand an offset and strides. */
  get params(): string[] {
    const axes = Array.from({ length: this.rank }, (_, d) => d);
    const [first] = this.operands;
    const lengths = axes.slice(0, -1).map((d) => `${first}Length${d}`);
    return [...lengths, ...this.operands.flatMap((name) => [name, ...axes.map((d) => `${name}${d}`)])];
  }

  /** Where the operands are at an element. */
  places(b: GridBody, p: Params, element: Expr): Local[] {
    const coordinates: Expr[] = [];
    let rest = element;
    for (let d = 0; d < this.rank - 1; d++) {
      const [outer, inner] = divided(b, rest, p[`${this.operands[0]}Length${d}`]);
      coordinates.push(inner);
      rest = outer;
    }
    if (this.rank > 0) coordinates.push(rest);
    return this.operands.map((name) => {
      const start: Expr = p[name];
      const place = coordinates.reduce((sum, at, d) => k.add(sum, k.mul(at, p[`${name}${d}`])), start);
      return b.let(place, name);
    });
  }
}

/** How far an element is moved by its indices, and whether they were accepted. */
export function offsetAt(
  b: GridBody,
  offsets: BufferArray,
  place: Expr,
): { readonly offset: Expr; readonly isChosen: Expr } {
  const offset = b.let(k.bitcast('i32', at(offsets, place)), 'offset');
  return { offset, isChosen: b.let(k.not(k.eq(offset, REFUSED)), 'isChosen') };
}

/**
 * The kernel that turns indices of one axis into offsets. An index that is refused fails with a code and the index, the axis, its length
 * and whether the index is unsigned. Buffers: indices, offsets in C order, the status.
 *
 * @param adds - whether to add to the offsets that are there
 */
export function buildGridOffsets(
  element: ElementType,
  mode: IndexMode,
  rank: number,
  adds: boolean,
  code: number,
): GridKernel {
  const walk = new GridWalk(rank, ['index']);
  const params = integers('total', 'length', 'stride', 'axis', CHECK_PARAM, ...walk.params);
  const buffers = { indices: 'read', offsets: 'write', status: 'atomic' } as const;
  return gridKernel(
    'offsets of indices',
    INDEX_GROUP,
    buffers,
    params,
    (b, { indices, offsets, status }, p) =>
      b.if(k.lt(b.invocation, p['total']), () => {
        const [place] = walk.places(b, p, b.invocation);
        const type = element === 'u32' ? 'u32' : 'i32';
        const index = b.let(loadElement(indices, element, type, place) as Expr, 'given');
        const position = b.let(
          k.bitcast('i32', positionOf(mode, index, k.bitcast(type, p['length']))),
          'position',
        );
        const sum = b.let(k.mul(position, p['stride']), 'sum');
        const before = adds ? k.bitcast('i32', at(offsets, b.invocation)) : null;
        if (before !== null)
          b.set(sum, k.select(k.eq(before, REFUSED), lift(REFUSED, 'i32'), k.add(before, sum)));
        if (mode !== 'offset') {
          b.if(k.not(isOn(position, p['length'])), () => {
            b.set(sum, lift(REFUSED, 'i32'));
            const isUnsigned = lift(type === 'u32' ? 1 : 0, 'i32');
            fail(b, status, p[CHECK_PARAM], code, [
              k.bitcast('i32', index),
              p['axis'],
              p['length'],
              isUnsigned,
            ]);
          });
        }
        b.put(offsets, b.invocation, k.bitcast('u32', sum));
      }),
  );
}

function positionOf(mode: IndexMode, index: Expr, length: Expr): Expr {
  const fromEnd = (i: Expr): Expr => (i.type === 'u32' ? i : k.select(k.lt(i, 0), k.add(i, length), i));
  switch (mode) {
    case 'offset':
    case 'strict':
      return index;
    case 'raise':
      return fromEnd(index);
    case 'wrap':
      return fromEnd(k.irem(index, length));
    case 'clip': {
      const last = k.sub(length, 1);
      return index.type === 'u32' ? k.min(index, last) : k.max(k.min(index, last), 0);
    }
  }
}
