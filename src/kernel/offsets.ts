/** Kernels that turn index arrays into offsets in bytes, checking and wrapping every index on the way. */
import { func, k } from './build.ts';
import type { ElementType } from './element.ts';
import { layoutOf } from './element.ts';
import { OFFSET, nestOver, repeat } from './indexed.ts';
import type { Expr, KernelFunction, KernelModule } from './ir.ts';
import { hasOffsetVectors, offsetBlocks } from './offset_vectors.ts';
import type { ScalarType } from './types.ts';

/**
 * What becomes of an index that is no position of its axis: 'raise' counts negative ones from the end and refuses the rest,
 * 'strict' refuses negative ones as well, 'wrap' takes it modulo the length, 'clip' takes the nearest position. 'offset' takes it as an offset, unchecked.
 */
export type IndexMode = 'raise' | 'strict' | 'wrap' | 'clip' | 'offset';

/** The type that an index is computed in. */
export function indexType(element: ElementType): 'i32' | 'i64' {
  return element === 'f64' || element === 'u32' || layoutOf(element).bytes === 8 ? 'i64' : 'i32';
}

/** Parameters besides operands: the axis' length, its stride, which bits of earlier offsets to keep, and where to report. */
function offsetParams(element: ElementType): Record<string, ScalarType> {
  return { length: indexType(element), stride: 'i32', keep: 'i32', status: 'i32' };
}

/**
 * The kernel for index arrays of one element type: `row(index, out, n, steps..., length, stride, keep, status)` and `nest`.
 * Writes `index * stride`, added to what `out` holds if `keep` is -1 (0: not); sets the word at `status` to 1 if an index is refused.
 */
export function buildOffsets(element: ElementType, mode: IndexMode): KernelModule {
  const row = offsetsRow(element, mode);
  return { exports: [row, nestOver('nest', row, 2, offsetParams(element))] };
}

function offsetsRow(element: ElementType, mode: IndexMode): KernelFunction {
  const type = indexType(element);
  const params = {
    index: 'i32',
    out: 'i32',
    n: 'i32',
    step: 'i32',
    outStep: 'i32',
    length: type,
    stride: 'i32',
    keep: 'i32',
    status: 'i32',
  } as const;
  return func(
    'row',
    params,
    undefined,
    (b, { index, out, n, step, outStep, length, stride, keep, status }) => {
      const bad = b.let(k.const('bool', false), 'bad');
      if ((mode === 'raise' || mode === 'strict') && hasOffsetVectors(element)) {
        const dense = k.and(k.eq(step, layoutOf(element).bytes), k.eq(outStep, OFFSET));
        b.if(k.and(k.and(dense, k.eq(keep, 0)), k.lt(length, 2 ** 31 - 1)), () => {
          const short = k.convert('i32', length);
          b.set(
            bad,
            offsetBlocks(b, { element, fromEnd: mode === 'raise', index, out, n, length: short, stride }),
          );
        });
      }
      const moving = [
        { pointer: index, step },
        { pointer: out, step: outStep },
      ];
      repeat(b, n, moving, () => {
        const loaded = k.load(layoutOf(element).part, index);
        const whole = b.let(k.convert(type, loaded), 'whole');
        if (element === 'f64') b.set(bad, k.or(bad, k.ne(k.convert('f64', whole), loaded)));
        const position = b.let(positionOf(mode, whole, length), 'position');
        if (mode === 'raise' || mode === 'strict') b.set(bad, k.or(bad, outside(position, length)));
        const offset = k.mul(k.convert('i32', position), stride);
        b.store(out, k.add(k.and(k.load('i32', out), keep), offset));
      });
      b.if(bad, () => b.store(status, k.const('i32', 1)));
    },
  );
}

function positionOf(mode: IndexMode, index: Expr, length: Expr): Expr {
  switch (mode) {
    case 'offset':
    case 'strict':
      return index;
    case 'raise':
      return fromEnd(index, length);
    case 'wrap':
      return fromEnd(k.irem(index, length), length);
    case 'clip':
      return k.max(k.min(index, k.sub(length, 1)), 0);
  }
}

function fromEnd(index: Expr, length: Expr): Expr {
  return k.select(k.lt(index, 0), k.add(index, length), index);
}

/** Whether a position is negative or beyond the axis: one comparison as unsigned. */
function outside(position: Expr, length: Expr): Expr {
  const type = position.type === 'i64' ? 'u64' : 'u32';
  return k.ge(k.bitcast(type, position), k.bitcast(type, length));
}
