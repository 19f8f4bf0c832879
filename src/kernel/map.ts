/**
 * Elementwise kernels: from the expression for one element to a module of two functions. `row` works along one axis with
 * plain parameters; `nest` runs it over all outer axes with shape, strides and pointers from an argument block.
 */
import { func, k } from './build.ts';
import type { Body } from './build.ts';
import type { ElementType } from './element.ts';
import { computeType, layoutOf } from './element.ts';
import type { Expr, KernelFunction, KernelModule, Local } from './ir.ts';
import type { RowOperand, RowScalar } from './row.ts';
import { buildRow } from './row.ts';
import type { ScalarType } from './types.ts';
import type { Value } from './value.ts';

/** An elementwise computation on given loop types. Operands of other types are cast to and from these in the kernel. */
export interface MapSpec {
  /** Names the computation, loop types included: two specs of one name must be interchangeable. */
  readonly name: string;
  /** The types that the expression is computed on. */
  readonly inputs: readonly ElementType[];
  readonly outputs: readonly ElementType[];
  /** The outputs' values for one element. A float16 input is a float32 expression; a float16 output is rounded when stored. */
  readonly expr: (...inputs: Value[]) => Value | readonly Value[];
}

/** How an operand lies along the inner loop: 'c' contiguous, 'b' broadcast (an input with stride 0), 's' any stride. */
export type StrideClass = 'c' | 'b' | 's';

/** What a compiled map is specialised by, besides its spec. */
export interface MapVariant {
  /** The inputs' element types; 'scalar' for a value that is passed in the loop's type. */
  readonly inputs: readonly (ElementType | 'scalar')[];
  readonly outputs: readonly ElementType[];
  /** Whether a bool operand says which elements are written. */
  readonly masked: boolean;
  /** A class for each operand in memory: inputs that are no scalars, the mask, outputs. */
  readonly classes: readonly StrideClass[];
  /**
   * Vector code is made where its estimated cost is below this share of the scalar code's: 0 for never. The results are
   * the same.
   */
  readonly vectorsBelow: number;
}

/** The map that gives its input unchanged: copies and casts, by the types of its operands. */
export function identityMap(element: ElementType): MapSpec {
  return { name: `identity ${element}`, inputs: [element], outputs: [element], expr: (x) => x };
}

/** The element type as which elements of so many bytes are moved unchanged. */
export const MOVED_AS: Readonly<Record<number, ElementType>> = {
  1: 'u8',
  2: 'u16',
  4: 'u32',
  8: 'u64',
  16: 'c128',
};

/** The scalar types that a scalar input of a loop type is passed as: one, or two for a complex number. */
export function scalarParts(loop: ElementType): ScalarType[] {
  return new Array<ScalarType>(layoutOf(loop).parts).fill(computeType(loop));
}

/**
 * Where the argument block of `nest` has what, in bytes: first the scalars, 8 bytes each; then i32 words: the number of
 * outer axes, the lengths of the two inner axes, and for each operand its pointer and two inner strides; then, for each
 * outer axis, inner ones first, its length, a counter that must be 0, and a stride for each operand.
 */
export function blockOffsets(scalarCount: number, operandCount: number) {
  const rank = 8 * scalarCount;
  const operands = rank + 12;
  const axes = operands + 12 * operandCount;
  return { rank, lengths: rank + 4, operands, axes, axisBytes: 8 + 4 * operandCount };
}

/**
 * The kernel of a map. Exports:
 * - `row(pointers..., n, strides of the 's' operands..., scalars...)`
 * - `nest(address of the argument block)`
 *
 * Operands are in the order of `classes`.
 */
export function buildMap(spec: MapSpec, variant: MapVariant): KernelModule {
  const row = mapRow(spec, variant);
  return { exports: [row, mapNest(variant, spec, row)] };
}

function scalarTypes(spec: MapSpec, variant: MapVariant): ScalarType[] {
  return variant.inputs.flatMap((input, i) => (input === 'scalar' ? scalarParts(spec.inputs[i]) : []));
}

const numbered = (prefix: string, types: readonly ScalarType[]): [string, ScalarType][] =>
  types.map((type, i) => [`${prefix}${i}`, type]);

