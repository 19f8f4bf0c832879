/**
 * The kernel language: typed expressions, statements and functions over one flat byte memory.
 *
 * An expression is a DAG. A node that a statement reaches by several paths is computed once, so sharing a subexpression
 * is just using the same object twice. Semantics, the same on every device:
 * - Integer arithmetic wraps at the width of its type. `shl`/`shr` take the count modulo the width (callers guard).
 * - `idiv`/`irem` truncate; a zero divisor gives 0, and INT_MIN / -1 gives INT_MIN (remainder 0). They never trap.
 * - Float arithmetic is IEEE 754 in the type's own precision, never contracted or reassociated.
 * - `min`/`max` of floats propagate NaN and order -0 below +0; `pmin(a, b)` is `b < a ? b : a`, `pmax(a, b)` is `a < b ? b : a`.
 * - `convert` between integers wraps or extends; integer to float rounds to nearest even; float to integer truncates, saturates,
 *   and takes NaN to 0; to `bool` is `x != 0`; from `bool` gives 0 or 1. `bitcast` keeps the bits (same width).
 * - `nearest` rounds half to even. `copysign(a, b)` has a's magnitude.
 * - On vectors every operation is lane-wise; `select` takes a mask (all ones or all zeros in each lane).
 * - An address is a u32 byte position held in an `i32`. Unaligned access is allowed.
 */
import type { GridExpr, GridStmt } from './grid/ir.ts';
import type { ScalarType, ValueType, VectorType } from './types.ts';

export type UnaryOp =
  'neg' | 'abs' | 'sqrt' | 'floor' | 'ceil' | 'trunc' | 'nearest' | 'not' | 'clz' | 'ctz' | 'popcnt';

export type BinaryOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'idiv'
  | 'irem'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'shr'
  | 'min'
  | 'max'
  | 'pmin'
  | 'pmax'
  | 'copysign';

export type CompareOp = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

/** A constant table that kernels look up; the device places it in memory once. */
export interface Table {
  readonly name: string;
  readonly type: ScalarType;
  readonly values: readonly (number | bigint)[];
}

export interface Local<T extends ValueType = ValueType> {
  readonly op: 'local';
  readonly type: T;
  readonly id: number;
  readonly name: string;
}

