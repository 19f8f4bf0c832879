/** Derivatives checked against differences. */
import { RuntimeError, shapeText } from '../array/errors.ts';
import { NDArray } from '../array/ndarray.ts';
import { readElement, writeElement } from '../array/element.ts';
import type { Scalar } from '../array/element.ts';
import { Complex } from '../array/complex.ts';
import type { ArrayLike } from '../ops/asarray.ts';
import { copyOf } from '../ops/cast.ts';
import { asTensor, tensor } from '../tensor/create.ts';
import { noGrad, onPlainArrays } from '../tensor/modes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { wrap } from '../tensor/tensor.ts';
import { zeros } from '../np/creation/filled.ts';
import { gradientsOf } from './gradients.ts';
import type { Differentiable } from './transforms.ts';
import { recorded } from './transforms.ts';
import type { Tree } from './tree.ts';
import { flatten } from './tree.ts';

export interface GradcheckOptions {
  /** The step of the differences. */
  eps?: number;
  /** The largest difference allowed, added to `rtol` times the expected value. */
  atol?: number;
  rtol?: number;
  /** Whether a wrong derivative throws; otherwise the result is false. */
  raiseException?: boolean;
}

/**
 * Compares the gradients of a function with central differences, for every element of every result.
 *
 * @param fn - a function of the inputs
 * @param inputs - float64 or complex128 arrays or tensors, at points where the function is smooth
 * @param options - `eps` (1e-6), `atol` (1e-5), `rtol` (1e-3), `raiseException` (true)
 * @returns whether all derivatives agree
 * @throws RuntimeError that names the input, the element and both values.
 * @example
 * np.gradcheck((x) => np.sin(x), [np.array([0, 1, 2])]); // true
 */
export function gradcheck(
  fn: Differentiable,
  inputs: readonly ArrayLike[],
  options: GradcheckOptions = {},
): boolean {
  const { eps = 1e-6, atol = 1e-5, rtol = 1e-3, raiseException = true } = options;
  const points = inputs.map((x) => inDoubles(x));
  const wrong = firstDifference(
    fn,
    points,
    eps,
    (found, wanted) => Math.abs(found - wanted) <= atol + rtol * Math.abs(wanted),
  );
  if (wrong === null) return true;
  if (raiseException) throw new RuntimeError(wrong);
  return false;
}

/** A copy that can be changed element by element. */
function inDoubles(x: ArrayLike): Tensor {
  const t =
    x instanceof NDArray
      ? onPlainArrays(() => wrap(copyOf(x, x.dtype, 'C')))
      : tensor(x, { dtype: 'float64' });
  if (t.dtype.kind === 'i' || t.dtype.kind === 'u' || t.dtype.kind === 'b')
    throw new RuntimeError(`gradcheck needs floating point inputs, got ${t.dtype.name}`);
  return t as Tensor;
}

type Close = (found: number, wanted: number) => boolean;

function firstDifference(
  fn: Differentiable,
  points: readonly Tensor[],
  eps: number,
  close: Close,
): string | null {
  const { inputs, result } = recorded(
    fn,
    points,
    points.map((_, i) => i),
  );
  const outputs = flatten(result as Tree<ArrayLike>)
    .leaves.map(asTensor)
    .filter(isFloating);
  const unit = (like: Tensor, k: number, value: Scalar): Tensor => {
    const made = onPlainArrays(() => wrap(zeros(like.shape, { dtype: like.dtype })));
    writeElement(made.storage.views, made.dtype.element, made.offset + k * made.itemsize, value);
    return made;
  };
  for (const [i, point] of points.entries()) {
    for (let place = 0; place < point.size; place++) {
      for (const direction of directionsOf(point)) {
        const slopes = differences(fn, points, i, place, direction, eps);
        for (const [o, output] of outputs.entries()) {
          for (let k = 0; k < output.size; k++) {
            for (const seed of directionsOf(output)) {
              const [gradient] = gradientsOf([output], [unit(output, k, seed)], [inputs[i]], {
                retainGraph: true,
              });
              const found = along(elementAt(gradient, place), direction);
              const wanted = along(slopes[o][k], seed);
              if (close(found, wanted) || (Number.isNaN(found) && Number.isNaN(wanted))) continue;
              return (
                `Jacobian mismatch for output ${o} with respect to input ${i}: d output[${k}] / d input[${place}] is ${found}, ` +
                `differences give ${wanted} (shapes ${shapeText(output.shape)} and ${shapeText(point.shape)})`
              );
            }
          }
        }
      }
    }
  }
  return null;
}

const isFloating = (t: Tensor): boolean => t.dtype.kind === 'f' || t.dtype.kind === 'c';

/** The units that numbers of a tensor are made of: 1, and i for complex ones. */
function directionsOf(t: Tensor): Scalar[] {
  return t.dtype.kind === 'c' ? [new Complex(1, 0), new Complex(0, 1)] : [1];
}

/** The part of a number along a unit. */
function along(x: Complex, unit: Scalar): number {
  return unit instanceof Complex && unit.im === 1 ? x.im : x.re;
}

function elementAt(t: NDArray, place: number): Complex {
  const dense = t.cContiguous ? t : onPlainArrays(() => copyOf(t, t.dtype, 'C'));
  const x = readElement(dense.storage.views, dense.dtype.element, dense.offset + place * dense.itemsize);
  return x instanceof Complex ? x : new Complex(Number(x), 0);
}

/** For each result and element the central difference when one element of one input moves along a unit. */
function differences(
  fn: Differentiable,
  points: readonly Tensor[],
  input: number,
  place: number,
  unit: Scalar,
  eps: number,
): Complex[][] {
  const at = (step: number): Complex[][] => {
    const moved = points.map((t, i) => (i === input ? nudged(t, place, unit, step) : t));
    const results = noGrad(() => (fn as (...all: unknown[]) => unknown)(...moved));
    return flatten(results as Tree<ArrayLike>)
      .leaves.map(asTensor)
      .filter(isFloating)
      .map((t) => Array.from({ length: t.size }, (_, k) => elementAt(t, k)));
  };
  const [after, before] = [at(eps), at(-eps)];
  return after.map((values, o) =>
    values.map(
      (value, k) =>
        new Complex((value.re - before[o][k].re) / (2 * eps), (value.im - before[o][k].im) / (2 * eps)),
    ),
  );
}

function nudged(t: Tensor, place: number, unit: Scalar, step: number): Tensor {
  const copy = onPlainArrays(() => wrap(copyOf(t, t.dtype, 'C')));
  const value = elementAt(copy, place);
  const moved =
    unit instanceof Complex
      ? new Complex(value.re + step * unit.re, value.im + step * unit.im)
      : value.re + step;
  writeElement(copy.storage.views, copy.dtype.element, copy.offset + place * copy.itemsize, moved);
  return copy;
}
