/**
 * What the kernel language has for devices that run a kernel as a grid of workgroups of invocations, each with memory in buffers
 * of 32-bit words. Kernels for the flat memory of other devices have none of it.
 *
 * Semantics: reading or writing beyond the end of an array must not happen. Between two barriers no invocation may touch a word of
 * workgroup memory that another writes. A barrier must be reached by all invocations of a workgroup, or by none: not inside an `if`
 * or `while` that depends on the invocation.
 */
import type { Expr, Local } from '../ir.ts';

/** The types of single words. */
export type WordType = 'f32' | 'i32' | 'u32';

/** A buffer that a kernel is bound to: words, or groups of four of them. */
export interface BufferArray {
  readonly kind: 'buffer';
  readonly name: string;
  readonly type: 'u32' | 'u32x4';
  /**
   * `write` may be read as well. Words of an `atomic` buffer may be changed by several invocations, of all workgroups; each word has an
   * order of its changes that all see, but there is none between two words.
   */
  readonly access: 'read' | 'write' | 'atomic';
}

/** Memory that the invocations of a workgroup share, or that each has for itself. It starts as zeros. */
export interface LocalArray {
  readonly kind: 'workgroup' | 'private';
  readonly name: string;
  readonly type: WordType | 'f32x4' | 'u32x4';
  readonly length: number;
  /** Whether its words (of type u32 or i32) are changed atomically. */
  readonly atomic: boolean;
}

export type GridArray = BufferArray | LocalArray;

export type GridExpr =
  /** The element of an array at an i32 index. */
  | {
      readonly op: 'element';
      readonly type: GridArray['type'];
      readonly array: GridArray;
      readonly index: Expr;
    }
  /**
   * What `a` is in the invocation whose number differs in the bit `mask`, a power of two less than the size of the device's subgroups.
   * All invocations of a workgroup must come by, as at a barrier, but they don't wait for each other.
   */
  | {
      readonly op: 'exchange';
      readonly type: WordType;
      readonly a: Expr;
      readonly mask: number;
    }
  /** `local`: the invocation's number in its workgroup; `group`: the workgroup's number; `groups`: how many there are at least. */
  | { readonly op: 'place'; readonly type: 'i32'; readonly which: 'local' | 'group' | 'groups' };

export type GridStmt =
  | { readonly stmt: 'put'; readonly array: GridArray; readonly index: Expr; readonly value: Expr }
  /**
   * Waits for the workgroup: what its invocations have written to workgroup memory and to `write` buffers is seen by all of them afterwards.
   */
  | { readonly stmt: 'barrier' }
  /**
   * A barrier that sets a local to a word of workgroup memory as it is there. An `if` that depends on it depends on the workgroup alone, so
   * that there may be barriers in it.
   */
  | {
      readonly stmt: 'agree';
      readonly target: Local;
      readonly array: LocalArray;
      readonly index: Expr;
    }
  /** Changes a word at once; `result` is set to what it was. `compareExchange` writes `value` where the word equals `expected`. */
  | {
      readonly stmt: 'atomic';
      readonly how: AtomicOp;
      readonly array: GridArray;
      readonly index: Expr;
      readonly value: Expr;
      readonly expected?: Expr;
      readonly result?: Local;
    };

export type AtomicOp = 'add' | 'and' | 'or' | 'xor' | 'min' | 'max' | 'exchange' | 'compareExchange';
