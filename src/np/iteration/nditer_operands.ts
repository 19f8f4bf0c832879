/** The operands of `nditer`: broadcast, made where they are missing, and copied where another dtype is asked for. */
import type { Casting, DType } from '../../array/dtype.ts';
import { canCast, resultType } from '../../array/dtype.ts';
import { ValueError, broadcastError, shapeText } from '../../array/errors.ts';
import { broadcastsTo, broadcastShapes, broadcastStrides } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { viewArray } from '../../array/ndarray.ts';
import type { Order } from '../../ops/order.ts';
import { orderedEmpty } from '../../ops/order.ts';
import type { IterFlag, OperandFlag } from './nditer_flags.ts';

/** Which axis of an operand each axis of the iteration is; -1 for none. */
export type OperandAxes = readonly (number | null)[];

export interface OperandRequest {
  readonly arrays: readonly (NDArray | null)[];
  readonly flags: ReadonlySet<IterFlag>;
  readonly operandFlags: readonly ReadonlySet<OperandFlag>[];
  /** The dtype asked for each, `null` for its own. */
  readonly dtypes: readonly (DType | null)[];
  readonly casting: Casting;
  readonly order: Order;
  readonly axes: readonly (OperandAxes | null)[] | null;
  readonly itershape: readonly number[] | null;
}

/** An operand as the loop sees it. */
export interface Operand {
  /** The array given, or the one made. */
  readonly array: NDArray;
  /** It in the iteration's shape. */
  readonly view: NDArray;
  /** The dtype that the loop works in. */
  readonly dtype: DType;
  readonly writes: boolean;
}

/**
 * @throws ValueError for shapes that do not broadcast or a read-only array that is to be written; TypeError for a dtype that needs a
 *   copy where none is allowed, or a forbidden cast.
 */
export function prepareOperands(request: OperandRequest): { shape: readonly number[]; operands: Operand[] } {
  const { arrays, operandFlags } = request;
  const mapped = arrays.map((a, i) => a && alongAxes(a, request.axes?.[i] ?? null));
  const shape = iterationShape(request, mapped);
  const common = request.flags.has('common_dtype') ? commonDType(arrays) : null;
  const operands = arrays.map((array, i): Operand => {
    const flags = operandFlags[i];
    const writes = !flags.has('readonly');
    const dtype = request.dtypes[i] ?? common ?? array?.dtype ?? commonDType(arrays);
    const own = array ?? made(flags, shape, dtype, request.order, mapped);
    if (writes) requireWritable(own, mapped[i] ?? own, shape, request.flags.has('reduce_ok'));
    if (own.dtype !== dtype) requireCast(i, own.dtype, dtype, flags, request);
    return { array: own, view: spread(mapped[i] ?? own, shape, writes), dtype, writes };
  });
  return { shape, operands };
}

function commonDType(arrays: readonly (NDArray | null)[]): DType {
  return resultType(arrays.filter((a) => a !== null).map((a) => a.dtype));
}

/** The operand with its axes in the iteration's order, and new ones of length 1. */
function alongAxes(a: NDArray, axes: OperandAxes | null): NDArray {
  if (axes === null) return a;
  const at = (axis: number | null): number => (axis === null ? -1 : axis);
  axes.forEach((axis) => {
    if (at(axis) >= a.ndim) {
      throw new ValueError(
        `Iterator input op_axes has out of bounds axis ${axis} for an operand of dimension ${a.ndim}`,
      );
    }
  });
  return viewArray(
    a,
    axes.map((axis) => (at(axis) < 0 ? 1 : a.shape[at(axis)])),
    axes.map((axis) => (at(axis) < 0 ? 0 : a.strides[at(axis)])),
  );
}

function iterationShape({ itershape }: OperandRequest, arrays: readonly (NDArray | null)[]): number[] {
  const shapes = arrays.filter((a) => a !== null).map((a) => a.shape);
  try {
    const shape = broadcastShapes(...shapes, ...(itershape ? [itershape.map((n) => (n < 0 ? 1 : n))] : []));
    return shape;
  } catch (error) {
    throw error instanceof ValueError ? broadcastError(shapes) : error;
  }
}

function made(
  flags: ReadonlySet<OperandFlag>,
  shape: readonly number[],
  dtype: DType,
  order: Order,
  like: readonly (NDArray | null)[],
): NDArray {
  if (!flags.has('allocate')) throw new ValueError('Iterator operand is None without the ALLOCATE flag');
  return orderedEmpty(
    shape,
    dtype,
    order,
    like.filter((a) => a !== null),
  );
}

function requireWritable(array: NDArray, mapped: NDArray, shape: readonly number[], reduces: boolean): void {
  if (!array.writeable) throw new ValueError('output array is read-only');
  if (!broadcastsTo(mapped.shape, shape) || mapped.ndim < shape.length) {
    throw new ValueError(
      `non-broadcastable output operand with shape ${shapeText(mapped.shape)} doesn't match the broadcast shape ${shapeText(shape)}`,
    );
  }
  const axis = mapped.shape.findIndex((n, i) => n === 1 && shape[i] !== 1);
  if (axis >= 0 && !reduces) {
    throw new ValueError(
      `output operand requires a reduction along dimension ${axis}, but the reduction is not enabled. The dimension size of 1 ` +
        'does not match the expected output shape.',
    );
  }
}

function requireCast(
  position: number,
  from: DType,
  to: DType,
  flags: ReadonlySet<OperandFlag>,
  { casting, flags: all }: OperandRequest,
): void {
  if (!flags.has('writeonly') && !canCast(from, to, casting)) {
    throw new TypeError(
      `Iterator operand ${position} dtype could not be cast from dtype('${from.name}') to dtype('${to.name}') according to the ` +
        `rule '${casting}'`,
    );
  }
  if (!flags.has('readonly') && !canCast(to, from, casting)) {
    throw new TypeError(
      `Iterator requested dtype could not be cast from dtype('${to.name}') to dtype('${from.name}'), the operand ${position} ` +
        `dtype, according to the rule '${casting}'`,
    );
  }
  if (!all.has('buffered') && !flags.has('copy') && !flags.has('updateifcopy')) {
    throw new TypeError(
      'Iterator operand required copying or buffering, but neither copying nor buffering was enabled',
    );
  }
}

function spread(a: NDArray, shape: readonly number[], writeable: boolean): NDArray {
  return viewArray(a, shape, broadcastStrides(a.shape, a.strides, shape), a.offset, a.dtype, writeable);
}
