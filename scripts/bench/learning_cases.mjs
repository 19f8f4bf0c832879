/**
 * Learning: gradients, layers and training steps on numgrad, jax-js and tfjs, each written as its users write it.
 *
 * @typedef {() => unknown} Step does the work once; what it returns is waited for and freed by the library's own means
 * @typedef {(library: any, data: (shape: number[], seed?: number) => Float32Array) => Step} Setup
 * @typedef {'numgrad' | 'jax-js' | 'tfjs-wasm'} Learner
 * @typedef {object} Case
 * @property {string} name
 * @property {Partial<Record<Learner, number>>} atMost numgrad's time to that library's, at most
 * @property {number} [seconds] numgrad's time, at most
 * @property {{ of: string, ratio: number }} [against] numgrad's time to its own in another case, at most
 * @property {Partial<Record<Learner, Setup>>} setups
 */

const BELOW = { 'jax-js': 1, 'tfjs-wasm': 1 };

/** A training step of a perceptron with one hidden layer, by gradient descent. @param {number[]} sizes @param {number} batch @param {boolean} classes */
function perceptron([input, hidden, output], batch, classes) {
  const rate = 0.01;
  const labels = Int32Array.from({ length: batch }, (_, i) => i % output);
  return {
    /** @type {Setup} */
    numgrad(np, data) {
      const { nn } = np;
      const model = new nn.Sequential(
        new nn.Linear(input, hidden),
        new nn.ReLU(),
        new nn.Linear(hidden, output),
      );
      const optimizer = new np.optim.SGD(model.parameters(), { lr: rate });
      const x = np.tensor(data([batch, input])).reshape(batch, input);
      const y = classes
        ? np.tensor(labels).astype('int64')
        : np.tensor(data([batch, output], 3)).reshape(batch, output);
      const lossOf = classes ? nn.functional.crossEntropy : nn.functional.mseLoss;
      return () => {
        const loss = lossOf(model.call(x), y);
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return loss;
      };
    },
    /** @type {Setup} */
    'jax-js'(jax, data) {
      const { numpy: jnp, nn } = jax;
      const array = (/** @type {number[]} */ shape, seed = 0) => jnp.array(data(shape, seed), { shape });
      let weights = [
        array([input, hidden], 1),
        array([hidden], 2),
        array([hidden, output], 4),
        array([output], 5),
      ];
      const x = array([batch, input]);
      const y = classes ? nn.oneHot(jnp.array(labels), output) : array([batch, output], 3);
      const loss = (/** @type {any[]} */ [w1, b1, w2, b2], /** @type {any} */ x, /** @type {any} */ y) => {
        const out = jnp.matmul(nn.relu(jnp.matmul(x, w1).add(b1)), w2).add(b2);
        if (classes)
          return nn
            .logSoftmax(out)
            .mul(y)
            .sum()
            .mul(-1 / batch);
        const error = out.sub(y);
        return error.ref.mul(error).mean();
      };
      const step = jax.jit((/** @type {any[]} */ ws, /** @type {any} */ x, /** @type {any} */ y) => {
        const [value, grads] = jax.valueAndGrad(loss)(
          ws.map((w) => w.ref),
          x,
          y,
        );
        return [value, ws.map((w, i) => w.sub(grads[i].mul(rate)))];
      });
      return () => {
        const [value, updated] = step(weights, x.ref, y.ref);
        weights = updated;
        return value;
      };
    },
    /** @type {Setup} */
    'tfjs-wasm'(tf, data) {
      const variable = (/** @type {number[]} */ shape, /** @type {number} */ seed) =>
        tf.variable(tf.tensor(data(shape, seed), shape));
      const [w1, b1] = [variable([input, hidden], 1), variable([hidden], 2)];
      const [w2, b2] = [variable([hidden, output], 4), variable([output], 5)];
      const x = tf.tensor(data([batch, input]), [batch, input]);
      const y = classes
        ? tf.oneHot(tf.tensor1d(labels, 'int32'), output).toFloat()
        : tf.tensor(data([batch, output], 3), [batch, output]);
      const optimizer = tf.train.sgd(rate);
      const loss = () => {
        const out = x.matMul(w1).add(b1).relu().matMul(w2).add(b2);
        return classes ? tf.losses.softmaxCrossEntropy(y, out) : tf.losses.meanSquaredError(y, out);
      };
      return () => optimizer.minimize(loss, true);
    },
  };
}

