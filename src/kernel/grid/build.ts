/** Builders for grid kernels (ir.ts): buffers, workgroup memory, barriers, and the kernel as a whole. */
import { Body, k, lift, local } from '../build.ts';
import type { Operand } from '../build.ts';
import type { AtomicOp, BufferArray, GridArray, LocalArray, WordType } from './ir.ts';
import type { Expr, Local, Stmt } from '../ir.ts';

/** Types of a kernel's run-time parameters, each of which takes one word. */
export type ParamType = 'i32' | 'u32' | 'f32';

/** A kernel for a grid of workgroups. The same object each time is the same compiled pipeline. */
export interface GridKernel {
  readonly name: string;
  /** Invocations in a workgroup. */
  readonly size: number;
  /** In the order in which a launch gives them. */
  readonly buffers: readonly BufferArray[];
  readonly params: readonly Local<ParamType>[];
  readonly body: readonly Stmt[];
}

/** Collects the statements of a grid kernel. */
export class GridBody extends Body {
  /** The invocation's number in its workgroup. */
  readonly local: Expr;
  /** The workgroup's number. A launch may round the number of workgroups up, so compare it with what there is to do. */
  readonly group: Expr;
  /** The invocation's number in the grid. */
  readonly invocation: Expr;
  readonly size: number;
  #arrays = 0;

  constructor(size: number) {
    super();
    this.size = size;
    this.local = this.let(place('local'), 'local');
    this.group = this.let(place('group'), 'group');
    this.invocation = this.let(k.add(k.mul(this.group, size), this.local), 'invocation');
  }

  /** Memory of the workgroup. */
  shared(type: LocalArray['type'], length: number, name = 'shared'): LocalArray {
    return { kind: 'workgroup', name: `${name}${this.#arrays++}`, type, length, atomic: false };
  }

  /** Words of the workgroup that are changed atomically. */
  sharedAtomic(type: 'u32' | 'i32', length: number, name = 'counter'): LocalArray {
    return { kind: 'workgroup', name: `${name}${this.#arrays++}`, type, length, atomic: true };
  }

  /** Memory of the invocation. */
  own(type: LocalArray['type'], length: number, name = 'own'): LocalArray {
    return { kind: 'private', name: `${name}${this.#arrays++}`, type, length, atomic: false };
  }

  put(array: GridArray, index: Operand, value: Operand): void {
    this.block.push({ stmt: 'put', array, index: lift(index, 'i32'), value: lift(value, array.type) });
  }

  barrier(): void {
    this.block.push({ stmt: 'barrier' });
  }

  /** A word of workgroup memory as it is at a barrier, which this is. An `if` with barriers in it may depend on it. */
  agreed(array: LocalArray, index: Operand): Local {
    const target = local(array.type, 'agreed');
    this.block.push({ stmt: 'agree', target, array, index: lift(index, 'i32') });
    return target;
  }

  /** Changes a word atomically, and gives what it was. */
  atomic(how: Exclude<AtomicOp, 'compareExchange'>, array: GridArray, index: Operand, value: Operand): Local {
    const result = local(array.type, 'old');
    this.block.push({
      stmt: 'atomic',
      how,
      array,
      index: lift(index, 'i32'),
      value: lift(value, array.type),
      result,
    });
    return result;
  }

  /** Writes `value` where the word equals `expected`, and gives what it was. */
  compareExchange(array: GridArray, index: Operand, expected: Expr, value: Expr): Local {
    const result = local(array.type, 'old');
    this.block.push({
      stmt: 'atomic',
      how: 'compareExchange',
      array,
      index: lift(index, 'i32'),
      value,
      expected,
      result,
    });
    return result;
  }
}

const place = (which: 'local' | 'group' | 'groups'): Expr => ({ op: 'place', type: 'i32', which });

/** The element of an array at an index. */
export function at(array: GridArray, index: Operand): Expr {
  return { op: 'element', type: array.type, array, index: lift(index, 'i32') };
}

/** A vector of four lanes. */
export const vectorOf = (type: 'f32x4' | 'u32x4', lanes: readonly Expr[]): Expr =>
  lanes.slice(1).reduce((all, lane, i) => k.replace(all, i + 1, lane), k.splat(type, lanes[0]));

/** A word of the invocation whose number differs in the bit `mask`. */
export function exchanged(a: Expr, mask: number): Expr {
  return { op: 'exchange', type: a.type as WordType, a, mask };
}

type BufferSpec =
  BufferArray['access'] | { readonly access: BufferArray['access']; readonly type: BufferArray['type'] };

type BuffersOf<B> = { readonly [N in keyof B]: BufferArray };
type ParamsOf<P> = { readonly [N in keyof P]: P[N] extends ParamType ? Local<P[N]> : never };

/**
 * A grid kernel.
 *
 * @param name - for messages and profiles
 * @param size - invocations in a workgroup
 * @param buffers - by name, in the order in which a launch gives them: how each is used, and as which words (u32 by default)
 * @param params - by name, in the order in which a launch gives them
 * @param body - writes the kernel
 */
export function gridKernel<
  B extends Readonly<Record<string, BufferSpec>>,
  P extends Readonly<Record<string, ParamType>>,
>(
  name: string,
  size: number,
  buffers: B,
  params: P,
  body: (b: GridBody, buffers: BuffersOf<B>, params: ParamsOf<P>) => void,
): GridKernel {
  const arrays = Object.entries(buffers).map(([key, spec]): BufferArray => ({
    kind: 'buffer',
    name: key,
    type: typeof spec === 'string' ? 'u32' : spec.type,
    access: typeof spec === 'string' ? spec : spec.access,
  }));
  const locals = Object.entries(params).map(([key, type]) => local(type, key));
  const b = new GridBody(size);
  body(
    b,
    Object.fromEntries(arrays.map((array) => [array.name, array])) as BuffersOf<B>,
    Object.fromEntries(locals.map((p) => [p.name, p])) as unknown as ParamsOf<P>,
  );
  return { name, size, buffers: arrays, params: locals, body: b.finish() };
}
