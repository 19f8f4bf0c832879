/** Formulas: what an elementwise operation computes of arrays on the GPU, composed until somebody needs the values. */
import type { DType } from '../../array/dtype.ts';
import type { Scalar } from '../../array/element.ts';
import { bitsToHalf, halfToBits } from '../../array/half.ts';
import { broadcastStrides, denseStrides, sameShape } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { k } from '../../kernel/build.ts';
import { castValue, computeType, decode, encode, layoutOf } from '../../kernel/element.ts';
import type { ElementType } from '../../kernel/element.ts';
import type { ParamType } from '../../kernel/grid/build.ts';
import type { Expr } from '../../kernel/ir.ts';
import type { MapSpec } from '../../kernel/map.ts';
import { isFloat, isSigned } from '../../kernel/types.ts';
import type { Value } from '../../kernel/value.ts';
import type { Content } from './content.ts';

/** An array that a formula reads: offset and strides count elements, and the strides are those of the formula's shape. */
export interface Leaf {
  readonly content: Content;
  readonly element: ElementType;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** A scalar that a kernel takes as a parameter. */
export interface ScalarParam {
  readonly type: ParamType;
  readonly value: number;
}

/** An elementwise computation of leaves and scalars. */
export interface Formula {
  /** Names the computation: of two formulas with one key, leaves and scalars are all that differs. */
  readonly key: string;
  readonly shape: readonly number[];
  readonly leaves: readonly Leaf[];
  readonly scalars: readonly ScalarParam[];
  /** The type of the result. */
  readonly element: ElementType;
  /** Operations in it. */
  readonly size: number;
  /** The result as a value of its type, given the leaves as values of theirs. */
  readonly value: (leaves: readonly Value[], scalars: readonly Expr[]) => Value;
}

/** Longer formulas, which might be computed anew for several users, are cut. */
const LONGEST = 32;

/** What a map's input is: the index of a leaf, a part of another formula, or scalars. */
type Input = (leaves: readonly Value[], scalars: readonly Expr[]) => Value;

/** What leaves of formulas that are being composed read. */
const held: Content[] = [];
let primitives = 0;

/**
 * Runs a primitive, which keeps what its formulas read until it is through: computing one input may end the formula that another
 * input's leaves are known from.
 */
export function holdingLeaves<T>(run: () => T): T {
  primitives++;
  try {
    return run();
  } finally {
    if (--primitives === 0) for (const content of held.splice(0)) content.drop();
  }
}

/** Collects the inputs of an operation into one formula. */
export class Composer {
  readonly shape: readonly number[];
  readonly leaves: Leaf[] = [];
  readonly scalars: ScalarParam[] = [];
  readonly inputs: Input[] = [];
  readonly keys: string[] = [];
  size = 1;

  constructor(shape: readonly number[]) {
    this.shape = shape;
  }

  #leaf(leaf: Leaf): number {
    const found = this.leaves.findIndex(
      (other) =>
        other.content === leaf.content &&
        other.element === leaf.element &&
        other.offset === leaf.offset &&
        sameShape(other.strides, leaf.strides),
    );
    if (found >= 0) return found;
    leaf.content.retain();
    held.push(leaf.content);
    return this.leaves.push(leaf) - 1;
  }

  /** Adds an array as it lies, whose content is in a buffer or will be. */
  array(leaf: Leaf): void {
    const at = this.#leaf(leaf);
    this.inputs.push((leaves) => leaves[at]);
    this.keys.push(`${leaf.element}#${at}`);
  }

