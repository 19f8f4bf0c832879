/**
 * What is measured: each case with its data, the same computation for every library, and how many times NumPy's time numgrad
 * may take (`bar`). A library without a line cannot do the case.
 *
 * @typedef {import('./inputs.mjs').Input} Input
 * @typedef {(np: any, inputs: Record<string, any>) => any} Run takes a library's namespace and its arrays
 * @typedef {object} Case
 * @property {string} name
 * @property {number} bar
 * @property {Record<string, Input>} inputs
 * @property {string} numpy a Python expression
 * @property {Partial<Record<import('./libraries.mjs').LibraryName, Run>>} runs
 * @property {number} tolerance the relative error that counts as correct
 * @property {number} [terms] the size of what is summed, where results near zero are differences of large terms
 * @property {Record<string, (number | string)[]>} [probe] special values for the inputs: a library that gets them wrong cannot do the case
 * @property {boolean} [oneThread] the bar is about NumPy with one BLAS thread
 */

/** @param {number[]} shape @param {Partial<Input>} [more] @returns {Input} */
const f64 = (shape, more) => ({ shape, dtype: 'float64', ...more });

/** @param {'float64' | 'float32'} dtype */
const accuracy = (dtype) => (dtype === 'float64' ? 1e-12 : 1e-5);

/** @param {string} dtype */
const short = (dtype) => dtype.replace('float', 'f');

const DTYPES = /** @type {const} */ (['float64', 'float32']);

/** Where results are compared that hold NaN, infinities and signed zeros. */
const SPECIAL = { x: [1, 'nan', -2, 'inf', '-0', 3, '-inf'], y: ['nan', 1, 2, '-inf', 0, 'nan', 5] };

/** The binary functions, contiguous, of two sizes and two dtypes. @type {{ numpy: string, tfjs: string, numjs?: string }[]} */
const BINARY = [
  { numpy: 'add', tfjs: 'add', numjs: 'add' },
  { numpy: 'multiply', tfjs: 'mul', numjs: 'multiply' },
  { numpy: 'greater', tfjs: 'greater' },
  { numpy: 'maximum', tfjs: 'maximum' },
];

/** @returns {Case[]} */
function binary() {
  const sizes = [
    { n: 1e6, label: '1e6', bar: 1.3 },
    { n: 1e4, label: '1e4', bar: 1.2 },
  ];
  return sizes.flatMap(({ n, label, bar }) =>
    BINARY.flatMap(({ numpy, tfjs, numjs }) =>
      DTYPES.map((dtype) => ({
        name: `${numpy} ${short(dtype)} ${label}`,
        bar,
        inputs: { x: { shape: [n], dtype, low: -1 }, y: { shape: [n], dtype, low: -1, seed: 7 } },
        numpy: `np.${numpy}(x, y)`,
        runs: binaryRuns(numpy, tfjs, numjs),
        tolerance: accuracy(dtype),
        probe: SPECIAL,
      })),
    ),
  );
}

/** @param {string} numpy @param {string} tfjs @param {string} [numjs] @returns {Case['runs']} */
const binaryRuns = (numpy, tfjs, numjs) => ({
  numgrad: calling(numpy, 'x, y'),
  'numpy-ts': calling(numpy, 'x, y'),
  'jax-js': calling(numpy, 'x.ref, y.ref'),
  'tfjs-wasm': calling(tfjs, 'x, y'),
  ...(numjs ? { numjs: calling(numjs, 'x, y') } : {}),
});

/**
 * A call as a program would write it: to look a name up while it runs takes longer than to add ten numbers.
 *
 * @param {string} name @param {string} operands
 */
const calling = (name, operands) =>
  /** @type {Run} */ (new Function('np', '{ x, y }', `return np.${name}(${operands})`));

/** @type {Case} */
const tiny = {
  name: 'add f64 10',
  bar: 0.7,
  inputs: { x: f64([10]), y: f64([10], { seed: 7 }) },
  numpy: 'np.add(x, y)',
  runs: binaryRuns('add', 'add', 'add'),
  tolerance: 1e-12,
};

