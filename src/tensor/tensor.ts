/** Tensor: an array that remembers how it was computed. Its gradient methods are attached by autograd/methods. */
import type { DType, DTypeName } from '../array/dtype.ts';
import { RuntimeError, shapeText } from '../array/errors.ts';
import { sameShape } from '../array/layout.ts';
import { NDArray } from '../array/ndarray.ts';
import { titleOf } from '../array/remote.ts';
import type { Storage } from '../array/storage.ts';
import { modes, wake } from './modes.ts';
import type { Node } from './node.ts';
import { Leaf } from './leaf.ts';
import { viewNode } from './view.ts';

/** An `NDArray` with a place on the tape: `np.Tensor`. */
export class Tensor<D extends DTypeName = DTypeName> extends NDArray<D> {
  /** The operation that made it, of the history before the last change of `origin`. */
  node: Node | null = null;
  /** The node that gradients of a leaf end in, made when the leaf is first used. */
  leaf: Leaf | null = null;
  /** Whether a leaf asks for a gradient. */
  wantsGrad = false;
  /** The gradient, as the library sees it: reading it here does not count as reading it outside. */
  ownGrad: Tensor | null = null;
  /** Whether somebody else may hold the gradient, so that its memory is not ours to give back. */
  gradIsShared = false;
  /** The tensor that this one is a view of: writing to it changes that one's history. */
  origin: Tensor | null = null;
  /** How often the history was rewritten by in-place operations; of a view, the origin's count that `node` belongs to. */
  epoch = 0;
  /** Made in inference mode. */
  inference = false;

  constructor(
    storage: Storage,
    dtype: DType<D>,
    shape: readonly number[],
    strides: readonly number[],
    offset: number,
    base: NDArray | null = null,
    writeable = true,
  ) {
    super(storage, dtype, shape, strides, offset, base, writeable);
    if (!modes.live) wake();
  }

  override get traced(): boolean {
    return true;
  }

  /** The gradient that backward passes have added up, for leaves and after `retainGrad()`. */
  get grad(): Tensor | null {
    this.gradIsShared = true;
    return this.ownGrad;
  }

  set grad(gradient: Tensor | null) {
    if (gradient !== null) requireGradientOf(this, gradient);
    this.keepGrad(gradient);
  }

  /** Takes over a gradient that others may hold. */
  keepGrad(gradient: Tensor | null): void {
    this.gradIsShared = true;
    this.ownGrad = gradient;
  }

  /** Forgets the gradient, and gives its memory back if nobody else has seen it. */
  dropGrad(): void {
    if (!this.gradIsShared) this.ownGrad?.storage.dispose();
    this.ownGrad = null;
  }

  /** Where its gradient goes; `null` for a constant. */
  get history(): Node | null {
    const { origin } = this;
    if (origin !== null && origin.epoch !== this.epoch) {
      const from = origin.history;
      this.node = from && viewNode(origin, from, this);
      this.epoch = origin.epoch;
    }
    if (this.node !== null) return this.node;
    return this.wantsGrad ? (this.leaf ??= new Leaf(this)) : null;
  }

  /** Whether gradients flow to this tensor. May be set on leaves. */
  get requiresGrad(): boolean {
    return this.wantsGrad || this.history !== null;
  }

  set requiresGrad(wanted: boolean) {
    if (wanted === this.requiresGrad) return;
    if (!this.isLeaf) {
      throw new RuntimeError(
        'you can only change requiresGrad flags of leaf variables. To use a computed tensor where its gradient is not needed, use detach()',
      );
    }
    if (wanted) requireDifferentiable(this);
    this.wantsGrad = wanted;
    if (!wanted) this.leaf = null;
  }

  /** Whether no recorded operation made it: gradients end here. */
  get isLeaf(): boolean {
    return this.history === null || this.node === null;
  }

  /** A tensor of this one's kind, without history, over the memory of an array of the same shape. */
  sameMemory(a: NDArray): Tensor<D> {
    return new Tensor(a.storage, this.dtype, a.shape, a.strides, a.offset, null, a.writeable);
  }

  /** The operation that made it, `null` for a leaf. */
  get gradFn(): Node | null {
    return this.isLeaf ? null : this.node;
  }
}

/** @throws TypeError for what is no tensor; RuntimeError for one of another device, dtype or shape, or the tensor itself. */
function requireGradientOf(t: Tensor, gradient: Tensor): void {
  if (!((gradient as unknown) instanceof Tensor))
    throw new TypeError(
      `assigned grad expected to be a Tensor or null but got grad of type ${typeof gradient}`,
    );
  const [own, given] = [t, gradient].map(({ storage }) => storage.remote?.home ?? null);
  const wrong =
    gradient === t
      ? "can't assign a tensor as its own grad"
      : own !== given
        ? `assigned grad has data located on a different device: the tensor is on ${titleOf(own)}, the grad on ${titleOf(given)}`
        : gradient.dtype !== (t.dtype as DType)
          ? `assigned grad has data of a different type: the tensor is of ${t.dtype.name}, the grad of ${gradient.dtype.name}`
          : !sameShape(gradient.shape, t.shape)
            ? `assigned grad has data of a different size: the tensor has shape ${shapeText(t.shape)}, the grad ${shapeText(gradient.shape)}`
            : null;
  if (wrong !== null) throw new RuntimeError(wrong);
}

/** @throws RuntimeError unless gradients of such a tensor make sense. */
export function requireDifferentiable(t: NDArray & { readonly inference?: boolean }): void {
  if (t.dtype.kind !== 'f' && t.dtype.kind !== 'c') {
    throw new RuntimeError(
      `only Tensors of floating point and complex dtype can require gradients, got ${t.dtype.name}: convert with astype('float32') first`,
    );
  }
  if (t.inference) {
    throw new RuntimeError(
      'Setting requiresGrad=true on an inference tensor outside of inferenceMode is not allowed: make a copy with clone()',
    );
  }
}

/** An array's memory as a tensor. */
export function wrap<D extends DTypeName>(a: NDArray<D>): Tensor<D> {
  return new Tensor(a.storage, a.dtype, a.shape, a.strides, a.offset, null, a.writeable);
}

/** A tensor's memory as a plain array. */
export function unwrap<D extends DTypeName>(t: NDArray<D>): NDArray<D> {
  return t.traced ? new NDArray(t.storage, t.dtype, t.shape, t.strides, t.offset, null, t.writeable) : t;
}
