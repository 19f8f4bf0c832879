/** L-BFGS: steps by an estimate of the curvature from the last gradients. */
import { RuntimeError, ValueError, shapeText } from '../array/errors.ts';
import { sameShape } from '../array/layout.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { Args } from '../np/args.ts';
import { dot } from '../np/products/dot.ts';
import { max, sum } from '../np/statistics/reductions.ts';
import { abs, add, divide, multiply, negative, subtract } from '../np/ufuncs.ts';
import { copyOf } from '../ops/cast.ts';
import { enableGrad, onPlainArrays } from '../tensor/modes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { unwrap } from '../tensor/tensor.ts';
import { flatGradient, lossOf, moveAlong, restore } from './flat.ts';
import type { Params } from './groups.ts';
import type { Point } from './line_search.ts';
import { strongWolfe } from './line_search.ts';
import type { Closure, Settings } from './optimizer.ts';
import { Optimizer } from './optimizer.ts';
import type { Quantity, Reading } from '../ops/reading.ts';
import { look, readLater, readNow } from '../ops/reading.ts';
import { savedArray } from './state.ts';

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

const vectors = onPlainArrays;
const dotOf = (a: NDArray, b: NDArray): NDArray => vectors(() => dot(a, b) as NDArray);
const largest = (a: NDArray): Quantity => (a.size === 0 ? 0 : vectors(() => max(abs(a) as NDArray)));
const sizeOf = (a: NDArray): NDArray => vectors(() => sum(abs(a) as NDArray));
const times = (a: NDArray, x: Quantity): NDArray => multiply(a, x) as NDArray;

/** Changes less curved than this say nothing. */
const LEAST_CURVATURE = 1e-10;

/** The memory with the change that the last step has made. */
function* learned(memory: Memory, gradient: NDArray, historySize: number): Reading<Memory> {
  const [change, step] = vectors(() => [
    subtract(gradient, memory.gradient) as NDArray,
    times(memory.direction, memory.t),
  ]);
  const [curvature, square] = yield* look(dotOf(change, step), dotOf(change, change));
  if (!(curvature > LEAST_CURVATURE)) return memory;
  return {
    ...memory,
    gradientChanges: [...memory.gradientChanges, change].slice(-historySize),
    steps: [...memory.steps, step].slice(-historySize),
    scale: curvature / square,
  };
}

