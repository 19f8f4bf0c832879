/** Data types: their names and families, limits, promotion and casting. */
import type { Casting, DTypeLike, Weak } from '../array/dtype.ts';
import { DType, canCast, dtype, promote, resultType } from '../array/dtype.ts';
import {
  bool_,
  complex128,
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
import { ValueError } from '../array/errors.ts';
import { NDArray } from '../array/ndarray.ts';
import type { ArrayLike } from '../ops/asarray.ts';
import { asArray, isScalar, weakKind } from '../ops/asarray.ts';

export {
  bool_ as bool,
  bool_,
  complex128,
  complex64,
  dtype,
  DType,
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
};
/* NumPy's other names. */
export {
  complex128 as cdouble,
  complex64 as csingle,
  float16 as half,
  float32 as single,
  float64 as double,
  int16 as short,
  int32 as intc,
  int64 as int_,
  int64 as intp,
  int64 as long,
  int64 as longlong,
  int8 as byte,
  uint16 as ushort,
  uint32 as uintc,
  uint64 as uint,
  uint64 as uintp,
  uint64 as ulong,
  uint64 as ulonglong,
  uint8 as ubyte,
};

/** A family of dtypes in NumPy's hierarchy of scalar types. */
export class ScalarFamily {
  readonly name: string;
  readonly parent: ScalarFamily | null;

  constructor(name: string, parent: ScalarFamily | null) {
    this.name = name;
    this.parent = parent;
  }
}

/** Every dtype. */
export const generic = /* @__PURE__ */ new ScalarFamily('generic', null);
/** Every dtype but bool. */
export const number = /* @__PURE__ */ new ScalarFamily('number', generic);
/** The integers, signed and unsigned. */
export const integer = /* @__PURE__ */ new ScalarFamily('integer', number);
/** int8 to int64. */
export const signedinteger = /* @__PURE__ */ new ScalarFamily('signedinteger', integer);
/** uint8 to uint64. */
export const unsignedinteger = /* @__PURE__ */ new ScalarFamily('unsignedinteger', integer);
/** Floats and complex numbers. */
export const inexact = /* @__PURE__ */ new ScalarFamily('inexact', number);
/** float16 to float64. */
export const floating = /* @__PURE__ */ new ScalarFamily('floating', inexact);
/** complex64 and complex128. */
export const complexfloating = /* @__PURE__ */ new ScalarFamily('complexfloating', inexact);

const FAMILY_OF_KIND = { b: generic, i: signedinteger, u: unsignedinteger, f: floating, c: complexfloating };

/**
 * Whether a dtype is, or a family lies within, another.
 *
 * @param arg1 - a dtype or family.
 * @param arg2 - a dtype or family such as `np.floating`.
 * @throws TypeError if an argument names no dtype.
 * @example
 * np.issubdtype('float32', np.floating); // true
 */
export function issubdtype(arg1: DTypeLike | ScalarFamily, arg2: DTypeLike | ScalarFamily): boolean {
  const to = arg2 instanceof ScalarFamily ? arg2 : dtype(arg2);
  const from = arg1 instanceof ScalarFamily ? arg1 : dtype(arg1);
  if (from === to) return true;
  if (to instanceof DType) return false;
  let family: ScalarFamily | null = from instanceof DType ? FAMILY_OF_KIND[from.kind] : from;
  while (family && family !== to) family = family.parent;
  return family === to;
}

const KIND_NAMES: Readonly<Record<string, string>> = {
  bool: 'b',
  'signed integer': 'i',
  'unsigned integer': 'u',
  integral: 'iu',
  'real floating': 'f',
  'complex floating': 'c',
  numeric: 'iufc',
};

/**
 * Whether a dtype is of a kind, or of one of several, named as in the Python array API.
 *
 * @param type - the dtype.
 * @param kind - `'bool'`, `'signed integer'`, `'unsigned integer'`, `'integral'`, `'real floating'`, `'complex floating'`,
 *   `'numeric'`, a dtype or family, or an array of these.
 * @throws ValueError for an unknown kind name; TypeError if `type` is no dtype.
 * @example
 * np.isdtype(np.float32, 'real floating'); // true
 */
export function isdtype(
  type: DType,
  kind: DType | ScalarFamily | string | readonly (DType | ScalarFamily | string)[],
): boolean {
  if (!(type instanceof DType))
    throw new TypeError('dtype argument must be a NumPy dtype, but it is a ' + typeof type);
  const kinds = Array.isArray(kind) ? kind : [kind as DType | ScalarFamily | string];
  const matches = kinds.map((one: DType | ScalarFamily | string) => {
    if (one instanceof ScalarFamily || one instanceof DType) return issubdtype(type, one);
    if (Object.hasOwn(KIND_NAMES, one)) return KIND_NAMES[one].includes(type.kind);
    throw new ValueError(`kind argument is a string, but '${one}' is not a known kind name.`);
  });
  return matches.includes(true);
}

/**
 * The smallest dtype that both cast to safely.
 *
 * @example
 * np.promote_types('int64', 'float32'); // float64
 */
export function promote_types(type1: DTypeLike, type2: DTypeLike): DType {
  return promote(dtype(type1), dtype(type2));
}

/**
 * Whether a cast is allowed.
 *
 * @param from_ - a dtype or an array. Scalars are refused, since no rule looks at values.
 * @param to - the dtype to cast to.
 * @param casting - 'safe' by default.
 * @throws TypeError for a scalar; ValueError for an unknown rule.
 * @example
 * np.can_cast('int32', 'float32', 'same_kind'); // true
 */
export function can_cast(
  from_: DTypeLike | NDArray,
  to: DTypeLike,
  casting: Casting | { casting?: Casting } = 'safe',
): boolean {
  if (isScalar(from_)) {
    throw new TypeError(
      'can_cast() does not support Python ints, floats, and complex because the result used to depend on the value.',
    );
  }
  const rule = typeof casting === 'object' ? (casting.casting ?? 'safe') : casting;
  return canCast(from_ instanceof NDArray ? from_.dtype : dtype(from_), dtype(to), rule);
}

/**
 * The dtype that NumPy's promotion gives for arrays, dtypes and scalars together; scalars take part by kind only.
 *
 * @throws ValueError without arguments.
 * @example
 * np.result_type(np.float32, 3); // float32
 */
export function result_type(...args: readonly (ArrayLike | DTypeLike)[]): DType {
  return resultType(args.map(promotable));
}

function promotable(x: ArrayLike | DTypeLike): DType | Weak {
  if (x instanceof NDArray) return x.dtype;
  if (x instanceof DType || typeof x === 'string') return dtype(x);
  return isScalar(x) ? weakKind(x) : asArray(x as ArrayLike).dtype;
}

/**
 * The smallest dtype that holds a scalar's value; for an array, its dtype.
 *
 * @example
 * np.min_scalar_type(300); // uint16
 */
export function min_scalar_type(a: ArrayLike): DType {
  if (!isScalar(a)) return asArray(a).dtype;
  const kind = weakKind(a);
  if (kind instanceof DType) return kind;
  if (kind === 'int') return smallestInteger(BigInt(a as number | bigint));
  const parts = typeof a === 'number' ? [a] : [(a as { re: number }).re, (a as { im: number }).im];
  const [narrow, middle, wide] =
    kind === 'complex' ? [complex64, complex64, complex128] : [float16, float32, float64];
  const fits = (limit: number): boolean => parts.every((x) => !Number.isFinite(x) || Math.abs(x) < limit);
  if (fits(65000)) return narrow;
  return fits(3.4e38) ? middle : wide;
}

function smallestInteger(value: bigint): DType {
  const types = value < 0n ? [int8, int16, int32, int64] : [uint8, uint16, uint32, uint64];
  const found = types.find(({ itemsize, kind }) => {
    const wrapped = kind === 'i' ? BigInt.asIntN(itemsize * 8, value) : BigInt.asUintN(itemsize * 8, value);
    return wrapped === value;
  });
  if (!found) throw new TypeError(`no dtype holds the integer ${value}`);
  return found;
}

/**
 * The common dtype of arrays as at least a float: integers count as float64.
 *
 * @example
 * np.common_type(np.ones(2, 'f4'), np.ones(2, 'i4')); // float64
 */
export function common_type(...arrays: readonly NDArray[]): DType {
  const types = arrays.map(({ dtype: d }) => {
    if (d.kind === 'b') throw new TypeError("can't get common type for non-numeric array");
    return d.kind === 'i' || d.kind === 'u' ? float64 : d;
  });
  return resultType(types.length ? types : [float16]);
}
