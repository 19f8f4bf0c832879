/** The tape's record of a view. */
import type { NDArray } from '../array/ndarray.ts';
import { tracing } from '../array/tracing.ts';
import { Geometry, UNVIEW, kindOfView } from './geometry.ts';
import { Node } from './node.ts';

const NAMES = {
  reshape: 'ViewBackward',
  permute: 'TransposeBackward',
  expand: 'ExpandBackward',
  slice: 'SliceBackward',
} as const;

export class ViewNode extends Node {
  readonly edges: readonly [Node];
  readonly view: Geometry;
  readonly base: Geometry;

  constructor(from: Node, view: NDArray, base: NDArray) {
    super();
    this.edges = [from];
    this.view = new Geometry(view);
    this.base = new Geometry(base);
  }

  get result(): Geometry {
    return this.view;
  }

  get name(): string {
    return NAMES[kindOfView(this.view, this.base)];
  }

  gradientOf(_operand: number, cotangent: NDArray): NDArray {
    return unview(cotangent, this.view, this.base);
  }
}

/** `UNVIEW`, recorded where its gradient is. */
export function unview(grad: NDArray, view: Geometry, base: Geometry): NDArray {
  return tracing.tracer !== null && grad.traced
    ? (tracing.tracer.call(UNVIEW, [grad, view, base]) as NDArray)
    : UNVIEW.run(grad, view, base);
}

export function viewNode(base: NDArray, from: Node, view: NDArray): Node {
  return new ViewNode(from, view, base);
}
