import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import type { TestProjectInlineConfiguration } from 'vitest/config';
import { findBrowser } from './scripts/browser.mjs';
import { webgpuEnvironment } from './scripts/webgpu.mjs';

const fromRoot = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const alias = [
  { find: /^numgrad$/, replacement: fromRoot('src/index.ts') },
  { find: /^numgrad\/functions$/, replacement: fromRoot('src/functions.ts') },
  { find: /^numgrad\/compat\/numjs$/, replacement: fromRoot('compat/numjs/index.ts') },
];

const node: TestProjectInlineConfiguration = {
  resolve: { alias },
  test: {
    name: 'node',
    environment: 'node',
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/webgpu/**', 'test/browser-webgpu/**', 'test/deno/**'],
    testTimeout: 30_000,
  },
};

/**
 * The tests under test/webgpu/ (and those of pages under test/browser-webgpu/, which start a browser) in Node with a WebGPU adapter, where there is no GPU a software one. One file after the other, each
 * in a process of its own: the software driver takes all cores, and a file that leaves Dawn in a bad state hurts only itself.
 */
async function webgpu(): Promise<TestProjectInlineConfiguration> {
  return {
    resolve: { alias },
    test: {
      name: 'webgpu',
      environment: 'node',
      include: ['test/{webgpu,browser-webgpu}/**/*.test.ts'],
      testTimeout: 60_000,
      pool: 'forks',
      maxWorkers: 1,
      sequence: { groupOrder: 1 },
      env: await webgpuEnvironment(),
    },
  };
}

/**
 * The tests under test/browser/ in a real Chromium, in a cross-origin isolated page (so that memory can be shared), with WebGPU on
 * the software adapter that Chromium carries.
 */
async function browser(): Promise<TestProjectInlineConfiguration[]> {
  const found = await findBrowser();
  if (!found) {
    console.warn(
      'No Chromium for this platform: the browser tests are left out (NUMGRAD_CHROMIUM names one).',
    );
    return [];
  }
  const launchOptions = {
    executablePath: found.executablePath,
    env: { ...process.env, ...found.env } as Record<string, string>,
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--enable-unsafe-webgpu',
      '--use-webgpu-adapter=swiftshader',
    ],
  };
  return [
    {
      resolve: { alias },
      server: {
        headers: {
          'Cross-Origin-Opener-Policy': 'same-origin',
          'Cross-Origin-Embedder-Policy': 'require-corp',
        },
      },
      test: {
        name: 'browser',
        include: ['test/browser/**/*.test.ts'],
        testTimeout: 60_000,
        browser: {
          enabled: true,
          headless: true,
          screenshotFailures: false,
          provider: playwright({ launchOptions }),
          instances: [{ browser: 'chromium' }],
        },
      },
    },
  ];
}

/** The projects that the command line asks for by name: drivers and browsers are unpacked and started only for them. */
const asked = [...process.argv.join(' ').matchAll(/--project[= ](\S+)/g)].map(([, name]) => name!);
const wants = (name: string): boolean =>
  asked.length === 0 || asked.some((a) => a === name || /[*!]/.test(a));

export default defineConfig(async () => ({
  test: {
    projects: [
      node,
      ...(wants('webgpu') ? [await webgpu()] : []),
      ...(wants('browser') ? await browser() : []),
    ],
  },
}));
