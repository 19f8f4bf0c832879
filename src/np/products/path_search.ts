/** Searches for the cheapest order of pairwise contractions. Source: NumPy's einsumfunc.py, after opt_einsum. */
import { contraction, flopCount, sizeOfLabels } from './path_cost.ts';
import type { LabelSet, Sizes } from './path_cost.ts';

type Pair = readonly [number, number];

/** Every pair of positions below `n`, in lexical order. */
function pairsBelow(n: number): Pair[] {
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: n - 1 - i }, (_, j): Pair => [i, i + 1 + j]),
  ).flat();
}

interface Attempt {
  readonly cost: number;
  readonly path: readonly (readonly number[])[];
  readonly left: readonly LabelSet[];
}

/** Tries all orders; intermediates above `limit` elements are not made. */
export function optimalPath(
  inputs: readonly LabelSet[],
  output: LabelSet,
  sizes: Sizes,
  limit: number,
): (readonly number[])[] {
  let partials: Attempt[] = [{ cost: 0, path: [], left: inputs }];
  for (let step = 0; step < inputs.length - 1; step++) {
    const pairs = pairsBelow(inputs.length - step);
    const longer = partials.flatMap(({ cost, path, left }) =>
      pairs.flatMap((pair): Attempt[] => {
        const { result, remaining, sums, labels } = contraction(pair, left, output);
        if (sizeOfLabels(result, sizes) > limit) return [];
        return [{ cost: cost + flopCount(labels, sums, 2, sizes), path: [...path, pair], left: remaining }];
      }),
    );
    if (longer.length === 0) return [...cheapest(partials).path, range(inputs.length - step)];
    partials = longer;
  }
  return [...cheapest(partials).path];
}

function cheapest(partials: readonly Attempt[]): Attempt {
  return partials.reduce((best, one) => (one.cost < best.cost ? one : best));
}

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

/** A pair that may be contracted next. */
interface Candidate {
  readonly pair: Pair;
  /** How many elements disappear. */
  readonly removed: number;
  readonly cost: number;
  readonly left: readonly LabelSet[];
}

/** At each step contracts the pair that makes most elements disappear, of several the cheapest. */
export function greedyPath(
  inputs: readonly LabelSet[],
  output: LabelSet,
  sizes: Sizes,
  limit: number,
): (readonly number[])[] {
  const whole = contraction(range(inputs.length), inputs, output);
  const naive = flopCount(whole.labels, whole.sums, inputs.length, sizes);
  const path: (readonly number[])[] = [];
  let spent = 0;
  let left = inputs;
  let known: Candidate[] = [];
  let fresh = pairsBelow(inputs.length);
  const candidates = (pairs: readonly Pair[]): Candidate[] =>
    pairs
      .map((pair) => candidate(pair, left, output, sizes))
      .filter((c) => c.size <= limit && spent + c.cost <= naive);
  while (path.length < inputs.length - 1) {
    known.push(...candidates(fresh.filter(([i, j]) => [...left[i]].some((label) => left[j].has(label)))));
    if (known.length === 0) known = candidates(pairsBelow(left.length));
    if (known.length === 0) return [...path, range(left.length)];
    const best = known.reduce((a, b) => (isBetter(b, a) ? b : a));
    known = withoutPair(known, best);
    left = best.left;
    fresh = range(left.length - 1).map((i): Pair => [i, left.length - 1]);
    path.push(best.pair);
    spent += best.cost;
  }
  return path;
}

function candidate(
  pair: Pair,
  left: readonly LabelSet[],
  output: LabelSet,
  sizes: Sizes,
): Candidate & { readonly size: number } {
  const { result, remaining, sums, labels } = contraction(pair, left, output);
  const size = sizeOfLabels(result, sizes);
  const removed = sizeOfLabels(left[pair[0]], sizes) + sizeOfLabels(left[pair[1]], sizes) - size;
  return { pair, removed, cost: flopCount(labels, sums, 2, sizes), left: remaining, size };
}

function isBetter(a: Candidate, b: Candidate): boolean {
  return a.removed > b.removed || (a.removed === b.removed && a.cost < b.cost);
}

/** The candidates that the contraction of `done` leaves possible, with positions and operands as they are after it. */
function withoutPair(known: readonly Candidate[], done: Candidate): Candidate[] {
  const [first, second] = done.pair;
  const made = done.left[done.left.length - 1];
  return known
    .filter(({ pair }) => !pair.includes(first) && !pair.includes(second))
    .map((one) => {
      const [x, y] = one.pair;
      const left = [...one.left];
      left.splice(second - below(second, x, y), 1);
      left.splice(first - below(first, x, y), 1);
      left.splice(-1, 0, made);
      return { ...one, left, pair: [x - below(x, first, second), y - below(y, first, second)] as const };
    });
}

/** How many of two positions come before `position`. */
function below(position: number, x: number, y: number): number {
  return (position > x ? 1 : 0) + (position > y ? 1 : 0);
}
