/** Kernels that write elements at computed places: `to[offset[i]] = from[i]`, or combine what is there with what comes. */
import type { Body } from './build.ts';
import { func, k } from './build.ts';
import type { ElementType } from './element.ts';
import { loadAs, storeAs } from './element.ts';
import type { MoveWidth } from './gather.ts';
import { buildMoves } from './gather.ts';
import { nestOver, repeat } from './indexed.ts';
import type { KernelModule, Local } from './ir.ts';
import type { MapSpec } from './map.ts';
import type { Value } from './value.ts';

/** The kernel that scatters elements of `width` bytes, in order: of two writes to one place the later stays. */
export function buildScatter(width: MoveWidth): KernelModule {
  return buildMoves(width, ({ plain, chosen }) => ({ to: chosen, from: plain }));
}

/**
 * The kernel that replaces chosen elements by a function of themselves and, where the function takes two, of another operand:
 * `row([operand,] chosen, offsets, n, steps...)` and `nest`. A place that is chosen several times is replaced each time.
 *
 * @param spec - the function, and the types that it is computed in
 * @param chosen - the type of the elements to replace
 * @param operand - the type of the other operand's elements
 */
export function buildCombine(spec: MapSpec, chosen: ElementType, operand?: ElementType): KernelModule {
  const pointers = [...(operand ? ['operand'] : []), 'chosen', 'offsets'];
  const params = Object.fromEntries(
    [...pointers, 'n', ...pointers.map((name) => `${name}Step`)].map((name) => [name, 'i32'] as const),
  );
  const row = func('row', params, undefined, (b: Body, p: Readonly<Record<string, Local>>) => {
    const moving = pointers.map((name) => ({ pointer: p[name], step: p[`${name}Step`] }));
    repeat(b, p['n'], moving, () => {
      const place = b.let(k.add(p['chosen'], k.load('i32', p['offsets'])), 'place');
      const inputs: Value[] = [loadAs(chosen, spec.inputs[0], place)];
      if (operand) inputs.push(loadAs(operand, spec.inputs[1], p['operand']));
      const [result] = [spec.expr(...inputs)].flat() as Value[];
      b.stores(storeAs(chosen, spec.outputs[0], result, place));
    });
  });
  return { exports: [row, nestOver('nest', row, pointers.length)] };
}
