/** What tensors can do beyond arrays. */
import type { DTypeLike, DTypeName } from '../array/dtype.ts';
import { dtype as toDType } from '../array/dtype.ts';
import { RuntimeError, shapeText } from '../array/errors.ts';
import { NDArray } from '../array/ndarray.ts';
import type { ArrayLike } from '../ops/asarray.ts';
import { asArray } from '../ops/asarray.ts';
import { cast, copyOf } from '../ops/cast.ts';
import { moveTo } from '../ops/place.ts';
import { BINARY } from '../np/methods/arithmetic.ts';
import { rowOf } from '../np/ufunc/make.ts';
import { callUFunc, primitiveOf } from '../np/ufunc/call.ts';
import { isKeywords } from '../np/args.ts';
import type { TopK, TopKArgs } from '../np/sorting/topk.ts';
import { topk } from '../np/sorting/topk.ts';
import { arrayRepr } from '../array/print/text.ts';
import type { DeviceLike } from '../tensor/device.ts';
import { isDevice, requireDevice } from '../tensor/device.ts';
import { addHook } from '../tensor/hooks.ts';
import { told } from '../tensor/reads.ts';
import { gpuBufferOf } from '../tensor/sharing.ts';
import type { SharedBuffer } from '../tensor/sharing.ts';
import type { Hook, RemovableHandle } from '../tensor/hooks.ts';
import { Tensor, unwrap, wrap } from '../tensor/tensor.ts';
import { onPlainArrays } from '../tensor/modes.ts';
import type { BackwardOptions } from './backward.ts';
import { accumulate, seedOf, walkBack } from './backward.ts';
import { write } from './record.ts';

export interface BackwardCall extends BackwardOptions {
  /** The gradient to start from, where it is not given by position. */
  gradient?: NDArray | null;
  /** Only these tensors get a gradient. */
  inputs?: Tensor | readonly Tensor[] | null;
}

declare module '../tensor/tensor.ts' {
  interface Tensor<D extends DTypeName = DTypeName> {
    /**
     * Computes the gradients of this tensor with respect to the leaves that it was computed from, and adds them to their `grad`.
     *
     * @param gradient - of the loss with respect to this tensor; may be left out for a tensor of one element
     * @throws RuntimeError for a tensor of several elements without a gradient, one without history, a graph that was freed, or values
     *   that were changed in place.
     * @example
     * const x = np.tensor([1, 2], { requiresGrad: true });
     * np.sum(np.exp(x)).backward();
     * x.grad; // tensor([2.7182817, 7.389056 ])
     */
    backward(gradient?: ArrayLike | BackwardCall | null, options?: BackwardCall): void;
    /** Keeps the gradient of a tensor that is no leaf in its `grad`, too. */
    retainGrad(): void;
    /** The same memory without history. */
    detach(): Tensor<D>;
    /** Takes this tensor itself out of the graph. */
    detach_(): this;
    /** A copy that gradients flow through. */
    clone(): Tensor<D>;
    /** Forgets the gradient. */
    zeroGrad(): void;
    /** Sets `requiresGrad`. */
    requiresGrad_(wanted?: boolean): this;
    /**
     * Calls a function with the gradient when it is computed; what the function returns replaces it.
     *
     * @throws RuntimeError for a tensor that does not require a gradient.
     */
    registerHook(hook: Hook): RemovableHandle;
    /** The memory as an array. @throws RuntimeError for a tensor that requires a gradient. */
    numpy(): NDArray<D>;
    /**
     * The tensor on a device or in a dtype; itself if it is there already. Gradients flow back through it, and stay on the device.
     *
     * @param target - `{ device, dtype }` or one of them; a device by name, or what `np.device` gave
     * @throws RuntimeError for a tensor that lies on a GPU and is to leave it: use `await tensor.cpu()`; for a device that was lost.
     */
    to<E extends DTypeName = D>(
      target: DTypeLike<E> | 'cpu' | 'webgpu' | DeviceLike | { device?: DeviceLike; dtype?: DTypeLike<E> },
    ): Tensor<E>;
    /** A tensor on the processor with these values, without history if they had to be read from the GPU; itself if it is there. */
    cpu(): Promise<Tensor<D>>;
    /** The values as an array, read when they are there. */
    array(): Promise<NDArray<D>>;
    /**
     * The GPUBuffer that the elements lie in, and how: for a renderer or another library on the same device, without a copy. What either
     * writes, the other sees. All work so far has been submitted when it returns.
     *
     * @returns `{ buffer, offset, shape, strides, dtype }`, offset and strides in bytes; `np.fromGPUBuffer` takes the same
     * @throws RuntimeError for a tensor on the processor.
     */
    gpuBuffer(): SharedBuffer;
    /**
     * The `k` largest or smallest elements along an axis and where they are; see \`np.topk\`.
     *
     * @throws RuntimeError for a `k` that is out of range, TypeError for one that is no integer; AxisError.
     */
    topk(k: number, ...args: TopKArgs): TopK;
  }
}

