/** Batches: what a function sees inside `vmap`. A tensor for each example, that looks like the tensor of one. */
import { RuntimeError } from '../array/errors.ts';
import { sameShape } from '../array/layout.ts';
import type { NDArray } from '../array/ndarray.ts';
import { viewArray } from '../array/ndarray.ts';
import type { Home } from '../array/remote.ts';
import { placedOn } from '../array/remote.ts';
import { Storage } from '../array/storage.ts';
import type { Views } from '../array/views.ts';
import { asTensor } from '../tensor/create.ts';
import { onPlainArrays } from '../tensor/modes.ts';
import type { Node } from '../tensor/node.ts';
import { Tensor, wrap } from '../tensor/tensor.ts';

/** Stands where an example's memory would be: what one example is can't be asked while all are computed. */
class Unreadable extends Storage {
  /** @param remote - of all examples: what is made beside one of them goes to their device */
  constructor(remote: Storage['remote']) {
    super(0, 0, null, null, null, remote);
    this.inHeap = false;
  }

  override get views(): Views {
    throw new RuntimeError(
      'the values of a tensor inside vmap cannot be read, so that a function must not depend on them except through np functions: use np.where instead of if',
    );
  }
}

export class Batch extends Tensor {
  /** All examples, along the first axis. */
  readonly inner: Tensor;
  /** Which of nested vmaps it belongs to: inner ones have higher numbers. */
  readonly level: number;

  constructor(inner: Tensor, level: number) {
    super(
      new Unreadable(inner.storage.remote),
      inner.dtype,
      inner.shape.slice(1),
      inner.strides.slice(1),
      inner.offset,
      null,
      inner.writeable,
    );
    this.inner = inner;
    this.level = level;
  }

  override get history(): Node | null {
    return this.inner.history;
  }

  override get isLeaf(): boolean {
    return this.inner.isLeaf;
  }

  override get gradFn(): Node | null {
    return this.inner.gradFn;
  }

  override detach(): Tensor {
    return new Batch(this.inner.detach(), this.level);
  }
}

/** The device that a tensor lies on, `null` for the processor; of a batch the one of its examples. */
export function homeOf(t: NDArray): Home | null {
  return t instanceof Batch ? homeOf(t.inner) : (t.storage.remote?.home ?? null);
}

/** A constant that is made where a tensor lies. */
export function constantBeside(t: Tensor, make: () => NDArray): Tensor {
  return onPlainArrays(() => placedOn(homeOf(t), () => wrap(make())));
}

/** The batch sizes of the vmaps that are running, the outermost first; their levels count from 1. */
export const sizes: number[] = [];

/** The tensor with an axis of all examples in front: an unbatched one repeated without a copy. */
export function repeated(t: NDArray, size: number): Tensor {
  return viewArray(
    asTensor(t),
    [size, ...t.shape],
    [0, ...t.strides],
    t.offset,
    t.dtype,
    false,
  ) as NDArray as Tensor;
}

/** The same tensor as a batch of every vmap that is running. */
export function widened(t: Tensor): Tensor {
  return sizes.reduce((wide, size, i) => withLevel(wide, i + 1, size), t);
}

function withLevel(t: Tensor, level: number, size: number): Tensor {
  if (!(t instanceof Batch) || t.level < level) return new Batch(repeated(t, size), level);
  return t.level === level ? t : new Batch(withLevel(t.inner, level, size), t.level);
}

/** A cotangent or tangent of `like` as its memory lies: the batch axes in front. */
export function physical(x: NDArray, like: Tensor): NDArray {
  if (!(like instanceof Batch)) return x;
  const { inner, level } = like;
  if (x instanceof Batch && x.level === level) return physical(x.inner, inner);
  return physical(repeated(x, inner.shape[0]), inner);
}

/** A tensor as `like`'s memory lies, as a batch like it. */
export function logical(x: Tensor, like: Tensor): Tensor {
  if (!(like instanceof Batch) || (x instanceof Batch && sameShape(x.shape, like.shape))) return x;
  return new Batch(logical(x, like.inner), like.level);
}
