/** Walking and rebuilding expression DAGs. Of an `either` they see the wide form; narrow.ts makes DAGs of narrow ones. */
import type { Expr } from './ir.ts';

/** The expression itself, or what stands behind an `either` for a device with 64-bit types. */
export function wideForm(node: Expr): Expr {
  let form = node;
  while (form.op === 'either') form = form.wide;
  return form;
}

/** The expressions that a node computes from, in a fixed order. */
export function operandsOf(node: Expr): readonly Expr[] {
  const operands = directOperands(node);
  return operands.some((x) => x.op === 'either') ? operands.map(wideForm) : operands;
}

/** The operands as they are, an `either` among them. */
export function directOperands(node: Expr): readonly Expr[] {
  switch (node.op) {
    case 'const':
    case 'local':
    case 'place':
      return [];
    case 'call':
      return node.args;
    case 'load':
      return [node.address];
    case 'lookup':
    case 'element':
      return [node.index];
    case 'select':
      return [node.cond, node.a, node.b];
    case 'rare':
      return [node.cond, node.fast, ...node.args];
    case 'widen':
      return node.b ? [node.a, node.b] : [node.a];
    case 'either':
      return directOperands(node.wide);
    default:
      return 'b' in node ? [node.a, node.b] : [node.a];
  }
}

/** The same node over other operands, given in the order of `operandsOf`. */
export function withOperands(node: Expr, operands: readonly Expr[]): Expr {
  const [a, b, c] = operands;
  switch (node.op) {
    case 'const':
    case 'local':
    case 'place':
      return node;
    case 'call':
      return { ...node, args: operands };
    case 'load':
      return { ...node, address: a };
    case 'lookup':
    case 'element':
      return { ...node, index: a };
    case 'select':
      return { ...node, cond: a, a: b, b: c };
    case 'rare':
      return { ...node, cond: a, fast: b, args: operands.slice(2) };
    case 'widen':
      return node.b ? { ...node, a, b } : { ...node, a };
    case 'either':
      return withOperands(node.wide, operands);
    default:
      return 'b' in node ? { ...node, a, b } : { ...node, a };
  }
}

/** Every node that the roots reach, once, operands before their users. */
export function nodesOf(roots: readonly Expr[]): Expr[] {
  const seen = new Set<Expr>();
  const visit = (node: Expr): void => {
    if (seen.has(node)) return;
    operandsOf(node).forEach(visit);
    seen.add(node);
  };
  roots.map(wideForm).forEach(visit);
  return [...seen];
}
