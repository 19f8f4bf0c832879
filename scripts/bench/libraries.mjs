/**
 * The libraries that are measured: how each takes its input, gives its result and frees it.
 *
 * @typedef {import('./inputs.mjs').Data} Data
 * @typedef {import('./inputs.mjs').DTypeName} DTypeName
 * @typedef {{ shape: number[], at: (i: number) => unknown }} Flat a result's shape and its elements in C order
 * @typedef {object} Library
 * @property {any} np its namespace, handed to the cases
 * @property {(data: Data, shape: number[], dtype: DTypeName) => any} array
 * @property {(result: any) => Flat | Promise<Flat>} read
 * @property {(result: any) => void} release frees a result where the library wants its user to
 * @property {((result: any) => Promise<unknown>)} [settle] waits for a result, where the library is lazy
 */

/** @param {unknown} value a result that is no array */
const scalar = (value) => ({ shape: [], at: () => value });

/** Whether numgrad's results are left to the garbage collector. NumPy frees its own at once, and the peers' are freed by hand. */
const LEFT = process.env.NUMGRAD_RESULTS === 'left';

/** @returns {Promise<Library>} */
async function numgrad() {
  const np = await import('numgrad');
  return {
    np,
    array: (data, shape, dtype) => np.reshape(np.array(data, { dtype }), shape),
    read: (result) => {
      if (!(result instanceof np.ndarray)) return scalar(result);
      const flat = np.ravel(result);
      return { shape: [...result.shape], at: (i) => flat.get(i) };
    },
    release: (result) => {
      if (!LEFT && result instanceof np.ndarray) result.dispose();
    },
  };
}

/** @returns {Promise<Library>} */
async function numpyTs() {
  const np = await import('numpy-ts');
  return {
    np,
    array: (data, shape, dtype) => np.array(/** @type {any} */ (data), dtype).reshape(...shape),
    read: (result) => {
      if (!result?.shape) return scalar(result);
      const flat = /** @type {any} */ (np.ravel(result));
      return { shape: [...result.shape], at: (i) => flat.iget(i) };
    },
    release: (result) => result?.dispose?.(),
  };
}

/** @returns {Promise<Library>} */
async function jaxJs() {
  // It asks `instanceof Float16Array` of all data, a class that Node 20 lacks.
  /** @type {any} */ (globalThis).Float16Array ??= function Float16Array() {};
  const jax = await import('@jax-js/jax');
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  return {
    np: jax.numpy,
    array: (data, shape, dtype) => {
      if (dtype === 'int64')
        return jax.numpy.array(Int32Array.from(/** @type {any} */ (data), Number), { shape });
      if (dtype === 'bool')
        return jax.numpy.greater(jax.numpy.array(Int32Array.from(/** @type {any} */ (data))), 0);
      return jax.numpy.array(/** @type {any} */ (data), { shape, dtype: /** @type {any} */ (dtype) });
    },
    read: async (result) => {
      const data = await result.ref.data();
      return { shape: [...result.shape], at: (i) => data[i] };
    },
    release: (result) => result.dispose(),
    settle: (result) => result.blockUntilReady(),
  };
}

/** @returns {Promise<Library>} */
async function tfjs() {
  const warn = console.warn;
  console.warn = () => {};
  const tf = await import('@tensorflow/tfjs');
  await import('@tensorflow/tfjs-backend-wasm');
  await tf.setBackend('wasm');
  console.warn = warn;
  return {
    np: tf,
    array: (data, shape, dtype) => {
      if (dtype === 'float64' || dtype === 'int64') throw new Error(`no ${dtype}`);
      return tf.tensor(/** @type {any} */ (data), shape, dtype);
    },
    read: (result) => {
      const data = result.dataSync();
      return { shape: [...result.shape], at: (i) => data[i] };
    },
    release: (result) => result.dispose(),
  };
}

/** @returns {Promise<Library>} */
async function numjs() {
  const { default: nj } = await import(/** @type {string} */ ('numjs'));
  return {
    np: nj,
    array: (data, shape, dtype) => {
      if (dtype === 'int64' || dtype === 'bool') throw new Error(`no ${dtype}`);
      return nj.array(data, dtype).reshape(shape);
    },
    read: (result) => {
      if (!result?.shape) return scalar(result);
      const data = result.flatten().tolist();
      return { shape: [...result.shape], at: (i) => data[i] };
    },
    release: () => {},
  };
}

/** The libraries by the names under which the cases know them. */
export const LIBRARIES = { numgrad, 'numpy-ts': numpyTs, 'jax-js': jaxJs, 'tfjs-wasm': tfjs, numjs };

/** @typedef {keyof typeof LIBRARIES} LibraryName */
