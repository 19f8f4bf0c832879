/** The backward pass: cotangents walk the tape from the results to the leaves. */
import { RuntimeError, ValueError, shapeText } from '../array/errors.ts';
import { sameShape } from '../array/layout.ts';
import type { Home } from '../array/remote.ts';
import { placedOn } from '../array/remote.ts';
import type { NDArray } from '../array/ndarray.ts';
import { disposeAfter } from '../array/storage.ts';
import type { Storage } from '../array/storage.ts';
import { tracing } from '../array/tracing.ts';
import { copyOf } from '../ops/cast.ts';
import { ones } from '../np/creation/filled.ts';
import { add } from '../np/ufuncs.ts';
import type { Hook } from '../tensor/hooks.ts';
import { Leaf } from '../tensor/leaf.ts';
import { modes, onPlainArrays, onTensors, withGrad } from '../tensor/modes.ts';
import type { Node } from '../tensor/node.ts';
import { Tensor, wrap } from '../tensor/tensor.ts';
import { watch } from './anomaly.ts';
import { fit } from './fit.ts';

export interface BackwardOptions {
  /** Keeps what the tape holds, for another pass. By default the same as `createGraph`. */
  retainGraph?: boolean;
  /** Puts the pass itself on the tape, so that gradients differentiate again. */
  createGraph?: boolean;
}

let passes = 0;

/** Whether nobody outside sees the gradients of the pass that runs. */
let unseen = false;

/** A gradient to start from, and the node it belongs to. */
interface Seed {
  readonly node: Node;
  readonly cotangent: NDArray;
  /** The device that it lies on, `null` for the processor. */
  readonly home: Home | null;
}

/**
 * Walks the tape from some nodes back.
 *
 * @param targets - nodes to stop at, whose cotangents are handed back; without them leaves add to their `grad`
 */
export function walkBack(
  seeds: readonly Seed[],
  { createGraph = false, retainGraph = createGraph }: BackwardOptions,
  targets: readonly (Node | null)[] | null,
): (NDArray | null)[] {
  const order = nodesBehind(
    seeds.map(({ node }) => node),
    targets,
  );
  const found = targets ? new Array<NDArray | null>(targets.length).fill(null) : [];
  const pass = (): void => {
    try {
      for (const { node, cotangent } of seeds)
        receive(node, tracing.tracer === null ? cotangent : asTensor(cotangent));
      // Earlier nodes may need the memory that a later one leaves, so that it goes when all are through.
      const gone: Storage[] = [];
      for (const node of order) visit(node, targets, found, retainGraph ? null : gone);
      for (const storage of gone) storage.dispose();
    } finally {
      for (const node of order) node.cotangent = null;
    }
  };
  const run = (): void => {
    if (createGraph) withGrad(true, () => onTensors(pass));
    else if (order.some((node) => node.hooks !== null || node.callsUser)) onPlainArrays(pass);
    else onPlainArrays(() => unobserved(() => disposeAfter(pass, () => heldAfter(order, found))));
  };
  placedOn(seeds[0]?.home ?? null, run);
  return found;
}

function unobserved(pass: () => void): void {
  const before = unseen;
  unseen = true;
  try {
    pass();
  } finally {
    unseen = before;
  }
}

/** What outlives a pass of which nobody else has seen anything: gradients that were accumulated or are handed back. */
function heldAfter(order: readonly Node[], found: readonly (NDArray | null)[]): ReadonlySet<Storage> {
  const held = new Set<Storage>();
  for (const g of found) if (g !== null) held.add(g.storage);
  for (const node of order) {
    if (node instanceof Leaf && node.tensor.ownGrad !== null) held.add(node.tensor.ownGrad.storage);
    if (node.retained !== null)
      for (const { ownGrad } of node.retained) if (ownGrad !== null) held.add(ownGrad.storage);
  }
  return held;
}

function visit(
  node: Node,
  targets: readonly (Node | null)[] | null,
  found: (NDArray | null)[],
  gone: Storage[] | null,
): void {
  let g = node.cotangent;
  if (g === null) return;
  node.cotangent = null;
  if (node.hooks !== null) g = hooked(node.hooks, g);
  if (node.retained !== null) for (const t of node.retained) accumulate(t, g);
  if (targets !== null) {
    for (let i = 0; i < targets.length; i++) if (targets[i] === node) found[i] = g;
  } else if (node instanceof Leaf) {
    accumulate(node.tensor, g);
  }
  const { edges } = node;
  for (let i = 0; i < edges.length; i++) {
    const edge = edges[i];
    if (edge === null || (targets !== null && !edge.wanted)) continue;
    const gradient = node.gradientOf(i, g);
    if (gradient === null) continue;
    watch(node, gradient);
    receive(edge, tracing.tracer === null ? gradient : asTensor(gradient));
  }
  if (gone === null) return;
  node.release();
  if (node.leftovers === null) return;
  gone.push(...node.leftovers);
  node.leftovers = null;
}

