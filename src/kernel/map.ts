/** Elementwise kernels: what a map computes, independent of where its operands lie. */
import type { ElementType } from './element.ts';
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