/** Operands that are no plain contiguous arrays of one dtype. @returns {Case[]} */
function strided() {
  const square = { x: f64([1000, 1000]), y: f64([1000, 1000], { seed: 7 }) };
  /** @param {string} name @param {number} bar @param {Case['inputs']} inputs @returns {Case} */
  const broadcast = (name, bar, inputs) => ({
    name,
    bar,
    inputs,
    numpy: 'np.add(x, y)',
    runs: binaryRuns('add', 'add'),
    tolerance: 1e-12,
  });
  return [
    {
      name: 'a[::2] + a[::2] 1e6',
      bar: 1.3,
      inputs: { x: f64([1_000_000]) },
      numpy: 'x[::2] + x[::2]',
      runs: {
        numgrad: (np, { x }) => np.add(x.get('::2'), x.get('::2')),
        'numpy-ts': (np, { x }) => np.add(x.slice('::2'), x.slice('::2')),
      },
      tolerance: 1e-12,
    },
    broadcast('X + row 1000x1000', 1.3, { x: square.x, y: f64([1000], { seed: 7 }) }),
    broadcast('X + col 1000x1000', 1.3, { x: square.x, y: f64([1000, 1], { seed: 7 }) }),
    {
      name: 'X + Y.T 1000x1000',
      bar: 1.3,
      inputs: square,
      numpy: 'x + y.T',
      runs: {
        numgrad: (np, { x, y }) => np.add(x, y.T),
        'numpy-ts': (np, { x, y }) => np.add(x, y.T),
        'jax-js': (np, { x, y }) => np.add(x.ref, np.transpose(y.ref)),
        'tfjs-wasm': (tf, { x, y }) => tf.tidy(() => tf.add(x, tf.transpose(y))),
        numjs: (nj, { x, y }) => nj.add(x, y.T),
      },
      tolerance: 1e-12,
    },
    broadcast('(100,100,10) + (100,10)', 2.5, { x: f64([100, 100, 10]), y: f64([100, 10], { seed: 7 }) }),
    broadcast('(1e5,3) + (3,)', 2.5, { x: f64([100_000, 3]), y: f64([3], { seed: 7 }) }),
    {
      ...broadcast('int32 + float64 1e6', 1.3, {
        x: { shape: [1_000_000], dtype: 'int32', low: -1000, high: 1000 },
        y: f64([1_000_000]),
      }),
    },
    {
      name: 'astype f32 to f64 1e6',
      bar: 1.3,
      inputs: { x: { shape: [1_000_000], dtype: 'float32' } },
      numpy: 'x.astype(np.float64)',
      runs: {
        numgrad: (_np, { x }) => x.astype('float64'),
        'numpy-ts': (_np, { x }) => x.astype('float64'),
        'jax-js': (_np, { x }) => x.ref.astype('float64'),
      },
      tolerance: 0,
    },
  ];
}

/** @returns {Case[]} */
function reductions() {
  /**
   * @param {string} label @param {string} name @param {Input} x @param {number | null} axis @param {string} numjs
   * @returns {Case}
   */
  const reduction = (label, name, x, axis, numjs) => ({
    name: label,
    bar: 1.2,
    inputs: { x },
    numpy: axis === null ? `np.${name}(x)` : `np.${name}(x, ${axis})`,
    runs: {
      numgrad: (np, { x }) => (axis === null ? np[name](x) : np[name](x, axis)),
      'numpy-ts': (np, { x }) => (axis === null ? np[name](x) : np[name](x, axis)),
      'jax-js': (np, { x }) => (axis === null ? np[name](x.ref) : np[name](x.ref, axis)),
      'tfjs-wasm': (tf, { x }) => (axis === null ? tf[name](x) : tf[name](x, axis)),
      ...(axis === null ? { numjs: (/** @type {any} */ nj, { x }) => nj[numjs](x) } : {}),
    },
    tolerance: accuracy(/** @type {'float64' | 'float32'} */ (x.dtype)),
    probe: { x: ['inf', 1, 2, 'nan', 3, 4, '-inf', 5] },
  });
  return [
    ...['sum', 'max'].flatMap((name) =>
      DTYPES.map((dtype) =>
        reduction(`${name} ${short(dtype)} 1e7`, name, { shape: [10_000_000], dtype }, null, name),
      ),
    ),
    ...['sum', 'max'].flatMap((name) =>
      [0, 1].map((axis) =>
        reduction(`${name} axis ${axis} f64 3000x3000`, name, f64([3000, 3000]), axis, name),
      ),
    ),
  ];
}

