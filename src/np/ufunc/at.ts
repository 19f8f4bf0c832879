/** `ufunc.at`: a ufunc applied in place at chosen elements, for a repeated index each time anew. */
import { int64, resultType } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { broadcastsTo } from '../../array/layout.ts';
import { NDArray } from '../../array/ndarray.ts';
import { placedOn } from '../../array/remote.ts';
import type { Primitive } from '../../array/tracing.ts';
import { isTraced, primitive, tracing } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, isScalar, weakKind } from '../../ops/asarray.ts';
import { combineInto } from '../../ops/scatter.ts';
import type { IndexArg } from '../../ops/index/parse.ts';
import { indexArgs, parseIndex } from '../../ops/index/parse.ts';
import { release, select } from '../../ops/index/select.ts';
import type { UFuncRow } from '../../ops/ufunc.ts';
import { resolveLoop, specOf, validated } from '../../ops/ufunc.ts';

/**
 * `row.at(a, indices, b)`: `a[indices] = row(a[indices], b)`, one element after the other, so that an index that occurs twice counts
 * twice. The result is converted to `a`'s dtype whatever is lost.
 *
 * @param indices - one index item, or an array of items where Python has a tuple.
 * @throws TypeError if `a` is no array; IndexError; ValueError for a read-only `a`, a `b` that does not broadcast, or a ufunc that is
 *   not of one or two operands and one result. Nothing is written then.
 */
export function at(row: UFuncRow, a: NDArray, indices: IndexArg, b?: ArrayLike): void {
  if (tracing.tracer !== null && isTraced([a, b])) {
    tracing.tracer.write(atOf(row), a, [a, indices, b]);
    return;
  }
  requireSuitable(row, b);
  if (!(a instanceof NDArray)) throw new TypeError('first operand must be array');
  const operand = b === undefined ? undefined : operandOf(b, a);
  const operands = operand ? [a, operand] : [a];
  const loop = resolveLoop(
    row,
    operands.map((x) => x.dtype),
  );
  const selection = select(a, parseIndex(indexArgs(indices)));
  try {
    if (!a.writeable) throw new ValueError('operand array with iterator write flag set is read-only');
    if (operand && !broadcastsTo(operand.shape, selection.shape)) {
      throw new ValueError('array is not broadcastable to correct shape');
    }
    const last = validated(row, operands, loop);
    combineInto(a, selection, specOf(row, loop), operand && last);
  } finally {
    release(selection);
  }
}

/** `row.at` as a primitive that writes. */
export function atOf(row: UFuncRow): Primitive {
  return (row.inPlace ??= primitive(`${row.name}.at`, (a: NDArray, indices: IndexArg, b?: ArrayLike) => {
    at(row, a, indices, b);
  }));
}

function requireSuitable(row: UFuncRow, b: ArrayLike | undefined): void {
  if (row.signature) {
    throw new TypeError(
      `${row.name}.at does not support ufunc with non-trivial signature: ${row.name} has signature ${row.signature}.`,
    );
  }
  requireOperands(row, b);
}

/** @throws ValueError unless a ufunc is of one or two operands and one result, and is given as many. */
export function requireOperands(
  { nin, nout }: Pick<UFuncRow, 'nin' | 'nout'>,
  b: ArrayLike | undefined,
): void {
  if (nin > 2) throw new ValueError('Only unary and binary ufuncs supported at this time');
  if (nout !== 1) throw new ValueError('Only single output ufuncs supported at this time');
  if (nin === 1 && b !== undefined) throw new ValueError('second operand provided when ufunc is unary');
  if (nin === 2 && b === undefined) throw new ValueError('second operand needed for ufunc');
}

/** The second operand as an array; a scalar is not weak here, as in NumPy, but where a device has no 64 bits. */
function operandOf(b: ArrayLike, a: NDArray): NDArray {
  if (a.storage.remote !== null && isScalar(b))
    return placedOn(null, () => asArray(b, resultType([a.dtype, weakKind(b)])));
  return isScalar(b) && weakKind(b) === 'int' ? asArray(b, int64) : asArray(b);
}