/** A two-dimensional convolution. @param {number[]} image @param {number[]} kernel @param {number} stride @param {number} padding */
function convolution(image, kernel, stride, padding) {
  return {
    /** @type {Setup} */
    numgrad(np, data) {
      const [x, w] = [np.tensor(data(image)).reshape(image), np.tensor(data(kernel, 1)).reshape(kernel)];
      return () => np.nn.functional.conv2d(x, w, null, { stride, padding });
    },
    /** @type {Setup} */
    'jax-js'(jax, data) {
      const [x, w] = [
        jax.numpy.array(data(image), { shape: image }),
        jax.numpy.array(data(kernel, 1), { shape: kernel }),
      ];
      const pads = [
        [padding, padding],
        [padding, padding],
      ];
      const conv = jax.jit((/** @type {any} */ x, /** @type {any} */ w) =>
        jax.lax.convGeneralDilated(x, w, [stride, stride], pads),
      );
      return () => conv(x.ref, w.ref);
    },
    /** @type {Setup} */
    'tfjs-wasm'(tf, data) {
      const x = tf.tidy(() => tf.transpose(tf.tensor(data(image), image), [0, 2, 3, 1]));
      const w = tf.tidy(() => tf.transpose(tf.tensor(data(kernel, 1), kernel), [2, 3, 1, 0]));
      return () => tf.conv2d(x, w, stride, padding);
    },
  };
}

/** @type {Setup} */
function convolutionBackward(np, data) {
  const { image, kernel } = LAYER;
  const x = np.tensor(data(image), { requiresGrad: true }).reshape(image).detach();
  const w = np.tensor(data(kernel, 1)).reshape(kernel).detach();
  x.requiresGrad = true;
  w.requiresGrad = true;
  const out = np.nn.functional.conv2d(x, w, null, { padding: 1 });
  const cotangent = np.ones_like(out.detach());
  return () => {
    [x.grad, w.grad] = [null, null];
    out.backward(cotangent, { retainGraph: true });
    return x.grad;
  };
}

const LAYER = { image: [32, 64, 56, 56], kernel: [64, 64, 3, 3] };

/**
 * A function of one matrix of 1000 x 1000, forward, and backward from the sum of its product with a constant.
 *
 * @param {(np: any, x: any) => any} ours @param {(jax: any, x: any) => any} jaxs @param {(tf: any, x: any) => any} tfs
 */
function rows(ours, jaxs, tfs) {
  const shape = [1000, 1000];
  return {
    /** @type {Setup} */
    numgrad(np, data) {
      const x = np.tensor(data(shape)).reshape(shape).detach();
      const c = np.tensor(data(shape, 9)).reshape(shape);
      x.requiresGrad = true;
      return () => {
        x.grad = null;
        np.sum(np.multiply(ours(np, x), c)).backward();
        return x.grad;
      };
    },
    /** @type {Setup} */
    'jax-js'(jax, data) {
      const [x, c] = [jax.numpy.array(data(shape), { shape }), jax.numpy.array(data(shape, 9), { shape })];
      const grad = jax.jit(
        jax.grad((/** @type {any} */ x, /** @type {any} */ c) => jaxs(jax, x).mul(c).sum()),
      );
      return () => grad(x.ref, c.ref);
    },
    /** @type {Setup} */
    'tfjs-wasm'(tf, data) {
      const [x, c] = [tf.tensor(data(shape), shape), tf.tensor(data(shape, 9), shape)];
      const grad = tf.grad((/** @type {any} */ x) => tfs(tf, x).mul(c).sum());
      return () => grad(x);
    },
  };
}

