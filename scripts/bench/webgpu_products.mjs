/**
 * Times the ways in which a matrix product can be computed on a GPU, for the table in src/ops/webgpu/product/tuner.ts.
 *
 *   npm run build && node scripts/bench/webgpu_products.mjs [MxKxN ...]
 *
 *   --dtype NAME     of the operands (float32)
 *   --layouts LIST   how they lie, of nn,nt,tn: n as rows, t transposed (nn,nt,tn)
 *   --seconds S      how long each way is measured (0.3)
 *   --json FILE      the figures
 *
 * Each line is a way: `chosen` is what the tuner takes by itself. Times are those of the kernels where the adapter has timestamps, and
 * else from the call until the result can be read. Works with any adapter; on a machine without a GPU start it by
 * `node scripts/webgpu.mjs node scripts/bench/webgpu_products.mjs 64x64x64`, whose figures say nothing of GPUs.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dtype: { type: 'string', default: 'float32' },
    layouts: { type: 'string', default: 'nn,nt,tn' },
    seconds: { type: 'string', default: '0.3' },
    json: { type: 'string' },
  },
});

/** Squares on both sides of the tuner's limits, odd sizes, tall and flat ones, deep ones, vectors. */
const SHAPES = [
  '128x128x128',
  '256x256x256',
  '512x512x512',
  '513x513x513',
  '1024x1024x1024',
  '2048x2048x2048',
  '4096x4096x4096',
  '32x4096x4096',
  '4096x64x4096',
  '64x65536x64',
  '4096x4096x1',
  '1x4096x4096',
  '4x4096x4096',
];

const TILES = /** @type {const} */ (['small', 'medium', 'large']);

/** @typedef {import('../../src/ops/webgpu/product/tuner.ts').ProductWishes} Way */
/** @typedef {import('../../src/index.ts').Tensor} Tensor */

/** @type {Way[]} */
const WAYS = [
  {},
  ...TILES.flatMap((kernel) => [
    { kernel, splits: 1 },
    { kernel, splits: 1, four: false },
    { kernel, splits: 4 },
    { kernel, splits: 16 },
  ]),
  { kernel: 'lines' },
  { kernel: 'lines', four: false },
];

const library = new URL('../../dist/index.js', import.meta.url).href;
/** @type {typeof import('../../src/index.ts')} */
const np = await import(library);
const gpu = await np.device('webgpu');
const { adapter } = np.device.report();
console.log([adapter.vendor, adapter.architecture, adapter.description].filter(Boolean).join(' '));

/** @param {Way} way */
const nameOf = (way) =>
  Object.entries(way)
    .map(([key, value]) => (key === 'kernel' ? value : `${key} ${value}`))
    .join(', ') || 'chosen';

/** What is small to read. @param {Tensor} x */
const first = (x) => /** @type {Tensor} */ (/** @type {unknown} */ (x.get(0, ':1')));

/** Seconds of `count` runs, on the device if it can tell. @param {() => Tensor} run @param {number} count */
async function timed(run, count) {
  const start = performance.now();
  const kernels = await gpu.profile(async () => {
    const results = Array.from({ length: count }, run);
    // What is not read is not computed.
    for (const result of results) gpu.bytesOf(gpu.contentOf(result.storage));
    await first(results[count - 1]).array();
    for (const result of results) result.storage.dispose();
  });
  const wall = (performance.now() - start) / 1e3;
  const own = kernels.filter(({ kernel }) => kernel.startsWith('product'));
  return own.every(({ time }) => time !== null)
    ? own.reduce((all, { time }) => all + (time ?? 0) / 1e3, 0)
    : wall;
}

/** Seconds of one run. @param {() => Tensor} run */
async function measure(run) {
  await timed(run, 1);
  const once = Math.max(await timed(run, 1), 1e-6);
  const count = Math.max(1, Math.min(50, Math.floor(Number(options.seconds) / 3 / once)));
  const samples = [];
  for (let i = 0; i < 3; i++) samples.push((await timed(run, count)) / count);
  return samples.sort((a, b) => a - b)[1];
}

/** A matrix of a shape, lying as rows or transposed. @param {number} rows @param {number} columns @param {string} layout */
function matrix(rows, columns, layout) {
  const shape = layout === 't' ? [columns, rows] : [rows, columns];
  const numbers = np.rand(shape, { device: 'webgpu' }).astype(/** @type {'float32'} */ (options.dtype));
  return /** @type {Tensor} */ (layout === 't' ? numbers.T : numbers);
}

const figures = [];
for (const shape of positionals.length > 0 ? positionals : SHAPES) {
  const [m, k, n] = shape.split('x').map(Number);
  for (const layouts of options.layouts.split(',')) {
    const [a, b] = [matrix(m, k, layouts[0]), matrix(k, n, layouts[1])];
    await Promise.all([a, b].map((x) => first(x).array()));
    console.log(`\n${shape} ${layouts} ${options.dtype}`);
    for (const way of WAYS) {
      // Lines are for few rows or columns, and a part is no less deep than a tile.
      if (way.kernel === 'lines' && Math.min(m, n) > 4) continue;
      if (k < 64 * (way.splits ?? 1) && way.splits !== 1) continue;
      gpu.products = way;
      const seconds = await measure(() => /** @type {Tensor} */ (/** @type {unknown} */ (np.matmul(a, b))));
      const rate = (2 * m * k * n) / seconds / 1e9;
      figures.push({ shape, layouts, way: nameOf(way), seconds, gflops: rate });
      console.log(
        `  ${nameOf(way).padEnd(28)}${(seconds * 1e6).toFixed(1).padStart(12)} us${rate.toFixed(1).padStart(10)} GFLOP/s`,
      );
    }
    gpu.products = {};
    for (const x of [a, b]) x.storage.dispose();
  }
}
if (options.json) writeFileSync(options.json, JSON.stringify({ adapter, figures }, null, 1));
gpu.gpu.dispose();