/** Where each elementary function is measured, and where its errors hide. */
const ELEMENTARY = [
  { name: 'exp', low: -20, high: 20, probe: [0, '-0', 'nan', 'inf', '-inf', 709.5, 710, -745, 1e-20] },
  { name: 'log', low: 0, high: 100, probe: [0, '-0', 'nan', 'inf', -1, 1, 1.0000001, 5e-324, 1e308] },
  { name: 'sin', low: -20, high: 20, probe: [0, '-0', 'nan', 'inf', 3.141592653589793, 1e10, 1e22, 1e-300] },
  { name: 'tanh', low: -5, high: 5, probe: [0, '-0', 'nan', 'inf', '-inf', 1e-9, 30, -1e300] },
];

/** @returns {Case[]} */
const elementary = () =>
  ELEMENTARY.map(({ name, low, high, probe }) => ({
    name: `${name} f64 1e6`,
    bar: 3.3,
    inputs: { x: f64([1_000_000], { low, high }) },
    numpy: `np.${name}(x)`,
    runs: {
      numgrad: (np, { x }) => np[name](x),
      'numpy-ts': (np, { x }) => np[name](x),
      'jax-js': (np, { x }) => np[name](x.ref),
      'tfjs-wasm': (tf, { x }) => tf[name](x),
      numjs: (nj, { x }) => nj[name](x),
    },
    tolerance: 1e-12,
    probe: { x: probe },
  }));

