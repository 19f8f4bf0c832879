/** Scattering on a grid: values written to chosen elements, or combined with them. */
import { k, lift } from '../../build.ts';
import type { ElementType } from '../../element.ts';
import { at, gridKernel } from '../build.ts';
import type { GridBody, GridKernel } from '../build.ts';
import { loadElement, packWord, perWord, storeElement, unpackWord } from '../element.ts';
import type { AtomicOp, BufferArray } from '../ir.ts';
import type { Expr } from '../../ir.ts';
import type { MapSpec } from '../../map.ts';
import type { Value } from '../../value.ts';
import type { Bits } from './gather.ts';
import { GridWalk, INDEX_GROUP, offsetAt } from './gather_places.ts';
import type { Params } from '../window/window.ts';
import { integers } from '../window/window.ts';

/**
 * Which of several values for one place stays: the last in C order. Places that differ by their indices alone have an owner, the number
 * of the last value for them: `low` is the lowest offset, `step` what all offsets are multiples of.
 */
const OWNERSHIP = ['low', 'step'] as const;

/** The owner of a place. */
const ownerOf = (p: Params, place: Expr, offset: Expr): Expr =>
  k.idiv(k.sub(k.add(place, offset), p['low']), p['step']);

/** What is walked to find owners: the places without what the indices add, and the offsets. */
export const OWNED = ['place', 'offsets'] as const;

/** The kernel that finds owners. Buffers: offsets, the owners (one more than the number of their last value, 0 before). */
export function buildGridLast(rank: number): GridKernel {
  const walk = new GridWalk(rank, OWNED);
  const params = integers('total', ...OWNERSHIP, ...walk.params);
  const buffers = { offsets: 'read', owners: 'atomic' } as const;
  return gridKernel('last of each place', INDEX_GROUP, buffers, params, (b, { offsets, owners }, p) =>
    b.if(k.lt(b.invocation, p['total']), () => {
      const [place, from] = walk.places(b, p, b.invocation);
      const { offset, isChosen } = offsetAt(b, offsets, from);
      b.if(isChosen, () => {
        b.atomic('max', owners, ownerOf(p, place, offset), k.bitcast('u32', k.add(b.invocation, 1)));
      });
    }),
  );
}

/** What a scatter walks; with owners also the places that have them, and the values' numbers among those for such places. */
export const scattered = (owned: boolean): readonly string[] =>
  owned ? ['chosen', 'offsets', 'values', 'place', 'number'] : ['chosen', 'offsets', 'values'];

/** The kernel that writes elements of some bits. Buffers: values, offsets, owners if there are any, the elements to write to. */
export function buildGridScatter(element: Bits, rank: number, owned: boolean): GridKernel {
  const walk = new GridWalk(rank, scattered(owned));
  const params = integers('total', ...(owned ? OWNERSHIP : []), ...walk.params);
  const target = perWord(element) > 1 ? 'atomic' : 'write';
  const buffers: Record<string, 'read' | 'write' | 'atomic'> = { values: 'read', offsets: 'read' };
  if (owned) buffers['owners'] = 'read';
  buffers['elements'] = target;
  return gridKernel('scatter', INDEX_GROUP, buffers, params, (b, named, p) =>
    b.if(k.lt(b.invocation, p['total']), () => {
      const [chosen, from, value, place, number] = walk.places(b, p, b.invocation);
      const { offset, isChosen } = offsetAt(b, named['offsets'], from);
      const write = (): void => {
        const bits = b.let(loadElement(named['values'], element, element, value) as Expr, 'bits');
        storeElement(b, named['elements'], element, element, b.let(k.add(chosen, offset), 'to'), bits);
      };
      b.if(isChosen, () => {
        if (!owned) return write();
        const owner = k.bitcast('i32', at(named['owners'], ownerOf(p, place, offset)));
        b.if(k.eq(owner, k.add(number, 1)), write);
      });
    }),
  );
}

/** A function that chosen elements are replaced by. */
export interface GridCombine {
  readonly spec: MapSpec;
  readonly chosen: ElementType;
  readonly operand: ElementType | null;
}

/** What a combination walks. */
export const combined = ({ operand }: GridCombine): readonly string[] =>
  operand === null ? ['chosen', 'offsets'] : ['chosen', 'offsets', 'operand'];

const buffersOf = (
  { operand }: GridCombine,
  target: BufferArray['access'],
): Record<string, BufferArray['access']> => ({
  offsets: 'read',
  ...(operand === null ? {} : { operand: 'read' as const }),
  elements: target,
});

