/** `npm run conformance`: builds, then replays the recorded NumPy results (conformance/main.ts); the arguments go to it. */
import { buildJavaScript } from './build.mjs';
import { ROOT, runOrExit } from './setup.mjs';

await buildJavaScript();
runOrExit(process.execPath, [`${ROOT}bin/numgrad`, 'conformance', ...process.argv.slice(2)]);
