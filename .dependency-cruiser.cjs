/**
 * The layering of docs/design.md, checked: imports run downward only.
 *
 *   index > nn, optim, data > autograd > tensor > np > ops > device > kernel, functions > np
 *
 * array (dtype, layout, NDArray, storage, errors) is imported by np, ops and device, and knows of kernel only the element types;
 * kernel imports nothing but itself.
 */

/** For each folder of src/, the folders whose files it may import (itself is always allowed). */
const MAY_IMPORT = {
  data: ['tensor', 'np', 'ops', 'array'],
  optim: ['tensor', 'np', 'ops', 'array', 'kernel'],
  safetensors: ['np', 'ops', 'array'],
  autograd: ['tensor', 'np', 'ops', 'array', 'kernel'],
  tensor: ['np', 'ops', 'array'],
  np: ['ops', 'array', 'device', 'kernel'],
  ops: ['array', 'device', 'kernel'],
  device: ['array', 'kernel'],
  array: ['kernel'],
  kernel: [],
};

/** Layers that stand above np and may import everything below themselves. */
const layerRules = Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
  name: `${folder}-imports-downward`,
  comment: `src/${folder}/ may import only ${allowed.length ? allowed.map((name) => `src/${name}/`).join(', ') : 'itself'}.`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'no-circular',
      comment:
        'A cycle means that one of the files holds two ideas. Type-only cycles are erased and harmless.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'src-stays-in-src',
      comment: 'The shipped code imports neither tests nor scripts.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts|docs|conformance|compat)/' },
    },
    {
      name: 'compat-stands-on-the-public-api',
      comment: 'compat/ may import only itself and src/index.ts.',
      severity: 'error',
      from: { path: '^compat/' },
      to: { path: '^(src|test|scripts|docs|conformance)/', pathNot: '^src/index[.]ts$' },
    },
    {
      name: 'no-runtime-dependency',
      comment: 'The core has no runtime dependency; fflate is bundled into dist.',
      severity: 'error',
      from: { path: '^(src|compat)/' },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-peer', 'npm-optional'],
        pathNot: '^node_modules/fflate/',
      },
    },
    {
      name: 'no-unresolvable',
      comment: 'Every import resolves.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs', '.json'] },
  },
};
