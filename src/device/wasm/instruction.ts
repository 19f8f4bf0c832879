/** Machine instructions as a DAG: what lowering makes of a kernel expression, and what the function printer writes out. */
import {
  F32,
  F64,
  I32,
  I64,
  LOAD,
  LOAD_SPLAT,
  MACHINE,
  OP,
  SPLAT_LOAD,
  V128,
  VECTOR_CONST,
  VECTOR_LOAD,
} from './opcodes.ts';
import type { ScalarType, ValueType } from '../../kernel/types.ts';
import { BYTES, isInteger, isSigned } from '../../kernel/types.ts';

/**
 * What follows the instruction's number. `rare` is several instructions: its operands are the usual value, the condition
 * and the arguments of the function that gives the value otherwise.
 */
export type Form = 'plain' | 'const' | 'local' | 'memory' | 'lane' | 'bytes' | 'splat' | 'call' | 'rare';

export class Instruction {
  readonly form: Form;
  readonly code: number;
  /** The machine type of the result. */
  readonly type: number;
  readonly args: readonly Instruction[];
  readonly immediate: number | bigint | Uint8Array;
  /** Its high bits may be anything: the value is right only in the low bits of its small integer type. */
  dirty = false;
  /** The same value in normal form, once somebody asked for it. */
  normal: Instruction | undefined;
  /** How many places of the statement read it. */
  uses = 0;
  /** How many of them are still to be written. */
  left = 0;
  /** The local that holds it, once computed. */
  temp = -1;

  constructor(
    form: Form,
    code: number,
    type: number,
    args: readonly Instruction[],
    immediate: number | bigint | Uint8Array = 0,
  ) {
    this.form = form;
    this.code = code;
    this.type = type;
    this.args = args;
    this.immediate = immediate;
  }

  /** Cheaper to repeat than to keep. */
  get trivial(): boolean {
    return this.form === 'const' || this.form === 'local';
  }
}

export function plain(code: number | undefined, type: number, ...args: Instruction[]): Instruction {
  if (code === undefined) throw new Error('kernel: an operation that the type does not have');
  return new Instruction('plain', code, type, args);
}

const CONST: Readonly<Record<number, number>> = { [I32]: 0x41, [I64]: 0x42, [F32]: 0x43, [F64]: 0x44 };

/** A constant of a machine type. */
export function immediate(type: number, value: number | bigint): Instruction {
  return new Instruction('const', CONST[type], type, [], type === I64 ? BigInt(value) : Number(value));
}

export function i32(value: number): Instruction {
  return immediate(I32, value);
}

/** A constant of a kernel type, a small integer wrapped to its width. */
export function scalarConst(type: ScalarType, value: number | bigint): Instruction {
  const machine = MACHINE[type];
  if (machine !== I32) return immediate(machine, value);
  if (type === 'bool') return i32(value ? 1 : 0);
  const bits = 32 - 8 * BYTES[type];
  const high = (typeof value === 'number' ? value : Number(BigInt.asIntN(32, value))) << bits;
  return i32(isSigned(type) ? high >> bits : high >>> bits);
}

export function vectorConst(bytes: Uint8Array): Instruction {
  return new Instruction('const', VECTOR_CONST, V128, [], bytes);
}

export function load(type: ValueType, address: Instruction, offset: number): Instruction {
  const machine = MACHINE[type];
  const code = machine === V128 ? VECTOR_LOAD : LOAD[type as ScalarType];
  const read = new Instruction('memory', code, machine, [reach(address, offset)], Math.max(offset, 0));
  read.dirty = type === 'bool';
  return read;
}

/** An address whose constant offset fits the instruction: a negative one is added here. */
export function reach(address: Instruction, offset: number): Instruction {
  return offset < 0 ? plain(0x6a, I32, address, i32(offset)) : address;
}

export function select(cond: Instruction, a: Instruction, b: Instruction): Instruction {
  return plain(OP.select, a.type, a, b, cond);
}

/** Whether values of a kernel type must be kept within fewer bits than their machine type has. */
export function isNarrow(type: ValueType): boolean {
  return MACHINE[type] === I32 && BYTES[type as ScalarType] < 4;
}

/** `value` with its high bits as the type's normal form wants them. */
export function normalise(value: Instruction, type: ValueType): Instruction {
  if (!value.dirty) return value;
  return (value.normal ??= wrap(value, type));
}

/** `value` brought into a small integer type's range; a `bool` is made 0 or 1. */
export function wrap(value: Instruction, type: ValueType): Instruction {
  if (!isNarrow(type)) return value;
  if (value.form === 'const') return scalarConst(type as ScalarType, value.immediate as number);
  if (!isInteger(type)) return plain(0x47, I32, value, i32(0));
  const wide = BYTES[type as ScalarType] === 2;
  if (isSigned(type)) return plain(wide ? 0xc1 : 0xc0, I32, value);
  return plain(0x71, I32, value, i32(wide ? 0xffff : 0xff));
}

/** The single instruction that loads and splats, where an operand that nobody else reads is a load as wide as a lane. */
export function fusedSplat(splat: Instruction): number | undefined {
  const [arg] = splat.args;
  const fused = SPLAT_LOAD[splat.code];
  return arg.form === 'memory' && arg.uses === 1 && LOAD_SPLAT[arg.code] === fused ? fused : undefined;
}
