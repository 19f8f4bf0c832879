/** L-BFGS: steps by an estimate of the curvature from the last gradients. */
import { RuntimeError, ValueError, shapeText } from '../array/errors.ts';
import { sameShape } from '../array/layout.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { Args } from '../np/args.ts';
import { dot } from '../np/products/dot.ts';
import { max, sum } from '../np/statistics/reductions.ts';
import { abs, add, multiply, negative, subtract } from '../np/ufuncs.ts';
import { copyOf } from '../ops/cast.ts';
import { enableGrad } from '../tensor/modes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { unwrap } from '../tensor/tensor.ts';
import { flatGradient, lossValue, moveAlong, restore } from './flat.ts';
import type { Params } from './groups.ts';
import type { Point } from './line_search.ts';
import { strongWolfe } from './line_search.ts';
import type { Closure, Settings } from './optimizer.ts';
import { Optimizer } from './optimizer.ts';

export interface LBFGSOptions {
  lr: number;
  /** Directions tried in one step. */
  maxIter: number;
  /** Evaluations of the closure in one step; a quarter more than `maxIter` by default. */
  maxEval: number | null;
  /** A gradient whose largest element is no more than this ends the step. */
  toleranceGrad: number;
  /** A change of the parameters or of the loss below this ends the step. */
  toleranceChange: number;
  /** How many pairs of changes the curvature is estimated from. */
  historySize: number;
  lineSearchFn: 'strong_wolfe' | null;
}

const SETTINGS: Settings<LBFGSOptions> = {
  name: 'LBFGS',
  defaults: {
    lr: 1,
    maxIter: 20,
    maxEval: null,
    toleranceGrad: 1e-7,
    toleranceChange: 1e-9,
    historySize: 100,
    lineSearchFn: null,
  },
  check({ lineSearchFn, maxIter, maxEval, historySize }) {
    if (lineSearchFn !== null && lineSearchFn !== 'strong_wolfe')
      throw new RuntimeError(
        `only 'strong_wolfe' is supported as lineSearchFn, got '${String(lineSearchFn)}'`,
      );
    for (const [name, n] of Object.entries({ maxIter, maxEval: maxEval ?? 1, historySize }))
      if (!Number.isInteger(n) || n < 1) throw new ValueError(`Invalid ${name}: ${n}`);
  },
};

/** What is known after an iteration. The arrays are vectors of all parameters. */
interface Memory {
  readonly iterations: number;
  readonly evaluations: number;
  /** The last direction, the step length along it, and the gradient before that step. */
  readonly direction: NDArray;
  readonly t: number;
  readonly gradient: NDArray;
  /** Of the last iterations, the changes of the gradient and of the parameters. */
  readonly gradientChanges: readonly NDArray[];
  readonly steps: readonly NDArray[];
  /** The curvature along no direction in particular. */
  readonly scale: number;
}

const dotOf = (a: NDArray, b: NDArray): number => Number(dot(a, b));
const largest = (a: NDArray): number => (a.size === 0 ? 0 : Number(max(abs(a) as NDArray)));
const times = (a: NDArray, x: number): NDArray => multiply(a, x) as NDArray;

/** Changes less curved than this say nothing. */
const LEAST_CURVATURE = 1e-10;

/** The memory with the change that the last step has made. */
function learned(memory: Memory, gradient: NDArray, historySize: number): Memory {
  const change = subtract(gradient, memory.gradient) as NDArray;
  const step = times(memory.direction, memory.t);
  const curvature = dotOf(change, step);
  if (!(curvature > LEAST_CURVATURE)) return memory;
  return {
    ...memory,
    gradientChanges: [...memory.gradientChanges, change].slice(-historySize),
    steps: [...memory.steps, step].slice(-historySize),
    scale: curvature / dotOf(change, change),
  };
}

/** The gradient times the estimated inverse of the Hessian: the two loops of Nocedal (1980). */
function quasiNewton({ gradientChanges, steps, scale }: Memory, gradient: NDArray): NDArray {
  const weights = steps.map((s, i) => 1 / dotOf(gradientChanges[i], s));
  const shares = new Array<number>(steps.length);
  let direction = negative(gradient) as NDArray;
  for (let i = steps.length - 1; i >= 0; i--) {
    shares[i] = dotOf(steps[i], direction) * weights[i];
    direction = subtract(direction, times(gradientChanges[i], shares[i])) as NDArray;
  }
  direction = times(direction, scale);
  for (let i = 0; i < steps.length; i++) {
    const share = shares[i] - dotOf(gradientChanges[i], direction) * weights[i];
    direction = add(direction, times(steps[i], share)) as NDArray;
  }
  return direction;
}

/**
 * L-BFGS, with one group of parameters. After Nocedal, "Updating quasi-Newton matrices with limited storage" (1980), as PyTorch has
 * it.
 *
 * @throws TypeError, ValueError for parameters or hyperparameters that cannot be.
 * @example
 * const w = np.tensor([3, -2], { requiresGrad: true });
 * const optimizer = new np.optim.LBFGS([w], { lineSearchFn: 'strong_wolfe' });
 * optimizer.step(() => {
 *   optimizer.zeroGrad();
 *   const loss = np.sum(np.square(w));
 *   loss.backward();
 *   return loss;
 * });
 */
export class LBFGS extends Optimizer<LBFGSOptions, Memory> {
  readonly #params: readonly Tensor[];
  #memory: Memory | undefined;

