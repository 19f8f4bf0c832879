/** Every public function of arrays: its derivatives against differences, both modes against each other, and second derivatives. */
import { describe, expect, it } from 'vitest';
import * as np from '../../src/index.ts';
import type { Any } from './cases.ts';
import { CASES } from './cases.ts';

const flat = (x: Any): Any[] => (Array.isArray(x) ? x.flatMap(flat) : [x]);
const f = np as unknown as Record<string, Any>;

/** All floating results of a case, each along one axis. */
const vectors =
  (fn: (...xs: Any[]) => unknown) =>
  (...xs: Any[]): Any[] =>
    flat(fn(...xs))
      .filter((t) => 'fc'.includes(t.dtype.kind))
      .map((t) => np.ravel(t));

/** The gradients of a weighted sum of all results. */
const gradients =
  (fn: (...xs: Any[]) => unknown) =>
  (...xs: Any[]): Any[] => {
    const [y, pull] = np.vjp(vectors(fn) as Any, ...xs);
    const weights = flat(y).map((t) => (np.linspace(0.5, 1.5, t.size) as Any).astype(t.dtype.name));
    return pull(weights).map((t: Any) => np.multiply(t, 1));
  };

describe.each(CASES.map((c, i) => [`${c.name} #${i}`, c] as const))('%s', (_, { fn, inputs }) => {
  it('gives tensors the values that arrays get', () => {
    const results = flat(fn(...inputs.map((x) => np.tensor(x, { requiresGrad: true }))));
    const plain = flat(fn(...inputs));
    results.forEach((t, k) => {
      expect(t).toBeInstanceOf(np.Tensor);
      const wanted = np.asarray(plain[k]);
      expect(t.detach().numpy().tolist()).toEqual(wanted.tolist());
      if (plain[k] instanceof np.NDArray) expect(t.dtype).toBe(wanted.dtype);
    });
    expect(results.some((t) => t.requiresGrad)).toBe(true);
  });

  it('has the gradients of differences', () => {
    expect(np.gradcheck(fn as Any, inputs)).toBe(true);
  });

  it('has the second derivatives of differences', () => {
    expect(np.gradcheck(gradients(fn) as Any, inputs, { atol: 1e-4 })).toBe(true);
  });

  // Jacobians are of real functions.
  if (inputs.some((x) => x.dtype.kind !== 'f')) return;

  it('has one Jacobian, forward and reverse', () => {
    const numbers = inputs.map((_, i) => i);
    const reverse = flat(np.jacobian(vectors(fn) as Any, { argnums: numbers })(...inputs));
    const forward = flat(np.jacobian(vectors(fn) as Any, { argnums: numbers, mode: 'forward' })(...inputs));
    reverse.forEach((block, i) => expect(np.allclose(block, forward[i], 1e-9, 1e-9)).toBe(true));
  });
});

const x = (): Any =>
  np.tensor(
    [
      [1.5, -2],
      [0.5, 3],
    ],
    { requiresGrad: true },
  );

/** Functions whose results carry no gradient, because they are integers or booleans. */
const CONSTANT: Readonly<Record<string, (t: Any) => unknown>> = {
  ...Object.fromEntries(
    [
      'argmax',
      'argmin',
      'nanargmax',
      'nanargmin',
      'argsort',
      'argwhere',
      'flatnonzero',
      'nonzero',
      'count_nonzero',
    ].map((name) => [name, (t: Any) => f[name](t)]),
  ),
  ...Object.fromEntries(
    [
      'isnan',
      'isinf',
      'isfinite',
      'signbit',
      'logical_not',
      'isreal',
      'iscomplex',
      'isposinf',
      'isneginf',
      'all',
      'any',
    ].map((name) => [name, (t: Any) => f[name](t)]),
  ),
  ...Object.fromEntries(
    [
      'equal',
      'not_equal',
      'less',
      'less_equal',
      'greater',
      'greater_equal',
      'logical_and',
      'logical_or',
      'logical_xor',
      'isclose',
    ].map((name) => [name, (t: Any) => f[name](t, 1)]),
  ),
  argpartition: (t) => np.argpartition(t, 1),
  lexsort: (t) => np.lexsort([t.get(0), t.get(1)]),
  searchsorted: (t) => np.searchsorted([0, 1, 2], t.get(0)),
  digitize: (t) => np.digitize(t.get(0), [0, 1, 2]),
  isin: (t) => np.isin(t, [3]),
};

