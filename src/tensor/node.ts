/** A place on the tape: one operation, what it needs for its derivatives, and where its operands came from. */
import type { DType } from '../array/dtype.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { Storage } from '../array/storage.ts';
import type { Hook } from './hooks.ts';
import type { Tensor } from './tensor.ts';

let created = 0;

/** What an array is, without its elements. */
export interface Kind {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** What is on the tape. A node's edges always lead to older nodes, so that their numbers are an order to walk in. */
export abstract class Node {
  readonly number: number = created++;
  /** For each operand the node that made it; `null` for constants. */
  abstract readonly edges: readonly (Node | null)[];
  /** Shape and dtype of what it made, which its cotangents have too. */
  abstract readonly result: Kind;
  /** The operation's name, as in 'MulBackward'. */
  abstract readonly name: string;
  /** What has come in of the gradient so far, during a backward pass. */
  cotangent: NDArray | null = null;
  /** The pass that last came here. */
  pass = 0;
  /** Whether that pass wants a gradient that is behind this node. */
  wanted = false;
  hooks: Hook[] | null = null;
  /** Tensors of this node that keep their gradient. */
  retained: Tensor[] | null = null;

  /** Memory that only the tape still needs, to be given back after the pass that releases this node. */
  leftovers: Storage[] | null = null;

  /** The gradient of an operand, given that of the result. */
  abstract gradientOf(operand: number, cotangent: NDArray): NDArray | null;

  /** Whether a function of the user sees its gradients. */
  get callsUser(): boolean {
    return false;
  }

  /** Gives back what is kept for the derivatives. */
  release(): void {}

  toString(): string {
    return `<${this.name}>`;
  }
}
