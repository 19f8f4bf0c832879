/** `npm run size`: what a page pays for numgrad, minified and compressed, for one function and for everything. */
import { relative } from 'node:path';
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
 * @returns {Promise<{ minified: number, gzip: number, later: number }>} its bytes when bundled for a page: what is loaded at once,
 * and compressed what is loaded only when a GPU is opened
 */
export async function bundleSize(code) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: ROOT },
    bundle: true,
    splitting: true,
    minify: true,
    metafile: true,
    outdir: 'out',
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['browser', 'import'],
    external: ['node:*'],
    write: false,
    logLevel: 'error',
  });
  const atOnce = reachableFrom('out/stdin.js', metafile);
  const total = { minified: 0, gzip: 0, later: 0 };
  for (const { path, contents } of outputFiles) {
    const gzip = gzipSync(contents, { level: 9 }).length;
    if (!atOnce.has(relative(process.cwd(), path))) total.later += gzip;
    else {
      total.gzip += gzip;
      total.minified += contents.length;
    }
  }
  return total;
}

/**
 * @param {string} entry
 * @param {import('esbuild').Metafile} metafile
 * @returns {Set<string>} the files that a page loads for it before anything runs
 */
function reachableFrom(entry, { outputs }) {
  const found = new Set([entry]);
  for (const path of found)
    for (const imported of outputs[path].imports)
      if (imported.kind === 'import-statement' && !imported.external) found.add(imported.path);
  return found;
}

/** @param {number} bytes */
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

if (process.argv[1] === import.meta.filename) {
  await buildJavaScript();
  for (const { name, code, limit } of PROGRAMS) {
    const { minified, gzip, later } = await bundleSize(code);
    const verdict = gzip <= limit ? 'within' : 'ABOVE';
    console.log(
      `${name.padEnd(14)} ${kilobytes(gzip).padStart(9)} gzip (${kilobytes(minified)} minified), ${verdict} the limit of ${kilobytes(limit)}` +
        (later > 0 ? `; ${kilobytes(later)} more when a GPU is opened` : ''),
    );
    if (gzip > limit) process.exitCode = 1;
  }
}
