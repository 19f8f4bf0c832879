/** `a[index] = value`. */
import type { DType } from '../../array/dtype.ts';
import type { Scalar } from '../../array/element.ts';
import { writeElement } from '../../array/element.ts';
import { ValueError, shapeText } from '../../array/errors.ts';
import { broadcastsTo, sameShape } from '../../array/layout.ts';
import { NDArray, viewArray } from '../../array/ndarray.ts';
import { isTraced, primitive, tracing } from '../../array/tracing.ts';
import { identityMap } from '../../kernel/map.ts';
import { acceleratorOf } from '../accelerator.ts';
import type { ArrayLike } from '../asarray.ts';
import { asArray, convertScalar, isScalar } from '../asarray.ts';
import { cast, castInto } from '../cast.ts';
import { mapKernel, runMap } from '../map.ts';
import { cycled } from '../cycle.ts';
import { scatter } from '../scatter.ts';
import { chosenShape, maskedView, setMaskedView } from './masked.ts';
import type { IndexArg, IndexItem } from './parse.ts';
import { parseIndex } from './parse.ts';
import type { IndexSelection, Selection } from './select.ts';
import { release, select } from './select.ts';

/**
 * `a[index] = value` by NumPy's rules: the value is broadcast and converted, arrays without regard to what is lost.
 *
 * @throws ValueError for a read-only array, a shape that does not broadcast, or NaN for an integer; IndexError as `getIndex`;
 *   OverflowError for a scalar out of the dtype's range; TypeError for a complex scalar as a real.
 */
export function setIndex(a: NDArray, index: readonly IndexArg[], value: ArrayLike): void {
  if (tracing.tracer !== null && isTraced([a, value])) {
    tracing.tracer.write(SET, a, [a, index, value]);
    return;
  }
  requireWriteable(a);
  const items = parseIndex(index);
  if (items.length === 1 && isMaskOf(a, items[0])) {
    setMasked(a, items[0].array, valueOf(value, a));
    return;
  }
  const masked = maskedView(a, items);
  if (masked !== null) {
    const given = arrayFor(value, a);
    return setMaskedView(masked, withoutLeadingOnes(given, chosenShape(masked, 1).length));
  }
  const selection = select(a, items);
  try {
    if (selection.operands.length > 0) writeSelected(a, selection, value);
    else
      assign(
        viewArray(a, selection.shape, selection.strides, selection.offset),
        elementValue(value, selection, a.dtype),
      );
  } finally {
    release(selection);
  }
}

/** Assignment as a primitive that writes. */
export const SET = /* @__PURE__ */ primitive('index_put_', setIndex);

/** @throws ValueError if `a` is read-only. */
export function requireWriteable(a: NDArray): void {
  if (!a.writeable) throw new ValueError('assignment destination is read-only');
}

function isMaskOf(a: NDArray, item: IndexItem): item is IndexItem & { kind: 'mask' } {
  return item.kind === 'mask' && sameShape(item.array.shape, a.shape);
}

/** A value as an element of `a`, or as an array; nested arrays of `a`'s dtype, their integers checked. */
function valueOf(value: ArrayLike, a: NDArray): Scalar | NDArray {
  if (isScalar(value)) return convertScalar(value, a.dtype);
  return Array.isArray(value) ? asArray(value, a.dtype) : asArray(value);
}

/** A value as an array. */
function arrayFor(value: ArrayLike, a: NDArray): NDArray {
  const converted = valueOf(value, a);
  return converted instanceof NDArray ? converted : asArray(converted, a.dtype);
}

/** One element takes no sequence, not even of one; only a bool takes the truth of an array of one element. */
function elementValue(value: ArrayLike, { isElement }: IndexSelection, { kind }: DType): ArrayLike {
  if (!isElement || isScalar(value)) return value;
  const given = Array.isArray(value) ? null : asArray(value);
  if (given?.ndim === 0 || (given?.size === 1 && kind === 'b')) return given;
  if (given && kind === 'c')
    throw new TypeError('only 0-dimensional arrays can be converted to Python scalars');
  throw new ValueError('setting an array element with a sequence.');
}

/**
 * Writes a value to every element of `target`, broadcast and converted.
 *
 * @throws as `setIndex`.
 */
export function assign(target: NDArray, value: ArrayLike): void {
  const given = valueOf(value, target);
  if (!(given instanceof NDArray)) return fill(target, given);
  castInto(target, fitted(given, target.shape));
}

