/** Prints the statements of a kernel, or of a function that it calls. */
import type { GridArray, GridExpr, LocalArray } from '../../../kernel/grid/ir.ts';
import type { Expr, KernelFunction, Local, Stmt, Table } from '../../../kernel/ir.ts';
import type { Access, SectionedBuffer } from './access.ts';
import { accessTo, compareExchange } from './access.ts';
import type { Usage } from './locals.ts';
import { usageOf } from './locals.ts';
import type { Names } from './names.ts';
import type { Operations, Term } from './operations.ts';
import { wgslType } from './types.ts';
import type { Scope, Trail } from './values.ts';
import { Values, bare } from './values.ts';

type StmtOf<Kind extends Stmt['stmt']> = Extract<Stmt, { stmt: Kind }>;

/** What the functions of a module share. */
export interface Module {
  readonly operations: Operations;
  readonly trail: Trail;
  /** Whether words of buffers are read that the kernel may have written, other than atomically: barriers are for these, too, then. */
  readonly readsWritten: boolean;
  functionName(fn: KernelFunction): string;
  tableElement(table: Table, index: string): Term;
  /** The name of an array that all functions see. */
  arrayName(array: GridArray): string;
  /** A buffer that is bound in several sections; undefined for other arrays. */
  sectioned(array: GridArray): SectionedBuffer | undefined;
  /** A place in the grid, which only the kernel itself sees. */
  place(which: 'local' | 'group' | 'groups'): string;
}

/** Prints one body. Locals get names that no other has; those that are never assigned again are constants of WGSL. */
export class FunctionPrinter implements Scope {
  readonly operations: Operations;
  private readonly module: Module;
  private readonly names: Names;
  private readonly usages: Map<number, Usage>;
  private readonly localNames = new Map<number, string>();
  private readonly ownArrays = new Map<LocalArray, string>();
  private readonly lines: string[] = [];
  private indent = '  ';

  /** @param given - the names of locals that have values already */
  constructor(module: Module, names: Names, body: readonly Stmt[], given: ReadonlyMap<number, string>) {
    this.operations = module.operations;
    this.module = module;
    this.names = names;
    this.usages = usageOf(body);
    for (const [id, name] of given) this.localNames.set(id, name);
    for (const usage of this.usages.values()) {
      if (given.has(usage.local.id)) usage.declaredBy = null;
      else this.announce(usage);
    }
    this.statements(body);
  }

  /** The printed lines. The memory of the invocation comes first. */
  print(): string[] {
    const own = [...this.ownArrays].map(
      ([{ type, length }, name]) => `  var ${name}: array<${wgslType(type)}, ${length}>;`,
    );
    return [...own, ...this.lines];
  }

  private announce({ local, declaredBy }: Usage): void {
    const name = this.names.fresh(local.name);
    this.localNames.set(local.id, name);
    if (!declaredBy) this.line(`var ${name}: ${wgslType(local.type)};`);
  }

  // Scope

  line(text: string): void {
    this.lines.push(this.indent + text);
  }

  temporary(): string {
    return this.names.fresh('t');
  }

  local({ id, type }: Local): Term {
    return { type, text: this.localNames.get(id)! };
  }

  functionName(fn: KernelFunction): string {
    return this.module.functionName(fn);
  }

  lookup(table: Table, index: string): Term {
    return this.module.tableElement(table, bare(index));
  }

  grid(node: Exclude<GridExpr, { op: 'exchange' }>, index: string): string {
    if (node.op === 'place') return this.module.place(node.which);
    return this.access('load', node.array, index);
  }

  private access(
    how: Exclude<Access, 'compareExchange'>,
    array: GridArray,
    index: string,
    value?: string,
  ): string {
    const sectioned = this.module.sectioned(array);
    if (sectioned) return sectioned.call(how, bare(index), value === undefined ? [] : [value]);
    return accessTo(how, array, this.place(array, index), value ?? '');
  }

  private place(array: GridArray, index: string): string {
    return `${this.arrayName(array)}[${bare(index)}]`;
  }

  private arrayName(array: GridArray): string {
    if (array.kind !== 'private') return this.module.arrayName(array);
    let name = this.ownArrays.get(array);
    if (!name) this.ownArrays.set(array, (name = this.names.fresh(array.name)));
    return name;
  }

  // Statements

  private statements(list: readonly Stmt[]): void {
    for (let i = 0; i < list.length;) {
      const constants = this.constantsFrom(list, i);
      if (constants.length > 0) this.constants(constants);
      else this.module.trail.enter(titleOf(list[i]), () => this.statement(list[i]));
      i += Math.max(1, constants.length);
    }
  }

  /** The statements from a place on that do nothing but declare constants. */
  private constantsFrom(list: readonly Stmt[], from: number): StmtOf<'set'>[] {
    const constants: StmtOf<'set'>[] = [];
    for (let i = from; i < list.length; i++) {
      const stmt = list[i];
      if (stmt.stmt !== 'set' || !this.isConstant(stmt)) break;
      constants.push(stmt);
    }
    return constants;
  }

  private isConstant(stmt: StmtOf<'set'>): boolean {
    const { declaredBy, sets } = this.usages.get(stmt.target.id)!;
    return declaredBy === stmt && sets === 1;
  }

