/** Loop nests around a row function with plain parameters, for kernels whose addresses come from index arrays. */
import type { Body } from './build.ts';
import { func, k } from './build.ts';
import type { Expr, KernelFunction, Local } from './ir.ts';
import { blockOffsets, nextOuter } from './map.ts';
import type { ScalarType } from './types.ts';

/** Bytes of an offset: how far a place lies from where a pointer stands. */
export const OFFSET = 4;

/** `prefix0, prefix1, ...` as i32 parameters. */
export function numbered(prefix: string, count: number): Record<string, ScalarType> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, 'i32']));
}

/**
 * `name(address of the argument block, ...extra)`: calls `row(pointers..., n, steps..., extra...)` for every place of the outer
 * axes. The block is laid out as `blockOffsets(0, operands)` says.
 */
export function nestOver(
  name: string,
  row: KernelFunction,
  operands: number,
  extra: Readonly<Record<string, ScalarType>> = {},
): KernelFunction {
  const at = blockOffsets(0, operands);
  return func(name, { block: 'i32', ...extra }, undefined, (b, p) => {
    const block = p['block'] as Local<'i32'>;
    const word = (offset: number): Local => b.let(k.load('i32', block, offset));
    const n = word(at.lengths);
    const second = word(at.lengths + 4);
    const moving = Array.from({ length: operands }, (_, i) => {
      const offset = at.operands + 12 * i;
      return { pointer: word(offset), inner: word(offset + 4), second: word(offset + 8) };
    });
    const rest: Expr[] = [
      n,
      ...moving.map((o) => o.inner),
      ...Object.keys(extra).map((key) => p[key as keyof typeof p]),
    ];
    b.while(k.const('bool', true), () => {
      const pointers = moving.map((o) => b.let(o.pointer, 'p'));
      b.for(0, second, 1, () => {
        b.call(row, ...pointers, ...rest);
        pointers.forEach((p, i) => b.bump(p, moving[i].second));
      });
      nextOuter(b, block, at, moving);
    });
  });
}

/** A loop that runs n times and moves pointers on by their steps. */
export function repeat(
  b: Body,
  n: Expr,
  moving: readonly { pointer: Local; step: Expr | number }[],
  body: () => void,
): void {
  const left = b.let(n, 'left');
  b.while(k.gt(left, 0), () => {
    body();
    for (const { pointer, step } of moving) b.bump(pointer, step);
    b.bump(left, -1);
  });
}