/**
 * An array without leading axes of length 1 that are too many for `shape`.
 *
 * @throws ValueError if it does not broadcast to that shape.
 */
export function fitted(a: NDArray, shape: readonly number[]): NDArray {
  const source = withoutLeadingOnes(a, shape.length);
  if (broadcastsTo(source.shape, shape)) return source;
  throw new ValueError(
    `could not broadcast input array from shape ${shapeText(source.shape)} into shape ${shapeText(shape)}`,
  );
}

/** Writes a scalar that the dtype can hold to every element. */
export function fill(target: NDArray, value: Scalar): void {
  if (tracing.tracer !== null && target.traced) {
    tracing.tracer.write(FILL, target, [target, value]);
    return;
  }
  const { element } = target.dtype;
  const isNear = target.storage.remote === null;
  if (target.size === 1 && isNear) writeElement(target.storage.views, element, target.offset, value);
  else if (target.size > 0) runMap(mapKernel(identityMap(element), ['scalar'], [element]), [value], [target]);
}

/** `fill` as a primitive that writes. */
export const FILL = /* @__PURE__ */ primitive('fill_', fill);

function withoutLeadingOnes(a: NDArray, ndim: number): NDArray {
  let skip = 0;
  while (a.ndim - skip > ndim && a.shape[skip] === 1) skip++;
  return skip === 0 ? a : viewArray(a, a.shape.slice(skip), a.strides.slice(skip));
}

/**
 * Writes values to the chosen elements, broadcast and converted.
 *
 * @throws as `setIndex`.
 */
export function writeSelected(a: NDArray, selection: Selection, value: ArrayLike): void {
  const given = arrayFor(value, a);
  const source = withoutLeadingOnes(given, selection.shape.length);
  if (!broadcastsTo(source.shape, selection.shape)) {
    throw new ValueError(
      `shape mismatch: value array of shape ${shapeText(given.shape)} could not be broadcast to indexing result of shape ` +
        shapeText(selection.shape),
    );
  }
  scatter(a, selection, source);
}

/** `a[mask] = value` for a mask of `a`'s shape. */
function setMasked(a: NDArray, mask: NDArray<'bool'>, value: Scalar | NDArray): void {
  const given = value instanceof NDArray ? value : asArray(value, a.dtype);
  if (given.ndim > 1) {
    throw new TypeError(
      `NumPy boolean array indexing assignment requires a 0 or 1-dimensional input, input has ${given.ndim} dimensions`,
    );
  }
  if (given.size === 1) setOne(a, mask, given);
  else putTrue(a, mask, given, false);
}

function setOne(a: NDArray, mask: NDArray<'bool'>, value: NDArray): void {
  const { element } = a.dtype;
  const single = viewArray(cast(value, a.dtype), [], []);
  runMap(mapKernel(identityMap(element), [element], [element], true), [single], [a], mask);
}

/** What NumPy says of other numbers of values and of true elements. */
export function wrongCount(given: number, count: number): ValueError {
  return new ValueError(
    `NumPy boolean array indexing assignment cannot assign ${given} input values to the ${count} output values where ` +
      'the mask is true',
  );
}

/**
 * Puts values, one after the other, where a mask is true.
 *
 * @param mask - of `a`'s shape
 * @param values - one axis; as many as there are true elements, or else repeated if `repeats`
 * @throws ValueError for another number of values. On a device reads of the array throw, and nothing is written.
 */
export function putTrue(a: NDArray, mask: NDArray, values: NDArray, repeats: boolean): void {
  if (tracing.tracer !== null && isTraced([a, mask, values])) {
    tracing.tracer.write(PUT_TRUE, a, [a, mask, values, repeats]);
    return;
  }
  const on = mask.size > 0 ? acceleratorOf(mask) : null;
  if (on !== null) return on.putTrue(a, mask, values, repeats);
  const selection = select(a, [{ kind: 'mask', array: mask as NDArray<'bool'> }]);
  try {
    const [count] = selection.shape;
    if (!repeats && values.size !== count) throw wrongCount(values.size, count);
    if (count > 0) scatter(a, selection, repeats ? cycled(values, count) : values);
  } finally {
    release(selection);
  }
}

/** `putTrue` as a primitive that writes. */
export const PUT_TRUE = /* @__PURE__ */ primitive('place', putTrue);
