/** Prints the expressions of one statement. What they share, and what would make a line too long, is named in lines before it. */
import type { GridExpr } from '../../../kernel/grid/ir.ts';
import type { Expr, KernelFunction, Local, Table } from '../../../kernel/ir.ts';
import { operandsOf } from '../../../kernel/traverse.ts';
import type { ScalarType } from '../../../kernel/types.ts';
import type { Operations, Term } from './operations.ts';
import { wgslType } from './types.ts';

/** What the expressions of a function refer to. */
export interface Scope {
  readonly operations: Operations;
  local(local: Local): Term;
  functionName(fn: KernelFunction): string;
  /** The table's element at an index. */
  lookup(table: Table, index: string): Term;
  /** The element of an array, or a place in the grid. */
  grid(node: Exclude<GridExpr, { op: 'exchange' }>, index: string): string;
  /** Adds a line to the function. */
  line(text: string): void;
  /** A name for a value. */
  temporary(): string;
}

/** Texts longer than this get a name. It also bounds how deeply parentheses are nested, which WGSL's compilers do. */
const LONG = 72;

type Of<Op extends Expr['op']> = Extract<Expr, { op: Op }>;

/** What is being printed, outermost first. What is left by an error stays, so that a message can name it. */
export class Trail {
  private readonly steps: string[] = [];

  enter<R>(step: string, inside: () => R): R {
    this.steps.push(step);
    const result = inside();
    this.steps.pop();
    return result;
  }

  get path(): string {
    return this.steps.join(' > ');
  }
}

export class Values {
  private readonly scope: Scope;
  private readonly trail: Trail;
  private readonly uses = new Map<Expr, number>();
  private readonly terms = new Map<Expr, Term>();

  constructor(scope: Scope, trail: Trail, roots: readonly Expr[]) {
    this.scope = scope;
    this.trail = trail;
    for (const root of roots) this.count(root);
  }

  private count(node: Expr): void {
    const seen = this.uses.get(node) ?? 0;
    this.uses.set(node, seen + 1);
    if (!seen) operandsOf(node).forEach((operand) => this.count(operand));
  }

  /** The text of an expression. */
  text(node: Expr): string {
    return this.term(node).text;
  }

  term(node: Expr): Term {
    if (node.op === 'local') return this.scope.local(node);
    let term = this.terms.get(node);
    if (!term) {
      term = this.trail.enter(node.op, () => {
        wgslType(node.type);
        const computed = this.compute(node);
        return this.wantsName(node, computed) ? this.named(computed) : computed;
      });
      this.terms.set(node, term);
    }
    return term;
  }

  private wantsName(node: Expr, { text, value }: Term): boolean {
    if (value !== undefined || /^\w+$/.test(text)) return false;
    return this.uses.get(node)! > 1 || text.length > LONG;
  }

  private named(term: Term): Term {
    const { text, type } = term;
    const name = this.scope.temporary();
    this.scope.line(`let ${name} = ${bare(text)};`);
    return { type, text: name };
  }

  private compute(node: Expr): Term {
    const { operations } = this.scope;
    switch (node.op) {
      case 'const':
        return operations.constant(node.type, node.value);
      case 'select':
        return operations.select(this.term(node.cond), this.term(node.a), this.term(node.b));
      case 'convert':
        return operations.convert(node.type, this.term(node.a));
      case 'bitcast':
        return operations.bitcast(node.type, this.term(node.a));
      case 'opaque':
        return operations.opaque(this.term(node.a));
      case 'lookup':
        return this.scope.lookup(node.table, this.text(node.index));
      case 'call':
        return this.call(node.type, node.fn, node.args);
      case 'rare':
        return this.rare(node);
      case 'element':
        return { type: node.type, text: this.scope.grid(node, this.text(node.index)) };
      case 'exchange':
        return { type: node.type, text: `subgroupShuffleXor(${bare(this.text(node.a))}, ${node.mask}u)` };
      case 'place':
        return { type: node.type, text: this.scope.grid(node, '') };
      case 'splat':
        return operations.splat(node.type, this.term(node.a));
      case 'extract':
        return operations.extract(node.type, this.term(node.a), node.lane);
      case 'replace':
        return operations.replace(this.short(node.a), node.lane, this.term(node.b));
      case 'widen':
        return this.widen(node);
      case 'test':
        return operations.test(node.how, this.term(node.a));
      case 'eq':
      case 'ne':
      case 'lt':
      case 'le':
      case 'gt':
      case 'ge':
        return operations.compare(node.op, this.term(node.a), this.term(node.b));
      case 'local':
      case 'either':
      case 'load':
      case 'shuffle':
        throw new Error(`${node.op} on a device without memory of bytes`);
      default:
        return 'b' in node
          ? operations.binary(node.op, this.term(node.a), this.term(node.b))
          : operations.unary(node.op, this.term(node.a));
    }
  }

  /** A term that may be written several times. */
  private short(node: Expr): Term {
    const term = this.term(node);
    if (/^\w+$/.test(term.text)) return term;
    const named = this.named(term);
    this.terms.set(node, named);
    return named;
  }

  private call(type: ScalarType, fn: KernelFunction, args: readonly Expr[]): Term {
    const list = args.map((arg) => bare(this.text(arg)));
    return { type, text: `${this.scope.functionName(fn)}(${list.join(', ')})` };
  }

  private rare({ type, cond, fast, slow, args }: Of<'rare'>): Term {
    const [when, usual] = [this.text(cond), this.text(fast)];
    // All that the call needs is printed by now, so that the branch holds nothing that others share.
    const call = this.call(type, slow, args);
    const name = this.scope.temporary();
    this.scope.line(`var ${name} = ${bare(usual)};`);
    this.scope.line(`if (${bare(when)}) {`);
    this.scope.line(`  ${name} = ${call.text};`);
    this.scope.line('}');
    return { type, text: name };
  }

  private widen(node: Of<'widen'>): Term {
    if (node.how === 'convert' || node.how === 'truncSat') {
      return this.scope.operations.convertLanes(node.type, this.term(node.a));
    }
    throw new Error(`${node.how} on a device whose vectors have four lanes`);
  }
}

/** A text without the parentheses that enclose all of it. */
export function bare(text: string): string {
  if (!text.startsWith('(')) return text;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i === text.length - 1 ? text.slice(1, -1) : text;
  }
  return text;
}
