/** Modules in other dtypes and on other devices. */
import type { Home } from '../array/remote.ts';
import type { DType, DTypeLike } from '../array/dtype.ts';
import { dtype as toDType, int32, int64 } from '../array/dtype.ts';
import type { NDArray } from '../array/ndarray.ts';
import { copyOf } from '../ops/cast.ts';
import { isKeywords } from '../np/args.ts';
import type { DeviceLike } from '../tensor/device.ts';
import { isDevice, requireDevice } from '../tensor/device.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { unwrap, wrap } from '../tensor/tensor.ts';
import { takeMemory } from './parameter.ts';

/** Where tensors are to go. */
export interface PlaceOptions {
  device?: DeviceLike | null;
  dtype?: DTypeLike | null;
}

/** A dtype and a device, `null` for those that there are. */
export interface Place {
  readonly dtype: DType | null;
  readonly home: Home | null;
}

/**
 * Where tensors were asked to go.
 *
 * @throws TypeError unless the dtype is float or complex; ValueError for an unknown device.
 */
export function placeOf(target: DTypeLike | DeviceLike | PlaceOptions): Place {
  const { device = null, dtype = null } = placeOptions(target);
  const home = device === null ? null : requireDevice(device);
  if (dtype === null) return { home, dtype };
  const wanted = toDType(dtype);
  if (isInexact(wanted)) return { home, dtype: wanted };
  throw new TypeError(
    `nn.Module.to only accepts floating point or complex dtypes, but got desired dtype ${wanted.name}`,
  );
}

function placeOptions(target: DTypeLike | DeviceLike | PlaceOptions): PlaceOptions {
  if (isKeywords(target)) return target;
  return isDevice(target) ? { device: target } : { dtype: target as DTypeLike };
}

const isInexact = ({ kind }: DType): boolean => kind === 'f' || kind === 'c';

/**
 * Gives tensors, and their gradients, another dtype and device in place. Integers and booleans keep their dtype.
 *
 * @throws TypeError for complex numbers that are to be real, or a dtype that the device lacks; then nothing is changed.
 */
export function moveTensors(named: readonly [string, Tensor][], { dtype, home }: Place): void {
  const wanted = (t: Tensor): DType => (dtype !== null && isInexact(t.dtype) ? dtype : t.dtype);
  for (const [name, t] of named) {
    if (t.dtype.kind === 'c' && dtype !== null && dtype.kind !== 'c')
      throw new TypeError(
        `${name} is of ${t.dtype.name}, which ${dtype.name} can't hold: it would lose its imaginary parts`,
      );
  }
  const moved = named.map(([, t]) => ({ t, own: placed(t, wanted(t), home) }));
  for (const { t, own } of moved) {
    if (own === null) continue;
    const { grad } = t;
    takeMemory(t, own);
    if (grad !== null) t.keepGrad(wrap(placed(grad, own.dtype, home) ?? grad));
  }
}

/** A copy of a tensor's memory in a dtype and on a device; `null` if it is there. Counts are int32 on a device without int64. */
function placed(t: Tensor, wanted: DType, home: Home | null): NDArray | null {
  const isThere = home === null || t.storage.remote?.home === home;
  const dtype = home !== null && wanted === (int64 as DType) ? int32 : wanted;
  if (t.dtype === dtype && isThere) return null;
  const cast = t.dtype === dtype ? unwrap(t) : copyOf(unwrap(t), dtype, 'C');
  return isThere ? cast : home.near(cast);
}