/** Attention of 8 heads over 128 places of 64 numbers. */
const attention = (() => {
  const shape = [8, 128, 64];
  return {
    /** @type {Setup} */
    numgrad(np, data) {
      const [q, k, v] = [0, 1, 2].map((seed) => np.tensor(data(shape, seed)).reshape(shape));
      return () => np.nn.functional.scaledDotProductAttention(q, k, v);
    },
    /** @type {Setup} */
    'jax-js'(jax, data) {
      // Its order is (places, heads, numbers).
      const [q, k, v] = [0, 1, 2].map((seed) => jax.numpy.array(data(shape, seed), { shape: [128, 8, 64] }));
      const run = jax.jit((/** @type {any[]} */ ...qkv) => jax.nn.dotProductAttention(...qkv));
      return () => run(q.ref, k.ref, v.ref);
    },
    /** @type {Setup} */
    'tfjs-wasm'(tf, data) {
      const [q, k, v] = [0, 1, 2].map((seed) => tf.tensor(data(shape, seed), shape));
      return () => tf.tidy(() => tf.softmax(tf.matMul(q, k, false, true).mul(1 / 8)).matMul(v));
    },
  };
})();

/** @param {boolean} recorded @returns {Setup} */
const tinyAdd = (recorded) => (np, data) => {
  const [x, y] = [np.tensor(data([10])), np.tensor(data([10], 1))];
  x.requiresGrad = recorded;
  return () => np.add(x, y);
};

const CLASSES = Int32Array.from({ length: 1000 }, (_, i) => (i * 7) % 1000);

/** @type {Case[]} */
export const CASES = [
  {
    name: 'step of an MLP 128x784-256-10',
    atMost: { 'jax-js': 0.5, 'tfjs-wasm': 0.5 },
    setups: perceptron([784, 256, 10], 128, true),
  },
  { name: 'step of an MLP 32x2-16-1', atMost: {}, seconds: 80e-6, setups: perceptron([2, 16, 1], 32, false) },
  {
    name: 'conv2d 32x64x56x56, 64 of 3x3',
    atMost: { 'tfjs-wasm': 1 },
    setups: convolution(LAYER.image, LAYER.kernel, 1, 1),
  },
  {
    name: 'its backward',
    atMost: {},
    against: { of: 'conv2d 32x64x56x56, 64 of 3x3', ratio: 2.2 },
    setups: { numgrad: convolutionBackward },
  },
  {
    name: 'conv2d 1x3x224x224, 64 of 7x7, stride 2',
    atMost: { 'tfjs-wasm': 1 },
    setups: convolution([1, 3, 224, 224], [64, 3, 7, 7], 2, 3),
  },
  {
    name: 'softmax 1000x1000, forward and backward',
    atMost: BELOW,
    setups: rows(
      (np, x) => np.nn.functional.softmax(x, -1),
      (jax, x) => jax.nn.softmax(x, -1),
      (tf, x) => tf.softmax(x),
    ),
  },
  {
    name: 'layerNorm 1000x1000, forward and backward',
    atMost: BELOW,
    setups: rows(
      (np, x) => np.nn.functional.layerNorm(x, [1000]),
      (jax, x) => jax.nn.standardize(x, -1),
      (tf, x) => {
        const { mean, variance } = tf.moments(x, -1, true);
        return x.sub(mean).div(variance.add(1e-5).sqrt());
      },
    ),
  },
  {
    name: 'crossEntropy 1000x1000, forward and backward',
    atMost: BELOW,
    setups: rows(
      (np, x) => np.nn.functional.crossEntropy(x, np.tensor(CLASSES).astype('int64')),
      (jax, x) =>
        jax.nn
          .logSoftmax(x, -1)
          .mul(jax.nn.oneHot(jax.numpy.array(CLASSES), 1000))
          .sum()
          .mul(-1e-3),
      (tf, x) => tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d(CLASSES, 'int32'), 1000), x),
    ),
  },
  { name: 'attention 8x128x64', atMost: { 'jax-js': 1 }, setups: attention },
  { name: 'add of 10, not recorded', atMost: {}, setups: { numgrad: tinyAdd(false) } },
  { name: 'add of 10, recorded', atMost: {}, setups: { numgrad: tinyAdd(true) } },
];

/** A recorded call may cost so much more than a plain one, in seconds. */
export const RECORDING = { plain: 'add of 10, not recorded', recorded: 'add of 10, recorded', atMost: 1e-6 };
