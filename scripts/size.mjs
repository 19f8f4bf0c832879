/** `npm run size`: what a page pays for numgrad, minified and compressed, for one function and for everything. */
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { buildJavaScript } from './build.mjs';
import { ROOT } from './setup.mjs';

/** What is measured: a program, and the most that it may weigh. */
export const PROGRAMS = [
  {
    name: 'one function',
    code: `import { add } from 'numgrad/functions'; globalThis.add = add;`,
    limit: 25_000,
  },
  { name: 'everything', code: `import * as np from 'numgrad'; globalThis.np = np;`, limit: 200_000 },
];

/**
 * @param {string} code a program that imports packages
 * @returns {Promise<{ minified: number, gzip: number }>} its bytes when bundled for a page
 */
export async function bundleSize(code) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: ROOT },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['browser', 'import'],
    external: ['node:*'],
    write: false,
    logLevel: 'error',
  });
  const [{ contents }] = /** @type {[import('esbuild').OutputFile]} */ (outputFiles);
  return { minified: contents.length, gzip: gzipSync(contents, { level: 9 }).length };
}

/** @param {number} bytes */
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

if (process.argv[1] === import.meta.filename) {
  await buildJavaScript();
  for (const { name, code, limit } of PROGRAMS) {
    const { minified, gzip } = await bundleSize(code);
    const verdict = gzip <= limit ? 'within' : 'ABOVE';
    console.log(
      `${name.padEnd(14)} ${kilobytes(gzip).padStart(9)} gzip (${kilobytes(minified)} minified), ${verdict} the limit of ${kilobytes(limit)}`,
    );
    if (gzip > limit) process.exitCode = 1;
  }
}