function resultOf({ spec, operand }: GridCombine, x: Value, buffer: BufferArray, place: Expr): Value {
  const inputs = operand === null ? [x] : [x, loadElement(buffer, operand, spec.inputs[1], place)];
  return [spec.expr(...inputs)].flat()[0] as Value;
}

/**
 * The kernel that replaces each chosen element by a function of itself, in any order where one is chosen several times: a change is tried
 * until no other has come between. Buffers: offsets, the operand if there is one, the elements, none larger than a word.
 *
 * @param atomic - the atomic operation on words that does the same
 */
export function buildGridCombine(
  combine: GridCombine,
  rank: number,
  atomic: Exclude<AtomicOp, 'compareExchange'> | null,
): GridKernel {
  const walk = new GridWalk(rank, combined(combine));
  const params = integers('total', ...walk.params);
  const name = `${combine.spec.name} at`;
  return gridKernel(name, INDEX_GROUP, buffersOf(combine, 'atomic'), params, (b, named, p) =>
    b.if(k.lt(b.invocation, p['total']), () => {
      const [chosen, from, operand] = walk.places(b, p, b.invocation);
      const { offset, isChosen } = offsetAt(b, named['offsets'], from);
      b.if(isChosen, () => {
        const to = b.let(k.add(chosen, offset), 'to');
        if (atomic !== null) {
          const { spec } = combine;
          const x = loadElement(named['operand'], combine.operand!, spec.inputs[1], operand) as Expr;
          b.atomic(atomic, named['elements'], to, k.bitcast('u32', x));
        } else tryToChange(b, combine, named, to, operand);
      });
    }),
  );
}

function tryToChange(
  b: GridBody,
  combine: GridCombine,
  named: Readonly<Record<string, BufferArray>>,
  place: Expr,
  operand: Expr,
): void {
  const { spec, chosen } = combine;
  const { elements } = named;
  const each = perWord(chosen);
  const word = b.let(k.shr(place, Math.log2(each)), 'word');
  const shift = b.let(k.bitcast('u32', k.mul(k.and(place, each - 1), 32 / each)), 'shift');
  const mask = b.let(k.shl(lift(each === 1 ? 2 ** 32 - 1 : 2 ** (32 / each) - 1, 'u32'), shift), 'mask');
  const before = b.let(at(elements, word), 'before');
  const isDone = b.let(lift(false, 'bool'), 'isDone');
  b.while(k.not(isDone), () => {
    const [x] = unpackWord(chosen, spec.inputs[0], k.shr(before, shift));
    const result = resultOf(combine, x, named['operand'], operand);
    const bits = k.shl(packWord(chosen, spec.outputs[0], [result]), shift);
    const after = b.let(k.or(k.and(before, k.not(mask)), bits), 'after');
    const found = b.compareExchange(elements, word, before, after);
    b.set(isDone, k.eq(found, before));
    b.set(before, found);
  });
}

/** What the walk over the axes without indices has. */
export const beside = ({ operand }: GridCombine): readonly string[] =>
  operand === null ? ['free'] : ['free', 'freeOperand'];

/**
 * The same one after the other, for functions that depend on the order: an invocation visits all indices for one place of the axes that
 * have none. Buffers as above.
 */
export function buildGridCombineInOrder(combine: GridCombine, freeRank: number, rank: number): GridKernel {
  const [free, walk] = [new GridWalk(freeRank, beside(combine)), new GridWalk(rank, combined(combine))];
  const params = integers('total', 'count', ...free.params, ...walk.params);
  const target = perWord(combine.chosen) > 1 ? 'atomic' : 'write';
  const name = `${combine.spec.name} in order at`;
  return gridKernel(name, INDEX_GROUP, buffersOf(combine, target), params, (b, named, p) =>
    b.if(k.lt(b.invocation, p['total']), () => {
      const [start, operandStart] = free.places(b, p, b.invocation);
      b.for(0, p['count'], 1, (i) => {
        const [chosen, from, operand] = walk.places(b, p, i);
        const { offset, isChosen } = offsetAt(b, named['offsets'], from);
        b.if(isChosen, () => {
          const to = b.let(k.add(start, k.add(chosen, offset)), 'to');
          const { spec, chosen: element } = combine;
          const x = loadElement(named['elements'], element, spec.inputs[0], to);
          const other = combine.operand === null ? start : k.add(operandStart, operand);
          const result = resultOf(combine, x, named['operand'], other);
          const settled =
            'op' in result
              ? b.let(result, 'result')
              : { re: b.let(result.re, 're'), im: b.let(result.im, 'im') };
          storeElement(b, named['elements'], element, spec.outputs[0], to, settled);
        });
      });
    }),
  );
}
