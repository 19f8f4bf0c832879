/** Where kernels use 64-bit types. */
import type { Expr, KernelFunction, Stmt } from '../../src/kernel/ir.ts';
import { operandsOf } from '../../src/kernel/traverse.ts';
import { BYTES, laneOf } from '../../src/kernel/types.ts';

const isWide = (type: string): boolean => BYTES[laneOf(type as Expr['type'])] === 8;

/** The expressions and functions that a statement holds, without those of statements inside it. */
function contentsOf(stmt: Stmt): {
  roots: readonly Expr[];
  blocks: readonly (readonly Stmt[])[];
  fn?: KernelFunction;
} {
  switch (stmt.stmt) {
    case 'set':
      return { roots: [stmt.target, stmt.value], blocks: [] };
    case 'store':
      return { roots: stmt.items.flatMap(({ address, value }) => [address, value]), blocks: [] };
    case 'if':
      return { roots: [stmt.cond], blocks: [stmt.then, stmt.else] };
    case 'while':
      return { roots: [stmt.cond], blocks: [stmt.body] };
    case 'return':
      return { roots: stmt.value ? [stmt.value] : [], blocks: [] };
    case 'call':
      return { roots: stmt.args, blocks: [], fn: stmt.fn };
    case 'copy':
      return { roots: [stmt.to, stmt.from, stmt.bytes], blocks: [] };
    case 'fill':
      return { roots: [stmt.to, stmt.byte, stmt.bytes], blocks: [] };
    case 'put':
    case 'atomic':
      return { roots: [stmt.index, stmt.value], blocks: [] };
    case 'agree':
      return { roots: [stmt.index], blocks: [] };
    case 'barrier':
    case 'break':
    case 'continue':
      return { roots: [], blocks: [] };
  }
}

/** The operations with 64-bit operands or results in a function and those that it calls, as `function: operation type`. */
export function wideTypesIn(start: KernelFunction): string[] {
  const found = new Set<string>();
  const functions = new Set<KernelFunction>();
  const nodes = new Set<Expr>();
  const expression = (fn: KernelFunction, node: Expr): void => {
    if (nodes.has(node)) return;
    nodes.add(node);
    if (isWide(node.type)) found.add(`${fn.name}: ${node.op} ${node.type}`);
    operandsOf(node).forEach((operand) => expression(fn, operand));
    if (node.op === 'call') visit(node.fn);
    if (node.op === 'rare') visit(node.slow);
  };
  const block = (fn: KernelFunction, statements: readonly Stmt[]): void => {
    for (const stmt of statements) {
      const { roots, blocks, fn: callee } = contentsOf(stmt);
      roots.forEach((root) => expression(fn, root));
      blocks.forEach((inner) => block(fn, inner));
      if (callee) visit(callee);
    }
  };
  const visit = (fn: KernelFunction): void => {
    if (functions.has(fn)) return;
    functions.add(fn);
    fn.params.forEach((p) => expression(fn, p));
    block(fn, fn.body);
  };
  visit(start);
  return [...found];
}
