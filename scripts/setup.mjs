/** Installs the development dependencies when they are missing or older than the lock file says. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The project's folder, ending in a separator. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs a command with the terminal handed over to it, and ends this process with its status if it fails.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
export function runOrExit(command, args, env = process.env) {
  const status = runStatus(command, args, env);
  if (status !== 0) process.exit(status);
}

/**
 * Runs a command with the terminal handed over to it.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {number} its exit status
 */
export function runStatus(command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', env });
  if (error) console.error(`${command}: ${error.message}`);
  return status ?? 1;
}

/** Installs what is missing; does nothing when node_modules matches the lock file. */
export function ensureInstalled() {
  if (isInstalled()) return;
  console.log('Installing the development dependencies ...');
  const command = existsSync(`${ROOT}node_modules`) ? 'install' : 'ci';
  const npm = process.env.npm_execpath;
  if (npm) runOrExit(process.execPath, [npm, command, '--no-save', '--loglevel=error']);
  else runOrExit('npm', [command, '--no-save', '--loglevel=error']);
}

/** Whether every package of the lock file that this platform needs is there in the locked version. */
function isInstalled() {
  const hidden = `${ROOT}node_modules/.package-lock.json`;
  if (!existsSync(hidden)) return false;
  const wanted = JSON.parse(readFileSync(`${ROOT}package-lock.json`, 'utf8')).packages;
  const present = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.keys(wanted).every(
    (path) => path === '' || wanted[path].optional || present[path]?.version === wanted[path].version,
  );
}
