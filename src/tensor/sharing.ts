/** Tensors over GPUBuffers that others use too: a renderer, another library. */
import type { DTypeLike } from '../array/dtype.ts';
import { dtype as toDType } from '../array/dtype.ts';
import { ValueError, shapeText } from '../array/errors.ts';
import { byteExtent, denseStrides, normalizeShape } from '../array/layout.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { SharedBuffer } from '../ops/webgpu/index.ts';
import { requireOpened } from './device.ts';
import { Tensor } from './tensor.ts';

export type { SharedBuffer };

/**
 * A tensor on elements that lie in a GPUBuffer, without a copy: what is written to one is seen in the other. The buffer stays the
 * user's, who destroys it when no tensor needs it any more.
 *
 * @param shared - `buffer`: a GPUBuffer of the opened device with the usages STORAGE, COPY_SRC and COPY_DST; `offset`: bytes before the
 *   first element, 0 if left out; `shape`; `strides`: in bytes, C order if left out; `dtype`
 * @throws ValueError if elements lie outside of the buffer, or no GPU has been opened; TypeError for a dtype that a GPU lacks.
 * @example
 * const { gpu } = await np.device('webgpu');
 * const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
 * const buffer = gpu.device.createBuffer({ size: 24, usage });
 * np.fromGPUBuffer({ buffer, shape: [2, 3], dtype: 'float32' }).shape; // [2, 3]
 */
export function fromGPUBuffer(shared: SharedBuffer): Tensor {
  const { buffer, offset = 0, dtype } = shared;
  const type = toDType(dtype as DTypeLike);
  const shape = normalizeShape(shared.shape as number[]);
  const strides = shared.strides ?? denseStrides(shape, type.itemsize);
  if (strides.length !== shape.length)
    throw new ValueError('strides, if given, must be the same length as shape');
  const { low, high } = byteExtent(shape, strides, type.itemsize);
  if (offset + low < 0 || offset + high > buffer.size) {
    throw new ValueError(
      `an array of ${type.name} of shape ${shapeText(shape)} from byte ${offset} on reaches over bytes [${offset + low}, ` +
        `${offset + high}), but the GPUBuffer has ${buffer.size}`,
    );
  }
  const storage = requireOpened().wrap(buffer, type);
  return new Tensor(storage, type, shape, strides, offset);
}

/** The GPUBuffer that a tensor lies in: see `Tensor.gpuBuffer`. */
export function gpuBufferOf(t: NDArray): SharedBuffer {
  const { storage, shape, strides, offset, dtype } = t;
  const { buffer, offset: start } = requireOpened().expose(storage);
  return { buffer, offset: start + offset, shape, strides, dtype: dtype.name };
}