function receive(node: Node, gradient: NDArray): void {
  const { cotangent } = node;
  node.cotangent = cotangent === null ? gradient : (add(cotangent, gradient) as NDArray);
}

/** The gradient after hooks have seen it. */
function hooked(hooks: readonly Hook[], g: NDArray): NDArray {
  const call = (): NDArray => {
    let grad = asTensor(g);
    for (const hook of [...hooks]) {
      const replaced = hook(grad);
      if (replaced !== undefined && replaced !== null) grad = replaced;
    }
    return grad;
  };
  return tracing.tracer === null ? withGrad(false, () => onTensors(call)) : call();
}

const asTensor = (g: NDArray): Tensor => (g instanceof Tensor ? g : wrap(g));

/** Adds to the gradient of a tensor. */
export function accumulate(t: Tensor, g: NDArray): void {
  const before = t.ownGrad;
  if (before === null && tracing.tracer === null) {
    t.ownGrad = ownGradient(g);
    t.gradIsShared = !unseen;
  } else if (before === null) {
    t.keepGrad(asTensor(g));
  } else if (tracing.tracer !== null || before.requiresGrad) {
    t.keepGrad(asTensor(add(before, g) as NDArray));
  } else {
    add(before, g, { out: before });
    before.storage.version++;
  }
}

/** A gradient in memory that nothing else is in. */
function ownGradient(g: NDArray): Tensor {
  const isFree = g.base === null && g.writeable && !g.traced && !g.storage.claimed;
  const own = wrap(isFree ? g : copyOf(g, g.dtype, 'C'));
  own.storage.claimed = true;
  return own;
}

/** All nodes that cotangents come to, each before those that it leads to. */
function nodesBehind(roots: readonly Node[], targets: readonly (Node | null)[] | null): Node[] {
  const pass = ++passes;
  const order: Node[] = [];
  const stack: Node[] = [];
  const meet = (node: Node): void => {
    if (node.pass === pass) return;
    node.pass = pass;
    node.cotangent = null;
    node.wanted = targets !== null && targets.includes(node);
    order.push(node);
    stack.push(node);
  };
  for (const root of roots) meet(root);
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const { edges } = node;
    for (let i = 0; i < edges.length; i++) {
      const edge = edges[i];
      if (edge !== null) meet(edge);
    }
  }
  order.sort((p, q) => q.number - p.number);
  if (targets === null) return order;
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i];
    node.wanted ||= node.edges.some((edge) => edge !== null && edge.wanted);
  }
  return order.filter((node) => node.wanted);
}

/**
 * The seed of a backward pass.
 *
 * @throws RuntimeError for a tensor without history, or one of several elements without a gradient; ValueError for a gradient of
 *   another shape.
 */
export function seedOf(t: Tensor, gradient: NDArray | null | undefined): Seed {
  const node = t.history;
  const home = t.storage.remote?.home ?? null;
  if (node === null) {
    throw new RuntimeError(
      'element 0 of tensors does not require grad and does not have a gradFn: make a leaf with { requiresGrad: true }, and compute outside noGrad',
    );
  }
  if (gradient === undefined || gradient === null) {
    if (t.size !== 1) {
      throw new RuntimeError(
        `grad can be implicitly created only for scalar outputs, this tensor has shape ${shapeText(t.shape)}: reduce it with sum() or mean(), or give backward() a gradient of that shape`,
      );
    }
    if (t.dtype.kind === 'c') {
      throw new RuntimeError(
        'grad can be implicitly created only for real scalar outputs but got complex: give backward() a gradient',
      );
    }
    return { node, home, cotangent: placedOn(home, () => ones(t.shape, { dtype: t.dtype })) };
  }
  if (!sameShape(gradient.shape, t.shape)) {
    throw new ValueError(
      `Mismatch in shape: the gradient has a shape of ${shapeText(gradient.shape)} and the tensor has a shape of ${shapeText(t.shape)}`,
    );
  }
  gradient.storage.claimed = true;
  return {
    node,
    home,
    cotangent: onPlainArrays(() =>
      modes.grad && gradient.traced ? gradient : placedOn(home, () => fit(gradient, t.shape, t.dtype)),
    ),
  };
}
