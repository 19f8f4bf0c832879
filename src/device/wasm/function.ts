/** Prints one kernel function: statements to structured control flow, expressions to stack code. */
import type { Expr, KernelFunction, Local, Stmt, Store } from '../../kernel/ir.ts';
import type { ScalarType, ValueType } from '../../kernel/types.ts';
import { isVector } from '../../kernel/types.ts';
import { ByteWriter } from './encoder.ts';
import type { Instruction } from './instruction.ts';
import { fusedSplat, reach } from './instruction.ts';
import type { Names } from './lower.ts';
import { Lowering } from './lower.ts';
import { EMPTY_BLOCK, F32, F64, I32, I64, MACHINE, OP, STORE, VECTOR_STORE } from './opcodes.ts';

type StmtOf<Kind extends Stmt['stmt']> = Extract<Stmt, { stmt: Kind }>;

/** Where `break` and `continue` of a loop go, as depths of enclosing blocks. */
interface LoopLabels {
  readonly exit: number;
  readonly next: number;
}

class FunctionPrinter implements Names {
  private readonly code = new ByteWriter(512);
  private readonly lower: Lowering;
  private readonly fn: KernelFunction;
  private readonly functions: (fn: KernelFunction) => number;
  private readonly indices = new Map<number, number>();
  /** Machine types of the locals after the parameters. */
  private readonly locals: number[] = [];
  /** Temporaries that hold nothing now, by machine type. */
  private readonly spare = new Map<number, number[]>();
  private depth = 0;
  private readonly loops: LoopLabels[] = [];
  /** Where the last `local.set` began and ended, and which local it set. */
  private setAt = -1;
  private setEnd = -1;
  private setIndex = -1;

  constructor(fn: KernelFunction, functions: (fn: KernelFunction) => number) {
    this.fn = fn;
    this.functions = functions;
    this.lower = new Lowering(this);
    fn.params.forEach((p, i) => this.indices.set(p.id, i));
  }

  print(): ByteWriter {
    this.statements(this.fn.body);
    // Where every path has returned, the end is not reached but still wants a value.
    if (this.fn.result && this.fn.body.at(-1)?.stmt !== 'return') this.code.op(OP.unreachable);
    this.code.op(OP.end);
    const whole = new ByteWriter(this.code.length + 32);
    this.declareLocals(whole);
    whole.append(this.code);
    return whole;
  }