  /** Adds what a formula of the same shape computes. */
  formula(inner: Formula): void {
    const places = inner.leaves.map((leaf) => this.#leaf(leaf));
    const first = this.scalars.length;
    this.scalars.push(...inner.scalars);
    const count = inner.scalars.length;
    this.size += inner.size;
    this.inputs.push((leaves, scalars) =>
      inner.value(
        places.map((at) => leaves[at]),
        scalars.slice(first, first + count),
      ),
    );
    this.keys.push(`(${inner.key}|${places.join()}|${first})`);
  }

  /** Adds a scalar of a loop's type. */
  scalar(x: Scalar, loop: ElementType): void {
    const first = this.scalars.length;
    const params = scalarParams(x, loop);
    this.scalars.push(...params);
    const type = computeType(loop);
    const value = (scalars: readonly Expr[], i: number): Expr => k.convert(type, scalars[first + i]);
    this.inputs.push((_, scalars) =>
      params.length === 2 ? { re: value(scalars, 0), im: value(scalars, 1) } : value(scalars, 0),
    );
    this.keys.push(`${loop}$${first}`);
  }

  /** The formula of an operation on the inputs, for the output at a position. */
  finish(spec: MapSpec, inputs: readonly ElementType[], output: number, element: ElementType): Formula {
    const value = this.values(spec, inputs);
    const loop = spec.outputs[output];
    return {
      key: `${spec.name}>${element}[${this.keys.join(' ')}]`,
      shape: this.shape,
      leaves: this.leaves,
      scalars: this.scalars,
      element,
      size: this.size,
      value: (leaves, scalars) => stored(element, loop, value(leaves, scalars)[output]),
    };
  }

  /** The results of an operation in its loop types. `elements` are the inputs' own types, a scalar's the loop's. */
  values(
    spec: MapSpec,
    elements: readonly ElementType[],
  ): (leaves: readonly Value[], scalars: readonly Expr[]) => readonly Value[] {
    const { inputs } = this;
    return (leaves, scalars) => {
      const values = spec.inputs.map((loop, i) => castValue(loop, elements[i], inputs[i](leaves, scalars)));
      const results = spec.expr(...values);
      return Array.isArray(results) ? (results as readonly Value[]) : [results as Value];
    };
  }
}

/** A value as it would come back from memory: rounded and wrapped to the element's type. */
export function stored(element: ElementType, loop: ElementType, value: Value): Value {
  return decode(element, encode(element, loop, value));
}

function scalarParams(x: Scalar, loop: ElementType): ScalarParam[] {
  if (layoutOf(loop).parts === 2) {
    const [re, im] = typeof x === 'object' ? [x.re, x.im] : [Number(x), 0];
    return [re, im].map((value) => ({ type: 'f32', value }));
  }
  const type = computeType(loop);
  const value = loop === 'f16' ? bitsToHalf(halfToBits(Number(x))) : Number(x);
  return [{ type: isFloat(type) ? 'f32' : isSigned(type) ? 'i32' : 'u32', value }];
}

/** Whether a formula can be part of a larger one. */
export function isShort(formula: Formula, size: number): boolean {
  return formula.size + size <= LONGEST;
}

/** Operations that are done anew for every repetition of an element rather than to have another kernel for them. */
const LIGHT = 8;

/**
 * The formula that a leaf of a shape is still to be computed by: for each element of the leaf that of the formula which lies there, be it
 * with the axes in another order or repeated.
 *
 * @returns null if the content is there, if not all of it is asked for, or if it is better computed once than repeated
 */
export function formulaAt(
  { content, element, offset, strides }: Leaf,
  shape: readonly number[],
): Formula | null {
  const { formula } = content;
  if (formula === null || formula.element !== element || offset !== 0) return null;
  const dense = denseStrides(formula.shape, 1);
  if (sameShape(formula.shape, shape) && sameShape(dense, strides)) return formula;
  const axes = shape.map((n, d) =>
    formula.shape.findIndex((m, i) => m > 1 && m === n && dense[i] === strides[d]),
  );
  const isWhole = formula.shape.every((m, i) => m === 1 || axes.filter((axis) => axis === i).length === 1);
  const repeats = shape.flatMap((n, d) => (n > 1 && axes[d] < 0 ? [strides[d]] : []));
  if (!isWhole || repeats.some((stride) => stride !== 0)) return null;
  if (repeats.length > 0 && formula.size > LIGHT) return null;
  const leaves = formula.leaves.map((leaf) => ({
    ...leaf,
    strides: axes.map((axis) => (axis < 0 ? 0 : leaf.strides[axis])),
  }));
  return { ...formula, shape, leaves };
}

/** An array on the GPU as a leaf of a formula of a shape that it broadcasts to. */
export function leafOf(a: NDArray, content: Content, shape: readonly number[]): Leaf {
  const { itemsize } = a;
  return {
    content,
    element: a.dtype.element,
    offset: inElements(a.offset, a.dtype),
    strides: broadcastStrides(a.shape, a.strides, shape).map((s) =>
      inElements(s, { itemsize, name: a.dtype.name }),
    ),
  };
}

/** Bytes as a number of elements. */
function inElements(bytes: number, { itemsize, name }: Pick<DType, 'itemsize' | 'name'>): number {
  const count = bytes / itemsize;
  if (!Number.isInteger(count)) {
    throw new RangeError(
      `an array of ${name} whose elements lie ${bytes} bytes apart or from the start, no multiple of ${itemsize}, can't be used on webgpu`,
    );
  }
  return count;
}