it.each(Object.entries(CONSTANT))('%s gives tensors without a gradient', (_, call) => {
  for (const t of flat(call(x()))) {
    expect(t).toBeInstanceOf(np.Tensor);
    expect(t.requiresGrad).toBe(false);
  }
});

/** Functions of floats that have no derivative: they refuse what requires a gradient. */
const REFUSED: Readonly<Record<string, (t: Any) => unknown>> = {
  unique: (t) => np.unique(t),
  unique_all: (t) => np.unique_all(t),
  unique_counts: (t) => np.unique_counts(t),
  unique_inverse: (t) => np.unique_inverse(t),
  unique_values: (t) => np.unique_values(t),
  intersect1d: (t) => np.intersect1d(t, [3]),
  setdiff1d: (t) => np.setdiff1d(t, [3]),
  setxor1d: (t) => np.setxor1d(t, [3]),
  union1d: (t) => np.union1d(t, [3]),
  histogram: (t) => np.histogram(t),
  histogram_bin_edges: (t) => np.histogram_bin_edges(t),
  histogram2d: (t) => np.histogram2d(t.get(0), t.get(1)),
  histogramdd: (t) => np.histogramdd(t),
  bincount: (t) => np.bincount([0, 1], t.get(0)),
  nextafter: (t) => np.nextafter(t, 1),
  spacing: (t) => np.spacing(t),
};

it.each(Object.entries(REFUSED))('%s refuses what requires a gradient, by name', (name, call) => {
  expect(() => call(x())).toThrow(new RegExp(`'${name}'.*detach`));
  expect(() => call(x().detach())).not.toThrow();
});

/** What takes no array to differentiate: integers, shapes, texts, files, options, makers of arrays, and the tape itself. */
const OTHERS =
  /^(bitwise_\w+|left_shift|right_shift|invert|gcd|lcm|allclose|array_equal|array_equiv|arange|array2string|array_repr|array_str|broadcast|broadcast_shapes|can_cast|common_type|diag_indices|diag_indices_from|dtype|einsum_path|empty|empty_like|eye|finfo|iinfo|format_float_\w+|frombuffer|fromfunction|fromiter|frompyfunc|full|full_like|geomspace|get_printoptions|set_printoptions|printoptions|identity|indices|iscomplexobj|isrealobj|isdtype|isscalar|issubdtype|linspace|logspace|load|save|savez|savez_compressed|mask_indices|may_share_memory|shares_memory|min_scalar_type|promote_types|result_type|ndarray|ndenumerate|ndindex|nditer|ndim|shape|size|ones|ones_like|zeros|zeros_like|ravel_multi_index|unravel_index|scope|slice|tri|tril_indices|triu_indices|tril_indices_from|triu_indices_from|vectorize|tensor|grad|valueAndGrad|vjp|jvp|jacobian|hessian|vmap|checkpoint|customFunction|gradcheck|graph|detectAnomaly|enableGrad|noGrad|inferenceMode|isGradEnabled|manualSeed|rand|randn|randint|randperm|astype|device|profile|fromGPUBuffer|\w+Async)$/;

it('every public function is in one of the lists', () => {
  const covered = new Set([...CASES.map((c) => c.name), ...Object.keys(CONSTANT), ...Object.keys(REFUSED)]);
  const missing = Object.keys(f).filter(
    (name) =>
      typeof f[name] === 'function' && /^[a-z]/.test(name) && !covered.has(name) && !OTHERS.test(name),
  );
  expect(missing).toEqual([]);
});