function mapRow(spec: MapSpec, variant: MapVariant): KernelFunction {
  const { classes, masked } = variant;
  const strided = classes.flatMap((c, i): [string, ScalarType][] => (c === 's' ? [[`s${i}`, 'i32']] : []));
  const params: Record<string, ScalarType> = Object.fromEntries([
    ...numbered('p', new Array<ScalarType>(classes.length).fill('i32')),
    ['n', 'i32'],
    ...strided,
    ...numbered('x', scalarTypes(spec, variant)),
  ]);
  return func('row', params, undefined, (b, p) => {
    let operands = 0;
    let scalars = 0;
    const operand = (element: ElementType, loop: ElementType): RowOperand => {
      const at = operands++;
      const stride = classes[at];
      const step = stride === 's' ? (p[`s${at}`] as Local<'i32'>) : undefined;
      return { element, loop, stride, pointer: p[`p${at}`] as Local<'i32'>, step };
    };
    const scalar = (loop: ElementType): RowScalar => ({
      loop,
      parts: scalarParts(loop).map(() => p[`x${scalars++}`]),
    });
    const inputs = variant.inputs.map((element, i) =>
      element === 'scalar' ? scalar(spec.inputs[i]) : operand(element, spec.inputs[i]),
    );
    const mask = masked ? operand('bool', 'bool') : undefined;
    const outputs = variant.outputs.map((element, i) => operand(element, spec.outputs[i]));
    buildRow(b, {
      expr: spec.expr,
      inputs,
      mask,
      outputs,
      n: p.n as Local<'i32'>,
      vectorsBelow: variant.vectorsBelow,
    });
  });
}

interface NestOperand {
  readonly pointer: Local;
  /** Strides of the inner and the second axis. */
  readonly inner: Local;
  readonly second: Local;
}

function mapNest({ classes, ...variant }: MapVariant, spec: MapSpec, row: KernelFunction): KernelFunction {
  const scalars = scalarTypes(spec, { classes, ...variant });
  const at = blockOffsets(scalars.length, classes.length);
  return func('nest', { block: 'i32' }, undefined, (b, { block }) => {
    const word = (offset: number): Local => b.let(k.load('i32', block, offset));
    const n = word(at.lengths);
    const second = word(at.lengths + 4);
    const operands = classes.map((_, i): NestOperand => {
      const offset = at.operands + 12 * i;
      return { pointer: word(offset), inner: word(offset + 4), second: word(offset + 8) };
    });
    const values = scalars.map((type, i) => b.let(k.load(type, block, 8 * i)));
    const steps = operands.filter((_, i) => classes[i] === 's').map((o) => o.inner);
    const rest: Expr[] = [n, ...steps, ...values];
    b.while(k.const('bool', true), () => {
      const pointers = operands.map((o) => b.let(o.pointer, 'p'));
      b.for(0, second, 1, () => {
        b.call(row, ...pointers, ...rest);
        pointers.forEach((p, i) => b.bump(p, operands[i].second));
      });
      nextOuter(b, block, at, operands);
    });
  });
}

/** Moves the pointers to the next place of the outer axes, as an odometer turns; returns after the last. */
export function nextOuter(
  b: Body,
  block: Local,
  at: ReturnType<typeof blockOffsets>,
  operands: readonly Pick<NestOperand, 'pointer'>[],
): void {
  const axis = b.let(k.add(block, at.axes), 'axis');
  const left = b.let(k.load('i32', block, at.rank), 'left');
  const stride = (i: number): Expr => k.load('i32', axis, 8 + 4 * i);
  b.while(k.const('bool', true), () => {
    b.if(k.eq(left, 0), () => b.return());
    const counter = b.let(k.add(k.load('i32', axis, 4), 1), 'counter');
    b.if(k.lt(counter, k.load('i32', axis)), () => {
      b.store(axis, counter, 4);
      operands.forEach((o, i) => b.bump(o.pointer, stride(i)));
      b.break();
    });
    b.store(axis, k.const('i32', 0), 4);
    const back = b.let(k.sub(counter, 1), 'back');
    operands.forEach((o, i) => b.bump(o.pointer, k.neg(k.mul(stride(i), back))));
    b.bump(axis, at.axisBytes);
    b.bump(left, -1);
  });
}
