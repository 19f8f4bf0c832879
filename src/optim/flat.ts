/** All parameters as one vector. */
import { ValueError, shapeText } from '../array/errors.ts';
import { sameShape, sizeOf } from '../array/layout.ts';
import type { NDArray } from '../array/ndarray.ts';
import { zeros_like } from '../np/creation/filled.ts';
import { concatenate } from '../np/shape/join.ts';
import { reshapeArray } from '../np/shape/reshape.ts';
import { add, multiply } from '../np/ufuncs.ts';
import { castInto } from '../ops/cast.ts';
import { narrow } from '../ops/views.ts';
import { Tensor, unwrap } from '../tensor/tensor.ts';
import type { Quantity } from '../ops/reading.ts';
import { asReal } from './rule.ts';

/** A parameter's memory as plain real numbers. */
const plain = (t: Tensor): NDArray => asReal(unwrap(t));

/** The gradients one after the other, zeros where there is none. */
export function flatGradient(params: readonly Tensor[]): NDArray {
  const pieces = params.map((p) => {
    if (p.ownGrad === null) return zeros_like(plain(p));
    if (sameShape(p.shape, p.ownGrad.shape)) return plain(p.ownGrad);
    throw new ValueError(
      `a gradient of shape ${shapeText(p.ownGrad.shape)} does not fit its parameter of shape ${shapeText(p.shape)}`,
    );
  });
  return concatenate(pieces.map((a) => reshapeArray(a, [a.size])));
}

/** Adds `t` times a direction to the parameters. */
export function moveAlong(params: readonly Tensor[], t: number, direction: NDArray): void {
  let from = 0;
  for (const p of params) {
    const target = plain(p);
    const part = reshapeArray(narrow(direction, 0, from, sizeOf(target.shape)), target.shape);
    add(target, multiply(part, t), { out: target });
    p.storage.version++;
    from += target.size;
  }
}

/** Sets parameters to what they were. */
export function restore(params: readonly Tensor[], values: readonly NDArray[]): void {
  params.forEach((p, i) => {
    castInto(unwrap(p), values[i]);
    p.storage.version++;
  });
}

/** The number that a loss is: a JavaScript number, or an array of one element. */
export function lossOf(loss: unknown): Quantity {
  if (typeof loss === 'number') return loss;
  if ((loss as NDArray).size !== 1)
    throw new TypeError('the closure of LBFGS must return the loss: a tensor of one element');
  return loss instanceof Tensor ? unwrap(loss) : (loss as NDArray);
}
