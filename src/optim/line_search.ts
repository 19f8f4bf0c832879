/** A line search for the strong Wolfe conditions, after minFunc (Mark Schmidt, 2005), as PyTorch's LBFGS has it. */
import type { NDArray } from '../array/ndarray.ts';
import type { Reading } from '../ops/reading.ts';

/** The function along the line: its value, its gradient with its largest element, and its slope at a step length. */
export interface Point {
  readonly t: number;
  readonly loss: number;
  readonly gradient: NDArray;
  readonly steepest: number;
  readonly slope: number;
}

export interface LineSearch {
  /** Evaluates the function at a step length. */
  readonly at: (t: number) => Reading<Point>;
  /** Where the search starts: step length 0. */
  readonly start: Point;
  /** The largest element of the direction. */
  readonly directionSize: number;
  /** Intervals shorter than this end the search. */
  readonly toleranceChange: number;
}

/** How much of the decrease that the slope promises is wanted, and how much flatter the slope must become. */
const DECREASE = 1e-4;
const CURVATURE = 0.9;
const MOST_EVALUATIONS = 25;

/** The minimum of the cubic through two points with their slopes, within bounds. */
function cubicMinimum(a: Point, b: Point, low = Math.min(a.t, b.t), high = Math.max(a.t, b.t)): number {
  const d1 = a.slope + b.slope - (3 * (a.loss - b.loss)) / (a.t - b.t);
  const square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const d2 = Math.sqrt(square);
  const [left, right] = a.t <= b.t ? [a, b] : [b, a];
  const at = right.t - (right.t - left.t) * ((right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2));
  return Math.min(Math.max(at, low), high);
}

/** Two points with a minimum between them, or one that is good enough. */
interface Bracket {
  readonly low: Point;
  readonly high: Point;
  readonly done: boolean;
  readonly evaluations: number;
}

const byLoss = (first: Point, second: Point): { low: Point; high: Point } =>
  first.loss <= second.loss ? { low: first, high: second } : { low: second, high: first };

/** Whether the loss has not decreased as much as the first slope promises. */
const isTooHigh = ({ t, loss }: Point, { start }: LineSearch): boolean =>
  loss > start.loss + DECREASE * t * start.slope;

const isFlat = ({ slope }: Point, { start }: LineSearch): boolean =>
  Math.abs(slope) <= -CURVATURE * start.slope;

/** Lengthens the step until it has passed a minimum. */
function* bracketMinimum(search: LineSearch, t: number): Reading<Bracket> {
  let previous = search.start;
  let point = yield* search.at(t);
  for (let i = 0; i < MOST_EVALUATIONS; i++) {
    const found = (pair: { low: Point; high: Point }, done: boolean): Bracket => {
      return { ...pair, done, evaluations: i + 1 };
    };
    if (isTooHigh(point, search) || (i > 1 && point.loss >= previous.loss))
      return found(byLoss(previous, point), false);
    if (isFlat(point, search)) return found({ low: point, high: point }, true);
    if (point.slope >= 0) return found(byLoss(previous, point), false);
    const next = cubicMinimum(previous, point, point.t + 0.01 * (point.t - previous.t), point.t * 10);
    [previous, point] = [point, yield* search.at(next)];
  }
  return { ...byLoss(search.start, point), done: true, evaluations: MOST_EVALUATIONS + 1 };
}

/**
 * A step length at which the loss is low enough and the slope flat enough; or the best that was found.
 *
 * @param t - the first step length to try
 * @returns the point, and how often the function was evaluated
 */
export function* strongWolfe(search: LineSearch, t: number): Reading<{ point: Point; evaluations: number }> {
  const bracket = yield* bracketMinimum(search, t);
  let { low, high, done, evaluations } = bracket;
  let closeBefore = false;
  while (!done && evaluations <= MOST_EVALUATIONS) {
    if (Math.abs(high.t - low.t) * search.directionSize < search.toleranceChange) break;
    const trial = nextTrial(low, high, closeBefore);
    closeBefore = trial.isClose;
    const point = yield* search.at(trial.t);
    evaluations++;
    if (isTooHigh(point, search) || point.loss >= low.loss) {
      ({ low, high } = byLoss(low, point));
      continue;
    }
    done = isFlat(point, search);
    if (!done && point.slope * (high.t - low.t) >= 0) high = low;
    low = point;
  }
  return { point: low, evaluations };
}

/** The cubic's minimum; but a tenth of the interval away from an end that it comes close to twice. */
function nextTrial(low: Point, high: Point, closeBefore: boolean): { t: number; isClose: boolean } {
  const t = cubicMinimum(low, high);
  const [left, right] = low.t < high.t ? [low.t, high.t] : [high.t, low.t];
  const margin = 0.1 * (right - left);
  if (Math.min(right - t, t - left) >= margin) return { t, isClose: false };
  if (!closeBefore && t < right && t > left) return { t, isClose: true };
  const away = Math.abs(t - right) < Math.abs(t - left) ? right - margin : left + margin;
  return { t: away, isClose: false };
}
