/** The tape's record of a part of an array having been overwritten through a view of it. */
import type { NDArray } from '../array/ndarray.ts';
import { tracing } from '../array/tracing.ts';
import { CLEAR, Geometry, REVIEW } from '../tensor/geometry.ts';
import { Node } from '../tensor/node.ts';

export class Overwrite extends Node {
  readonly edges: readonly [Node | null, Node];
  readonly base: Geometry;
  readonly view: Geometry;

  constructor(before: Node | null, part: Node, base: NDArray, view: NDArray) {
    super();
    this.edges = [before, part];
    this.base = new Geometry(base);
    this.view = new Geometry(view);
  }

  get result(): Geometry {
    return this.base;
  }

  get name(): string {
    return 'CopySlices';
  }

  /** The part's gradient is what the view shows; nothing of it goes to what was there before. */
  gradientOf(operand: number, g: NDArray): NDArray {
    const which = operand === 0 ? CLEAR : REVIEW;
    if (tracing.tracer !== null && g.traced)
      return tracing.tracer.call(which, [g, this.view, this.base]) as NDArray;
    return which.run(g, this.view, this.base);
  }
}
