/** What the statements of a kernel consist of. */
import type { GridArray, LocalArray } from '../../../kernel/grid/ir.ts';
import type { Expr, KernelFunction, Stmt, Table } from '../../../kernel/ir.ts';
import { nodesOf } from '../../../kernel/traverse.ts';

/** The expressions that a statement itself computes. */
export function rootsOf(stmt: Stmt): readonly Expr[] {
  switch (stmt.stmt) {
    case 'set':
      return [stmt.value];
    case 'if':
    case 'while':
      return [stmt.cond];
    case 'return':
      return stmt.value ? [stmt.value] : [];
    case 'call':
      return stmt.args;
    case 'put':
      return [stmt.index, stmt.value];
    case 'agree':
      return [stmt.index];
    case 'atomic':
      return [stmt.index, stmt.value, ...(stmt.expected ? [stmt.expected] : [])];
    default:
      return [];
  }
}

/** The statements within a statement. */
export function bodiesOf(stmt: Stmt): readonly (readonly Stmt[])[] {
  if (stmt.stmt === 'if') return [stmt.then, stmt.else];
  return stmt.stmt === 'while' ? [stmt.body] : [];
}

/** What a kernel needs in the module around it. Each thing is there once, in the order in which it is met. */
export class Contents {
  /** Those called come before their callers. */
  readonly functions: KernelFunction[] = [];
  readonly tables = new Set<Table>();
  readonly workgroupArrays = new Set<LocalArray>();
  /** Whether words of buffers are read that the kernel may have written, other than atomically. */
  readsWritten = false;
  /** Whether invocations exchange words without memory. */
  exchanges = false;
  private readonly open = new Set<KernelFunction>();

  constructor(body: readonly Stmt[]) {
    this.statements(body);
  }

  private statements(list: readonly Stmt[]): void {
    for (const stmt of list) {
      nodesOf(rootsOf(stmt)).forEach((node) => this.expression(node));
      if (stmt.stmt === 'put' || stmt.stmt === 'atomic' || stmt.stmt === 'agree') this.array(stmt.array);
      if (stmt.stmt === 'atomic') this.read(stmt.array);
      if (stmt.stmt === 'call') this.function(stmt.fn);
      for (const inner of bodiesOf(stmt)) this.statements(inner);
    }
  }

  private expression(node: Expr): void {
    if (node.op === 'exchange') this.exchanges = true;
    if (node.op === 'lookup') this.tables.add(node.table);
    if (node.op === 'element') {
      this.array(node.array);
      this.read(node.array);
    }
    if (node.op === 'call') this.function(node.fn);
    if (node.op === 'rare') this.function(node.slow);
  }

  private array(array: GridArray): void {
    if (array.kind === 'workgroup') this.workgroupArrays.add(array);
  }

  private read(array: GridArray): void {
    if (array.kind === 'buffer' && array.access === 'write') this.readsWritten = true;
  }

  private function(fn: KernelFunction): void {
    if (this.open.has(fn)) throw new Error(`${fn.name} calls itself on a device without recursion`);
    if (this.functions.includes(fn)) return;
    this.open.add(fn);
    this.statements(fn.body);
    this.open.delete(fn);
    this.functions.push(fn);
  }
}