declare module '../array/ndarray.ts' {
  /** What results of functions of tensors have: an array that is no tensor throws. */
  interface NDArray<D extends DTypeName = DTypeName> {
    backward(gradient?: ArrayLike | BackwardCall | null, options?: BackwardCall): void;
    detach(): Tensor<D>;
    clone(): Tensor<D>;
    retainGrad(): void;
    registerHook(hook: Hook): RemovableHandle;
    numpy(): NDArray<D>;
  }
}

/** Says of methods that only tensors have what to do about it. */
for (const name of ['backward', 'detach', 'clone', 'retainGrad', 'registerHook', 'numpy']) {
  Object.defineProperty(NDArray.prototype, name, {
    value(): never {
      throw new TypeError(
        `${name}() is for tensors: make one of the array with np.tensor(a, { requiresGrad: true })`,
      );
    },
    configurable: true,
    writable: true,
  });
}

/** Adds methods to tensors, as a class body would. */
function defineTensorMethods(members: ThisType<Tensor> & object): void {
  for (const name of Reflect.ownKeys(members)) {
    const descriptor = Object.getOwnPropertyDescriptor(members, name)!;
    Object.defineProperty(Tensor.prototype, name, { ...descriptor, enumerable: false });
  }
}

defineTensorMethods({
  topk(k: number, ...args: TopKArgs): TopK {
    return topk(this, k, ...args);
  },

  backward(first: ArrayLike | BackwardCall | null = null, more: BackwardCall = {}): void {
    const options: BackwardCall = isKeywords(first) ? (first as BackwardCall) : more;
    const given = (isKeywords(first) ? options.gradient : (first as ArrayLike | null)) ?? null;
    const seed = seedOf(this, given === null ? null : onPlainArrays(() => asGradient(given, this)));
    const { inputs = null } = options;
    if (inputs === null) {
      walkBack([seed], options, null);
      return;
    }
    const wanted = inputs instanceof Tensor ? [inputs] : inputs;
    const nodes = wanted.map((t) => t.history);
    walkBack([seed], options, nodes).forEach((g, i) => {
      if (g !== null) onPlainArrays(() => accumulate(wanted[i], g));
    });
  },

  retainGrad(): void {
    if (!this.requiresGrad) throw new RuntimeError("can't retainGrad on Tensor that has requiresGrad=false");
    if (this.isLeaf) return;
    const node = this.history!;
    (node.retained ??= []).push(this);
  },

  detach(): Tensor {
    const plain = new Tensor(
      this.storage,
      this.dtype,
      this.shape,
      this.strides,
      this.offset,
      this.base ?? this,
      this.writeable,
    );
    return plain;
  },

  detach_(): Tensor {
    if (this.origin !== null)
      throw new RuntimeError("Can't detach views in-place: use detach() instead of detach_()");
    this.node = this.leaf = null;
    this.wantsGrad = false;
    this.epoch++;
    return this;
  },

  clone(): Tensor {
    return copyOf(this, this.dtype, 'K') as Tensor;
  },

  zeroGrad(): void {
    this.dropGrad();
  },

  requiresGrad_(wanted = true): Tensor {
    this.requiresGrad = wanted;
    return this;
  },

  registerHook(hook: Hook): RemovableHandle {
    const node = this.history;
    if (node === null)
      throw new RuntimeError("cannot register a hook on a tensor that doesn't require gradient");
    return addHook((node.hooks ??= []), hook);
  },

  numpy(): NDArray {
    if (this.storage.remote !== null)
      throw new RuntimeError(
        "can't convert a tensor on 'webgpu' to an array at once: use await tensor.array()",
      );
    if (this.requiresGrad) {
      throw new RuntimeError(
        "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.",
      );
    }
    return unwrap(this);
  },

  to(target: DTypeLike | DeviceLike | { device?: DeviceLike; dtype?: DTypeLike }): Tensor {
    const { device, dtype }: { device?: DeviceLike; dtype?: DTypeLike } = isKeywords(target)
      ? target
      : isDevice(target)
        ? { device: target }
        : { dtype: target as DTypeLike };
    const home = device === undefined ? null : requireDevice(device);
    if (device === 'cpu' && this.storage.remote !== null) {
      throw new RuntimeError(
        "to('cpu') can't wait for the values, which are on 'webgpu': use await tensor.cpu()",
      );
    }
    const converted = dtype === undefined ? this : cast(this, toDType(dtype));
    return (home === null ? converted : moveTo(converted, home)) as Tensor;
  },

  cpu(): Promise<Tensor> {
    return told(onProcessor(this));
  },

  gpuBuffer(): SharedBuffer {
    if (this.storage.remote === null)
      throw new RuntimeError("the tensor lies on 'cpu', in no GPUBuffer: use tensor.to('webgpu')");
    return gpuBufferOf(this);
  },

  array(): Promise<NDArray> {
    return told(valuesOf(this));
  },

  toString(): string {
    return tensorText(this);
  },
});

