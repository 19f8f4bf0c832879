/** Modules in other dtypes and on other devices. */
import type { DType, DTypeLike } from '../array/dtype.ts';
import { dtype as toDType } from '../array/dtype.ts';
import { copyOf } from '../ops/cast.ts';
import { isKeywords } from '../np/args.ts';
import { requireDevice } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { unwrap, wrap } from '../tensor/tensor.ts';
import { takeMemory } from './parameter.ts';

/** Where tensors are to go. */
export interface PlaceOptions {
  device?: string | null;
  dtype?: DTypeLike | null;
}

/**
 * The dtype that was asked for, `null` for none.
 *
 * @throws TypeError unless it is a float or complex dtype; ValueError for an unknown device.
 */
export function placeOf(target: DTypeLike | PlaceOptions): DType | null {
  const { device = null, dtype = null } = placeOptions(target);
  if (device !== null) requireDevice(device);
  if (dtype === null) return null;
  const wanted = toDType(dtype);
  if (isInexact(wanted)) return wanted;
  throw new TypeError(
    `nn.Module.to only accepts floating point or complex dtypes, but got desired dtype ${wanted.name}`,
  );
}

function placeOptions(target: DTypeLike | PlaceOptions): PlaceOptions {
  if (isKeywords(target)) return target;
  return target === 'cpu' ? { device: 'cpu' } : { dtype: target as DTypeLike };
}

const isInexact = ({ kind }: DType): boolean => kind === 'f' || kind === 'c';

/**
 * Gives tensors, and their gradients, another dtype in place. Integers and booleans stay what they are.
 *
 * @throws TypeError for complex numbers that are to be real; then nothing is changed.
 */
export function moveTensors(named: readonly [string, Tensor][], dtype: DType | null): void {
  if (dtype === null) return;
  const moved = named.filter(([, t]) => isInexact(t.dtype) && t.dtype !== dtype);
  for (const [name, t] of moved) {
    if (t.dtype.kind === 'c' && dtype.kind !== 'c')
      throw new TypeError(
        `${name} is of ${t.dtype.name}, which ${dtype.name} can't hold: it would lose its imaginary parts`,
      );
  }
  for (const [, t] of moved) {
    const { grad } = t;
    takeMemory(t, copyOf(unwrap(t), dtype, 'C'));
    if (grad !== null) t.grad = wrap(copyOf(unwrap(grad), dtype, 'C'));
  }
}
