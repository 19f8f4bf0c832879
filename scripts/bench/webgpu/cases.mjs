/**
 * What is measured on WebGPU, on each library as its users write it.
 *
 * @typedef {(shape: readonly number[], seed?: number) => Float32Array} MakeData numbers between -0.1 and 0.1
 * @typedef {() => any} Run does the work once and gives its result, or a promise of it
 * @typedef {{ run: Run, state?: () => any[] }} Task `state` are arrays that the work changes besides
 * @typedef {(library: import('./libraries.mjs').Library, data: MakeData) => Task | Promise<Task>} Setup
 * @typedef {import('./libraries.mjs').LibraryName} LibraryName
 * @typedef {object} Case
 * @property {string} name
 * @property {Partial<Record<LibraryName, Setup>>} setups
 * @property {number} [flops] of one run
 * @property {number} [bytes] that one run reads and writes at least
 * @property {boolean} [large] for hardware: a software driver would take minutes
 * @property {number} [most] runs whose results may be there at a time
 * @property {boolean} [latency] whether each result is read before the next run
 * @property {boolean} [counts] whether the case is one of dispatch overhead, elementwise work or reduction, so that its time on a
 *   software driver tells something
 */
import { cnn, mlp } from './training_cases.mjs';

const FLOAT = 4;

/** @param {readonly number[]} shape */
const size = (shape) => shape.reduce((product, length) => product * length, 1);

/**
 * A function of arrays.
 *
 * @param {string} name @param {readonly (readonly number[])[]} shapes of the arrays
 * @param {Partial<Record<LibraryName, (library: any, ...arrays: any[]) => any>>} functions of the library's namespace and the arrays;
 *   for onnxruntime of the arrays' shapes: the nodes of a graph (onnx.mjs)
 * @param {Omit<Case, 'name' | 'setups'>} [more]
 * @returns {Case}
 */
function functionOf(name, shapes, functions, more = {}) {
  /** @type {Case['setups']} */
  const setups = {};
  for (const [library, compute] of Object.entries(functions)) {
    setups[/** @type {LibraryName} */ (library)] = async (opened, data) => {
      const arrays = shapes.map((shape, i) => opened.array(data(shape, i), shape));
      return { run: await opened.compile(compute, arrays) };
    };
  }
  return { name, setups, ...more };
}

/** @param {number} m @param {number} k @param {number} n @param {boolean} [large] */
const product = (m, k, n, large = false) =>
  functionOf(
    n === 1 ? `matvec ${m}` : `matmul ${m}`,
    [
      [m, k],
      [k, n],
    ],
    {
      numgrad: (np, a, b) => np.matmul(a, b),
      'jax-js': (jax, a, b) => jax.numpy.matmul(a, b),
      tfjs: (tf, a, b) => tf.matMul(a, b),
      onnxruntime: () => [{ type: 'MatMul', inputs: ['x0', 'x1'], shape: [m, n] }],
    },
    { flops: 2 * m * k * n, bytes: FLOAT * (m * k + k * n + m * n), large },
  );

/** @param {number[]} image @param {number[]} kernel @param {number} stride @param {number} padding @param {boolean} large */
function convolution(image, kernel, stride, padding, large) {
  const [batch, channels, height, width] = image;
  const [filters, , side] = kernel;
  const [h, w] = [height, width].map((n) => Math.floor((n + 2 * padding - side) / stride) + 1);
  const pads = [padding, padding, padding, padding];
  return functionOf(
    `conv2d ${image.join('x')}, ${filters} of ${side}x${side}${stride > 1 ? `, stride ${stride}` : ''}`,
    [image, kernel],
    {
      numgrad: (np, x, w) => np.nn.functional.conv2d(x, w, null, { stride, padding }),
      'jax-js': (jax, x, w) =>
        jax.lax.convGeneralDilated(x, w, [stride, stride], [pads.slice(0, 2), pads.slice(2)]),
      // Its own order is channels last; the result is turned for the comparison only.
      tfjs: Object.assign(
        (/** @type {any} */ tf, /** @type {any} */ x, /** @type {any} */ w) =>
          tf.conv2d(x, w, stride, padding),
        {
          prepare: (/** @type {any} */ tf, /** @type {any} */ x, /** @type {any} */ w) => [
            tf.transpose(x, [0, 2, 3, 1]),
            tf.transpose(w, [2, 3, 1, 0]),
          ],
          finish: (/** @type {any} */ tf, /** @type {any} */ y) => tf.transpose(y, [0, 3, 1, 2]),
        },
      ),
      onnxruntime: () => [
        {
          type: 'Conv',
          inputs: ['x0', 'x1'],
          shape: [batch, filters, h, w],
          attributes: { strides: [stride, stride], pads, kernel_shape: [side, side] },
        },
      ],
    },
    { flops: 2 * batch * filters * h * w * channels * side * side, large, most: 2 },
  );
}

/** Ten products and ten sums, alternating. @param {any} x @param {(x: any) => any} multiply @param {(x: any) => any} add */
function chain(x, multiply, add) {
  for (let i = 0; i < 10; i++) x = add(multiply(x));
  return x;
}

const ROWS = [4096, 1000];

