/** Training steps by gradient descent on classified data: the same networks from the same weights on each library. */

/** @typedef {import('./cases.mjs').Setup} Setup */

const RATE = 0.01;
const CLASSES = 10;

/** @param {number} batch */
const labelsOf = (batch) => Int32Array.from({ length: batch }, (_, i) => i % CLASSES);

/**
 * A network's weights, and what each library makes of them.
 *
 * @typedef {object} Network
 * @property {readonly number[]} input its shape
 * @property {readonly (readonly number[])[]} weights their shapes
 * @property {(np: any, x: any, weights: any[]) => any} numgrad
 * @property {(jax: any, x: any, weights: any[]) => any} jax
 * @property {(tf: any, x: any, weights: any[]) => any} tf
 * @property {(tf: any, arrays: any[]) => any[]} [lastChannels] input and weights as tfjs wants them
 *
 * @param {Network} network
 * @returns {import('./cases.mjs').Case['setups']}
 */
function steps({ input, weights: shapes, numgrad, jax: jaxs, tf: tfs, lastChannels }) {
  const batch = input[0];
  const labels = labelsOf(batch);
  return {
    numgrad({ root: np, array }, data) {
      const x = array(data(input), input);
      const y = np.tensor(labels).to(x.device);
      const weights = shapes.map((shape, i) => {
        const weight = array(data(shape, i + 1), shape);
        weight.requiresGrad = true;
        return weight;
      });
      const optimizer = new np.optim.SGD(weights, { lr: RATE });
      const run = () => {
        const loss = np.nn.functional.crossEntropy(numgrad(np, x, weights), y);
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return loss;
      };
      return { run, state: () => weights };
    },
    'jax-js'({ root: jax, array }, data) {
      const x = array(data(input), input);
      const y = jax.nn.oneHot(jax.numpy.array(labels), CLASSES);
      let weights = shapes.map((shape, i) => array(data(shape, i + 1), shape));
      const lossOf = (/** @type {any[]} */ ws, /** @type {any} */ x, /** @type {any} */ y) =>
        jax.nn
          .logSoftmax(jaxs(jax, x, ws))
          .mul(y)
          .sum()
          .mul(-1 / batch);
      const step = jax.jit((/** @type {any[]} */ ws, /** @type {any} */ x, /** @type {any} */ y) => {
        const [loss, gradients] = jax.valueAndGrad(lossOf)(
          ws.map((w) => w.ref),
          x,
          y,
        );
        return [loss, ws.map((w, i) => w.sub(gradients[i].mul(RATE)))];
      });
      const run = () => {
        const [loss, updated] = step(weights, x.ref, y.ref);
        weights = updated;
        return loss;
      };
      return { run };
    },
    tfjs({ root: tf, array }, data) {
      const arrays = [
        array(data(input), input),
        ...shapes.map((shape, i) => array(data(shape, i + 1), shape)),
      ];
      const [x, ...weights] = lastChannels ? lastChannels(tf, arrays) : arrays;
      const variables = weights.map((weight) => tf.variable(weight));
      const y = tf.oneHot(tf.tensor1d(labels, 'int32'), CLASSES).toFloat();
      const optimizer = tf.train.sgd(RATE);
      return {
        run: () => optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, tfs(tf, x, variables)), true),
      };
    },
  };
}

/** A perceptron with one hidden layer. */
export const mlp = steps({
  input: [128, 784],
  weights: [[784, 256], [256], [256, CLASSES], [CLASSES]],
  numgrad: (np, x, [w1, b1, w2, b2]) =>
    np.add(np.matmul(np.nn.functional.relu(np.add(np.matmul(x, w1), b1)), w2), b2),
  jax: ({ numpy: jnp, nn }, x, [w1, b1, w2, b2]) =>
    jnp.matmul(nn.relu(jnp.matmul(x, w1).add(b1)), w2).add(b2),
  tf: (_, x, [w1, b1, w2, b2]) => x.matMul(w1).add(b1).relu().matMul(w2).add(b2),
});

const PADS = [
  [2, 2],
  [2, 2],
];

/** Two convolutions of stride 2 and a layer of all that they find. */
export const cnn = steps({
  input: [64, 1, 28, 28],
  weights: [
    [8, 1, 5, 5],
    [16, 8, 5, 5],
    [784, CLASSES],
  ],
  numgrad(np, x, [first, second, last]) {
    const { conv2d, relu } = np.nn.functional;
    const options = { stride: 2, padding: 2 };
    const seen = relu(conv2d(relu(conv2d(x, first, null, options)), second, null, options));
    return np.matmul(np.reshape(seen, [64, 784]), last);
  },
  jax({ numpy: jnp, nn, lax }, x, [first, second, last]) {
    const conv = (/** @type {any} */ x, /** @type {any} */ w) =>
      nn.relu(lax.convGeneralDilated(x, w, [2, 2], PADS));
    return jnp.matmul(conv(conv(x, first), second).reshape([64, 784]), last);
  },
  tf(tf, x, [first, second, last]) {
    const conv = (/** @type {any} */ x, /** @type {any} */ w) => tf.relu(tf.conv2d(x, w, 2, 2));
    return tf.matMul(conv(conv(x, first), second).reshape([64, 784]), last);
  },
  lastChannels: (tf, [x, first, second, last]) => [
    tf.transpose(x, [0, 2, 3, 1]),
    tf.transpose(first, [2, 3, 1, 0]),
    tf.transpose(second, [2, 3, 1, 0]),
    tf.reshape(tf.transpose(tf.reshape(last, [16, 7, 7, CLASSES]), [1, 2, 0, 3]), [784, CLASSES]),
  ],
});
