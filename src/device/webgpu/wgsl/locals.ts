/** Where the locals of a function are declared: at their first assignment where every use follows it there, else at the top. */
import type { Expr, Local, Stmt } from '../../../kernel/ir.ts';
import { nodesOf } from '../../../kernel/traverse.ts';
import { bodiesOf, rootsOf } from './contents.ts';

/** What is known of a local. */
export interface Usage {
  readonly local: Local;
  /** How many statements assign it. */
  sets: number;
  /** How many expressions read it. */
  reads: number;
  /** The assignment that declares it; null if it is declared at the top. */
  declaredBy: Stmt | null;
}

/** The lists of statements that are entered, outermost first. */
type Path = readonly (readonly Stmt[])[];

/** Looks at all locals of a function's body, in the order in which they occur. */
export function usageOf(body: readonly Stmt[]): Map<number, Usage> {
  const usages = new Map<number, Usage>();
  const homes = new Map<number, readonly Stmt[]>();

  const read = (root: Expr, path: Path): void => {
    for (const node of nodesOf([root])) if (node.op === 'local') meet(node, path).reads++;
  };
  const meet = (local: Local, path: Path): Usage => {
    let usage = usages.get(local.id);
    if (!usage) usages.set(local.id, (usage = { local, sets: 0, reads: 0, declaredBy: null }));
    const home = homes.get(local.id);
    if (!home || !path.includes(home)) usage.declaredBy = null;
    return usage;
  };
  const write = (local: Local, stmt: Stmt, path: Path): void => {
    if (!usages.has(local.id)) {
      homes.set(local.id, path.at(-1)!);
      usages.set(local.id, { local, sets: 1, reads: 0, declaredBy: stmt });
    } else meet(local, path).sets++;
  };
  const walk = (list: readonly Stmt[], outer: Path): void => {
    const path = [...outer, list];
    for (const stmt of list) {
      for (const root of rootsOf(stmt)) read(root, path);
      if (stmt.stmt === 'set' || stmt.stmt === 'agree') write(stmt.target, stmt, path);
      if (stmt.stmt === 'atomic' && stmt.result) write(stmt.result, stmt, path);
      for (const inner of bodiesOf(stmt)) walk(inner, path);
    }
  };
  walk(body, []);
  return usages;
}

/** Whether a call of the statements always ends with `return`. */
export function returns(list: readonly Stmt[]): boolean {
  const last = list.at(-1);
  if (last?.stmt === 'if') return returns(last.then) && returns(last.else);
  return last?.stmt === 'return';
}