/** Moving, selecting and ordering elements. @returns {Case[]} */
function movement() {
  const x = f64([1_000_000], { low: -1 });
  const y = f64([1_000_000], { low: -1, seed: 7 });
  /** @type {Input} */
  const mask = { shape: [1_000_000], dtype: 'bool', seed: 11 };
  /** @type {Input} */
  const index = { shape: [1_000_000], dtype: 'int64', high: 1_000_000, seed: 13 };
  return [
    {
      name: 'cumsum f64 1e6',
      bar: 1.2,
      inputs: { x },
      numpy: 'np.cumsum(x)',
      runs: {
        numgrad: (np, { x }) => np.cumsum(x),
        'numpy-ts': (np, { x }) => np.cumsum(x),
        'jax-js': (np, { x }) => np.cumsum(x.ref),
        'tfjs-wasm': (tf, { x }) => tf.cumsum(x),
      },
      tolerance: 1e-12,
      terms: 1000,
    },
    {
      name: 'transpose copy f64 3000x3000',
      bar: 1.2,
      inputs: { x: f64([3000, 3000]) },
      numpy: 'x.T.copy()',
      runs: {
        numgrad: (_np, { x }) => x.T.copy(),
        'numpy-ts': (_np, { x }) => x.T.copy(),
        'tfjs-wasm': (tf, { x }) => tf.transpose(x),
      },
      tolerance: 0,
    },
    {
      name: 'concatenate f64 two of 1e6',
      bar: 1.2,
      inputs: { x, y },
      numpy: 'np.concatenate([x, y])',
      runs: {
        numgrad: (np, { x, y }) => np.concatenate([x, y]),
        'numpy-ts': (np, { x, y }) => np.concatenate([x, y]),
        'jax-js': (np, { x, y }) => np.concatenate([x.ref, y.ref]),
        'tfjs-wasm': (tf, { x, y }) => tf.concat([x, y]),
        numjs: (nj, { x, y }) => nj.concatenate(x, y),
      },
      tolerance: 0,
    },
    {
      name: 'boolean mask f64 1e6',
      bar: 1.5,
      inputs: { x, mask },
      numpy: 'x[mask]',
      runs: {
        numgrad: (_np, { x, mask }) => x.get(mask),
        'numpy-ts': (_np, { x, mask }) => x.bindex(mask),
      },
      tolerance: 0,
    },
    {
      name: 'take f64 1e6',
      bar: 1.5,
      inputs: { x, index },
      numpy: 'np.take(x, index)',
      runs: {
        numgrad: (np, { x, index }) => np.take(x, index),
        'numpy-ts': (np, { x, index }) => np.iindex(x, index),
        'jax-js': (np, { x, index }) => np.take(x.ref, index.ref),
      },
      tolerance: 0,
    },
    {
      name: 'argmax f64 1e6',
      bar: 1.5,
      inputs: { x },
      numpy: 'np.argmax(x)',
      runs: {
        numgrad: (np, { x }) => np.argmax(x),
        'numpy-ts': (np, { x }) => np.argmax(x),
        'jax-js': (np, { x }) => np.argmax(x.ref),
        'tfjs-wasm': (tf, { x }) => tf.argMax(x),
      },
      tolerance: 0,
      probe: { x: [1, 5, 'nan', 7, 'nan', 'inf', 2] },
    },
    {
      name: 'where f64 1e6',
      bar: 1.5,
      inputs: { x, y, mask },
      numpy: 'np.where(mask, x, y)',
      runs: {
        numgrad: (np, { x, y, mask }) => np.where(mask, x, y),
        'numpy-ts': (np, { x, y, mask }) => np.where(mask, x, y),
        'jax-js': (np, { x, y, mask }) => np.where(mask.ref, x.ref, y.ref),
        'tfjs-wasm': (tf, { x, y, mask }) => tf.where(mask, x, y),
      },
      tolerance: 0,
      probe: { x: SPECIAL.x, y: SPECIAL.y },
    },
    {
      name: 'sort f64 1e6',
      bar: 3,
      inputs: { x },
      numpy: 'np.sort(x)',
      runs: {
        numgrad: (np, { x }) => np.sort(x),
        'numpy-ts': (np, { x }) => np.sort(x),
        'jax-js': (np, { x }) => np.sort(x.ref),
      },
      tolerance: 0,
      probe: { x: SPECIAL.x },
    },
  ];
}

/** @returns {Case[]} */
function products() {
  const sizes = [64, 512, 513, 1024];
  /** @param {'float64' | 'float32'} dtype @param {number} n */
  const common = (dtype, n) => ({
    bar: 2.4,
    oneThread: true,
    inputs: { x: { shape: [n, n], dtype, low: -1 }, y: { shape: [n, n], dtype, low: -1, seed: 7 } },
    tolerance: accuracy(dtype),
    terms: Math.sqrt(n),
  });
  return DTYPES.flatMap((dtype) => [
    ...sizes.map((n) => ({
      ...common(dtype, n),
      name: `matmul ${short(dtype)} ${n}`,
      numpy: 'x @ y',
      runs: {
        .../** @type {Case['runs']} */ (binaryRuns('matmul', 'matMul')),
        numjs: /** @type {Run} */ ((nj, { x, y }) => nj.dot(x, y)),
      },
    })),
    {
      ...common(dtype, 512),
      name: `x.T @ y ${short(dtype)} 512`,
      numpy: 'x.T @ y',
      runs: {
        numgrad: (np, { x, y }) => np.matmul(x.T, y),
        'numpy-ts': (np, { x, y }) => np.matmul(x.T, y),
        'jax-js': (np, { x, y }) => np.matmul(np.transpose(x.ref), y.ref),
        'tfjs-wasm': (tf, { x, y }) => tf.matMul(x, y, true),
        numjs: (nj, { x, y }) => nj.dot(x.T, y),
      },
    },
  ]);
}

/** All cases, in the order of the table. @type {Case[]} */
export const CASES = [
  ...binary(),
  tiny,
  ...strided(),
  ...reductions(),
  ...elementary(),
  ...movement(),
  ...products(),
];