/** The gradient times the estimated inverse of the Hessian: the two loops of Nocedal (1980). Nothing in it is looked at. */
function quasiNewton({ gradientChanges, steps, scale }: Memory, gradient: NDArray): NDArray {
  const product = (a: NDArray, b: NDArray): NDArray => dot(a, b) as NDArray;
  const weights = steps.map((s, i) => divide(1, product(gradientChanges[i], s)) as NDArray);
  const shares = new Array<NDArray>(steps.length);
  let direction = negative(gradient) as NDArray;
  for (let i = steps.length - 1; i >= 0; i--) {
    shares[i] = times(product(steps[i], direction), weights[i]);
    direction = subtract(direction, times(gradientChanges[i], shares[i])) as NDArray;
  }
  direction = times(direction, scale);
  for (let i = 0; i < steps.length; i++) {
    const other = times(product(gradientChanges[i], direction), weights[i]);
    direction = add(direction, times(steps[i], subtract(shares[i], other) as NDArray)) as NDArray;
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
   * @throws TypeError without a closure; RuntimeError for parameters on a GPU, where `stepAsync` waits for the loss.
   */
  override step<T = undefined>(closure?: Closure<T>): T {
    const there = this.#params.find(({ storage }) => storage.remote !== null);
    if (there) {
      throw new RuntimeError(
        `LBFGS.step() looks at the loss, which is on '${there.storage.remote!.home.name}': use await optimizer.stepAsync(closure)`,
      );
    }
    return readNow(this.#steps(closure));
  }

  /**
   * `step`, also for parameters on a GPU: waits for the loss and the few numbers that decide how to go on.
   *
   * @param closure - as `step` takes it; it is not asynchronous itself
   * @returns the loss before the first step
   * @throws TypeError without a closure.
   * @example
   * const w = np.tensor([3, -2], { requiresGrad: true });
   * const optimizer = new np.optim.LBFGS([w], { lineSearchFn: 'strong_wolfe' });
   * await optimizer.stepAsync(() => {
   *   optimizer.zeroGrad();
   *   const loss = np.sum(np.square(w));
   *   loss.backward();
   *   return loss;
   * });
   */
  async stepAsync<T = undefined>(closure?: Closure<T>): Promise<T> {
    return readLater(this.#steps(closure));
  }

  *#steps<T>(closure: Closure<T> | undefined): Reading<T> {
    if (!closure)
      throw new TypeError('LBFGS.step() needs a closure that computes the loss and its gradients');
    this.stepCount++;
    const [{ lr, maxIter, toleranceGrad, toleranceChange, historySize, ...options }] = this.paramGroups;
    const maxEval = options.maxEval ?? Math.floor((maxIter * 5) / 4);
    const first = enableGrad(closure);
    let gradient = this.#gradient();
    let [loss, steepest] = yield* look(lossOf(first), largest(gradient));
    let evaluations = 1;
    let memory = this.#memory;
    for (let i = 1; !(steepest <= toleranceGrad) && i <= maxIter && (i === 1 || evaluations < maxEval); i++) {
      const known = memory && (yield* learned(memory, gradient, historySize));
      const last = known ?? beginning(gradient);
      const from = gradient;
      const direction = vectors(() => (known ? quasiNewton(known, from) : (negative(from) as NDArray)));
      const [slope, directionSize, total] = yield* look(
        dotOf(gradient, direction),
        largest(direction),
        known ? 1 : sizeOf(gradient),
      );
      const before = { t: 0, loss, gradient, steepest, slope };
      const t = known ? lr : Math.min(1, 1 / total) * lr;
      memory = { ...last, iterations: last.iterations + 1, direction, t, gradient };
      if (slope > -toleranceChange) break;
      const after = yield* this.#advance(closure, before, memory, directionSize, i < maxIter);
      ({ loss, gradient, steepest } = after);
      evaluations += after.evaluations;
      memory = { ...memory, t: after.t };
      if (directionSize * Math.abs(after.t) <= toleranceChange) break;
      if (Math.abs(loss - before.loss) < toleranceChange) break;
    }
    this.#memory = memory && { ...memory, evaluations: memory.evaluations + evaluations };
    return first;
  }

  #gradient(): NDArray {
    return vectors(() => flatGradient(this.#params));
  }

  /** Moves along the direction: to a point that the line search finds, or by the step length as it is. */
  *#advance(
    closure: Closure<unknown>,
    before: Point,
    { direction, t }: Memory,
    directionSize: number,
    evaluate: boolean,
  ): Reading<Point & { evaluations: number }> {
    const params = this.#params;
    const [{ lineSearchFn, toleranceChange }] = this.paramGroups;
    const move = (length: number): void => vectors(() => moveAlong(params, length, direction));
    const evaluated = function* (this: LBFGS, length: number): Reading<Point> {
      const value = lossOf(enableGrad(closure));
      const gradient = this.#gradient();
      const [loss, slope, steepest] = yield* look(value, dotOf(gradient, direction), largest(gradient));
      return { t: length, loss, gradient, slope, steepest };
    }.bind(this);
    if (lineSearchFn === null) {
      move(t);
      return evaluate ? { ...(yield* evaluated(t)), evaluations: 1 } : { ...before, t, evaluations: 0 };
    }
    const values = vectors(() => params.map((p) => copyOf(unwrap(p), p.dtype)));
    const at = function* (length: number): Reading<Point> {
      move(length);
      const point = yield* evaluated(length);
      vectors(() => restore(params, values));
      return point;
    };
    const search = { at, start: before, directionSize, toleranceChange };
    const { point, evaluations } = yield* strongWolfe(search, t);
    move(point.t);
    return { ...point, evaluations };
  }

  protected override update(): void {}

  protected override saveState(p: Tensor): Memory | undefined {
    return p === this.#params[0] && this.#memory ? mapArrays(this.#memory, savedArray) : undefined;
  }

  protected override prepareState(
    p: Tensor,
    _group: LBFGSOptions,
    saved: Memory | undefined,
    label: string,
  ): () => void {
    if (p !== this.#params[0]) return () => {};
    const { shape, dtype } = this.#gradient();
    const home = p.storage.remote?.home;
    const memory =
      saved &&
      mapArrays(saved, (a, name) => {
        if (sameShape(a.shape, shape)) {
          const own = vectors(() => copyOf(unwrap(a), dtype));
          return home?.near(own) ?? own;
        }
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
