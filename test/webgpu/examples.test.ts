/** The examples in the documentation that use a GPU run, and show what is true. */
import { expect, test } from 'vitest';
import { allExamples } from '../../scripts/api.mjs';
import { claimsOf } from '../docs/run.ts';
import './device.ts';

const examples = allExamples().filter(({ code }) => code.includes("'webgpu'"));

test.each(examples)('$file:$line', async ({ code }) => {
  for (const { claimed, actual } of await claimsOf(code)) {
    expect(actual.includes(claimed) ? claimed : actual[0]).toBe(claimed);
  }
});
