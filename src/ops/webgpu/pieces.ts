/** Cuts operations whose operands are larger than a kernel can be bound to. */
import { byteExtent } from '../../array/layout.ts';
import type { GpuBinding } from '../../device/webgpu/bindings.ts';
import type { GpuBytes } from '../../device/webgpu/bytes.ts';
import { wholeWords } from '../../device/webgpu/bytes.ts';
import type { GpuLimits } from '../../device/webgpu/context.ts';
import type { ElementType } from '../../kernel/element.ts';
import { layoutOf } from '../../kernel/element.ts';

/** An operand in elements: its offset, and its strides for the operation's shape. */
export interface Placed {
  readonly bytes: GpuBytes;
  readonly element: ElementType;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** A part of an operation, of which each operand can be bound. */
export interface Piece {
  readonly shape: readonly number[];
  /** What is bound: operands in the same bytes share a binding. */
  readonly bindings: readonly GpuBinding[];
  /** For each operand which binding it is in, and where it begins there, in elements. */
  readonly slots: readonly number[];
  readonly offsets: readonly number[];
  /** Whether the last elements are in it. */
  readonly isLast: boolean;
}

/**
 * The parts of an operation, in order: one, unless an operand is too large.
 *
 * @param written - how many of the operands, the last ones, are written; an operand that is read in the bytes of one of them must
 *   lie as it does if the bytes are too large
 */
export function* pieces(
  limits: GpuLimits,
  shape: readonly number[],
  operands: readonly Placed[],
  written: number,
  isLast = true,
): Generator<Piece> {
  const { slots, groups } = sharing(limits, operands, written);
  const windows = groups.map((group) => windowOf(limits, shape, group));
  if (windows.every((window) => window !== null)) {
    const bindings = windows.map(({ start, size }, slot): GpuBinding => {
      const [{ bytes }] = groups[slot];
      return start === 0 && size === bytes.boundSize ? bytes : { bytes, offset: start, size };
    });
    const offsets = operands.map(
      ({ offset, element }, i) => offset - windows[slots[i]].start / layoutOf(element).bytes,
    );
    yield { shape, bindings, slots, offsets, isLast };
    return;
  }
  const axis = shape.findIndex((length) => length > 1);
  const half = middleOf(shape[axis]);
  const rest = operands.map((x) => ({ ...x, offset: x.offset + half * x.strides[axis] }));
  yield* pieces(limits, shape.with(axis, half), operands, written, false);
  yield* pieces(limits, shape.with(axis, shape[axis] - half), rest, written, isLast);
}

/** Which operands share a binding: those in the same bytes, unless these are too large and only read. */
function sharing(
  { maxStorageBufferBindingSize: most }: GpuLimits,
  operands: readonly Placed[],
  written: number,
): { slots: number[]; groups: Placed[][] } {
  const targets = new Set(operands.slice(operands.length - written).map(({ bytes }) => bytes));
  const groups: Placed[][] = [];
  const slots = operands.map((operand) => {
    const { bytes } = operand;
    const shares = bytes.boundSize <= most || targets.has(bytes);
    const found = shares ? groups.findIndex(([first]) => first.bytes === bytes) : -1;
    if (found < 0) return groups.push([operand]) - 1;
    groups[found].push(operand);
    return found;
  });
  return { slots, groups };
}

/** Words are not cut, where that can be. */
const middleOf = (length: number): number => (length < 8 ? length >> 1 : 4 * Math.ceil(length / 8));

/** The bytes that operands need of a buffer, as a binding may have them; `null` if they are too many. */
function windowOf(
  limits: GpuLimits,
  shape: readonly number[],
  operands: readonly Placed[],
): { start: number; size: number } | null {
  const [{ bytes }] = operands;
  const { maxStorageBufferBindingSize: most, minStorageBufferOffsetAlignment: alignment } = limits;
  if (bytes.boundSize <= most) return { start: 0, size: bytes.boundSize };
  let [first, end] = [Infinity, 0];
  for (const { element, offset, strides } of operands) {
    const { bytes: itemsize } = layoutOf(element);
    const { low, high } = byteExtent(
      shape,
      strides.map((s) => s * itemsize),
      itemsize,
    );
    first = Math.min(first, offset * itemsize + low);
    end = Math.max(end, offset * itemsize + high);
  }
  const start = first - (first % alignment);
  const size = wholeWords(end - start);
  return size <= most ? { start, size } : null;
}
