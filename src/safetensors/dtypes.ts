/** The element types of safetensors files. */
import type { DType } from '../array/dtype.ts';
import {
  bool_,
  complex64,
  float16,
  float32,
  float64,
  int16,
  int32,
  int64,
  int8,
  uint16,
  uint32,
  uint64,
  uint8,
} from '../array/dtype.ts';

/** An element type of the format. */
export interface StoredType {
  readonly name: string;
  readonly itemsize: number;
  /** What its bytes are read as. */
  readonly dtype: DType;
  /** The upper half of a float32. */
  readonly brain?: boolean;
}

const stored = (name: string, dtype: DType): StoredType => ({ name, itemsize: dtype.itemsize, dtype });

/** In the format's order, by which tensors are sorted, the greatest first, so that each is aligned. */
export const STORED_TYPES: readonly StoredType[] = [
  stored('BOOL', bool_),
  stored('U8', uint8),
  stored('I8', int8),
  stored('I16', int16),
  stored('U16', uint16),
  stored('F16', float16),
  { name: 'BF16', itemsize: 2, dtype: uint16, brain: true },
  stored('I32', int32),
  stored('U32', uint32),
  stored('F32', float32),
  stored('C64', complex64),
  stored('F64', float64),
  stored('I64', int64),
  stored('U64', uint64),
];

export function storedTypeNamed(name: string): StoredType | undefined {
  return STORED_TYPES.find((type) => type.name === name);
}

/**
 * The place of the type that a dtype is written as.
 *
 * @throws TypeError for complex128, which the format does not have.
 */
export function storedTypeRank(dtype: DType): number {
  const rank = STORED_TYPES.findIndex((type) => type.dtype === dtype && !type.brain);
  if (rank < 0) throw new TypeError(`safetensors has no ${dtype.name}: cast it to another dtype first`);
  return rank;
}
