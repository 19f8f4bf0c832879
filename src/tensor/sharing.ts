/** Tensors over GPUBuffers that others use too: a renderer, another library. */
import type { DType, DTypeLike } from '../array/dtype.ts';
import { dtype as toDType } from '../array/dtype.ts';
import { ValueError, shapeText } from '../array/errors.ts';
import { byteExtent, denseStrides, normalizeShape } from '../array/layout.ts';
import type { NDArray } from '../array/ndarray.ts';
import { isKeywords, requireKnown } from '../np/args.ts';
import type { SharedBuffer, WebGpuDevice } from '../ops/webgpu/index.ts';
import { requireOpened } from './device.ts';
import { Tensor } from './tensor.ts';

export type { SharedBuffer };

const REQUIRED = ['buffer', 'shape', 'dtype'] as const;
const KEYWORDS: readonly (keyof SharedBuffer)[] = [...REQUIRED, 'offset', 'strides'];

/**
 * A tensor on elements that lie in a GPUBuffer, without a copy: what is written to one is seen in the other. The buffer stays the
 * user's, who destroys it when no tensor needs it any more.
 *
 * @param shared - `buffer`: a GPUBuffer of the opened device with the usages STORAGE, COPY_SRC and COPY_DST; `offset`: bytes before the
 *   first element, 0 if left out; `shape`; `strides`: in bytes, also negative ones, C order if left out; `dtype`
 * @throws TypeError for what is missing or no keyword, or a dtype that a GPU lacks; ValueError if elements lie outside of the buffer or at
 *   no multiple of their size, if it is mapped or lacks a usage, or if no GPU has been opened. WebGPU tells later that a buffer belongs to
 *   another device or was destroyed: the next read rejects.
 * @example
 * const { gpu } = await np.device('webgpu');
 * const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
 * const buffer = gpu.device.createBuffer({ size: 24, usage });
 * np.fromGPUBuffer({ buffer, shape: [2, 3], dtype: 'float32' }).shape; // [2, 3]
 */
export function fromGPUBuffer(shared: SharedBuffer): Tensor {
  requireKeywords(shared);
  const { buffer, offset = 0, dtype } = shared;
  const type = toDType(dtype as DTypeLike);
  const home = requireOpened();
  home.requireAlive();
  home.requireDType(type);
  requireGpuBuffer(buffer);
  const shape = normalizeShape(shared.shape as number[]);
  const strides = shared.strides ?? denseStrides(shape, type.itemsize);
  if (!Array.isArray(strides) || strides.length !== shape.length)
    throw new ValueError('strides, if given, must be the same length as shape');
  requireAligned('offset', offset, type);
  strides.forEach((stride) => requireAligned('strides', stride, type));
  const { low, high } = byteExtent(shape, strides, type.itemsize);
  if (offset + low < 0 || offset + high > buffer.size) {
    throw new ValueError(
      `an array of ${type.name} of shape ${shapeText(shape)} from byte ${offset} on reaches over bytes [${offset + low}, ` +
        `${offset + high}), but the GPUBuffer has ${buffer.size}`,
    );
  }
  return new Tensor(home.wrap(buffer, type), type, shape, strides, offset);
}

/** @throws TypeError for keywords that there are not, or that are missing. */
function requireKeywords(shared: SharedBuffer): void {
  if (!isKeywords(shared))
    throw new TypeError(`fromGPUBuffer() takes one object with ${KEYWORDS.join(', ')}`);
  requireKnown('fromGPUBuffer', shared, KEYWORDS);
  for (const key of REQUIRED) {
    if (shared[key] === undefined || shared[key] === null)
      throw new TypeError(`fromGPUBuffer() missing required argument '${key}'`);
  }
}

/** @throws TypeError for what is no GPUBuffer; ValueError for one that is mapped. */
function requireGpuBuffer(buffer: GPUBuffer): void {
  if (typeof buffer !== 'object' || typeof buffer.size !== 'number' || typeof buffer.usage !== 'number')
    throw new TypeError('fromGPUBuffer(): buffer must be a GPUBuffer');
  if (buffer.mapState !== undefined && buffer.mapState !== 'unmapped')
    throw new ValueError(`the GPUBuffer is ${buffer.mapState} for JavaScript: call its unmap() first`);
}

/** @throws TypeError for what is no integer; ValueError for bytes at which no element can begin. */
function requireAligned(what: string, bytes: number, { name, itemsize }: DType): void {
  if (!Number.isSafeInteger(bytes))
    throw new TypeError(`fromGPUBuffer(): ${what} must count bytes in integers, not ${String(bytes)}`);
  if (bytes % itemsize !== 0)
    throw new ValueError(
      `fromGPUBuffer(): ${what} of ${bytes} bytes is no multiple of ${itemsize}, the size of an element of ${name}`,
    );
}

/** The GPUBuffer that a tensor lies in: see `Tensor.gpuBuffer`. */
export function gpuBufferOf(t: NDArray): SharedBuffer {
  const { storage, shape, strides, offset, dtype } = t;
  const { buffer, offset: start } = (storage.remote!.home as WebGpuDevice).expose(storage);
  return { buffer, offset: start + offset, shape, strides, dtype: dtype.name };
}
