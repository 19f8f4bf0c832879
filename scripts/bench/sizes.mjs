/** What a page pays for numgrad. */
import { bundleSize, PROGRAMS } from '../size.mjs';

/** @returns {Promise<import('./main.mjs').Figure[]>} */
export async function measureSizes() {
  const figures = [];
  for (const { name, code, limit } of PROGRAMS) {
    const { gzip } = await bundleSize(code);
    figures.push({
      name: `bundle of ${name}, minified and gzipped`,
      value: `${(gzip / 1000).toFixed(1)} kB`,
      bar: `${limit / 1000} kB`,
      ok: gzip <= limit,
    });
  }
  return figures;
}
