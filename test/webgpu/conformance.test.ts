/** The first recorded case of every function, with its arrays on the GPU; `npm run conformance -- --device webgpu` replays all. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useDevice } from '../../conformance/namespace.ts';
import { readChapters } from '../../conformance/recordings.ts';
import { failuresText } from '../../conformance/report.ts';
import { summarise } from '../../conformance/summary.ts';
import { openWebGpu, replayOnWebGpu } from '../../conformance/webgpu/run.ts';
import { device } from '../../src/index.ts';

beforeAll(async () => {
  useDevice('wasm');
  await openWebGpu();
});

afterAll(async () => {
  (await device('webgpu')).gpu.dispose();
});

test.each(readChapters())(
  '$chapter on webgpu',
  async (chapter) => {
    const replayed = await replayOnWebGpu([chapter], { sample: Infinity });
    const { failures } = summarise('webgpu', '', 0, replayed);
    expect(failures.length === 0 ? '' : failuresText(failures)).toBe('');
  },
  600_000,
);
