/** In which order einsum contracts its operands. Source of the algorithms: NumPy's einsumfunc.py, after opt_einsum. */
import { IndexError, KeyError, RuntimeError } from '../../array/errors.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { bind, isKeywords } from '../args.ts';
import { format_float_positional, format_float_scientific } from '../printing.ts';
import { greedyPath, optimalPath } from './path_search.ts';
import { contraction, flopCount, sizeOfLabels } from './path_cost.ts';
import type { LabelSet, Sizes } from './path_cost.ts';
import type { Sublist, Subscripts } from './subscripts.ts';
import { parseSubscripts } from './subscripts.ts';

/** Positions of operands that are contracted together; the result goes to the end of the list. */
export type EinsumStep = readonly number[];

/** A path as `einsum_path` returns it. */
export type EinsumPath = readonly ['einsum_path', ...EinsumStep[]];

/** How to find the order: not at all, by an algorithm (with a limit for intermediate sizes), or as given. */
export type Optimize =
  boolean | 'greedy' | 'optimal' | readonly ['greedy' | 'optimal', number] | EinsumPath | null;

/** The keyword of `einsum_path`. */
export interface EinsumPathOptions {
  optimize?: Optimize;
}

/**
 * The order in which to contract the operands of `einsum` at the lowest cost, and a description of it.
 *
 * @param args - what `einsum` takes, and `optimize`: `'greedy'` (default, or `true`), `'optimal'`, one of these with the largest
 *   size of an intermediate, a path to describe, or `false` for everything at once.
 * @returns the path, to be given to `einsum` as `optimize`, and the text
 * @throws ValueError for subscripts that do not fit the operands; KeyError for an unknown algorithm; TypeError for another
 *   `optimize`; RuntimeError for a path that leaves several operands.
 * @example
 * const [path] = np.einsum_path('ij,jk,kl->il', np.ones([2, 9]), np.ones([9, 9]), np.ones([9, 1]));
 * path; // ['einsum_path', [1, 2], [0, 1]]
 */
export function einsum_path(
  ...args: readonly (string | ArrayLike | Sublist | EinsumPathOptions)[]
): [EinsumPath, string] {
  const keywords = isKeywords(args.at(-1)) ? args.slice(-1) : [];
  const { optimize = 'greedy' } = bind<EinsumPathOptions>('einsum_path', keywords, [], ['optimize']);
  const problem = parseSubscripts(args.slice(0, args.length - keywords.length), true);
  const path = findPath(problem, optimize);
  return [['einsum_path', ...path], describe(problem, path)];
}

/**
 * The steps that contract a problem's operands to one.
 *
 * @throws as `einsum_path`.
 */
export function findPath(problem: Subscripts, optimize: Optimize): EinsumStep[] {
  const { algorithm, limit, steps } = parseOptimize(optimize);
  if (steps) return requireWhole(steps, problem.operands.length);
  const inputs = problem.operands.map(({ labels }) => new Set(labels));
  const output = new Set(problem.output);
  const everything = problem.operands.map((_, i) => i);
  const allKept = [...problem.sizes.keys()].every((label) => output.has(label));
  if (algorithm === null || inputs.length <= 2 || allKept) return [everything];
  const largest = Math.max(...[...inputs, output].map((labels) => sizeOfLabels(labels, problem.sizes)));
  const search = algorithm === 'greedy' ? greedyPath : optimalPath;
  return search(inputs, output, problem.sizes, limit ?? largest);
}

interface Search {
  readonly algorithm: 'greedy' | 'optimal' | null;
  readonly limit?: number;
  readonly steps?: readonly EinsumStep[];
}

function parseOptimize(optimize: Optimize): Search {
  if (optimize === true) return { algorithm: 'greedy' };
  if (optimize === false || optimize === null) return { algorithm: null };
  if (typeof optimize === 'string') return { algorithm: requireAlgorithm(optimize) };
  if (Array.isArray(optimize)) {
    const [name, ...rest] = optimize as readonly unknown[];
    if (name === 'einsum_path') return { algorithm: null, steps: rest.map(requireStep) };
    if (typeof name === 'string' && rest.length === 1 && typeof rest[0] === 'number') {
      return { algorithm: requireAlgorithm(name), limit: Math.trunc(rest[0]) };
    }
  }
  throw new TypeError(`Did not understand the path: ${JSON.stringify(optimize)}`);
}