Object.defineProperty(Tensor.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: Tensor): string {
    return tensorText(this);
  },
});

async function onProcessor(t: Tensor): Promise<Tensor> {
  const { remote } = t.storage;
  return remote === null ? t : wrap(await remote.home.read(unwrap(t)));
}

async function valuesOf(t: Tensor): Promise<NDArray> {
  const { remote } = t.storage;
  const plain = unwrap(t);
  return remote === null ? onPlainArrays(() => copyOf(plain, plain.dtype, 'C')) : remote.home.read(plain);
}

/** A gradient that was given, as an array of the tensor's dtype; plain ones go to its device. */
function asGradient(x: ArrayLike, t: Tensor): NDArray {
  const g = asArray(x);
  if (g.traced) return g;
  const own = g.dtype === t.dtype ? g : cast(g, t.dtype);
  return t.storage.remote?.home.near(own) ?? own;
}

/** The values of a tensor on the GPU can't be waited for. */
const remoteText = ({ device, dtype, shape }: Tensor): string =>
  `tensor(..., device: '${device}', dtype: ${dtype.name}, shape: ${shapeText(shape)})`;

/** PyTorch's text in NumPy's layout. */
function tensorText(t: Tensor): string {
  if (t.storage.remote !== null) return remoteText(t);
  const inner = onPlainArrays(() => arrayRepr(unwrap(t), {}, 'tensor')).slice(0, -1);
  const { gradFn } = t;
  if (gradFn) return `${inner}, gradFn: ${String(gradFn)})`;
  return t.requiresGrad ? `${inner}, requiresGrad: true)` : `${inner})`;
}

/** In-place operators of tensors are recorded. */
for (const [name, ufunc] of Object.entries(BINARY)) {
  const row = rowOf(ufunc)!;
  Object.defineProperty(Tensor.prototype, `${name}_`, {
    value(this: Tensor, other: ArrayLike): unknown {
      const into = (x: NDArray, y: ArrayLike): unknown => callUFunc(row, [x, y, { out: x }]);
      return write(primitiveOf(row), this, [this, asOperand(other)], into);
    },
    configurable: true,
    writable: true,
  });
}

const asOperand = (x: ArrayLike): ArrayLike =>
  typeof x === 'object' && !(x instanceof NDArray) ? asArray(x) : x;
