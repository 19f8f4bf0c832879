/** Derivatives checked against differences. */
import { RuntimeError, shapeText } from '../array/errors.ts';
import { NDArray } from '../array/ndarray.ts';
import type { Home } from '../array/remote.ts';
import { readElement, writeElement } from '../array/element.ts';
import type { Scalar } from '../array/element.ts';
import { Complex } from '../array/complex.ts';
import type { ArrayLike } from '../ops/asarray.ts';
import { copyOf } from '../ops/cast.ts';
import { asTensor, tensor } from '../tensor/create.ts';
import { noGrad, onPlainArrays } from '../tensor/modes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { unwrap, wrap } from '../tensor/tensor.ts';
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
 * @throws RuntimeError that names the input, the element and both values; for inputs on a GPU: use `gradcheckAsync`.
 * @example
 * np.gradcheck((x) => np.sin(x), [np.array([0, 1, 2])]); // true
 */
export function gradcheck(
  fn: Differentiable,
  inputs: readonly ArrayLike[],
  options: GradcheckOptions = {},
): boolean {
  if (inputs.some(isFar)) throw onDevice();
  const points = inputs.map((x) => ({ values: inDoubles(x), home: null }));
  const { eps, atol, rtol } = { ...DOUBLE, ...options };
  return verdict(now(firstDifference(fn, points, eps, within(atol, rtol))), options);
}

/**
 * `gradcheck` with inputs that may lie on a GPU: it reads results back, and waits for them.
 *
 * @param fn - a function of the inputs, called with tensors that lie where the inputs do
 * @param inputs - float or complex arrays or tensors, at points where the function is smooth
 * @param options - as for `gradcheck`; where an input is of float32, complex64 or float16, differences are coarser: `eps` 1e-2, `atol`
 *   2e-3, `rtol` 1e-2
 * @returns whether all derivatives agree
 * @throws (the promise rejects) RuntimeError that names the input, the element and both values.
 * @example
 * await np.device('webgpu');
 * await np.gradcheckAsync((x) => np.sin(x), [np.tensor([0, 1, 2], { device: 'webgpu' })]); // true
 */
export async function gradcheckAsync(
  fn: Differentiable,
  inputs: readonly ArrayLike[],
  options: GradcheckOptions = {},
): Promise<boolean> {
  const points = await Promise.all(inputs.map(pointOf));
  const isSingle = points.some(({ values: { dtype } }) => dtype.itemsize <= (dtype.kind === 'c' ? 8 : 4));
  const { eps, atol, rtol } = { ...(isSingle ? SINGLE : DOUBLE), ...options };
  return verdict(await later(firstDifference(fn, points, eps, within(atol, rtol))), options);
}

const DOUBLE = { eps: 1e-6, atol: 1e-5, rtol: 1e-3 };
const SINGLE = { eps: 1e-2, atol: 2e-3, rtol: 1e-2 };

const within =
  (atol: number, rtol: number): Close =>
  (found, wanted) =>
    Math.abs(found - wanted) <= atol + rtol * Math.abs(wanted);

function verdict(wrong: string | null, { raiseException = true }: GradcheckOptions): boolean {
  if (wrong !== null && raiseException) throw new RuntimeError(wrong);
  return wrong === null;
}

/** An input: its values on the processor, and where the function is to find them. */
interface Point {
  readonly values: Tensor;
  readonly home: Home | null;
}

const isFar = (x: ArrayLike): x is NDArray => x instanceof NDArray && x.storage.remote !== null;

const onDevice = (): RuntimeError =>
  new RuntimeError(
    "gradcheck can't wait for values that are on 'webgpu': use await np.gradcheckAsync(fn, inputs)",
  );

async function pointOf(x: ArrayLike): Promise<Point> {
  if (!isFar(x)) return { values: inDoubles(x), home: null };
  const { home } = x.storage.remote!;
  return { values: inDoubles(await home.read(unwrap(x))), home };
}

/** A tensor of the processor on a device. */
const placed = (t: Tensor, home: Home | null): Tensor =>
  home === null ? t : onPlainArrays(() => wrap(home.near(unwrap(t))));

/** A comparison that yields the arrays that it wants to look at, and goes on with them on the processor. */
type Comparison<R> = Generator<readonly NDArray[], R, readonly NDArray[]>;

/** Runs a comparison of arrays of the processor. */
function now<R>(comparison: Comparison<R>): R {
  let step = comparison.next([]);
  while (!step.done) {
    if (step.value.some(isFar)) throw onDevice();
    step = comparison.next(step.value);
  }
  return step.value;
}

/** Runs a comparison, and waits for arrays of a device. */
async function later<R>(comparison: Comparison<R>): Promise<R> {
  let step = comparison.next([]);
  while (!step.done) {
    const found = await Promise.all(step.value.map((a) => a.storage.remote?.home.read(unwrap(a)) ?? a));
    step = comparison.next(found);
  }
  return step.value;
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

function* firstDifference(
  fn: Differentiable,
  points: readonly Point[],
  eps: number,
  close: Close,
): Comparison<string | null> {
  const { inputs, result } = recorded(
    fn,
    points.map(({ values, home }) => placed(values, home)),
    points.map((_, i) => i),
  );
  const outputs = flatten(result as Tree<ArrayLike>)
    .leaves.map(asTensor)
    .filter(isFloating);
  const unit = (like: Tensor, k: number, value: Scalar): Tensor => {
    const made = onPlainArrays(() => wrap(zeros(like.shape, { dtype: like.dtype })));
    writeElement(made.storage.views, made.dtype.element, made.offset + k * made.itemsize, value);
    return placed(made, like.storage.remote?.home ?? null);
  };
  for (const [i, { values: point }] of points.entries()) {
    for (let place = 0; place < point.size; place++) {
      for (const direction of directionsOf(point)) {
        const slopes = yield* differences(fn, points, i, place, direction, eps);
        for (const [o, output] of outputs.entries()) {
          for (let k = 0; k < output.size; k++) {
            for (const seed of directionsOf(output)) {
              const gradients = gradientsOf([output], [unit(output, k, seed)], [inputs[i]], {
                retainGraph: true,
              });
              const [gradient] = yield [gradients[0] as NDArray];
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
function* differences(
  fn: Differentiable,
  points: readonly Point[],
  input: number,
  place: number,
  unit: Scalar,
  eps: number,
): Comparison<Complex[][]> {
  const at = (step: number): Tensor[] => {
    const moved = points.map(({ values, home }, i) =>
      placed(i === input ? nudged(values, place, unit, step) : values, home),
    );
    const results = noGrad(() => (fn as (...all: unknown[]) => unknown)(...moved));
    return flatten(results as Tree<ArrayLike>)
      .leaves.map(asTensor)
      .filter(isFloating);
  };
  const elements = (t: NDArray): Complex[] => Array.from({ length: t.size }, (_, k) => elementAt(t, k));
  const after = (yield at(eps)).map(elements);
  const before = (yield at(-eps)).map(elements);
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
