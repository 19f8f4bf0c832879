/**
 * `npm start`: from a fresh clone to real work. Installs what is missing, builds, reproduces a NumPy program's figures (the
 * handwritten digits of docs/examples/), trains a convolutional network on the same digits for about a minute, and prints how far
 * the recorded results of NumPy and PyTorch are reproduced on this machine.
 */
import { ensureInstalled, ROOT, runOrExit } from './setup.mjs';

ensureInstalled();
const { buildJavaScript } = await import('./build.mjs');
await buildJavaScript();
runOrExit(process.execPath, [`${ROOT}dist/docs/examples/digits.js`]);
console.log('\nThe same digits, learnt by a convolutional network\n');
runOrExit(process.execPath, [
  `${ROOT}dist/docs/examples/mnist-cnn.js`,
  ...['--epochs', '2', '--plot', `${ROOT}dist/mnist-cnn.svg`],
]);
console.log('\nConformance: recorded results of NumPy and PyTorch, replayed here\n');
runOrExit(process.execPath, [`${ROOT}bin/numgrad`, 'conformance']);
