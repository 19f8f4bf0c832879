/** A GPU as a home of arrays: where their bytes are, and how operands of kernels get there. */
import type { DType } from '../../array/dtype.ts';
import { complex128, float64, int64, uint64 } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { isContiguous } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray } from '../../array/ndarray.ts';
import type { Home, RemoteBytes } from '../../array/remote.ts';
import { betweenDevices, onTwoDevices, placedOn } from '../../array/remote.ts';
import type { Storage } from '../../array/storage.ts';
import { bindingsFor } from '../../device/webgpu/bindings.ts';
import type { GpuBytes } from '../../device/webgpu/bytes.ts';
import type { Gpu } from '../../device/webgpu/gpu.ts';
import type { ElementType } from '../../kernel/element.ts';
import type { GridKernel } from '../../kernel/grid/build.ts';
import { castInto, copyOf } from '../cast.ts';
import { computeBilinear } from './product/bilinear.ts';
import type { Content } from './content.ts';
import { DeviceBytes } from './content.ts';
import { compute } from './compute.ts';
import { failureOf } from './failures.ts';
import type { Leaf } from './formula.ts';
import { leafOf } from './formula.ts';
import type { ProductWishes } from './product/tuner.ts';

/** Makes an error of the words that a kernel noted. */
type RefusalError = (details: Int32Array) => Error;

/** Devices that have been opened. */
let opened = 0;

/** The first code of errors that functions make; those before are of the device's own kernels. */
const FIRST_REFUSAL = 1000;

export class WebGpu implements Home {
  readonly name = 'webgpu';
  readonly title: string;
  readonly gpu: Gpu;
  /** What matrix products are to do otherwise than by choice, for measuring. */
  products: ProductWishes = {};
  readonly #kernels = new Map<string, GridKernel>();
  readonly #refusals: { readonly key: string; readonly toError: RefusalError }[] = [];

  constructor(gpu: Gpu) {
    this.gpu = gpu;
    this.title = `webgpu ${++opened} (${adapterOf(gpu)})`;
    gpu.explain((code, details) => {
      const refusal = this.#refusals.at(code - FIRST_REFUSAL);
      return code < FIRST_REFUSAL || !refusal ? failureOf(code, details) : refusal.toError(details);
    });
  }

  /** Whether the device was lost, so that everything on it is gone. */
  get isLost(): boolean {
    return this.gpu.isLost;
  }

  /** @throws RuntimeError if the device was lost. */
  requireAlive(): void {
    this.gpu.requireAlive();
  }

  /** @throws RuntimeError if the device was lost. */
  allocate(byteLength: number): DeviceBytes {
    this.gpu.requireAlive();
    return new DeviceBytes(this, byteLength);
  }

  /** The kernel of a key, which is built when it is first asked for. */
  kernel<K extends GridKernel = GridKernel>(key: string, build: () => K): K {
    let kernel = this.#kernels.get(key) as K | undefined;
    if (!kernel) this.#kernels.set(key, (kernel = build()));
    return kernel;
  }

