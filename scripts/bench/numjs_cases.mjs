/**
 * What numjs is compared in: each case makes its inputs and gives the call to measure. Both libraries run the same code.
 *
 * @typedef {any} Numjs numjs or numgrad/compat/numjs
 * @typedef {{ name: string, make: (nj: Numjs) => () => unknown }} Case
 */

/** @param {Numjs} nj @param {number[]} shape @param {string} dtype */
function numbers(nj, shape, dtype) {
  const size = shape.reduce((product, n) => product * n, 1);
  const values = Array.from(
    { length: size },
    (_, i) => ((i * 7919) % 1009) / (/int/.test(dtype) ? 8 : 1009) + 0.125,
  );
  return nj.array(values, dtype).reshape(shape);
}

/** Calls on one array x. @type {Record<string, (nj: Numjs, x: any) => unknown>} */
const CALLS = {
  'x.add(x)': (_, x) => x.add(x),
  'x.add(2)': (_, x) => x.add(2),
  'x.multiply(0.5, false)': (_, x) => x.multiply(1, false),
  'x.divide(x)': (_, x) => x.divide(x),
  'x.pow(2)': (_, x) => x.pow(2),
  'x.mod(3)': (_, x) => x.mod(3),
  'x.exp()': (_, x) => x.exp(),
  'x.log()': (_, x) => x.log(),
  'x.sqrt()': (_, x) => x.sqrt(),
  'x.round()': (_, x) => x.round(),
  'x.negative()': (_, x) => x.negative(),
  'nj.abs(x)': (nj, x) => nj.abs(x),
  'nj.sin(x)': (nj, x) => nj.sin(x),
  'nj.tanh(x)': (nj, x) => nj.tanh(x),
  'nj.arctan(x)': (nj, x) => nj.arctan(x),
  'nj.sigmoid(x)': (nj, x) => nj.sigmoid(x),
  'nj.softmax(x)': (nj, x) => nj.softmax(x),
  'nj.leakyRelu(x)': (nj, x) => nj.leakyRelu(x),
  'nj.clip(x)': (nj, x) => nj.clip(x),
  'x.sum()': (_, x) => x.sum(),
  'x.mean()': (_, x) => x.mean(),
  'x.std()': (_, x) => x.std(),
  'x.min()': (_, x) => x.min(),
  'x.max()': (_, x) => x.max(),
  'x.equal(x)': (_, x) => x.equal(x),
  'x.clone()': (_, x) => x.clone(),
  'x.assign(x.clone(), false)': (_, x) => x.assign(x.clone(), false),
  'x.T.flatten()': (_, x) => x.T.flatten(),
  'x.tolist()': (_, x) => x.tolist(),
  'x.slice(1, [0, 5, 2])': (_, x) => x.slice(1, [0, 2, 2]),
  'x.pick(1)': (_, x) => x.pick(1),
  'x.T': (_, x) => x.T,
  'x.get(1, 1)': (_, x) => x.get(1, 1),
  'x.set(1, 1, 1)': (_, x) => x.set(1, 1, 1),
  'x.diag()': (_, x) => x.diag(),
  'nj.rot90(x)': (nj, x) => nj.rot90(x),
  'nj.concatenate(x, x)': (nj, x) => nj.concatenate(x, x),
  'nj.stack([x, x])': (nj, x) => nj.stack([x, x]),
  'nj.zeros(x.shape)': (nj, x) => nj.zeros([...x.shape]),
  'nj.random(x.shape)': (nj, x) => nj.random([...x.shape]),
  'nj.array(list)': (nj, x) => nj.array(lists(x)),
  'String(x)': (_, x) => String(x),
};

const LISTS = new WeakMap();

/** An array as lists, made once. @param {any} x */
function lists(x) {
  if (!LISTS.has(x)) LISTS.set(x, x.tolist());
  return LISTS.get(x);
}

/** @type {{ label: string, shape: number[], dtype: string }[]} */
const INPUTS = [
  { label: '3x3', shape: [3, 3], dtype: 'array' },
  { label: '100x100', shape: [100, 100], dtype: 'array' },
  { label: '512x512', shape: [512, 512], dtype: 'float64' },
  { label: '512x512 uint8', shape: [512, 512], dtype: 'uint8' },
];

/** @type {(shape: number[], dtype: string, filter: number[]) => Case} */
const convolution = (shape, dtype, filter) => ({
  name: `x.convolve(f), ${shape.join('x')} by ${filter.join('x')}`,
  make: (nj) => {
    const [x, f] = [numbers(nj, shape, dtype), numbers(nj, filter, dtype)];
    return () => x.convolve(f);
  },
});

/** @type {(name: string, shape: number[], dtype: string, call: (nj: Numjs, x: any) => unknown) => Case} */
const on = (name, shape, dtype, call) => ({
  name: `${name}, ${shape.join('x')}`,
  make: (nj) => {
    const x = numbers(nj, shape, dtype);
    return () => call(nj, x);
  },
});

/** @type {Case[]} */
export const CASES = [
  ...INPUTS.flatMap(({ label, shape, dtype }) =>
    Object.entries(CALLS).map(([name, call]) => ({
      name: `${name}, ${label}`,
      make: (/** @type {Numjs} */ nj) => {
        const x = numbers(nj, shape, dtype);
        return () => call(nj, x);
      },
    })),
  ),
  on('nj.arange(n)', [1], 'array', (nj) => nj.arange(1000)),
  on('nj.identity(n)', [1], 'array', (nj) => nj.identity(100)),
  ...[3, 64, 256].map((n) => on('x.dot(x)', [n, n], 'float64', (_, x) => x.dot(x))),
  convolution([512, 512], 'float64', [3, 3]),
  convolution([512, 512], 'array', [5, 5]),
  convolution([256, 256], 'float64', [9, 9]),
  convolution([8, 8], 'array', [3, 3]),
  convolution([4096], 'float64', [64]),
  on('nj.fft(x)', [1024, 2], 'float64', (nj, x) => nj.fft(x)),
  on('nj.ifft(x)', [1000, 2], 'float64', (nj, x) => nj.ifft(x)),
  on('nj.fft(x)', [16, 2], 'float64', (nj, x) => nj.fft(x)),
  ...['rgb2gray', 'sobel', 'scharr', 'sat', 'ssat', 'flip'].map((name) =>
    on(`nj.images.${name}(x)`, [512, 512, 3], 'uint8', (nj, x) => nj.images[name](x)),
  ),
];
