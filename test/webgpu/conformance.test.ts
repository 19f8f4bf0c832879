/**
 * The first recorded case of every function, with its arrays on the GPU; `npm run conformance -- --device webgpu` replays all.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useDevice } from '../../conformance/namespace.ts';
import { readChapters } from '../../conformance/recordings.ts';
import { failuresText } from '../../conformance/report.ts';
import { summarise } from '../../conformance/summary.ts';
import { HANDED_OVER, HANDS_OVER } from '../../conformance/webgpu/inapplicable.ts';
import { openWebGpu, replayOnWebGpu } from '../../conformance/webgpu/run.ts';
import { device } from '../../src/index.ts';

beforeAll(async () => {
  useDevice('wasm');
  await openWebGpu();
});

afterAll(async () => {
  (await device('webgpu')).gpu.dispose();
});

const handedOver = new Set<string>();

test.each(readChapters())(
  '$chapter on webgpu',
  async (chapter) => {
    const replayed = await replayOnWebGpu([chapter], { sample: Infinity });
    for (const { outcome } of replayed)
      if (outcome.message === HANDED_OVER) handedOver.add(outcome.case.name);
    const { failures } = summarise('webgpu', '', 0, replayed);
    expect(failures.length === 0 ? '' : failuresText(failures)).toBe('');
  },
  600_000,
);

test('what hands values to JavaScript says so, and names what to await', () => {
  expect([...handedOver].sort()).toEqual([...HANDS_OVER].sort());
});
