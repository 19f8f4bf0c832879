/**
 * numjs's dtypes. Beside those of typed arrays it has `'array'`, the default: numbers in a JavaScript array. Here these are
 * float64 numbers that keep that name, so that `dtype` and the printed text stay as they were.
 */
import * as np from '../../src/index.ts';
import type { NDArray } from '../../src/index.ts';

/** `nj.dtypes`: the arrays that hold each dtype. */
export const dtypes = {
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
  array: Array,
} as const;

type CoreName = NDArray['dtype']['name'];

/** The name of a dtype: numjs's, or that of a dtype which numgrad has besides. */
export type DTypeName = 'array' | CoreName;

/** What a dtype may be given as: its name or its array's constructor. */
export type DTypeLike = DTypeName | (typeof dtypes)[keyof typeof dtypes];

/**
 * The name of a dtype.
 *
 * @throws TypeError for an unknown one.
 */
export function dtypeName(dtype: DTypeLike | null | undefined): DTypeName {
  if (dtype === undefined || dtype === null || dtype === 'array') return 'array';
  if (typeof dtype === 'string') return np.dtype(dtype).name;
  const found = Object.entries(dtypes).find(([, constructor]) => constructor === dtype);
  if (!found) throw new TypeError(`no dtype: ${String(dtype)}`);
  return found[0] as DTypeName;
}

/** numgrad's dtype for a name. */
export const coreDType = (name: DTypeName): CoreName => (name === 'array' ? 'float64' : name);

/** The array in the dtype of a name: itself if it has it, else a copy that wraps and truncates as typed arrays do. */
export function inDType(x: NDArray, name: DTypeName): NDArray {
  return x.dtype.name === coreDType(name) ? x : x.astype(coreDType(name));
}
