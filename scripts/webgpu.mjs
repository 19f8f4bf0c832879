/**
 * WebGPU for Node and Deno on any machine: finds the Vulkan driver there is, or brings one. The npm packages `webgpu` (Dawn) and
 * `deno` (wgpu) load `libvulkan.so.1` and the drivers that it finds; a machine without a GPU has neither. The npm package
 * @sparticuz/chromium carries both, Khronos' loader and Google's software driver SwiftShader, in a build that needs nothing but
 * the C library.
 *
 *     node scripts/webgpu.mjs                      says which adapter there is, and runs a shader on it
 *     node scripts/webgpu.mjs COMMAND ARGUMENT...  runs a command that finds it
 */
import { execFile } from 'node:child_process';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';
import { ROOT, runStatus } from './setup.mjs';

const CACHE = join(ROOT, 'node_modules/.cache');
const PROBE = fileURLToPath(new URL('webgpu_probe.mjs', import.meta.url));

/** What of the package's archive makes up a Vulkan driver and its loader; the rest is OpenGL. */
const LOADER = 'libvulkan.so.1';
const MANIFEST = 'vk_swiftshader_icd.json';
const DRIVER_FILES = new Set([LOADER, MANIFEST, 'libvk_swiftshader.so']);

/** Where the Vulkan loader looks for the manifests of drivers. */
const MANIFEST_FOLDERS = ['/etc', '/usr/share', '/usr/local/share', '/usr/local/etc'].map(
  (folder) => `${folder}/vulkan/icd.d`,
);

/** The variables by which a user picks drivers. */
const USERS_CHOICE = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'];

/** @typedef {{ vendor: string, architecture: string, device: string, description: string, software: boolean }} AdapterSummary */

/** @type {Promise<Record<string, string>> | undefined} */
let environment;

/**
 * The variables with which a process must be started (the loader's path is read before the first line of JavaScript) so that
 * WebGPU finds an adapter: none where the machine's own drivers do, the path of the carried loader where only that is missing,
 * and else the paths of the loader and SwiftShader.
 *
 * @returns {Promise<Record<string, string>>} to be merged into `process.env`. On machines other than Linux on x64 always empty:
 *   Windows and macOS have an adapter, and for other Linux machines nothing is carried.
 */
export function webgpuEnvironment() {
  environment ??= findEnvironment();
  return environment;
}

async function findEnvironment() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return {};
  if (USERS_CHOICE.some((name) => process.env[name])) return {};
  const folder = await unpackDriver();
  const loader = { LD_LIBRARY_PATH: [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':') };
  if (hasDrivers())
    for (const candidate of [{}, loader]) {
      const adapter = await probe(candidate);
      if (adapter && !adapter.software) return candidate;
    }
  return { ...loader, VK_ICD_FILENAMES: join(folder, MANIFEST) };
}

/** Whether any Vulkan driver is registered on this machine: asking it takes a process, so it is asked only if it is there. */
function hasDrivers() {
  const users = process.env.XDG_DATA_HOME ?? join(homedir(), '.local/share');
  return [...MANIFEST_FOLDERS, join(users, 'vulkan/icd.d')].some(
    (folder) => existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.json')),
  );
}

/**
 * Opens a device in a process with the given environment, and runs a shader on it.
 *
 * @param {Record<string, string>} env
 * @returns {Promise<AdapterSummary | null>} null where that fails
 */
async function probe(env) {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [PROBE], {
      env: { ...process.env, ...env },
      timeout: 60_000,
    });
    return JSON.parse(stdout);
  } catch {
    return null;
  }
}

/**
 * Unpacks loader and driver, once for each version of the package that carries them.
 *
 * @returns {Promise<string>} their folder
 */
async function unpackDriver() {
  const carrier = dirname(dirname(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium'))));
  const { version } = JSON.parse(readFileSync(join(carrier, 'package.json'), 'utf8'));
  const folder = join(CACHE, `vulkan-${version}`);
  if (existsSync(folder)) return folder;
  const { extract } = createRequire(join(carrier, 'package.json'))('tar-fs');
  mkdirSync(CACHE, { recursive: true });
  const unfinished = mkdtempSync(join(CACHE, 'vulkan-'));
  await pipeline(
    createReadStream(join(carrier, 'bin/swiftshader.tar.br')),
    createBrotliDecompress(),
    extract(unfinished, {
      chown: false,
      /** @param {string} path */
      ignore: (path) => !DRIVER_FILES.has(basename(path)),
    }),
  );
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    // Another process was faster.
    rmSync(unfinished, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [command = process.execPath, ...args] = process.argv.slice(2);
  const env = { ...process.env, ...(await webgpuEnvironment()) };
  process.exitCode = runStatus(command, process.argv.length > 2 ? args : [PROBE], env);
}