  private declareLocals(out: ByteWriter): void {
    const runs: { type: number; count: number }[] = [];
    for (const type of this.locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    out.u32(runs.length);
    for (const { type, count } of runs) {
      out.u32(count);
      out.byte(type);
    }
  }

  functionIndex(fn: KernelFunction): number {
    return this.functions(fn);
  }

  localIndex(local: Local): number {
    let index = this.indices.get(local.id);
    if (index === undefined) this.indices.set(local.id, (index = this.newLocal(MACHINE[local.type])));
    return index;
  }

  private newLocal(type: number): number {
    return this.fn.params.length + this.locals.push(type) - 1;
  }

  // Expressions

  /** Writes the values of one statement, on the stack in order. */
  private values(...roots: Instruction[]): void {
    for (const root of roots) count(root);
    for (const root of roots) this.emit(root);
  }

  private emit(node: Instruction): void {
    if (node.uses < 2 || node.trivial) return this.compute(node);
    node.left--;
    if (node.temp >= 0) {
      this.getLocal(node.temp);
    } else {
      this.compute(node);
      node.temp = this.takeTemp(node.type);
      this.code.op(OP.localTee);
      this.code.u32(node.temp);
    }
    if (node.left === 0) this.spareFor(node.type).push(node.temp);
  }

  private takeTemp(type: number): number {
    return this.spareFor(type).pop() ?? this.newLocal(type);
  }

  private spareFor(type: number): number[] {
    let list = this.spare.get(type);
    if (!list) this.spare.set(type, (list = []));
    return list;
  }

  private compute(node: Instruction): void {
    const { code } = this;
    switch (node.form) {
      case 'const':
        return this.constant(node);
      case 'local':
        return this.getLocal(node.immediate as number);
      case 'splat':
        return this.splat(node);
      case 'rare':
        return this.rare(node);
    }
    for (const arg of node.args) this.emit(arg);
    code.op(node.code);
    if (node.form === 'memory') {
      code.byte(0);
      code.u32(node.immediate as number);
    } else if (node.form === 'lane') code.byte(node.immediate as number);
    else if (node.form === 'bytes') code.raw(node.immediate as Uint8Array);
    else if (node.form === 'call') code.u32(node.immediate as number);
  }

  private constant(node: Instruction): void {
    const { code } = this;
    const value = node.immediate;
    code.op(node.code);
    if (node.type === I32) code.s32(value as number);
    else if (node.type === I64) code.s64(value as bigint);
    else if (node.type === F32) code.f32(value as number);
    else if (node.type === F64) code.f64(value as number);
    else code.raw(value as Uint8Array);
  }

  private splat(node: Instruction): void {
    const fused = fusedSplat(node);
    const [arg] = node.args;
    if (fused === undefined) {
      this.emit(arg);
      return this.code.op(node.code);
    }
    this.emit(arg.args[0]);
    this.code.op(fused);
    this.code.byte(0);
    this.code.u32(arg.immediate as number);
  }

  /** The call's arguments are computed ahead of the branch, since other readers may share what they are made of. */
  private rare(node: Instruction): void {
    const [fast, cond, ...args] = node.args;
    const kept = [fast, ...args].map((arg) => {
      const temp = this.takeTemp(arg.type);
      this.emit(arg);
      this.setLocal(temp);
      return { temp, type: arg.type };
    });
    const [result, ...inputs] = kept;
    this.emit(cond);
    this.open(OP.if);
    for (const { temp } of inputs) this.getLocal(temp);
    this.code.op(node.code);
    this.code.u32(node.immediate as number);
    this.setLocal(result.temp);
    this.close();
    this.getLocal(result.temp);
    for (const { temp, type } of kept) this.spareFor(type).push(temp);
  }

  private getLocal(index: number): void {
    const { code } = this;
    // `set x; get x` is `tee x`.
    if (this.setEnd === code.length && this.setIndex === index) {
      this.setEnd = -1;
      return code.patch(this.setAt, OP.localTee);
    }
    code.op(OP.localGet);
    code.u32(index);
  }

  private setLocal(index: number): void {
    this.setAt = this.code.length;
    this.code.op(OP.localSet);
    this.code.u32(index);
    this.setEnd = this.code.length;
    this.setIndex = index;
  }

  // Statements

  private statements(list: readonly Stmt[]): void {
    for (const stmt of list) {
      this.lower.reset();
      this.statement(stmt);
    }
  }

  private statement(stmt: Stmt): void {
    switch (stmt.stmt) {
      case 'set':
        this.values(this.lower.value(stmt.value));
        return this.setLocal(this.localIndex(stmt.target));
      case 'store':
        return this.store(stmt.items);
      case 'if':
        return this.if(stmt);
      case 'while':
        return this.while(stmt);
      case 'break':
        return this.branch(OP.br, this.loops.at(-1)!.exit);
      case 'continue':
        return this.branch(OP.br, this.loops.at(-1)!.next);
      case 'return':
        if (stmt.value) this.values(this.lower.value(stmt.value));
        return this.code.op(OP.return);
      case 'call':
        this.values(...stmt.args.map((arg) => this.lower.value(arg)));
        this.code.op(OP.call);
        this.code.u32(this.functionIndex(stmt.fn));
        if (stmt.fn.result) this.code.op(OP.drop);
        return;
      case 'copy':
        this.bulk(OP.memoryCopy, [stmt.to, stmt.from, stmt.bytes]);
        this.code.byte(0);
        return this.code.byte(0);
      case 'fill':
        this.bulk(OP.memoryFill, [stmt.to, stmt.byte, stmt.bytes]);
        return this.code.byte(0);
      case 'put':
      case 'barrier':
      case 'agree':
      case 'atomic':
        throw new Error(`kernel: ${stmt.stmt} outside a grid`);
      default:
        return unknown(stmt);
    }
  }

  private bulk(opcode: number, args: readonly Expr[]): void {
    this.values(...args.map((arg) => this.lower.value(arg)));
    this.code.op(opcode);
  }

  /** All addresses and values go on the stack first; the stores then take them off from the last to the first. */
  private store(items: readonly Store[]): void {
    const roots = items.flatMap(({ address, offset, value }) => [
      reach(this.lower.value(address), offset),
      value.type === 'bool' ? this.lower.value(value) : this.lower.lowBits(value),
    ]);
    this.values(...roots);
    for (const { offset, value } of [...items].reverse()) {
      this.code.op(storeCode(value.type));
      this.code.byte(0);
      this.code.u32(Math.max(offset, 0));
    }
  }

  private condition(cond: Expr): void {
    this.lower.reset();
    this.values(this.lower.lowBits(cond));
  }

  private open(opcode: number): number {
    this.code.op(opcode);
    this.code.byte(EMPTY_BLOCK);
    return ++this.depth;
  }

  private close(): void {
    this.code.op(OP.end);
    this.depth--;
  }

  private branch(opcode: number, target: number): void {
    this.code.op(opcode);
    this.code.u32(this.depth - target);
  }

  private if(stmt: StmtOf<'if'>): void {
    this.condition(stmt.cond);
    const [first] = stmt.then;
    if (
      stmt.then.length === 1 &&
      stmt.else.length === 0 &&
      (first.stmt === 'break' || first.stmt === 'continue')
    ) {
      const { exit, next } = this.loops.at(-1)!;
      return this.branch(OP.brIf, first.stmt === 'break' ? exit : next);
    }
    this.open(OP.if);
    this.statements(stmt.then);
    if (stmt.else.length > 0) {
      this.code.op(OP.else);
      this.statements(stmt.else);
    }
    this.close();
  }

  /** `if (cond) do { body } while (cond)`: the test stands at the bottom, where it costs one branch a round. */
  private while(stmt: StmtOf<'while'>): void {
    const forever = stmt.cond.op === 'const' && Boolean(stmt.cond.value);
    if (!forever) this.condition(stmt.cond);
    const exit = this.open(forever ? OP.block : OP.if);
    const top = this.open(OP.loop);
    const next = continues(stmt.body) ? this.open(OP.block) : top;
    this.loops.push({ exit, next });
    this.statements(stmt.body);
    this.loops.pop();
    if (next !== top) this.close();
    if (!forever) this.condition(stmt.cond);
    this.branch(forever ? OP.br : OP.brIf, top);
    this.close();
    this.close();
  }
}

function storeCode(type: ValueType): number {
  return isVector(type) ? VECTOR_STORE : STORE[type as ScalarType];
}

/** Counts the readers of every instruction below `root`. */
function count(root: Instruction): void {
  root.left = ++root.uses;
  if (root.uses === 1) for (const arg of root.args) count(arg);
}

/** Whether a loop's body has a `continue` of that loop. */
function continues(body: readonly Stmt[]): boolean {
  return body.some(
    (stmt) =>
      stmt.stmt === 'continue' || (stmt.stmt === 'if' && (continues(stmt.then) || continues(stmt.else))),
  );
}

function unknown(stmt: never): never {
  throw new Error(`kernel: unknown statement ${JSON.stringify(stmt)}`);
}

/** The body of a function as a code entry (locals and instructions). `functions` numbers the functions it calls. */
export function printFunction(fn: KernelFunction, functions: (fn: KernelFunction) => number): ByteWriter {
  return new FunctionPrinter(fn, functions).print();
}
