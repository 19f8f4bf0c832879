/** The page that learns digits on the GPU, in a real browser. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { serve, urlOf } from '../../docs/examples/serve.ts';
import { findBrowser } from '../../scripts/browser.mjs';
import { buildPages } from '../../scripts/build.mjs';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url));
const WEBGPU = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
const QUIET = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'];

let folder: string;
let server: Server;
let browser: Browser | undefined;

beforeAll(async () => {
  mkdirSync(CACHE, { recursive: true });
  folder = mkdtempSync(join(CACHE, 'pages-'));
  await buildPages(folder);
  server = await serve(folder);
}, 60_000);

afterEach(async () => {
  await browser?.close();
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** Opens the page in a browser of its own. */
async function open(query: string, args: readonly string[]): Promise<{ page: Page; errors: string[] }> {
  const found = await findBrowser();
  if (!found) throw new Error('no Chromium was found (NUMGRAD_CHROMIUM names one)');
  browser = await chromium.launch({
    executablePath: found.executablePath,
    args: [...QUIET, ...args],
    env: { ...process.env, ...found.env } as Record<string, string>,
  });
  const page = await browser.newPage({ viewport: { width: 800, height: 1000 } });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`${urlOf(server)}mnist-webgpu/?${query}`);
  return { page, errors };
}

const finish = (page: Page): Promise<unknown> =>
  page.waitForSelector('body[data-state]', { timeout: 280_000 });

const text = async (page: Page, id: string): Promise<string> => (await page.textContent(`#${id}`)) ?? '';

test(
  'it trains the network on the GPU, and draws digits and the loss curve',
  { timeout: 300_000 },
  async () => {
    const { page, errors } = await open('steps=20&batch=4&tested=20', WEBGPU);
    await finish(page);
    const screenshot = process.env.NUMGRAD_SCREENSHOT;
    if (screenshot) await page.screenshot({ path: screenshot, fullPage: true });
    expect([await text(page, 'notice'), errors]).toEqual(['', []]);
    expect(await text(page, 'device')).toMatch(/^Computes on the GPU: .+\.$/);
    expect(await text(page, 'status')).toMatch(/^20 steps in .* of held-out digits recognised$/);
    expect(await page.locator('#curve svg path').count()).toBeGreaterThan(2);
    // Text is drawn, so there are fonts.
    expect((await page.locator('h1').boundingBox())!.height).toBeGreaterThan(20);
    const captions = await page.locator('#digits figcaption').allTextContents();
    expect(captions.length).toBe(24);
    expect(captions.join('')).toMatch(/^\d{24}$/);
    const shades = await page.locator('#digits canvas').evaluateAll((all) =>
      all.map((canvas) => {
        const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, 28, 28);
        return Math.max(...data.filter((_, i) => i % 4 === 0));
      }),
    );
    expect(Math.min(...shades)).toBeGreaterThan(200);
  },
);

test('without WebGPU it says so, and learns on the processor', { timeout: 300_000 }, async () => {
  const { page, errors } = await open('epochs=1&steps=100&batch=32&tested=200', [
    '--disable-features=WebGPU',
  ]);
  await finish(page);
  expect(errors).toEqual([]);
  expect(await text(page, 'notice')).toMatch(/^WebGPU .*trained on the processor instead\.$/);
  const [, share] = /([\d.]+) % of held-out/.exec(await text(page, 'status'))!;
  expect(Number(share)).toBeGreaterThan(75);
});

test('when the GPU process crashes, the page is told', { timeout: 300_000 }, async () => {
  const { page, errors } = await open('batch=4&tested=20', WEBGPU);
  await page.waitForFunction(() => document.getElementById('status')!.textContent!.startsWith('Step'), null, {
    timeout: 200_000,
  });
  const session = await browser!.newBrowserCDPSession();
  await session.send('Browser.crashGpuProcess');
  await finish(page);
  expect(await text(page, 'notice')).toMatch(/^It failed: the WebGPU device was lost: /);
  expect(errors).toEqual([]);
});
