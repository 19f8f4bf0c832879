/** Where gradients end: they are added to the leaf's `grad`. */
import type { NDArray } from '../array/ndarray.ts';
import { Node } from './node.ts';
import type { Tensor } from './tensor.ts';

const NO_EDGES: readonly null[] = [];

/** The end of the tape at a leaf that requires a gradient. */
export class Leaf extends Node {
  readonly tensor: Tensor;

  constructor(tensor: Tensor) {
    super();
    this.tensor = tensor;
  }

  get edges(): readonly null[] {
    return NO_EDGES;
  }

  get result(): Tensor {
    return this.tensor;
  }

  get name(): string {
    return 'AccumulateGrad';
  }

  gradientOf(): NDArray | null {
    return null;
  }
}
