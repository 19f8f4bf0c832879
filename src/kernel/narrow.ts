/**
 * Kernels for devices without 64-bit types: every `either` replaced by its narrow form, in functions and in those that they call.
 */
import type { Expr, KernelFunction, KernelModule, Stmt, Store } from './ir.ts';
import { directOperands, withOperands } from './traverse.ts';

/** Replaces expressions and functions, each once: what was shared stays shared. */
export class Narrowing {
  private readonly expressions = new Map<Expr, Expr>();
  private readonly functions = new Map<KernelFunction, KernelFunction>();

  /** The narrow form of an expression. */
  expression(node: Expr): Expr {
    let form = this.expressions.get(node);
    if (!form) this.expressions.set(node, (form = this.narrowed(node)));
    return form;
  }

  /** The narrow form of a function: known before its body is, so that it may call itself. */
  function(fn: KernelFunction): KernelFunction {
    let form = this.functions.get(fn);
    if (!form) {
      const body: Stmt[] = [];
      this.functions.set(fn, (form = { ...fn, body }));
      body.push(...this.statements(fn.body));
    }
    return form;
  }

  /** The form of an expression that has not been met before. */
  protected narrowed(node: Expr): Expr {
    if (node.op === 'either') return this.expression(node.narrow());
    const over = withOperands(
      node,
      directOperands(node).map((x) => this.expression(x)),
    );
    if (over.op === 'call') return { ...over, fn: this.function(over.fn) };
    if (over.op === 'rare') return { ...over, slow: this.function(over.slow) };
    return over;
  }

  /** The narrow forms of statements. */
  statements(list: readonly Stmt[]): Stmt[] {
    return list.map((stmt) => this.statement(stmt));
  }

  private statement(stmt: Stmt): Stmt {
    const e = (x: Expr): Expr => this.expression(x);
    switch (stmt.stmt) {
      case 'set':
        return { ...stmt, value: e(stmt.value) };
      case 'store':
        return { ...stmt, items: stmt.items.map((item) => this.store(item)) };
      case 'if': {
        const [then, otherwise] = [this.statements(stmt.then), this.statements(stmt.else)];
        return { ...stmt, cond: e(stmt.cond), then, else: otherwise };
      }
      case 'while':
        return { ...stmt, cond: e(stmt.cond), body: this.statements(stmt.body) };
      case 'return':
        return stmt.value ? { ...stmt, value: e(stmt.value) } : stmt;
      case 'call':
        return { ...stmt, fn: this.function(stmt.fn), args: stmt.args.map(e) };
      case 'copy':
        return { ...stmt, to: e(stmt.to), from: e(stmt.from), bytes: e(stmt.bytes) };
      case 'fill':
        return { ...stmt, to: e(stmt.to), byte: e(stmt.byte), bytes: e(stmt.bytes) };
      case 'put':
        return { ...stmt, index: e(stmt.index), value: e(stmt.value) };
      case 'agree':
        return { ...stmt, index: e(stmt.index) };
      case 'atomic': {
        const expected = stmt.expected && { expected: e(stmt.expected) };
        return { ...stmt, index: e(stmt.index), value: e(stmt.value), ...expected };
      }
      case 'barrier':
      case 'break':
      case 'continue':
        return stmt;
    }
  }

  private store(item: Store): Store {
    return { ...item, address: this.expression(item.address), value: this.expression(item.value) };
  }
}

/** A module in which no `either` is left: every one has become its narrow form. */
export function narrowModule(module: KernelModule): KernelModule {
  const narrowing = new Narrowing();
  return { exports: module.exports.map((fn) => narrowing.function(fn)) };
}