  /**
   * @param params - tensors
   * @param args - `lr`, `maxIter`, `maxEval`, `toleranceGrad`, `toleranceChange`, `historySize`, `lineSearchFn`; by position or in an
   *   object
   */
  constructor(
    params: Params<LBFGSOptions>,
    ...args: Args<
      Partial<LBFGSOptions>,
      ['lr', 'maxIter', 'maxEval', 'toleranceGrad', 'toleranceChange', 'historySize', 'lineSearchFn']
    >
  ) {
    super(SETTINGS, params, args);
    if (this.paramGroups.length !== 1)
      throw new ValueError("LBFGS doesn't support per-parameter options (parameter groups)");
    this.#params = this.paramGroups[0].params;
  }

  /**
   * Takes up to `maxIter` steps.
   *
   * @param closure - clears the gradients, computes the loss and its gradients, and returns it; called again and again
   * @returns the loss before the first step
   * @throws TypeError without a closure.
   */
  override step<T = undefined>(closure?: Closure<T>): T {
    if (!closure)
      throw new TypeError('LBFGS.step() needs a closure that computes the loss and its gradients');
    this.stepCount++;
    const [{ lr, maxIter, toleranceGrad, toleranceChange, historySize, ...options }] = this.paramGroups;
    const maxEval = options.maxEval ?? Math.floor((maxIter * 5) / 4);
    const first = enableGrad(closure);
    let loss = lossValue(first);
    let gradient = flatGradient(this.#params);
    let evaluations = 1;
    let memory = this.#memory;
    for (
      let i = 1;
      !(largest(gradient) <= toleranceGrad) && i <= maxIter && (i === 1 || evaluations < maxEval);
      i++
    ) {
      const isFirst = memory === undefined;
      memory = memory ? learned(memory, gradient, historySize) : beginning(gradient);
      const direction = isFirst ? (negative(gradient) as NDArray) : quasiNewton(memory, gradient);
      const before = { t: 0, loss, gradient, slope: dotOf(gradient, direction) };
      const t = isFirst ? Math.min(1, 1 / Number(sum(abs(gradient) as NDArray))) * lr : lr;
      memory = { ...memory, iterations: memory.iterations + 1, direction, t, gradient };
      if (before.slope > -toleranceChange) break;
      const after = this.#advance(closure, before, memory, i < maxIter);
      ({ loss, gradient } = after);
      evaluations += after.evaluations;
      memory = { ...memory, t: after.t };
      if (largest(times(direction, after.t)) <= toleranceChange) break;
      if (Math.abs(loss - before.loss) < toleranceChange) break;
    }
    this.#memory = memory && { ...memory, evaluations: memory.evaluations + evaluations };
    return first;
  }

  /** Moves along the direction: to a point that the line search finds, or by the step length as it is. */
  #advance(
    closure: Closure<unknown>,
    before: Point,
    { direction, t }: Memory,
    evaluate: boolean,
  ): Pick<Point, 't' | 'loss' | 'gradient'> & { evaluations: number } {
    const params = this.#params;
    const [{ lineSearchFn, toleranceChange }] = this.paramGroups;
    if (lineSearchFn === null) {
      moveAlong(params, t, direction);
      if (!evaluate) return { ...before, t, evaluations: 0 };
      const loss = lossValue(enableGrad(closure));
      return { t, loss, gradient: flatGradient(params), evaluations: 1 };
    }
    const values = params.map((p) => copyOf(unwrap(p), p.dtype));
    const at = (length: number): Point => {
      moveAlong(params, length, direction);
      const loss = lossValue(enableGrad(closure));
      const gradient = flatGradient(params);
      restore(params, values);
      return { t: length, loss, gradient, slope: dotOf(gradient, direction) };
    };
    const search = { at, start: before, directionSize: largest(direction), toleranceChange };
    const { point, evaluations } = strongWolfe(search, t);
    moveAlong(params, point.t, direction);
    return { ...point, evaluations };
  }

  protected override update(): void {}

  protected override saveState(p: Tensor): Memory | undefined {
    return p === this.#params[0] && this.#memory
      ? mapArrays(this.#memory, (a) => copyOf(a, a.dtype))
      : undefined;
  }

  protected override prepareState(
    p: Tensor,
    _group: LBFGSOptions,
    saved: Memory | undefined,
    label: string,
  ): () => void {
    if (p !== this.#params[0]) return () => {};
    const { shape, dtype } = flatGradient(this.#params);
    const memory =
      saved &&
      mapArrays(saved, (a, name) => {
        if (sameShape(a.shape, shape)) return copyOf(unwrap(a), dtype);
        throw new ValueError(
          `loaded state dict: ${label} has ${name} of shape ${shapeText(a.shape)}, where all parameters make ${shapeText(shape)}`,
        );
      });
    return () => void (this.#memory = memory);
  }
}

function beginning(gradient: NDArray): Memory {
  return {
    iterations: 0,
    evaluations: 0,
    direction: gradient,
    t: 0,
    gradient,
    gradientChanges: [],
    steps: [],
    scale: 1,
  };
}

/** A memory with each of its arrays replaced. */
function mapArrays(memory: Memory, change: (a: NDArray, name: string) => NDArray): Memory {
  const { direction, gradient, gradientChanges, steps } = memory;
  return {
    ...memory,
    direction: change(direction, 'direction'),
    gradient: change(gradient, 'gradient'),
    gradientChanges: gradientChanges.map((a) => change(a, 'gradientChanges')),
    steps: steps.map((a) => change(a, 'steps')),
  };
}