  /** The code that stands for an error in checks. */
  codeOf(key: string, toError: RefusalError): number {
    const known = this.#refusals.findIndex((refusal) => refusal.key === key);
    return FIRST_REFUSAL + (known >= 0 ? known : this.#refusals.push({ key, toError }) - 1);
  }

  /** @throws TypeError for a dtype of more than 32 bits a number. */
  requireDType(dtype: DType): void {
    requireDType(dtype);
  }

  /** A new array on this device, its elements not set. */
  empty(shape: readonly number[], dtype: DType): NDArray {
    requireDType(dtype);
    return placedOn(this, () => emptyArray(shape, dtype));
  }

  /** How many of a kernel's bindings so many bytes take. */
  bindings({ byteLength }: { readonly byteLength: number }): number {
    return bindingsFor(byteLength, this.gpu.limits);
  }

  /** Whether a kernel can be bound to contents, each once, and has `others` bindings besides. */
  canBind(contents: Iterable<Content>, others: number): boolean {
    let count = others;
    for (const content of new Set(contents)) count += this.bindings(content);
    return count <= this.gpu.limits.maxStorageBuffersPerShaderStage;
  }

  /** A dense copy of an array of this device. */
  copy(a: NDArray): NDArray {
    const own = this.empty(a.shape, a.dtype);
    castInto(own, a);
    return own;
  }

  /** What a storage of this device holds. @throws RuntimeError for one of another device. */
  contentOf(storage: Storage): Content {
    if (storage.disposed) throw new ValueError('the array was disposed');
    const { remote } = storage;
    if (remote instanceof DeviceBytes && remote.home === this) return remote.content;
    throw onTwoDevices(this, remote?.home ?? null);
  }

  /** The array itself if it is on this device, and a copy that is if it is the processor's. @throws RuntimeError for one of another GPU. */
  near(a: NDArray): NDArray {
    const { remote } = a.storage;
    if (remote !== null) {
      remote.home.requireAlive();
      if (remote.home === this) return a;
      throw betweenDevices(remote.home, this);
    }
    requireDType(a.dtype);
    const copy = this.empty(a.shape, a.dtype);
    const host = placedOn(null, () => (a.cContiguous ? a : copyOf(a, a.dtype, 'C')));
    const bytes = new Uint8Array(host.storage.views.buffer, host.offset, host.nbytes);
    this.gpu.upload(this.fresh(copy.storage), 0, bytes);
    if (host !== a) host.storage.dispose();
    return copy;
  }

  /** The bytes of a content to read, computed or uploaded if need be. */
  bytesOf(content: Content): GpuBytes {
    if (content.formula !== null) compute(this, content);
    if (content.bilinear !== null) computeBilinear(this, content);
    if (content.bytes !== null) return content.bytes;
    const bytes = this.gpu.allocate(content.byteLength);
    if (content.host !== null) this.gpu.upload(bytes, 0, content.host.uint8);
    content.host = null;
    return (content.bytes = bytes);
  }

  /** The bytes of a storage to write some of. What waits to read them gets a copy. */
  writable(storage: Storage): GpuBytes {
    const content = this.contentOf(storage);
    const bytes = this.bytesOf(content);
    if (!content.isAwaited) return bytes;
    const copy = this.gpu.allocate(content.byteLength);
    this.gpu.copy(bytes, 0, copy, 0, content.byteLength);
    deviceBytes(storage).part(copy);
    return bytes;
  }

  /** The bytes of a new storage, or of one all of whose bytes are going to be written. */
  fresh(storage: Storage): GpuBytes {
    this.contentOf(storage);
    if (deviceBytes(storage).isShared) {
      const bytes = this.writable(storage);
      bytes.checks = null;
      return bytes;
    }
    const content = deviceBytes(storage).renew();
    return (content.bytes ??= this.gpu.allocate(content.byteLength));
  }

  /** The values of an array of this device, as soon as they are computed. */
  async read(a: NDArray): Promise<NDArray> {
    this.gpu.requireAlive();
    if (a.size === 0) return placedOn(null, () => emptyArray(a.shape, a.dtype));
    const dense = isContiguous(a.shape, a.strides, a.itemsize, 'C') ? a : this.copy(a);
    const bytes = this.bytesOf(this.contentOf(dense.storage));
    const pending = this.gpu.read(bytes, dense.offset, dense.nbytes);
    if (dense !== a) dense.storage.dispose();
    const read = await pending;
    const result = placedOn(null, () => emptyArray(a.shape, a.dtype));
    new Uint8Array(result.storage.views.buffer, result.offset, result.nbytes).set(read);
    return result;
  }

  /** An array as a leaf of a shape that it broadcasts to. */
  leaf(a: NDArray, shape: readonly number[]): Leaf {
    return leafOf(a, this.contentOf(a.storage), shape);
  }
}

/** What the adapter of a GPU calls itself. */
function adapterOf(gpu: Gpu): string {
  const { vendor, architecture, device, description } = gpu.report().adapter;
  return description || device || [vendor, architecture].filter(Boolean).join(' ') || 'unknown adapter';
}

/** The bytes of a storage that is known to lie on a GPU. */
export const deviceBytes = ({ remote }: Storage): DeviceBytes => remote as RemoteBytes as DeviceBytes;

/** Whether an array is all of its storage in C order. */
export function isWhole(a: NDArray): boolean {
  return (
    a.offset === 0 && a.nbytes === a.storage.byteLength && isContiguous(a.shape, a.strides, a.itemsize, 'C')
  );
}

/** The nearest dtypes that a GPU has for those it lacks. */
const NEAREST: Readonly<Record<string, string>> = {
  float64: 'float32',
  complex128: 'complex64',
  int64: 'int32',
  uint64: 'uint32',
};

const WIDE: Readonly<Partial<Record<ElementType, DType>>> = {
  i64: int64,
  u64: uint64,
  f64: float64,
  c128: complex128,
};

/** @throws TypeError for elements of more than 32 bits a number, in which an operation would compute. */
export function requireElement(element: ElementType): void {
  const dtype = WIDE[element];
  if (dtype !== undefined) requireDType(dtype);
}

/** @throws TypeError for a dtype of more than 32 bits a number. */
export function requireDType({ name }: DType): void {
  const nearest = NEAREST[name];
  if (nearest === undefined) return;
  throw new TypeError(
    `webgpu has no ${name}: the nearest dtype that it has is ${nearest}, so convert with astype('${nearest}'), or pass { dtype: '${nearest}' } where a dtype can be given`,
  );
}
