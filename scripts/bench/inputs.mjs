/**
 * The benchmark's input data: each element is a hash of its index, so that JavaScript and Python (numpy_worker.py) make the same
 * bits without passing them along.
 *
 * @typedef {'float64' | 'float32' | 'int32' | 'int64' | 'bool'} DTypeName
 * @typedef {Float64Array | Float32Array | Int32Array | BigInt64Array | Uint8Array} Data
 * @typedef {{ shape: number[], dtype: DTypeName, low?: number, high?: number, seed?: number, values?: (number | string)[] }} Input
 *   `values`, repeated as often as needed, replaces the hashed numbers; text stands for what JSON lacks ('nan', 'inf', '-inf', '-0').
 */

const ARRAYS = {
  float64: Float64Array,
  float32: Float32Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
};

/** The finalizer of MurmurHash3 (Austin Appleby, public domain). @param {number} i @returns {number} 32 well mixed bits */
function hash(i) {
  let h = Math.imul(i, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** @param {number} i @param {number} seed @returns {number} 53 random bits in [0, 1) */
const uniform = (i, seed) =>
  ((hash(2 * i + seed) >>> 5) * 2 ** 26 + (hash(2 * i + 1 + seed) >>> 6)) / 2 ** 53;

/** @param {number | string} value */
const parse = (value) => (typeof value === 'string' ? Number(value.replace('inf', 'Infinity')) : value);

/**
 * @param {Input} input
 * @returns {Data} the elements in C order
 */
export function makeData({ shape, dtype, low = 0, high = 1, seed = 0, values }) {
  const size = shape.reduce((product, length) => product * length, 1);
  const data = new ARRAYS[dtype](size);
  for (let i = 0; i < size; i++) {
    const value = values ? parse(values[i % values.length] ?? 0) : low + uniform(i, seed) * (high - low);
    if (dtype === 'int64') data[i] = BigInt(Math.floor(value));
    else if (dtype === 'bool') data[i] = value < 0.5 ? 1 : 0;
    else data[i] = dtype === 'int32' ? Math.floor(value) : value;
  }
  return data;
}
