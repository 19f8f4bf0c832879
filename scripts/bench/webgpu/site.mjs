/** The libraries' pages: bundled, served to this machine, and opened in a browser. */
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright';
import { findBrowser } from '../../browser.mjs';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const BUNDLE = join(ROOT, 'node_modules/.cache/bench-webgpu');
const ONNXRUNTIME = join(ROOT, 'node_modules/onnxruntime-web/dist');

const TYPES = { '.mjs': 'text/javascript', '.js': 'text/javascript', '.wasm': 'application/wasm' };

/** Shared memory is for pages that are isolated. */
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
];

const SOFTWARE = ['--use-webgpu-adapter=swiftshader'];
const HARDWARE = ['--enable-features=Vulkan', '--use-angle=vulkan', '--ignore-gpu-blocklist'];

/** numgrad as it is built, minified as an application would be. */
async function bundle() {
  await build({
    entryPoints: [fileURLToPath(new URL('page.mjs', import.meta.url))],
    outdir: BUNDLE,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    outExtension: { '.js': '.mjs' },
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    alias: { numgrad: join(ROOT, 'dist/index.js') },
    tsconfigRaw: '{}',
    // It finds its WebAssembly beside itself.
    external: ['onnxruntime-web/webgpu'],
    logLevel: 'error',
  });
}

/** @param {string} library */
const html = (library) => `<!doctype html><meta charset="utf-8"><title>${library}</title>
<script type="importmap">{"imports":{"onnxruntime-web/webgpu":"/onnxruntime/ort.webgpu.bundle.min.mjs"}}</script>
<script type="module" src="/bundle/page.mjs"></script>`;

/** @returns {Promise<{ url: string, close: () => void }>} */
async function serve() {
  const server = createServer(({ url = '/' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    if (pathname === '/') {
      response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/html' });
      return response.end(html(searchParams.get('library') ?? ''));
    }
    const [, folder, ...rest] = normalize(pathname).split('/');
    const file = join(folder === 'onnxruntime' ? ONNXRUNTIME : BUNDLE, ...rest);
    if (!existsSync(file)) return response.writeHead(404, HEADERS).end();
    const type = TYPES[/** @type {keyof typeof TYPES} */ (extname(file))] ?? 'application/octet-stream';
    response.writeHead(200, { ...HEADERS, 'Content-Type': type });
    return createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * @param {{ hardware: boolean }} options whether the browser is to use a GPU instead of its software driver
 * @returns {Promise<{ version: string, open: (library: string) => Promise<import('playwright').Page>, close: () => Promise<void> }>}
 */
export async function openSite({ hardware }) {
  await bundle();
  const found = await findBrowser();
  if (!found) throw new Error('no Chromium was found: NUMGRAD_CHROMIUM names one');
  const { url, close } = await serve();
  const browser = await chromium.launch({
    executablePath: found.executablePath,
    env: /** @type {Record<string, string>} */ ({ ...process.env, ...found.env }),
    args: [...FLAGS, ...(hardware ? HARDWARE : SOFTWARE)],
  });
  return {
    version: browser.version(),
    async open(library) {
      const page = await browser.newPage();
      page.on('pageerror', ({ message }) => console.error(`${library}: ${message}`));
      await page.goto(`${url}/?library=${library}`);
      return page;
    },
    async close() {
      await browser.close();
      close();
    },
  };
}