export type Expr =
  | GridExpr
  | { readonly op: 'const'; readonly type: ScalarType; readonly value: number | bigint }
  | Local
  | { readonly op: UnaryOp; readonly type: ValueType; readonly a: Expr }
  /** For a shift of a vector, `b` is a scalar i32 count. */
  | { readonly op: BinaryOp; readonly type: ValueType; readonly a: Expr; readonly b: Expr }
  | { readonly op: CompareOp; readonly type: ValueType; readonly a: Expr; readonly b: Expr }
  | {
      readonly op: 'select';
      readonly type: ValueType;
      readonly cond: Expr;
      readonly a: Expr;
      readonly b: Expr;
    }
  | { readonly op: 'convert'; readonly type: ScalarType; readonly a: Expr }
  | { readonly op: 'bitcast'; readonly type: ValueType; readonly a: Expr }
  /** Reads `type` at `address + offset`; a `bool` is a byte, true if not zero. */
  | { readonly op: 'load'; readonly type: ValueType; readonly address: Expr; readonly offset: number }
  /** The table's element at an i32 index that must be in range. */
  | { readonly op: 'lookup'; readonly type: ScalarType; readonly table: Table; readonly index: Expr }
  | {
      readonly op: 'call';
      readonly type: ScalarType;
      readonly fn: KernelFunction;
      readonly args: readonly Expr[];
    }
  /**
   * `cond ? slow(...args) : fast`, where `cond` is seldom true: a huge argument, a subnormal. A scalar printer makes an `if`, so
   * that `slow` costs nothing otherwise. A vector printer computes `fast` in all lanes and, only when some lane has `cond`,
   * replaces those lanes by scalar calls. `fast` may be any value where `cond` holds.
   */
  | {
      readonly op: 'rare';
      readonly type: ScalarType;
      readonly cond: Expr;
      readonly fast: Expr;
      readonly slow: KernelFunction;
      readonly args: readonly Expr[];
    }
  /**
   * The same value computed with the help of 64-bit types, or without. Devices that have those types take `wide`; for the
   * others narrow.ts puts what `narrow` makes in its place. Walks over expressions (traverse.ts) never meet it.
   */
  | { readonly op: 'either'; readonly type: ScalarType; readonly wide: Expr; readonly narrow: () => Expr }
  /**
   * `a`, which a compiler that takes float arithmetic for that of real numbers must not see through: the error of a sum,
   * (a + b) - a, is computed of the opaque sum.
   */
  | { readonly op: 'opaque'; readonly type: 'f32'; readonly a: Expr }
  | { readonly op: 'splat'; readonly type: VectorType; readonly a: Expr }
  | { readonly op: 'extract'; readonly type: ScalarType; readonly a: Expr; readonly lane: number }
  | {
      readonly op: 'replace';
      readonly type: VectorType;
      readonly a: Expr;
      readonly lane: number;
      readonly b: Expr;
    }
  /** Picks 16 bytes out of the 32 of `a` and `b`; indices 0-15 name a's, 16-31 b's. */
  | {
      readonly op: 'shuffle';
      readonly type: VectorType;
      readonly a: Expr;
      readonly b: Expr;
      readonly bytes: readonly number[];
    }
  /**
   * A width-changing vector operation that 128-bit SIMD has as one instruction: `extendLow/High` (integers to twice the width),
   * `narrow` (two integer vectors to half the width, saturating by the target's sign, sources read as signed), `promoteLow` (f32x4 to f64x2), `demoteZero` (f64x2 to
   * f32x4), `convertLow` (low i32/u32 lanes to f64x2), `convert` (i32/u32 lanes to f32x4), `truncSat` (f32x4 to i32/u32),
   * `truncSatZero` (f64x2 to the low i32/u32 lanes), `multiplyLow/High` (the products of i32/u32 lanes at twice the width).
   */
  | {
      readonly op: 'widen';
      readonly how: WidenOp;
      readonly type: VectorType;
      readonly a: Expr;
      readonly b?: Expr;
    }
  /** `bitmask`: the lanes' sign bits as an i32; `anyTrue` and `allTrue` give a bool. */
  | {
      readonly op: 'test';
      readonly how: 'bitmask' | 'anyTrue' | 'allTrue';
      readonly type: 'i32' | 'bool';
      readonly a: Expr;
    };

export type WidenOp =
  | 'extendLow'
  | 'extendHigh'
  | 'multiplyLow'
  | 'multiplyHigh'
  | 'narrow'
  | 'promoteLow'
  | 'demoteZero'
  | 'convertLow'
  | 'convert'
  | 'truncSat'
  | 'truncSatZero';

export type Stmt =
  | GridStmt
  | { readonly stmt: 'set'; readonly target: Local; readonly value: Expr }
  /** All addresses and values are computed before any is written. */
  | { readonly stmt: 'store'; readonly items: readonly Store[] }
  | {
      readonly stmt: 'if';
      readonly cond: Expr;
      readonly then: readonly Stmt[];
      readonly else: readonly Stmt[];
    }
  | { readonly stmt: 'while'; readonly cond: Expr; readonly body: readonly Stmt[] }
  /** Leaves the innermost loop. */
  | { readonly stmt: 'break' }
  | { readonly stmt: 'continue' }
  | { readonly stmt: 'return'; readonly value?: Expr }
  | { readonly stmt: 'call'; readonly fn: KernelFunction; readonly args: readonly Expr[] }
  /** Bulk copy (overlap allowed) and fill of `bytes` bytes. */
  | { readonly stmt: 'copy'; readonly to: Expr; readonly from: Expr; readonly bytes: Expr }
  | { readonly stmt: 'fill'; readonly to: Expr; readonly byte: Expr; readonly bytes: Expr };

export interface Store {
  readonly address: Expr;
  readonly offset: number;
  /** Its type is what is written; a `bool` is written as a byte 0 or 1. */
  readonly value: Expr;
}

export interface KernelFunction {
  readonly name: string;
  readonly params: readonly Local<ScalarType>[];
  readonly result?: ScalarType;
  readonly body: readonly Stmt[];
}

/** What a device compiles: the functions that JavaScript calls; functions they call come along. */
export interface KernelModule {
  readonly exports: readonly KernelFunction[];
}
