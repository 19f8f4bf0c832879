/**
 * Finds a Chromium for the browser tests: an installed one, or the one that the npm package @sparticuz/chromium carries,
 * so that `npm test` needs nothing but Node and npm.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const CACHE = fileURLToPath(new URL('../node_modules/.cache/chromium', import.meta.url));

/**
 * Where a browser is and the environment it needs.
 *
 * @returns {Promise<{ executablePath: string, env: Record<string, string> } | null>} null where no browser can be had:
 *   the carried one is built for Linux on x64. NUMGRAD_CHROMIUM names another executable.
 */
export async function findBrowser() {
  const named = process.env.NUMGRAD_CHROMIUM ?? INSTALLED.find((path) => existsSync(path));
  if (named) return { executablePath: named, env: {} };
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  return unpackCarried();
}

/**
 * Unpacks the carried Chromium with the shared libraries and fonts that a bare machine lacks. The package decides where and
 * what to unpack by looking at the environment (it was made for AWS Lambda), so the environment is set for the moment.
 */
async function unpackCarried() {
  mkdirSync(CACHE, { recursive: true });
  const before = { ...process.env };
  Object.assign(process.env, { TMPDIR: CACHE, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' });
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    const executablePath = await chromium.executablePath();
    const libraries = [join(CACHE, 'al2023', 'lib'), before.LD_LIBRARY_PATH].filter(Boolean).join(':');
    return { executablePath, env: { LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: writeFontSettings() } };
  } finally {
    for (const name of Object.keys(process.env))
      if (!(name in before)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, before);
  }
}

/** The settings that come with the carried fonts look for them elsewhere, so that no text would be drawn. */
function writeFontSettings() {
  const file = join(CACHE, 'fonts.conf');
  const folders = `<dir>${join(CACHE, 'fonts')}</dir><cachedir>${join(CACHE, 'fonts-cache')}</cachedir>`;
  writeFileSync(file, `<?xml version="1.0" ?>\n<fontconfig>${folders}</fontconfig>\n`);
  return file;
}
