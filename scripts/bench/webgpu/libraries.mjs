/**
 * The libraries on WebGPU, as the cases see them. In a page each is loaded when it is asked for.
 *
 * @typedef {object} Library
 * @property {any} root its namespace
 * @property {(data: Float32Array, shape: readonly number[]) => any} array an array on the GPU
 * @property {(compute: any, arrays: any[]) => (() => any) | Promise<() => any>} compile a function of arrays as the library's users
 *   would have it run again and again
 * @property {(results: any[]) => unknown} start has the results computed that are only promised yet
 * @property {(result: any) => Promise<{ shape: number[], data: ArrayLike<number> }>} read
 * @property {(result: any) => void} release
 */

/** @param {'webgpu' | 'cpu'} device @returns {Promise<Library>} */
async function numgrad(device = 'webgpu') {
  const np = await import('numgrad');
  /** @type {any} */
  const home = await np.device(/** @type {'webgpu'} */ (device));
  return {
    root: np,
    array: (data, shape) =>
      np
        .tensor(data)
        .reshape([...shape])
        .detach()
        .to(device),
    compile: (compute, arrays) => () => compute(np, ...arrays),
    start(results) {
      if (device === 'cpu') return;
      // What is not read is not computed.
      for (const { storage } of results) home.bytesOf(home.contentOf(storage));
      home.gpu.flush();
    },
    async read(result) {
      const x = np.ravel(await result.detach().cpu());
      return { shape: [...result.shape], data: /** @type {number[]} */ (x.tolist()) };
    },
    release: (result) => result.dispose(),
  };
}

/** @returns {Promise<Library>} */
async function jaxJs() {
  const jax = await import('@jax-js/jax');
  await jax.init('webgpu');
  jax.defaultDevice('webgpu');
  return {
    root: jax,
    array: (data, shape) => jax.numpy.array(/** @type {any} */ (data), { shape: [...shape] }),
    compile(compute, arrays) {
      const inner = (/** @type {any[]} */ ...xs) => compute(jax, ...xs);
      const run = compute.eager ? inner : jax.jit(inner);
      return () => run(...arrays.map((x) => x.ref));
    },
    start: (results) => Promise.all(results.map((result) => result.blockUntilReady())),
    read: async (result) => ({ shape: [...result.shape], data: await result.ref.data() }),
    release: (result) => result.dispose(),
  };
}

/** @returns {Promise<Library>} */
async function tfjs() {
  const tf = await import('@tensorflow/tfjs-core');
  await import('@tensorflow/tfjs-core/dist/register_all_gradients.js');
  await import('@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js');
  await import('@tensorflow/tfjs-backend-webgpu');
  if (!(await tf.setBackend('webgpu'))) throw new Error('tfjs finds no WebGPU');
  // Else it computes what is small in JavaScript as long as that has been on no GPU.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  /** @type {any} */
  const backend = tf.backend();
  /** How results are turned so that they compare to those of others. @type {WeakMap<object, (tf: any, result: any) => any>} */
  const turns = new WeakMap();
  return {
    root: tf,
    array: (data, shape) => tf.tensor(data, [...shape]),
    compile(compute, arrays) {
      const own = compute.prepare ? compute.prepare(tf, ...arrays) : arrays;
      return () => {
        const result = compute(tf, ...own);
        if (compute.finish) turns.set(result, compute.finish);
        return result;
      };
    },
    start() {
      if (!backend.commandEncoder) return;
      backend.endComputePassEncoder();
      backend.submitQueue();
    },
    async read(result) {
      const turned = turns.get(result)?.(tf, result) ?? result;
      return { shape: [...turned.shape], data: await turned.data() };
    },
    release: (result) => result.dispose(),
  };
}

/** @returns {Promise<Library>} */
async function onnxruntime() {
  /** @type {any} */
  const ort = await import('onnxruntime-web/webgpu');
  const { model } = await import('./onnx.mjs');
  ort.env.logLevel = 'error';
  const provider = { executionProviders: ['webgpu'], preferredOutputLocation: 'gpu-buffer' };
  // Its device is there when a session is.
  await ort.InferenceSession.create(
    model([[1], [1]], [{ type: 'Add', inputs: ['x0', 'x1'], shape: [1] }]),
    provider,
  );
  /** @type {GPUDevice} */
  const device = await ort.env.webgpu.device;
  return {
    root: ort,
    array(data, dims) {
      const buffer = device.createBuffer({
        size: Math.ceil(data.byteLength / 16) * 16,
        usage:
          globalThis.GPUBufferUsage.STORAGE |
          globalThis.GPUBufferUsage.COPY_SRC |
          globalThis.GPUBufferUsage.COPY_DST,
      });
      device.queue.writeBuffer(buffer, 0, /** @type {Float32Array<ArrayBuffer>} */ (data));
      return ort.Tensor.fromGpuBuffer(buffer, { dataType: 'float32', dims });
    },
    async compile(compute, arrays) {
      const nodes = compute();
      const session = await ort.InferenceSession.create(
        model(
          arrays.map(({ dims }) => dims),
          nodes,
        ),
        provider,
      );
      const feeds = Object.fromEntries(arrays.map((x, i) => [`x${i}`, x]));
      return async () => (await session.run(feeds))[`y${nodes.length - 1}`];
    },
    start: () => undefined,
    read: async (result) => ({ shape: [...result.dims], data: await result.getData() }),
    release: (result) => result.dispose(),
  };
}

/** The libraries by the names under which the cases know them. */
export const LIBRARIES = { numgrad, 'jax-js': jaxJs, tfjs, onnxruntime };

/** @typedef {keyof typeof LIBRARIES} LibraryName */