  /** Declares constants. Nothing changes from one to the next, so that they may share what they compute. */
  private constants(list: readonly StmtOf<'set'>[]): void {
    const used = list.filter(({ target }) => this.isRead(target));
    const values = this.values(...used.map(({ value }) => value));
    for (const stmt of used)
      this.module.trail.enter(titleOf(stmt), () =>
        this.assign(stmt.target, stmt, bare(values.text(stmt.value))),
      );
  }

  private values(...roots: Expr[]): Values {
    return new Values(this, this.module.trail, roots);
  }

  /** The text of an expression that a statement consists of. */
  private value(root: Expr): string {
    return bare(this.values(root).text(root));
  }

  private block(list: readonly Stmt[]): void {
    const outer = this.indent;
    this.indent += '  ';
    this.statements(list);
    this.indent = outer;
  }

  private statement(stmt: Stmt): void {
    switch (stmt.stmt) {
      case 'set':
        return this.assign(stmt.target, stmt, this.value(stmt.value));
      case 'if':
        return this.if(stmt);
      case 'while':
        return this.while(stmt);
      case 'break':
      case 'continue':
        return this.line(`${stmt.stmt};`);
      case 'return':
        return this.line(stmt.value ? `return ${this.value(stmt.value)};` : 'return;');
      case 'call': {
        const values = this.values(...stmt.args);
        const args = stmt.args.map((arg) => bare(values.text(arg)));
        return this.line(`${this.functionName(stmt.fn)}(${args.join(', ')});`);
      }
      case 'put':
        return this.put(stmt);
      case 'barrier':
        this.line('workgroupBarrier();');
        if (this.module.readsWritten) this.line('storageBarrier();');
        return;
      case 'agree':
        if (this.module.readsWritten) this.line('storageBarrier();');
        return this.assign(
          stmt.target,
          stmt,
          `workgroupUniformLoad(&${this.place(stmt.array, this.value(stmt.index))})`,
        );
      case 'atomic':
        return this.atomic(stmt);
      case 'store':
      case 'copy':
      case 'fill':
        throw new Error(`${stmt.stmt} on a device without memory of bytes`);
      default:
        return unknown(stmt);
    }
  }

  private assign(target: Local, stmt: Stmt, value: string): void {
    const name = this.localNames.get(target.id)!;
    const { declaredBy, sets } = this.usages.get(target.id)!;
    const declaration = declaredBy === stmt ? (sets === 1 ? 'let ' : 'var ') : '';
    this.line(`${declaration}${name} = ${value};`);
  }

  private if({ cond, then, else: otherwise }: StmtOf<'if'>): void {
    this.line(`if (${this.value(cond)}) {`);
    this.block(then);
    if (otherwise.length > 0) {
      this.line('} else {');
      this.block(otherwise);
    }
    this.line('}');
  }

  /** A condition that takes several lines is computed within the loop. */
  private while({ cond, body }: StmtOf<'while'>): void {
    const start = this.lines.length;
    this.indent += '  ';
    const text = this.value(cond);
    this.indent = this.indent.slice(2);
    const before = this.lines.splice(start);
    if (before.length === 0) this.line(`while (${text}) {`);
    else {
      this.line('loop {');
      this.lines.push(...before);
      this.line(`  if (!(${text})) {`);
      this.line('    break;');
      this.line('  }');
    }
    this.block(body);
    this.line('}');
  }

  private put({ array, index, value }: StmtOf<'put'>): void {
    expectType(array, value);
    const values = this.values(index, value);
    const place = values.text(index);
    this.line(`${this.access('store', array, place, bare(values.text(value)))};`);
  }

  private atomic(stmt: StmtOf<'atomic'>): void {
    const { how, array, index, value, expected, result } = stmt;
    expectType(array, value);
    const values = this.values(index, value, ...(expected ? [expected] : []));
    const place = values.text(index);
    const text = bare(values.text(value));
    if (how === 'compareExchange')
      return this.compareExchange(stmt, place, bare(values.text(expected!)), text);
    const call = this.access(how, array, place, text);
    if (result && this.isRead(result)) this.assign(result, stmt, call);
    else this.line(`${call};`);
  }

  private compareExchange(stmt: StmtOf<'atomic'>, index: string, expected: string, value: string): void {
    const { array, result } = stmt;
    const sectioned = this.module.sectioned(array);
    const old = this.names.fresh('old');
    if (sectioned)
      this.line(`let ${old} = ${sectioned.call('compareExchange', bare(index), [expected, value])};`);
    else {
      const [wanted, tried] = ['expected', 'tried'].map((name) => this.names.fresh(name));
      this.line(`let ${wanted} = ${expected};`);
      const lines = compareExchange(this.place(array, index), { wanted, old, tried }, value);
      for (const line of lines) this.line(line);
    }
    if (result) this.assign(result, stmt, old);
  }

  private isRead(local: Local): boolean {
    return this.usages.get(local.id)!.reads > 0;
  }
}

function expectType(array: GridArray, value: Expr): void {
  if (value.type !== array.type)
    throw new Error(`${value.type} put into ${array.name}, which is of ${array.type}`);
}

/** A statement in a message. */
function titleOf(stmt: Stmt): string {
  if (stmt.stmt === 'set') return stmt.target.name;
  return stmt.stmt === 'put' || stmt.stmt === 'atomic' ? `${stmt.stmt} ${stmt.array.name}` : stmt.stmt;
}

function unknown(stmt: never): never {
  throw new Error(`unknown statement ${JSON.stringify(stmt)}`);
}