function requireAlgorithm(name: string): 'greedy' | 'optimal' {
  if (name === 'greedy' || name === 'optimal') return name;
  throw new KeyError(`Path name '${name}' not found; it is one of 'greedy', 'optimal'`);
}

function requireStep(step: unknown): EinsumStep {
  if (Array.isArray(step) && step.every(Number.isInteger)) return step as EinsumStep;
  throw new TypeError(`a step of an einsum path is a list of positions, got ${JSON.stringify(step)}`);
}

/** @throws IndexError for a position that is not there; RuntimeError unless one operand is left. */
function requireWhole(steps: readonly EinsumStep[], operands: number): EinsumStep[] {
  let left = operands;
  for (const step of steps) {
    const wrong =
      step.length === 0 || new Set(step).size < step.length || step.some((i) => i < 0 || i >= left);
    if (wrong) throw new IndexError(`einsum path: step [${step}] does not fit ${left} operands`);
    left -= step.length - 1;
  }
  if (left > 1) {
    throw new RuntimeError(
      `Invalid einsum_path is specified: ${left - 1} more operands has to be contracted.`,
    );
  }
  return [...steps];
}

/** One line of the description. */
interface Line {
  readonly scaling: number;
  readonly cost: number;
  readonly size: number;
  readonly current: string;
  readonly remaining: string;
}

function describe({ operands, output, sizes }: Subscripts, path: readonly EinsumStep[]): string {
  const terms = operands.map(({ labels }) => labels.join(''));
  const result = output.join('');
  const lines = linesOf(terms, new Set(output), result, sizes, path);
  const named = terms.reduce((sum, term) => sum + new Set(term).size, 0);
  const naive = flopCount(new Set(terms.join('')), named > sizes.size, terms.length, sizes);
  const optimized = lines.reduce((sum, line) => sum + line.cost, 0) + 1;
  const rule = '-'.repeat(74);
  return [
    `  Complete contraction:  ${terms.join(',')}->${result}`,
    `         Naive scaling:  ${sizes.size}`,
    `     Optimized scaling:  ${Math.max(...lines.map((line) => line.scaling))}`,
    `      Naive FLOP count:  ${scientific(naive)}`,
    `  Optimized FLOP count:  ${scientific(optimized)}`,
    `   Theoretical speedup:  ${format_float_positional(naive / optimized, { precision: 3, unique: false })}`,
    `  Largest intermediate:  ${scientific(Math.max(...lines.map((line) => line.size)))} elements`,
    rule,
    `${'scaling'.padStart(6)} ${'current'.padStart(24)} ${'remaining'.padStart(40)}`,
    rule,
    ...lines.map(
      ({ scaling, current, remaining }) =>
        `${String(scaling).padStart(4)}    ${current.padStart(24)} ${remaining.padStart(40)}`,
    ),
  ].join('\n');
}

function scientific(x: number): string {
  return format_float_scientific(x, { precision: 3, unique: false, exp_digits: 2 });
}

function linesOf(
  terms: readonly string[],
  output: LabelSet,
  result: string,
  sizes: Sizes,
  path: readonly EinsumStep[],
): Line[] {
  let sets: readonly LabelSet[] = terms.map((term) => new Set(term));
  const left = [...terms];
  return path.map((step, i) => {
    const found = contraction(step, sets, output);
    sets = found.remaining;
    const taken = [...step].sort((x, y) => y - x).flatMap((position) => left.splice(position, 1));
    const made = i === path.length - 1 ? result : sortedLabels(found.result, sizes);
    left.push(made);
    return {
      scaling: found.labels.size,
      cost: flopCount(found.labels, found.sums, step.length, sizes),
      size: sizeOfLabels(found.result, sizes),
      current: `${taken.join(',')}->${made}`,
      remaining: `${left.join(',')}->${result}`,
    };
  });
}

/** The labels of an intermediate, the shortest axis first. */
function sortedLabels(labels: LabelSet, sizes: Sizes): string {
  return [...labels].sort((a, b) => sizes.get(a)! - sizes.get(b)! || (a < b ? -1 : 1)).join('');
}
