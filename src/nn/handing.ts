/**
 * What passes from layer to layer. Nobody but the next layer sees the result of a layer in the middle, so its memory can be given
 * back at once when it is no longer needed: long before the garbage collector finds it, and in a loop that never yields, too.
 */
import { NDArray } from '../array/ndarray.ts';
import type { Storage } from '../array/storage.ts';
import { leave } from '../autograd/leftover.ts';
import type { Module } from './module.ts';
import { HOOKS } from './module.ts';

/** The `forward` functions that keep neither what they are given nor what they return. */
const forgetful = /* @__PURE__ */ new WeakSet<object>();

/** Declares that `forward` of classes keeps neither its input nor its result, which is new or a view of the input. */
export function keepsNothing(...classes: readonly { readonly prototype: Pick<Module, 'forward'> }[]): void {
  for (const { prototype } of classes) forgetful.add(prototype.forward);
}

/** Follows one input through a chain of layers. */
export class Handing {
  /** The memory of the last result, if nobody else can know it. */
  #own: Storage | null = null;

  /** `layer` has made `y` of `x`, which the layer before made. */
  passed(layer: Module, x: unknown, y: unknown): void {
    const before = this.#own;
    const trusted = forgetful.has(layer.forward) && layer[HOOKS] === null;
    if (!trusted || !(x instanceof NDArray) || !(y instanceof NDArray)) {
      this.#own = null;
      return;
    }
    if (y.storage === x.storage) return;
    this.#own = y.storage;
    if (before !== null) leave(before, y);
  }
}
