/** Every operation printed as WGSL gives the bits of the reference device. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDevice } from './device.ts';
import { disagreements } from './wgsl_agree.ts';
import { PROGRAMS } from './wgsl_cases.ts';

let device: GPUDevice;
beforeAll(async () => {
  device = await openDevice();
});
afterAll(() => device.destroy());

test.each(PROGRAMS)('$title', async (program) => {
  const wrong = await disagreements(device, program);
  expect(wrong.slice(0, 20)).toEqual([]);
});