/** Additions so small that all they cost is to be started. @param {boolean} latency */
const tiny = (latency) =>
  functionOf(
    latency ? 'add of 10, read' : 'add of 10, many in flight',
    [[10], [10]],
    {
      numgrad: (np, x, y) => np.add(x, y),
      'jax-js': Object.assign(
        (/** @type {any} */ _, /** @type {any} */ x, /** @type {any} */ y) => x.add(y),
        {
          eager: true,
        },
      ),
      tfjs: (tf, x, y) => tf.add(x, y),
      onnxruntime: () => [{ type: 'Add', inputs: ['x0', 'x1'], shape: [10] }],
    },
    { latency, counts: true, most: 500 },
  );

/** @type {readonly Case[]} */
export const CASES = [
  tiny(false),
  tiny(true),
  functionOf(
    'add 1e6',
    [[1e6], [1e6]],
    {
      numgrad: (np, x, y) => np.add(x, y),
      'jax-js': (_, x, y) => x.add(y),
      tfjs: (tf, x, y) => tf.add(x, y),
      onnxruntime: () => [{ type: 'Add', inputs: ['x0', 'x1'], shape: [1e6] }],
    },
    { bytes: 3 * FLOAT * 1e6, counts: true },
  ),
  functionOf(
    'chain of 20 elementwise operations 1e6',
    [[1e6], [1e6], [1e6]],
    {
      numgrad: (np, x, y, z) =>
        chain(
          x,
          (x) => np.multiply(x, y),
          (x) => np.add(x, z),
        ),
      'jax-js': (_, x, y, z) =>
        chain(
          x,
          (x) => x.mul(y.ref),
          (x) => x.add(z.ref),
        ),
      tfjs: (tf, x, y, z) =>
        tf.tidy(() =>
          chain(
            x,
            (x) => tf.mul(x, y),
            (x) => tf.add(x, z),
          ),
        ),
      onnxruntime: () =>
        Array.from({ length: 20 }, (_, i) => ({
          type: i % 2 ? 'Add' : 'Mul',
          inputs: [i ? `y${i - 1}` : 'x0', i % 2 ? 'x2' : 'x1'],
          shape: [1e6],
        })),
    },
    { bytes: 4 * FLOAT * 1e6, counts: true, most: 4 },
  ),
  functionOf(
    'sum 1e7',
    [[1e7]],
    {
      numgrad: (np, x) => np.sum(x),
      'jax-js': (_, x) => x.sum(),
      tfjs: (tf, x) => tf.sum(x),
      onnxruntime: () => [{ type: 'ReduceSum', inputs: ['x0'], shape: [], attributes: { keepdims: 0 } }],
    },
    { bytes: FLOAT * 1e7, counts: true },
  ),
  functionOf(
    'max of each row, 10000 x 1000',
    [[10000, 1000]],
    {
      numgrad: (np, x) => np.max(x, { axis: 1 }),
      'jax-js': (jax, x) => jax.numpy.max(x, 1),
      tfjs: (tf, x) => tf.max(x, 1),
      onnxruntime: () => [
        {
          type: 'ReduceMax',
          inputs: ['x0'],
          shape: [10000],
          attributes: { keepdims: 0, axes: [1] },
        },
      ],
    },
    { bytes: FLOAT * 1e7, counts: true },
  ),
  functionOf(
    'softmax 4096 x 1000',
    [ROWS],
    {
      numgrad: (np, x) => np.nn.functional.softmax(x, -1),
      'jax-js': (jax, x) => jax.nn.softmax(x, -1),
      tfjs: (tf, x) => tf.softmax(x),
      onnxruntime: () => [{ type: 'Softmax', inputs: ['x0'], shape: ROWS, attributes: { axis: -1 } }],
    },
    { bytes: 2 * FLOAT * size(ROWS), most: 4 },
  ),
  functionOf(
    'layerNorm 4096 x 1000',
    [ROWS, [1000], [1000]],
    {
      numgrad: (np, x, w, b) => np.nn.functional.layerNorm(x, [1000], w, b),
      'jax-js': (jax, x, w, b) => jax.nn.standardize(x, -1).mul(w).add(b),
      tfjs: (tf, x, w, b) =>
        tf.tidy(() => {
          const { mean, variance } = tf.moments(x, -1, true);
          return x.sub(mean).div(variance.add(1e-5).sqrt()).mul(w).add(b);
        }),
      onnxruntime: () => [
        {
          type: 'LayerNormalization',
          inputs: ['x0', 'x1', 'x2'],
          shape: ROWS,
          attributes: { axis: -1, epsilon: 1e-5 },
        },
      ],
    },
    { bytes: 2 * FLOAT * size(ROWS), most: 4 },
  ),
  product(127, 127, 127),
  product(512, 512, 512),
  product(513, 513, 513),
  product(1024, 1024, 1024, true),
  product(4096, 4096, 4096, true),
  product(4096, 4096, 1),
  convolution([1, 3, 224, 224], [64, 3, 7, 7], 2, 3, false),
  convolution([32, 64, 56, 56], [64, 64, 3, 3], 1, 1, true),
  { name: 'training step of an MLP 128 x 784-256-10', setups: mlp, most: 4 },
  { name: 'training step of a CNN, 64 images of 28 x 28', setups: cnn, most: 4 },
];
