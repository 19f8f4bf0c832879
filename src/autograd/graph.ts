/** The tape as a picture. */
import { ValueError, shapeText } from '../array/errors.ts';
import { Leaf } from '../tensor/leaf.ts';
import type { Node } from '../tensor/node.ts';
import type { Tensor } from '../tensor/tensor.ts';

export interface GraphOptions {
  format?: 'mermaid' | 'dot';
  /** Names of leaves, by which they are shown: `{ weight: w }`. */
  names?: Readonly<Record<string, Tensor>>;
}

/**
 * How a tensor was computed, as the text of a diagram: leaves at the top, every operation with the shape and dtype of what it made.
 *
 * @param t - a tensor with history
 * @param options - `format`: 'mermaid' (the default) or 'dot'; `names`: what leaves are called
 * @throws ValueError for another format or a tensor that nothing was recorded for.
 * @example
 * const x = np.tensor([1, 2], { requiresGrad: true });
 * np.graph(np.sum(np.exp(x)), { names: { x } });
 * // flowchart TD
 * //   n0(["x (2,) float32"])
 * //   n1["Exp (2,) float32"]
 * //   n0 --> n1
 * //   ...
 */
export function graph(t: Tensor, { format = 'mermaid', names = {} }: GraphOptions = {}): string {
  if (format !== 'mermaid' && format !== 'dot')
    throw new ValueError(`format must be 'mermaid' or 'dot', got '${String(format)}'`);
  if (t.history === null)
    throw new ValueError('nothing was recorded for this tensor: it does not require grad');
  const nodes = nodesBehind(t.history);
  const numbers = new Map(nodes.map((node, i) => [node, i]));
  const called = new Map(Object.entries(names).map(([name, leaf]) => [leaf.history, name]));
  const arrows = nodes.flatMap((node) =>
    node.edges.flatMap((edge) => (edge === null ? [] : [[numbers.get(edge)!, numbers.get(node)!] as const])),
  );
  return (format === 'mermaid' ? mermaid : dot)(
    nodes.map((node, i) => ({ id: `n${i}`, text: labelOf(node, called), isLeaf: node instanceof Leaf })),
    arrows,
  );
}

interface Box {
  readonly id: string;
  readonly text: string;
  readonly isLeaf: boolean;
}

type Arrows = readonly (readonly [number, number])[];

function mermaid(boxes: readonly Box[], arrows: Arrows): string {
  return [
    'flowchart TD',
    ...boxes.map(({ id, text, isLeaf }) => (isLeaf ? `  ${id}(["${text}"])` : `  ${id}["${text}"]`)),
    ...arrows.map(([from, to]) => `  n${from} --> n${to}`),
  ].join('\n');
}

function dot(boxes: readonly Box[], arrows: Arrows): string {
  return [
    'digraph {',
    ...boxes.map(({ id, text, isLeaf }) => `  ${id} [label="${text}", shape=${isLeaf ? 'ellipse' : 'box'}];`),
    ...arrows.map(([from, to]) => `  n${from} -> n${to};`),
    '}',
  ].join('\n');
}

function labelOf(node: Node, names: ReadonlyMap<Node | null, string>): string {
  const { shape, dtype } = node.result;
  const name = names.get(node) ?? (node instanceof Leaf ? 'leaf' : node.name.replace(/Backward$/, ''));
  return `${name.replaceAll('"', "'")} ${shapeText(shape)} ${dtype.name}`;
}

/** All nodes behind one, the oldest first. */
function nodesBehind(root: Node): Node[] {
  const seen = new Set<Node>();
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    for (const edge of node.edges) if (edge !== null) stack.push(edge);
  }
  return [...seen].sort((p, q) => p.number - q.number);
}
