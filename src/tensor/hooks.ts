/** Functions that look at gradients, or replace them, on their way. */
import type { Tensor } from './tensor.ts';

/** Given a gradient; what it returns takes the gradient's place. */
export type Hook = (grad: Tensor) => Tensor | void;

/** Takes a hook away again. */
export interface RemovableHandle {
  remove(): void;
}

/** Adds a hook to a list. */
export function addHook<H>(hooks: H[], hook: H): RemovableHandle {
  hooks.push(hook);
  return {
    remove(): void {
      const at = hooks.indexOf(hook);
      if (at >= 0) hooks.splice(at, 1);
    },
  };
}
