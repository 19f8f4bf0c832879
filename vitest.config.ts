import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import type { TestProjectInlineConfiguration } from 'vitest/config';
import { findBrowser } from './scripts/browser.mjs';

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
    exclude: ['test/browser/**'],
    testTimeout: 30_000,
  },
};

/** The tests under test/browser/ in a real Chromium, in a cross-origin isolated page (so that memory can be shared). */
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

/** The browser is unpacked and started only where its project is asked for. */
const wantsBrowser = !process.argv.join(' ').match(/--project[= ]node/);

export default defineConfig(async () => ({
  test: {
    projects: [node, ...(wantsBrowser ? await browser() : [])],
  },
}));
