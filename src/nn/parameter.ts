/** Parameters: the tensors that a module learns. */
import type { DTypeLike, DTypeName } from '../array/dtype.ts';
import { dtype as toDType, float32 } from '../array/dtype.ts';
import type { NDArray } from '../array/ndarray.ts';
import { emptyArray } from '../array/ndarray.ts';
import type { ArrayLike } from '../ops/asarray.ts';
import { placedOn } from '../array/remote.ts';
import { asTensor, tensor } from '../tensor/create.ts';
import type { DeviceLike } from '../tensor/device.ts';
import { requireDevice } from '../tensor/device.ts';
import { Tensor, requireDifferentiable } from '../tensor/tensor.ts';

/** A tensor that, as a property of a module, is one of the module's parameters: `nn.Parameter`. */
export class Parameter<D extends DTypeName = DTypeName> extends Tensor<D> {
  /**
   * @param data - a tensor or array, whose memory the parameter takes as its own, or numbers (float32)
   * @param requiresGrad - whether gradients are computed for it
   * @throws RuntimeError for `requiresGrad` of a dtype without gradients.
   * @example
   * const scale = new np.nn.Parameter(np.ones([3]));
   * scale.requiresGrad; // true
   */
  constructor(data: ArrayLike, requiresGrad = true) {
    const { storage, dtype, shape, strides, offset, writeable } = isMemory(data)
      ? asTensor(data)
      : tensor(data);
    super(storage, dtype as Tensor<D>['dtype'], shape, strides, offset, null, writeable);
    if (requiresGrad) requireDifferentiable(this);
    this.wantsGrad = requiresGrad;
  }
}

function isMemory(data: ArrayLike): boolean {
  return ArrayBuffer.isView(data) || (typeof data === 'object' && 'storage' in data);
}

/** What every module with parameters may be given: the dtype and device of its parameters. */
export interface FactoryOptions {
  /** The dtype of the parameters, float32 by default. */
  dtype?: DTypeLike | null;
  /** Where the parameters live, 'cpu' by default. */
  device?: DeviceLike | null;
}

/** A parameter whose values are yet to be set. */
export function emptyParameter(shape: readonly number[], { dtype, device }: FactoryOptions = {}): Parameter {
  const home = requireDevice(device ?? 'cpu');
  return placedOn(home, () => new Parameter(emptyArray([...shape], dtype ? toDType(dtype) : float32)));
}

/**
 * Gives a tensor other memory of the same shape, and that memory's dtype. Who holds the tensor, such as an optimizer, goes on holding it.
 */
export function takeMemory(t: Tensor, { storage, dtype, strides, offset }: NDArray): void {
  Object.assign(t, { storage, dtype, strides, offset, leaf: null });
}
