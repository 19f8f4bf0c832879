/** Turns kernel statements into closures that say how control goes on. */
import type { Expr, Stmt, Store } from '../../kernel/ir.ts';
import { isVector, laneOf } from '../../kernel/types.ts';
import type { Cell, Frame, Scope } from './expr.ts';
import { compileSingle, compileUnit } from './expr.ts';
import { memoryBytes, memoryView } from './memory.ts';
import type { Scalar } from './scalar.ts';
import { write } from './scalar.ts';
import type { Lanes } from './vector.ts';
import { writeLanes } from './vector.ts';

/** How control leaves a statement. */
const NEXT = 0;
const BREAK = 1;
const CONTINUE = 2;
const RETURN = 3;
type Step = (frame: Frame) => number;

/** The frame's slot of the returned value. */
export const RESULT = 0;

/** Compiles a block of statements. */
export function compileBlock(scope: Scope, block: readonly Stmt[]): Step {
  const steps = block.map((stmt) => compileStmt(scope, stmt));
  if (steps.length === 1) return steps[0];
  return (f) => {
    for (let i = 0; i < steps.length; i++) {
      const signal = steps[i](f);
      if (signal !== NEXT) return signal;
    }
    return NEXT;
  };
}

function compileStmt(scope: Scope, stmt: Stmt): Step {
  switch (stmt.stmt) {
    case 'set': {
      const value = compileSingle(scope, stmt.value);
      const slot = scope.slotOf(stmt.target);
      return (f) => {
        f[slot] = value(f);
        return NEXT;
      };
    }
    case 'store':
      return compileStore(scope, stmt.items);
    case 'if': {
      const cond = compileSingle(scope, stmt.cond);
      const then = compileBlock(scope, stmt.then);
      const otherwise = compileBlock(scope, stmt.else);
      return (f) => (cond(f) ? then(f) : otherwise(f));
    }
    case 'while':
      return compileWhile(scope, stmt.cond, stmt.body);
    case 'break':
      return () => BREAK;
    case 'continue':
      return () => CONTINUE;
    case 'return': {
      if (!stmt.value) return () => RETURN;
      const value = compileSingle(scope, stmt.value);
      return (f) => {
        f[RESULT] = value(f);
        return RETURN;
      };
    }
    case 'call': {
      const callee = scope.callee(stmt.fn);
      return withValues(scope, stmt.args, (args) => callee(args));
    }
    case 'copy':
      return withValues(scope, [stmt.to, stmt.from, stmt.bytes], (args) => {
        const [to, from, bytes] = args.map(unsigned);
        memoryBytes().copyWithin(checked(to, bytes), checked(from, bytes), from + bytes);
      });
    case 'fill':
      return withValues(scope, [stmt.to, stmt.byte, stmt.bytes], (args) => {
        const [to, byte, bytes] = args.map(unsigned);
        memoryBytes().fill(byte, checked(to, bytes), to + bytes);
      });
    case 'put':
    case 'barrier':
    case 'agree':
    case 'atomic':
      throw new Error(`kernel: ${stmt.stmt} outside a grid`);
  }
}

const unsigned = (x: Cell): number => (x as number) >>> 0;

/** Typed arrays clamp ranges; a kernel that leaves memory must fail as it does in WebAssembly. */
function checked(at: number, bytes: number): number {
  if (at + bytes > memoryBytes().length) throw new RangeError('kernel: out of bounds memory access');
  return at;
}

function compileWhile(scope: Scope, condition: Expr, block: readonly Stmt[]): Step {
  const cond = compileSingle(scope, condition);
  const body = compileBlock(scope, block);
  return (f) => {
    while (cond(f)) {
      const signal = body(f);
      if (signal === BREAK) break;
      if (signal === RETURN) return RETURN;
    }
    return NEXT;
  };
}

/** Computes all values of a statement, then acts on them. */
function withValues(scope: Scope, roots: readonly Expr[], act: (values: readonly Cell[]) => void): Step {
  const { prepare, values } = compileUnit(scope, roots);
  return (f) => {
    prepare?.(f);
    act(values.map((value) => value(f)));
    return NEXT;
  };
}

function compileStore(scope: Scope, items: readonly Store[]): Step {
  const writers = items.map(({ value: { type }, offset }) => {
    const lane = laneOf(type);
    return isVector(type)
      ? (at: Cell, x: Cell) => writeLanes(memoryView(), type, unsigned(at) + offset, x as Lanes)
      : (at: Cell, x: Cell) => write(memoryView(), lane, unsigned(at) + offset, x as Scalar);
  });
  const roots = items.flatMap((item) => [item.address, item.value]);
  return withValues(scope, roots, (cells) => {
    writers.forEach((put, i) => put(cells[2 * i], cells[2 * i + 1]));
  });
}
