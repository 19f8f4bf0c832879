/** Python's error kinds, by name. `TypeError` and `RangeError` are JavaScript's own. */

/** An argument has the right type but an unacceptable value. */
export class ValueError extends Error {
  override name = 'ValueError';
}

/** An index or an axis position is out of range, or cannot be an index. */
export class IndexError extends Error {
  override name = 'IndexError';
}

/** A key is not in a mapping. */
export class KeyError extends Error {
  override name = 'KeyError';
}

/** A result is too large for its type. */
export class OverflowError extends Error {
  override name = 'OverflowError';
}

/** Division by zero where NumPy raises instead of giving infinity. */
export class ZeroDivisionError extends Error {
  override name = 'ZeroDivisionError';
}

/** Memory for an array cannot be had. */
export class MemoryError extends Error {
  override name = 'MemoryError';
}

/** An operation failed for a reason that fits no other kind. */
export class RuntimeError extends Error {
  override name = 'RuntimeError';
}

/** What is asked for is not there for such arguments. */
export class NotImplementedError extends RuntimeError {
  override name = 'NotImplementedError';
}

/** The iterator is exhausted. */
export class StopIteration extends Error {
  override name = 'StopIteration';
}

/** The buffer cannot be used as asked. */
export class BufferError extends Error {
  override name = 'BufferError';
}

/** An attribute does not exist or cannot be set. */
export class AttributeError extends Error {
  override name = 'AttributeError';
}

/** An axis is out of bounds for the array. In NumPy it is both a ValueError and an IndexError; here a ValueError. */
export class AxisError extends ValueError {
  override name = 'AxisError';

  constructor(axis: number, ndim: number, prefix?: string) {
    super(`${prefix ? `${prefix}: ` : ''}axis ${axis} is out of bounds for array of dimension ${ndim}`);
  }
}

/** A matrix is singular, not square, or an iteration did not converge. */
export class LinAlgError extends ValueError {
  override name = 'LinAlgError';
}

/** Shapes that do not broadcast, named as in NumPy's message. */
export function broadcastError(shapes: readonly (readonly number[])[]): ValueError {
  return new ValueError(
    `operands could not be broadcast together with shapes ${shapes.map(shapeText).join(' ')}`,
  );
}

/** A shape as Python prints a tuple: `(2,3)`, `(4,)`, `()`. */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(',')})`;
}
