/** Dtypes beside arrays of a device that has no numbers of 64 bits. */
import type { DType } from '../array/dtype.ts';
import { complex128, complex64, float32, float64, int32, int64, uint32, uint64 } from '../array/dtype.ts';
import { RuntimeError } from '../array/errors.ts';
import { NDArray } from '../array/ndarray.ts';
import { notHere, placedOn } from '../array/remote.ts';
import type { ArrayLike } from './asarray.ts';
import { asArray } from './asarray.ts';
import { cast, copyOf } from './cast.ts';

/** Whether an array lies on a device whose values JavaScript has to wait for. */
export const isRemote = ({ storage }: Pick<NDArray, 'storage'>): boolean => storage.remote !== null;

/** Whether an argument is an array on such a device, or a list that holds one. */
export function holdsRemote(x: unknown): boolean {
  return Array.isArray(x) ? x.some(holdsRemote) : x instanceof NDArray && isRemote(x);
}

const NARROW = /* @__PURE__ */ new Map<DType, DType>([
  [float64, float32],
  [complex128, complex64],
  [int64, int32],
  [uint64, uint32],
]);

/** The dtype itself, or the one of 32 bits a number that stands for it on a device. */
export const narrowed = (dtype: DType): DType => NARROW.get(dtype) ?? dtype;

/** A list, numbers or an array of the processor in at most 32 bits a number, there; an array of a device as it is. */
export function narrowArray(x: ArrayLike): NDArray {
  if (x instanceof NDArray && isRemote(x)) return x;
  return placedOn(null, () => {
    const own = asArray(x);
    return cast(own, narrowed(own.dtype));
  });
}

/** What floats are computed in where NumPy takes float64, whatever is given: float32 on a device. */
export const doubleOn = (remote: boolean): DType => (remote ? float32 : float64) as DType;

/** An array where new ones are made: itself on a device, else a copy. */
export const there = (a: NDArray): NDArray => (isRemote(a) ? a : copyOf(a, a.dtype, 'C'));

/** @throws RuntimeError for an argument whose values decide the shape of a result, if they lie on a device. */
export function requireKnownShape(fn: string, parameter: string, x: unknown): void {
  if (!(x instanceof NDArray) || !isRemote(x)) return;
  const { name } = x.storage.remote!.home;
  throw new RuntimeError(
    `${fn}: the values of ${parameter} are known on '${name}' only, so that the shape of the result is not known at once: use await ${parameter}.array() in its place`,
  );
}

/** @throws RuntimeError for an array of a device, whose values JavaScript cannot have at once. */
export function requireHere({ storage: { remote } }: Pick<NDArray, 'storage'>): void {
  if (remote !== null) throw notHere(remote.home.name);
}
