/**
 * `npm start`: from a fresh clone to real work. Installs what is missing, builds, ports a NumPy program's figures (the
 * handwritten digits of docs/examples/) and prints how far the recorded NumPy results are reproduced on this machine.
 */
import { ensureInstalled, ROOT, runOrExit } from './setup.mjs';

ensureInstalled();
const { buildJavaScript } = await import('./build.mjs');
await buildJavaScript();
runOrExit(process.execPath, [`${ROOT}dist/docs/examples/digits.js`]);
console.log('\nConformance: recorded NumPy results, replayed here\n');
runOrExit(process.execPath, [`${ROOT}bin/numgrad`, 'conformance']);
