/** Tables of byte offsets: where the places of nested axes lie, in two operands at once. */
import { func, k } from '../build.ts';
import type { KernelFunction, Local } from '../ir.ts';

/** Axes of an index space. */
export const AXES = 4;
/** An axis in memory: its length and its byte strides in the two operands, innermost axis first. */
export const AXIS_BYTES = 12;

interface Digit {
  readonly length: Local;
  readonly value: Local;
  readonly strides: readonly Local[];
  /** What the offsets lose when the digit starts again. */
  readonly spans: readonly Local[];
}

/** `offsets(axes, start, count, first, second)`: fills both tables with the offsets of `count` places from number `start` on. */
export function offsetTables(): KernelFunction {
  const params = { axes: 'i32', start: 'i32', count: 'i32', first: 'i32', second: 'i32' } as const;
  return func('offsets', params, undefined, (b, { axes, start, count, first, second }) => {
    const tables = [first, second];
    const offsets = tables.map(() => b.let(k.const('i32', 0), 'offset'));
    const digits = Array.from({ length: AXES }, (_, axis): Digit => {
      const word = (at: number): Local => b.let(k.load('i32', axes, axis * AXIS_BYTES + at));
      const [length, ...strides] = [word(0), word(4), word(8)];
      const value = b.let(k.irem(start, length), 'digit');
      b.set(start, k.idiv(start, length));
      strides.forEach((stride, i) => b.bump(offsets[i], k.mul(value, stride)));
      return { length, value, strides, spans: strides.map((stride) => b.let(k.mul(stride, length), 'span')) };
    });
    const turn = (axis: number): void => {
      const { length, value, strides, spans } = digits[axis];
      b.bump(value, 1);
      offsets.forEach((offset, i) => b.bump(offset, strides[i]));
      if (axis === AXES - 1) return;
      b.if(k.eq(value, length), () => {
        b.set(value, 0);
        offsets.forEach((offset, i) => b.set(offset, k.sub(offset, spans[i])));
        turn(axis + 1);
      });
    };
    b.for(0, count, 1, () => {
      tables.forEach((table, i) => {
        b.store(table, offsets[i]);
        b.bump(table, 4);
      });
      turn(0);
    });
  });
}
